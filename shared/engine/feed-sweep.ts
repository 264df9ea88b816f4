/**
 * After a new version went live: the feed's sweep over all profiles, since every customer may be
 * another one. In slices, each one transaction with the place reached; begun by a row that the
 * activation itself writes, so a crash neither forgets nor repeats it.
 */
import type { Store, StoreWrite } from '../adapters/store.ts';
import { decode, encode } from '../protocol/codec.ts';
import { partitionPrefix } from './partition.ts';

const SWEEP_ROW = 'c/sweep';
/** Rows of what was told last of a profile (feed-table.ts). */
const TOLD = 'f/';
const SLICE = 500;

/** Profiles of the live generation, partition by partition; then those that were told of before. */
type Place = readonly [partition: number, after: string];

/** Begins a sweep, in the transaction of the caller. */
export function sweepBegin(): StoreWrite {
  return [SWEEP_ROW, encode([0, ''])];
}

export interface FeedSweepOptions {
  readonly store: Store;
  readonly live: Store;
  readonly partitions: number;
  readonly tell: (profiles: readonly string[], writes: readonly StoreWrite[]) => Promise<void>;
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
      const [partition, after] = decode(row) as Place;
      const isTold = partition >= this.#options.partitions;
      const { profiles, next } = isTold ? this.#told(after) : this.#profiles(partition, after);
      const following: Place | null = isTold ? null : [partition + 1, ''];
      const place = next === null ? following : ([partition, next] as const);
      const write: StoreWrite = [SWEEP_ROW, place === null ? null : encode(place)];
      await this.#options.tell(profiles, [write]);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #profiles(partition: number, after: string): Slice {
    return slice(this.#options.live, `${partitionPrefix(partition)}a/`, after);
  }

  #told(after: string): Slice {
    return slice(this.#options.store, TOLD, after);
  }
}

interface Slice {
  readonly profiles: readonly string[];
  readonly next: string | null;
}

function slice(store: Store, start: string, after: string): Slice {
  // ' ' is below every character of an id.
  const from = after === '' ? start : `${start}${after} `;
  const rows = store.range(from, `${start}\x7f`, { limit: SLICE });
  const profiles = rows.map(([key]) => key.slice(start.length));
  return { profiles, next: rows.length < SLICE ? null : (profiles.at(-1) ?? null) };
}
