/** What the shards say of themselves over the bus, as the load that scaling decides on. */
import { decode } from '../../../shared/protocol/codec.ts';
import type { PartitionMark } from '../../../shared/protocol/marks.ts';
import type { ClusterLoad, ShardLoad } from './desired-shards.ts';

/** The part of a shard's beat that scaling reads. */
export interface ShardBeat {
  readonly name: string;
  readonly isLeaving: boolean;
  /** Share of the time that its event loop is busy, 0..1. */
  readonly utilisation: number;
  readonly seats: readonly {
    readonly partition: number;
    readonly state: 'owned' | 'followed' | 'starting';
    /** Entries of the log that are not applied here. */
    readonly lag: number;
    /** Entries applied a second, of late. */
    readonly rate: number;
  }[];
}

export const BEAT_SUBJECT = 'selfsame.v1.placement.beat';

/** A shard that was silent for longer is not counted, ten beats of half a second. */
export const SILENT_MS = 5_000;
/** After its start a coordinator listens this long before it says a number. */
export const LISTEN_MS = 5_000;
/** Longest backlog told: a partition that hardly advances must not outweigh all others. */
const BACKLOG_SECONDS_MAX = 600;

export class HeardShards {
  readonly #heard = new Map<string, { readonly beat: ShardBeat; readonly atMs: number }>();
  readonly #partitions: number;
  readonly #markOf: (partition: number) => PartitionMark | undefined;

  constructor(partitions: number, markOf: (partition: number) => PartitionMark | undefined) {
    this.#partitions = partitions;
    this.#markOf = markOf;
  }

  take(bytes: Uint8Array, nowMs: number): void {
    const beat = decode(bytes) as ShardBeat;
    this.#heard.set(beat.name, { beat, atMs: nowMs });
  }

  load(nowMs: number): ClusterLoad {
    const shards: ShardLoad[] = [];
    const owned = new Set<number>();
    let isMoving = false;
    for (const [name, { beat, atMs }] of this.#heard) {
      if (nowMs - atMs > SILENT_MS) {
        this.#heard.delete(name);
        continue;
      }
      for (const { partition, state } of beat.seats) if (state === 'owned') owned.add(partition);
      if (beat.isLeaving || beat.seats.some(({ state }) => state === 'starting')) isMoving = true;
      if (!beat.isLeaving) shards.push(this.#loadOf(beat));
    }
    const partitions = this.#partitions;
    return { shards, partitions, isMoving: isMoving || owned.size < partitions };
  }

  #loadOf({ utilisation, seats }: ShardBeat): ShardLoad {
    let backlogSeconds = 0;
    let mailboxRatio = 0;
    for (const { partition, state, lag, rate } of seats) {
      if (state !== 'owned') continue;
      const mark = this.#markOf(partition);
      mailboxRatio = Math.max(mailboxRatio, mark?.pressure ?? 0);
      // What is stuck is not cured by more shards; readiness and an alert tell of it.
      if (mark?.isStuck === true) continue;
      const seconds = Math.min(BACKLOG_SECONDS_MAX, lag / Math.max(1, rate));
      backlogSeconds = Math.max(backlogSeconds, seconds);
    }
    return { backlogSeconds, mailboxRatio, eventLoopRatio: utilisation };
  }
}
