/** Waiting for named conditions. */
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;

/** Polls until it holds; throws with its name, and with what `state` tells, after `timeoutMs`. */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  state: () => string = () => '',
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}\n${state()}`);
    await delay(POLL_MS);
  }
}
