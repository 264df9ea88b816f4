/** A store that counts, and on demand keeps, what is committed through it. */
import type { Store, StoreWrite } from '../../shared/adapters/store.ts';

export class RecordedStore implements Store {
  readonly commits: (readonly StoreWrite[])[] = [];
  rows = 0;
  bytes = 0;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get: Store['get'] = (key) => this.#store.get(key);
  range: Store['range'] = (from, to, options) => this.#store.range(from, to, options);
  snapshotRange: Store['snapshotRange'] = (from, to, batchRows) =>
    this.#store.snapshotRange(from, to, batchRows);

  commit(writes: readonly StoreWrite[]): Promise<void> {
    this.commits.push(writes);
    this.rows += writes.length;
    for (const [key, value] of writes) this.bytes += key.length + (value?.length ?? 0);
    return this.#store.commit(writes);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

/** Repeats commits on a store as fast as it takes them, as many open as the engine has. */
export async function repeatCommits(
  store: Store,
  commits: readonly (readonly StoreWrite[])[],
): Promise<void> {
  const open: Promise<void>[] = [];
  for (const writes of commits) {
    open.push(store.commit(writes));
    if (open.length >= 2) await open.shift();
  }
  await Promise.all(open);
}
