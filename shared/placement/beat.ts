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
/** Said by a process that ends in good order: `[name, incarnation]`. It is not waited for. */
export const GONE_SUBJECT = 'selfsame.v1.placement.gone';
/** Asked of the process of this incarnation, which answers with nothing: whether it is connected. */
export const aliveSubject = (incarnation: string): string =>
  `selfsame.v1.placement.alive.${incarnation}`;
/** Said after a new table was written: everybody may look at once. */
export const TABLE_SUBJECT = 'selfsame.v1.placement.table';
export const BEAT_MS = 500;
/** Silence after which a shard counts as gone: two beats and some. */
export const SILENCE_MS = 1200;
/** A shard that is silent for so long is asked. */
const ASKED_MS = 300;
/** M2: silence after which a process without a connection counts as gone: a beat and some. */
const LOST_MS = 700;
/** M2: refusals in a row. One may come while it connects anew. */
const REFUSALS_MIN = 2;
/** Silence after which its places as a follower are given to others: a process restarts sooner. */
export const FORGOTTEN_MS = 5000;
/** A shard that was taken for gone and was not is given twice the time it needed, at most this. */
const PATIENCE_MS_MAX = 4000;
/** And after so long without such an error the usual time again. */
const PATIENCE_FADES_MS = 60_000;

interface Heard {
  beat: Beat;
  atMs: number;
  patienceMs: number;
  /** When it was taken for gone wrongly. */
  mistakenAtMs: number;
  /** M2: it answered once; what it was asked since then and nobody answers. */
  hasAnswered: boolean;
  refusals: number;
}

/**
 * Times are of one machine's monotonic clock, given by the caller.
 *
 * M1 Patience is learnt: on a machine that is overloaded beats come late from everybody, and to move
 *    partitions for it would be more work for the same machine.
 * M2 Of a process that ended, the servers know at once: nobody answers its subject any more. That is no
 *    guess, so it needs neither the usual silence nor patience; a process that stands still keeps its
 *    connection. (Whoever never answered, as without the permission to, is judged by silence alone.)
 */
export class Membership {
  readonly #heard = new Map<string, Heard>();

  /** True: of a process that was not heard before, whether or not one of its name was. */
  take(beat: Beat, nowMs: number): boolean {
    const known = this.#heard.get(beat.name);
    if (known === undefined || known.beat.incarnation !== beat.incarnation) {
      const patience = { patienceMs: SILENCE_MS, mistakenAtMs: nowMs };
      const asked = { hasAnswered: false, refusals: 0 };
      this.#heard.set(beat.name, { beat, atMs: nowMs, ...patience, ...asked });
      return true;
    }
    const silenceMs = nowMs - known.atMs;
    if (silenceMs > known.patienceMs) {
      known.patienceMs = Math.min(PATIENCE_MS_MAX, 2 * silenceMs);
      known.mistakenAtMs = nowMs;
    } else if (nowMs - known.mistakenAtMs > PATIENCE_FADES_MS) known.patienceMs = SILENCE_MS;
    known.beat = beat;
    known.atMs = nowMs;
    known.refusals = 0;
    return false;
  }

  /** The process has said that it ends. */
  drop(name: string, incarnation: string): void {
    if (this.#heard.get(name)?.beat.incarnation === incarnation) this.#heard.delete(name);
  }

  /** Nobody could be heard for a while, which tells nothing about the others: silence begins anew. */
  excuse(nowMs: number): void {
    for (const heard of this.#heard.values()) {
      heard.atMs = nowMs;
      heard.refusals = 0;
    }
  }

  /** Those to be asked whether they are still connected (M2). */
  doubtful(nowMs: number): Beat[] {
    return this.present(nowMs).filter(({ name }) => {
      const { atMs = nowMs } = this.#heard.get(name) ?? {};
      return nowMs - atMs >= ASKED_MS;
    });
  }

  /** What came of a question; of an earlier process of the name it tells nothing. */
  noteAnswer({ name, incarnation }: Beat, kind: 'answered' | 'nobody'): void {
    const heard = this.#heard.get(name);
    if (heard?.beat.incarnation !== incarnation) return;
    if (kind === 'answered') heard.hasAnswered = true;
    heard.refusals = kind === 'nobody' && heard.hasAnswered ? heard.refusals + 1 : 0;
  }

  /** Of the shards that are there, by name. */
  present(nowMs: number): Beat[] {
    return this.#within(nowMs, ({ patienceMs, refusals }) =>
      refusals >= REFUSALS_MIN ? LOST_MS : patienceMs,
    );
  }

  /** Of those that are silent, and may come back soon, by name. */
  silent(nowMs: number): Beat[] {
    const present = new Set(this.present(nowMs));
    return this.#within(nowMs, () => FORGOTTEN_MS).filter((beat) => !present.has(beat));
  }

  #within(nowMs: number, boundOf: (heard: Heard) => number): Beat[] {
    const within: Beat[] = [];
    for (const [name, heard] of this.#heard) {
      const silenceMs = nowMs - heard.atMs;
      if (silenceMs <= boundOf(heard)) within.push(heard.beat);
      // Long gone names are forgotten: pods of a scaled-down set.
      else if (silenceMs > 20 * FORGOTTEN_MS) this.#heard.delete(name);
    }
    return within.sort((left, right) => (left.name < right.name ? -1 : 1));
  }
}
