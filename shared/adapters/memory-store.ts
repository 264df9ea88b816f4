/**
 * Store in memory, for tests and the simulator.
 *
 * I1. Same outcomes as `LmdbStore`: one contract suite runs on both.
 * I2. With `manualFlush` a commit is durable only when the driver calls `flush`; `crash` then gives
 *     the store as it would be found after a power failure (flushed commits, or any longer prefix)
 *     or after a process kill (all commits). Undo records make both cost only the commits undone.
 * The simulator runs 20,000 schedules in 4 minutes: reads and writes are map operations, and the
 * key order is mended when a range is read.
 */
import { compareText } from '../domain/identifier.ts';
import { lowerBound } from './pending-writes.ts';
import { type Store, StoreError, type StoreKey, type StoreWrite } from './store.ts';
import { assertStoreKeys } from './store-keys.ts';

export interface MemoryStoreOptions {
  /** Commits become durable only by `flush`. Default false: at once. */
  readonly manualFlush?: boolean;
  /** Called synchronously, in commit order, when a commit becomes durable. */
  readonly onDurable?: (commitNumber: number) => void;
}

interface UnflushedCommit {
  readonly commit: number;
  /** Values before the commit, in write order; undone from the last to the first. */
  readonly undo: readonly (readonly [StoreKey, Uint8Array | undefined])[];
  /** Set by the promise API only. */
  resolve: (() => void) | null;
  reject: ((error: StoreError) => void) | null;
}

/** More new keys than this share of the known ones: sort all instead of inserting one by one. */
const INSERT_SHARE_MAX = 1 / 8;

export class MemoryStore implements Store {
  readonly #manualFlush: boolean;
  readonly #onDurable: ((commitNumber: number) => void) | null;
  #rows = new Map<StoreKey, Uint8Array>();
  /** Ascending; may hold deleted keys (`#deadKeys` of them) but no key twice. */
  #sortedKeys: StoreKey[] = [];
  #deadKeys = 0;
  /** Keys in `#rows` that are not in `#sortedKeys` yet. */
  #newKeys = new Set<StoreKey>();
  #unflushed: UnflushedCommit[] = [];
  #lastCommit = 0;
  #durableThrough = 0;
  #isClosed = false;
  #failure: StoreError | null = null;

  constructor(options: MemoryStoreOptions = {}) {
    this.#manualFlush = options.manualFlush ?? false;
    this.#onDurable = options.onDurable ?? null;
  }

  /** Number of the latest commit; the first is 1. Counts on across a crash. */
  get lastCommit(): number {
    return this.#lastCommit;
  }

  /** Commits up to this number survive a power failure. */
  get durableThrough(): number {
    return this.#durableThrough;
  }

  /** Rows held; for state hashes and assertions. */
  get size(): number {
    return this.#rows.size;
  }

  get(key: StoreKey): Uint8Array | undefined {
    this.#assertUsable();
    return this.#rows.get(key);
  }

  async *snapshotRange(
    from: StoreKey,
    to: StoreKey,
    batchRows: number,
  ): AsyncIterable<readonly (readonly [StoreKey, Uint8Array])[]> {
    const rows = this.range(from, to);
    for (let start = 0; start < rows.length; start += batchRows) {
      yield rows.slice(start, start + batchRows);
    }
  }

  range(
    from: StoreKey,
    to: StoreKey,
    options: { readonly limit?: number; readonly reverse?: boolean } = {},
  ): readonly (readonly [StoreKey, Uint8Array])[] {
    this.#assertUsable();
    const limit = options.limit ?? Number.POSITIVE_INFINITY;
    const found: (readonly [StoreKey, Uint8Array])[] = [];
    if (from >= to || limit <= 0) return found;
    this.#mendOrder();
    const keys = this.#sortedKeys;
    const start = lowerBound(keys, from);
    const isReverse = options.reverse === true;
    let index = isReverse ? lowerBound(keys, to) - 1 : start;
    for (; index >= start && found.length < limit; index += isReverse ? -1 : 1) {
      const key = keys[index];
      if (key === undefined || key >= to) break;
      const value = this.#rows.get(key);
      if (value !== undefined) found.push([key, value]);
    }
    return found;
  }

  /** Keeps the values: the caller must not change them afterwards. */
  commit(writes: readonly StoreWrite[]): Promise<void> {
    try {
      this.commitSync(writes);
    } catch (error) {
      return Promise.reject(error);
    }
    const pending = this.#unflushed.at(-1);
    if (pending === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      pending.resolve = resolve;
      pending.reject = reject;
    });
  }

  /** As `commit`, without a promise: returns the commit's number, see `durableThrough`. */
  commitSync(writes: readonly StoreWrite[]): number {
    this.#assertUsable();
    assertStoreKeys(writes);
    this.#lastCommit++;
    if (this.#manualFlush) {
      const undo: (readonly [StoreKey, Uint8Array | undefined])[] = [];
      for (const [key, value] of writes) {
        undo.push([key, this.#rows.get(key)]);
        this.#write(key, value ?? undefined);
      }
      this.#unflushed.push({ commit: this.#lastCommit, undo, resolve: null, reject: null });
    } else {
      for (const [key, value] of writes) this.#write(key, value ?? undefined);
      this.#durableThrough = this.#lastCommit;
      this.#onDurable?.(this.#lastCommit);
    }
    return this.#lastCommit;
  }

  /** Makes the oldest `count` open commits durable (default: all); returns `durableThrough`. */
  flush(count: number = this.#unflushed.length): number {
    this.#assertUsable();
    for (let flushed = 0; flushed < count; flushed++) {
      // One by one: a callback may commit, flush or crash, and then finds what is still open.
      const pending = this.#unflushed.shift();
      if (pending === undefined) break;
      this.#durableThrough = pending.commit;
      this.#onDurable?.(pending.commit);
      pending.resolve?.();
    }
    return this.#durableThrough;
  }

  /**
   * The store that a restart finds; this one refuses everything from now on. `survivesThrough` is
   * the last commit it still shows, from `durableThrough` (default: power failure) to `lastCommit`
   * (process kill, when the file cache outlives the process). What it shows is durable.
   * Promises of undone commits never settle, as those of a killed process.
   */
  crash(options: MemoryStoreOptions & { readonly survivesThrough?: number } = {}): MemoryStore {
    const survivesThrough = options.survivesThrough ?? this.#durableThrough;
    if (survivesThrough < this.#durableThrough || survivesThrough > this.#lastCommit) {
      throw new RangeError(
        `survivesThrough ${survivesThrough} is outside ` +
          `${this.#durableThrough}..${this.#lastCommit}: durable commits always survive`,
      );
    }
    while ((this.#unflushed.at(-1)?.commit ?? 0) > survivesThrough) {
      const undone = this.#unflushed.pop();
      for (const [key, value] of undone?.undo.toReversed() ?? []) this.#write(key, value);
    }
    const found = new MemoryStore({
      manualFlush: options.manualFlush ?? this.#manualFlush,
      ...(options.onDurable === undefined ? {} : { onDurable: options.onDurable }),
    });
    found.#rows = this.#rows;
    found.#sortedKeys = this.#sortedKeys;
    found.#deadKeys = this.#deadKeys;
    found.#newKeys = this.#newKeys;
    found.#lastCommit = survivesThrough;
    found.#durableThrough = survivesThrough;
    this.#abandon();
    return found;
  }

  /**
   * From now on the store refuses everything with `error`, as LMDB does after a full disk. The
   * promises of unflushed commits reject; `crash` still gives what a restart finds.
   */
  fail(error: StoreError): void {
    this.#failure ??= error;
    for (const pending of this.#unflushed) pending.reject?.(this.#failure);
  }

  close(): Promise<void> {
    if (!this.#isClosed) {
      if (this.#failure === null) this.flush();
      this.#isClosed = true;
    }
    return Promise.resolve();
  }

  /** The rows now belong to the store that `crash` returned. */
  #abandon(): void {
    this.#isClosed = true;
    this.#rows = new Map();
    this.#sortedKeys = [];
    this.#newKeys = new Set();
    this.#unflushed = [];
  }

  #write(key: StoreKey, value: Uint8Array | undefined): void {
    if (value === undefined) {
      if (!this.#rows.delete(key)) return;
      if (!this.#newKeys.delete(key)) this.#deadKeys++;
      return;
    }
    if (!this.#rows.has(key)) this.#newKeys.add(key);
    this.#rows.set(key, value);
  }

  #mendOrder(): void {
    const keys = this.#sortedKeys;
    if (this.#deadKeys > keys.length / 2 || this.#newKeys.size > keys.length * INSERT_SHARE_MAX) {
      this.#sortedKeys = [...this.#rows.keys()].sort(compareText);
      this.#deadKeys = 0;
      this.#newKeys.clear();
      return;
    }
    for (const key of this.#newKeys) {
      const index = lowerBound(keys, key);
      // A key that was deleted and written again still has its place.
      if (keys[index] === key) this.#deadKeys--;
      else keys.splice(index, 0, key);
    }
    this.#newKeys.clear();
  }

  #assertUsable(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#isClosed) throw new StoreError('closed', 'the store is closed');
  }
}
