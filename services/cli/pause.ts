/**
 * Waiting that Ctrl-C ends.
 */
import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after the time or as soon as the signal is aborted, whichever is first. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
