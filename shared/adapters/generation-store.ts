/**
 * The part of a store that belongs to one generation: rows of partitions and logs stand under a
 * prefix of the generation, rows of the cluster itself (configuration, feed) are shared. One file
 * for all generations, so that the switch from one to the other is one transaction.
 */
import type { Store, StoreKey, StoreWrite } from './store.ts';

/** Partition rows `p0012/...` and log rows `l0012/...`; everything else is the cluster's. */
const GENERATION_ROW = /^[pl]\d{4}\//;

/** The first generation has no prefix: a cluster that never changed its rules pays nothing. */
export function generationPrefix(generation: number): string {
  return generation === 1 ? '' : `g${String(generation).padStart(6, '0')}/`;
}

export function generationStore(store: Store, generation: number): Store {
  return generation === 1 ? new FirstGeneration(store) : new GenerationStore(store, generation);
}

/** Ranges of keys that hold nothing but rows of the generation. */
export function generationRanges(generation: number): readonly (readonly [StoreKey, StoreKey])[] {
  if (generation > 1) {
    const prefix = generationPrefix(generation);
    return [[prefix, `${prefix}\x7f`]];
  }
  return [
    ['l0', 'l:'],
    ['p0', 'p:'],
  ];
}

class GenerationStore implements Store {
  readonly #store: Store;
  readonly #prefix: string;

  constructor(store: Store, generation: number) {
    this.#store = store;
    this.#prefix = generationPrefix(generation);
  }

  get(key: StoreKey): Uint8Array | undefined {
    return this.#store.get(this.#place(key));
  }

  range(
    from: StoreKey,
    to: StoreKey,
    options?: { readonly limit?: number; readonly reverse?: boolean },
  ): readonly (readonly [StoreKey, Uint8Array])[] {
    if (!GENERATION_ROW.test(from)) return this.#store.range(from, to, options);
    const rows = this.#store.range(this.#prefix + from, this.#prefix + to, options);
    return rows.map(([key, bytes]) => [key.slice(this.#prefix.length), bytes]);
  }

  async *snapshotRange(
    from: StoreKey,
    to: StoreKey,
    batchRows: number,
  ): AsyncIterable<readonly (readonly [StoreKey, Uint8Array])[]> {
    const batches = this.#store.snapshotRange(this.#prefix + from, this.#prefix + to, batchRows);
    for await (const rows of batches) {
      yield rows.map(([key, bytes]) => [key.slice(this.#prefix.length), bytes]);
    }
  }

  commit(writes: readonly StoreWrite[]): Promise<void> {
    return this.#store.commit(writes.map(([key, bytes]) => [this.#place(key), bytes]));
  }

  /** The store belongs to the cluster, which closes it. */
  async close(): Promise<void> {}

  #place(key: StoreKey): StoreKey {
    return GENERATION_ROW.test(key) ? this.#prefix + key : key;
  }
}

/** The store itself, but for closing. */
class FirstGeneration implements Store {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get(key: StoreKey): Uint8Array | undefined {
    return this.#store.get(key);
  }

  range(...asked: Parameters<Store['range']>): ReturnType<Store['range']> {
    return this.#store.range(...asked);
  }

  snapshotRange(...asked: Parameters<Store['snapshotRange']>): ReturnType<Store['snapshotRange']> {
    return this.#store.snapshotRange(...asked);
  }

  commit(writes: readonly StoreWrite[]): Promise<void> {
    return this.#store.commit(writes);
  }

  async close(): Promise<void> {}
}

/** Most rows removed in one transaction. */
const REMOVED_ROWS = 2000;

/** Removes every row of a generation, some at a time; can be interrupted and begun again. */
export async function removeGeneration(
  store: Store,
  generation: number,
  isStopped: () => boolean,
): Promise<boolean> {
  for (const [from, to] of generationRanges(generation)) {
    for (;;) {
      if (isStopped()) return false;
      const rows = store.range(from, to, { limit: REMOVED_ROWS });
      if (rows.length === 0) break;
      await store.commit(rows.map(([key]) => [key, null]));
    }
  }
  return true;
}
