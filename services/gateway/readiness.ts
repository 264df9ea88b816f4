/**
 * Decides whether this gateway can take calls, by asking the cluster for its state.
 *
 * Ready: the cluster answers and at least one partition runs. One stuck partition must not take
 * every gateway out of service, since the others answer; its own alert and the health of its shard
 * report it.
 */
import type { Cluster, ClusterStatus } from '../../shared/protocol/cluster.ts';

export function isServing(status: ClusterStatus): boolean {
  return status.partitions.some(({ state }) => state === 'running');
}

/**
 * Asks every `intervalMs` until the signal aborts; reports every answer. One question at a time; an
 * unanswered one counts as not ready after the interval, or after a second when that is longer.
 */
export async function watchReadiness(
  cluster: Pick<Cluster, 'status'>,
  intervalMs: number,
  signal: AbortSignal,
  report: (isReady: boolean, status: ClusterStatus | null) => void,
): Promise<void> {
  const askFor = Math.max(intervalMs, 1_000);
  while (!signal.aborted) {
    const status = await ask(cluster, askFor, signal);
    if (signal.aborted) return;
    report(status !== null && isServing(status), status);
    await sleep(intervalMs, signal);
  }
}

/** null: no answer in time. */
async function ask(
  cluster: Pick<Cluster, 'status'>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ClusterStatus | null> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, timeout]);
  const silence = new Promise<null>((resolve) => {
    either.addEventListener('abort', () => resolve(null), { once: true });
  });
  const answer = cluster
    .status({ deadlineMs: Date.now() + timeoutMs, signal: either })
    // Whatever the failure, the meaning here is the same; callers get the error itself.
    .catch(() => null);
  return Promise.race([answer, silence]);
}

function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, durationMs);
    signal.addEventListener('abort', wake, { once: true });
  });
}
