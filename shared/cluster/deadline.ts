/** Bounds a wait by deadline and cancellation. */
import { ClusterError } from '../protocol/cluster.ts';

export interface Bounds {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** Throws when the bounds are already passed. */
export function assertInTime(bounds: Bounds, nowMs: number): void {
  if (bounds.signal?.aborted === true) throw new ClusterError('cancelled', 'the caller cancelled');
  if (bounds.deadlineMs !== undefined && nowMs >= bounds.deadlineMs) {
    throw new ClusterError('deadline_exceeded', 'the deadline had passed');
  }
}

/** `work`, or `deadline_exceeded` / `cancelled`; the work itself goes on. */
export async function withinBounds<T>(work: Promise<T>, bounds: Bounds, nowMs: number): Promise<T> {
  // Whatever becomes of it: once nobody waits, a failure must not be an unhandled rejection.
  work.catch(() => undefined);
  assertInTime(bounds, nowMs);
  if (bounds.deadlineMs === undefined && bounds.signal === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const limit = new Promise<never>((_, reject) => {
    if (bounds.deadlineMs !== undefined) {
      timer = setTimeout(() => {
        reject(new ClusterError('deadline_exceeded', 'no answer before the deadline'));
      }, bounds.deadlineMs - nowMs);
    }
    onAbort = () => reject(new ClusterError('cancelled', 'the caller cancelled'));
    bounds.signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) bounds.signal?.removeEventListener('abort', onAbort);
  }
}
