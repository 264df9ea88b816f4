/**
 * What the change feed told last of a partition's subjects in the generation before.
 *
 * In the same layout the former partition of the same number has it, in the same store. In another
 * one it is fetched from the owners of the former generation (import-told.ts) and kept in rows of
 * the partition itself: `zf/<subject>`, and `zd` when all are there.
 */
import type { Store, StoreWrite } from '../adapters/store.ts';
import { partitionPrefix } from './partition.ts';

export interface FormerTold {
  /** All of it is here: nothing may be told before. */
  readonly isThere: boolean;
  /** The row of a subject (settled-feed.ts). */
  get(subject: string): Uint8Array | undefined;
  /** Subjects after this one, in order; '': from the first. */
  after(subject: string, limit: number): readonly string[];
}

/** The generation before, as its successor needs it. */
export interface FormerGeneration {
  readonly store: Store;
  readonly isSameLayout: boolean;
}

/** Rows of what was told last, in every generation. */
export const TOLD_ROWS = 'z/';
const IMPORTED_ROWS = 'zf/';
const IMPORTED = 'zd';

export function formerTold(
  former: FormerGeneration | null,
  store: Store,
  partition: number,
): FormerTold | null {
  if (former === null) return null;
  const prefix = partitionPrefix(partition);
  if (former.isSameLayout) return new Told(former.store, prefix + TOLD_ROWS, () => true);
  return new Told(store, prefix + IMPORTED_ROWS, () => hasImported(store, partition));
}

class Told implements FormerTold {
  readonly #store: Store;
  readonly #start: string;
  readonly #isThere: () => boolean;

  constructor(store: Store, start: string, isThere: () => boolean) {
    this.#store = store;
    this.#start = start;
    this.#isThere = isThere;
  }

  get isThere(): boolean {
    return this.#isThere();
  }

  get(subject: string): Uint8Array | undefined {
    return this.#store.get(this.#start + subject);
  }

  after(subject: string, limit: number): readonly string[] {
    const start = this.#start;
    // ' ' is below every character of an id.
    const from = subject === '' ? start : `${start}${subject} `;
    const rows = this.#store.range(from, `${start}\x7f`, { limit });
    return rows.map(([key]) => key.slice(start.length));
  }
}

export function hasImported(store: Store, partition: number): boolean {
  return store.get(partitionPrefix(partition) + IMPORTED) !== undefined;
}

export function importedWrite(partition: number, subject: string, row: Uint8Array): StoreWrite {
  return [partitionPrefix(partition) + IMPORTED_ROWS + subject, row];
}

/** All is there that the former generation told of the partition's subjects. */
export function importedAll(partition: number): StoreWrite {
  return [partitionPrefix(partition) + IMPORTED, new Uint8Array([1])];
}

/** The next rows to be deleted when the former generation is gone; the mark of all stays. */
export function forgetImported(store: Store, partition: number, limit: number): StoreWrite[] {
  const start = partitionPrefix(partition) + IMPORTED_ROWS;
  const rows = store.range(start, `${start}\x7f`, { limit });
  return rows.map(([key]) => [key, null]);
}
