/**
 * Trims partition logs behind what is durable in the owner's store.
 *
 * Keeps a tail, so that a restarted owner can verify the log against its state, and a slow reader
 * of the same log can follow. A lost store is restored from a snapshot plus the log after it, so
 * with snapshots taken elsewhere the tail must reach back to the oldest one wanted.
 */
import type { Clock } from '../../shared/adapters/clock.ts';
import type { Log } from '../../shared/adapters/log.ts';
import type { Shard } from './shard.ts';

export interface TrimmerOptions {
  readonly shard: Shard;
  readonly log: Log;
  readonly clock: Clock;
  /** Entries kept behind the durable one, default 10,000. */
  readonly keptEntries?: number;
  readonly intervalMs?: number;
}

export class LogTrimmer {
  readonly #options: TrimmerOptions;
  readonly #trimmed = new Map<number, number>();
  #cancel: (() => void) | null = null;
  #isClosed = false;

  constructor(options: TrimmerOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, intervalMs = 5000 } = this.#options;
    this.#cancel = clock.schedule(intervalMs, () => {
      void this.#trimAll().finally(() => {
        if (!this.#isClosed) this.start();
      });
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  async #trimAll(): Promise<void> {
    const { shard, log, keptEntries = 10_000 } = this.#options;
    for (const [partition, member] of shard.partitions) {
      if (this.#isClosed || !member.runner.isOwner) continue;
      const { epoch, sequence } = member.durable;
      const below = sequence - keptEntries;
      // Trimming costs a server call: wait until it frees a tenth of what is kept.
      if (below < (this.#trimmed.get(partition) ?? 1) + keptEntries / 10) continue;
      try {
        await log.trim(partition, epoch, below);
        this.#trimmed.set(partition, below);
      } catch {
        // The log is not reachable; the next round tries again.
        return;
      }
    }
  }
}
