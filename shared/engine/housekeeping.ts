/**
 * Housekeeping of a hosted shard: snapshots of its partitions, and logs trimmed behind them.
 *
 * Without a snapshot directory logs are trimmed behind what is durable in the owner's store, with a
 * tail kept so that a restarted owner can verify the log against its state. With one, a log is kept
 * from the oldest snapshot on: a process without the partition's state starts from there.
 */
import type { Clock } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import type { Store } from '../adapters/store.ts';
import type { Shard } from './shard.ts';
import type { ShardPartition } from './shard-partition.ts';
import type { Snapshots } from './snapshots.ts';

export interface HousekeepingOptions {
  readonly shard: Shard;
  readonly store: Store;
  readonly log: Log;
  readonly clock: Clock;
  /** null: no snapshots are taken. */
  readonly snapshots: Snapshots | null;
  /** A partition is snapshotted after this many entries. */
  readonly snapshotEntries: number;
  /** Entries kept behind the durable one, or behind the oldest snapshot. */
  readonly keptEntries: number;
  readonly intervalMs?: number;
  readonly onError: (partition: number, error: unknown) => void;
}

interface Progress {
  epoch: number;
  snapshotAt: number;
  trimmedBelow: number;
  rounds: number;
}

/** Rounds after which it is looked whether the log still goes back to the newest snapshot. */
const LOOK_ROUNDS = 12;

export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #progress = new Map<number, Progress>();
  #cancel: (() => void) | null = null;
  #isClosed = false;
  #work: Promise<void> = Promise.resolve();

  constructor(options: HousekeepingOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, intervalMs = 5000 } = this.#options;
    this.#cancel = clock.schedule(intervalMs, () => {
      this.#work = this.#round().finally(() => {
        if (!this.#isClosed) this.start();
      });
    });
  }

  /** Resolves when no snapshot is being written any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    await this.#work;
  }

  async #round(): Promise<void> {
    const { shard, onError } = this.#options;
    for (const [partition, member] of shard.partitions) {
      if (this.#isClosed || !member.runner.isOwner) continue;
      try {
        await this.#keep(partition, member);
      } catch (error) {
        onError(partition, error);
      }
    }
  }

  async #keep(partition: number, member: ShardPartition): Promise<void> {
    const { snapshots, snapshotEntries, store } = this.#options;
    const { epoch, sequence } = member.durable;
    let progress = this.#progress.get(partition);
    if (progress === undefined || progress.epoch !== epoch) {
      const [newest] = snapshots === null ? [] : await snapshots.list(partition);
      progress = {
        epoch,
        // An epoch without a snapshot of its own cannot be joined by others: take one at once.
        snapshotAt: newest?.epoch === epoch ? newest.sequence : Number.NEGATIVE_INFINITY,
        trimmedBelow: 1,
        rounds: 0,
      };
      this.#progress.set(partition, progress);
    }
    if (snapshots !== null && sequence - progress.snapshotAt >= snapshotEntries) {
      const taken = await snapshots.take(store, partition);
      if (taken.epoch === epoch) progress.snapshotAt = taken.sequence;
    }
    if (snapshots !== null && progress.rounds++ % LOOK_ROUNDS === 0) {
      await this.#replaceSnapshot(partition, epoch, progress);
    }
    await this.#trim(partition, epoch, sequence, progress);
  }

  /** A log that lost its beginning continues no snapshot of before: nobody could follow from one. */
  async #replaceSnapshot(partition: number, epoch: number, progress: Progress): Promise<void> {
    const { snapshots, store, log } = this.#options;
    const bounds = await log.bounds(partition, epoch);
    // The entry applied last must be there as well: it shows that the log is the same.
    const isKept = bounds === null || bounds.firstSequence <= Math.max(1, progress.snapshotAt);
    if (isKept || snapshots === null) return;
    const taken = await snapshots.take(store, partition);
    if (taken.epoch === epoch) progress.snapshotAt = taken.sequence;
  }

  async #trim(
    partition: number,
    epoch: number,
    sequence: number,
    progress: Progress,
  ): Promise<void> {
    const { snapshots, keptEntries, log } = this.#options;
    let floor = sequence;
    if (snapshots !== null) {
      const ofEpoch = (await snapshots.list(partition)).filter((info) => info.epoch === epoch);
      floor = ofEpoch.at(-1)?.sequence ?? 0;
    }
    const below = floor - keptEntries;
    // Trimming costs a server call: wait until it frees a tenth of what is kept.
    if (below < progress.trimmedBelow + keptEntries / 10) return;
    await log.trim(partition, epoch, below);
    progress.trimmedBelow = below;
  }
}
