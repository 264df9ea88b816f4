/** How far behind the settled state of a cluster is, from what the owners of its partitions tell. */

export interface HeardPartition {
  /** Origin of its oldest work that has consequences to come (epoch ms); null: none, or never heard. */
  readonly lowOrigin: number | null;
  /** Milliseconds since its owner was heard, or since this process began to listen. */
  readonly silentMs: number;
}

/** From so long a silence on nobody speaks for the partition. */
export const SILENT_MS = 5000;

/**
 * Milliseconds by which the oldest unsettled work is behind `nowMs` (epoch). Of a partition that nobody
 * speaks for it is not known that anything is settled which came since: its silence counts.
 */
export function settledLagMs(partitions: Iterable<HeardPartition>, nowMs: number): number {
  let lag = 0;
  for (const { lowOrigin, silentMs } of partitions) {
    if (silentMs >= SILENT_MS) lag = Math.max(lag, silentMs);
    if (lowOrigin !== null) lag = Math.max(lag, nowMs - lowOrigin);
  }
  return lag;
}
