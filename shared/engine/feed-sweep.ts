/**
 * After a new version went live: the feed's sweep over all profiles, since every customer may be
 * another one, and over evidence that does not count. In slices, each one transaction with the place reached; begun by a row that the
 * activation itself writes, so a crash neither forgets nor repeats it.
 */
import type { Store, StoreWrite } from '../adapters/store.ts';
import { STANDING_ROWS } from '../domain/actors/evidence-standing.ts';
import { decode, encode } from '../protocol/codec.ts';
import { partitionPrefix } from './partition.ts';

const SWEEP_ROW = 'c/sweep';
/** Rows of what was told last (feed-table.ts). */
const TOLD = 'f/';
const SLICE = 500;

/**
 * Profiles, then evidence of the live generation, partition by partition: `step` counts both; then
 * what was told of before.
 */
type Place = readonly [step: number, after: string];

/** Begins a sweep, in the transaction of the caller. */
export function sweepBegin(): StoreWrite {
  return [SWEEP_ROW, encode([0, ''])];
}

export interface FeedSweepOptions {
  readonly store: Store;
  readonly live: Store;
  readonly partitions: number;
  readonly tell: (subjects: readonly string[], writes: readonly StoreWrite[]) => Promise<void>;
}

export class FeedSweep {
  readonly #options: FeedSweepOptions;

  constructor(options: FeedSweepOptions) {
    this.#options = options;
  }

  /** Goes on where the last sweep stopped; nothing to do when none was begun. */
  async run(isStopped: () => boolean): Promise<void> {
    for (;;) {
      const row = this.#options.store.get(SWEEP_ROW);
      if (row === undefined || isStopped()) return;
      const [step, after] = decode(row) as Place;
      const { store, live, partitions } = this.#options;
      const isTold = step >= 2 * partitions;
      const rows = `${partitionPrefix(step % partitions)}${step < partitions ? 'a/' : STANDING_ROWS}`;
      const { subjects, next } = isTold ? slice(store, TOLD, after) : slice(live, rows, after);
      const following: Place | null = isTold ? null : [step + 1, ''];
      const place = next === null ? following : ([step, next] as const);
      const write: StoreWrite = [SWEEP_ROW, place === null ? null : encode(place)];
      await this.#options.tell(subjects, [write]);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

interface Slice {
  readonly subjects: readonly string[];
  readonly next: string | null;
}

function slice(store: Store, start: string, after: string): Slice {
  // ' ' is below every character of an id.
  const from = after === '' ? start : `${start}${after} `;
  const rows = store.range(from, `${start}\x7f`, { limit: SLICE });
  const subjects = rows.map(([key]) => key.slice(start.length));
  return { subjects, next: rows.length < SLICE ? null : (subjects.at(-1) ?? null) };
}
