/**
 * Sending one batch until it is acknowledged: repeats are safe, because the cluster deduplicates.
 */
import type { InteractionInput } from '../../../shared/domain/interaction.ts';
import {
  type AckLevel,
  type Cluster,
  ClusterError,
  type IngestResult,
} from '../../../shared/protocol/cluster.ts';
import { pause } from '../pause.ts';

export interface SendOptions {
  readonly ack: AckLevel;
  /** Stamped by the cluster when absent. */
  readonly receivedAt?: number;
  readonly signal: AbortSignal;
  /** How long a cluster that is away or busy is waited for, milliseconds. */
  readonly patienceMs: number;
  /** Called once when waiting begins, with the reason. */
  readonly onWait: (reason: string) => void;
}

/** Below the longest deadline a gateway grants. */
const ATTEMPT_MS = 25_000;
const RETRY_MS_MIN = 50;
const RETRY_MS_MAX = 2_000;

/**
 * Results in the order of the items. Throws `ClusterError`: what cannot be helped by waiting at
 * once, `unavailable`, `overloaded` and `deadline_exceeded` when patience is over.
 */
export async function sendBatch(
  cluster: Cluster,
  items: readonly InteractionInput[],
  options: SendOptions,
): Promise<readonly IngestResult[]> {
  const startedAt = performance.now();
  let retryMs = RETRY_MS_MIN;
  for (let attempt = 0; ; attempt++) {
    try {
      return await cluster.ingest(items, {
        ack: options.ack,
        deadlineMs: Date.now() + ATTEMPT_MS,
        signal: options.signal,
        ...(options.receivedAt === undefined ? {} : { receivedAt: options.receivedAt }),
      });
    } catch (error) {
      if (!(error instanceof ClusterError) || options.signal.aborted) throw error;
      const isTransient = error.retryable || error.code === 'deadline_exceeded';
      if (!isTransient || performance.now() - startedAt >= options.patienceMs) throw error;
      // Overload is the ordinary backpressure of a fast reader: nothing to report.
      if (attempt === 0 && error.code !== 'overloaded') options.onWait(error.message);
      await pause(error.retryAfterMs ?? retryMs, options.signal);
      retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
    }
  }
}
