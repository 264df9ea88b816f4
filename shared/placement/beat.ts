/** Beats: what each shard says of itself over the bus, and how the assigner remembers it. */

export type SeatState = 'owned' | 'followed' | 'starting';

export interface SeatReport {
  readonly partition: number;
  readonly state: SeatState;
  /** Entries of the log that are not applied here. */
  readonly lag: number;
  /** Entries applied a second, of late. */
  readonly rate: number;
}

export interface Beat {
  readonly name: string;
  /** Of the process: a restarted shard is another one of the same name. */
  readonly incarnation: string;
  /** Of the table that it follows. */
  readonly revision: number;
  /** It is about to end, and wants its partitions to be taken. */
  readonly isLeaving: boolean;
  /** Share of the time that its event loop is busy, 0..1. */
  readonly utilisation: number;
  readonly seats: readonly SeatReport[];
}

export const BEAT_SUBJECT = 'selfsame.v1.placement.beat';
/** Said after a new table was written: everybody may look at once. */
export const TABLE_SUBJECT = 'selfsame.v1.placement.table';
export const BEAT_MS = 500;
/** Silence after which a shard counts as gone: two beats and some. */
export const SILENCE_MS = 1200;

interface Heard {
  beat: Beat;
  atMs: number;
}

/** Times are of one machine's monotonic clock, given by the caller. */
export class Membership {
  readonly #heard = new Map<string, Heard>();

  take(beat: Beat, nowMs: number): void {
    this.#heard.set(beat.name, { beat, atMs: nowMs });
  }

  /** Nobody could be heard for a while, which tells nothing about the others: silence begins anew. */
  excuse(nowMs: number): void {
    for (const heard of this.#heard.values()) heard.atMs = nowMs;
  }

  /** Of the shards that are there, by name. */
  present(nowMs: number): Beat[] {
    const present: Beat[] = [];
    for (const [name, { beat, atMs }] of this.#heard) {
      if (nowMs - atMs <= SILENCE_MS) present.push(beat);
      // Long gone names are forgotten: pods of a scaled-down set.
      else if (nowMs - atMs > 100 * SILENCE_MS) this.#heard.delete(name);
    }
    return present.sort((left, right) => (left.name < right.name ? -1 : 1));
  }
}
