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

/** What is scaled for: the generation that answers; that of others is work, but no reason to scale. */
export interface LivePartitions {
  /** Desks included. */
  readonly count: number;
  readonly markOf: (partition: number) => PartitionMark | undefined;
}

export class HeardShards {
  readonly #heard = new Map<string, { readonly beat: ShardBeat; readonly atMs: number }>();
  #live: LivePartitions;

  constructor(live: LivePartitions) {
    this.#live = live;
  }

  /** Another generation has become live: what was heard of the shards stays, its meaning does not. */
  follow(live: LivePartitions): void {
    this.#live = live;
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
      const seats = this.#liveSeats(beat);
      for (const { partition, state } of seats) if (state === 'owned') owned.add(partition);
      if (beat.isLeaving || seats.some(({ state }) => state === 'starting')) isMoving = true;
      if (!beat.isLeaving) shards.push(this.#loadOf(beat.utilisation, seats));
    }
    const partitions = this.#live.count;
    return { shards, partitions, isMoving: isMoving || owned.size < partitions };
  }

  /** A number that the live generation does not have is one of a larger generation beside it. */
  #liveSeats({ seats }: ShardBeat): ShardBeat['seats'] {
    return seats.filter(({ partition }) => partition < this.#live.count);
  }

  #loadOf(utilisation: number, seats: ShardBeat['seats']): ShardLoad {
    let backlogSeconds = 0;
    let mailboxRatio = 0;
    for (const { partition, state, lag, rate } of seats) {
      if (state !== 'owned') continue;
      const mark = this.#live.markOf(partition);
      mailboxRatio = Math.max(mailboxRatio, mark?.pressure ?? 0);
      // What is stuck is not cured by more shards; readiness and an alert tell of it.
      if (mark?.isStuck === true) continue;
      const seconds = Math.min(BACKLOG_SECONDS_MAX, lag / Math.max(1, rate));
      backlogSeconds = Math.max(backlogSeconds, seconds);
    }
    return { backlogSeconds, mailboxRatio, eventLoopRatio: utilisation };
  }
}
