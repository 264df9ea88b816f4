/**
 * Store port: an ordered map from ASCII keys to bytes, with atomic durable commits.
 *
 * Implementations: `lmdb-store.ts` (production), `memory-store.ts` (tests, simulator).
 * One contract suite (`test/unit/store-contract.ts`) runs on all of them.
 */

/** ASCII text, at most 200 characters; ordered by code unit. */
export type StoreKey = string;

/** `null` deletes. Later writes of a key in one commit win. */
export type StoreWrite = readonly [key: StoreKey, value: Uint8Array | null];

export interface Store {
  /** The value as of all commits made so far in this process (read your writes), or undefined. */
  get(key: StoreKey): Uint8Array | undefined;
  /**
   * Rows with `from <= key < to` in key order (descending with `reverse`), at most `limit`, as of
   * all commits made so far. The result is materialised: no read transaction outlives the call.
   */
  range(
    from: StoreKey,
    to: StoreKey,
    options?: { readonly limit?: number; readonly reverse?: boolean },
  ): readonly (readonly [StoreKey, Uint8Array])[];
  /**
   * All rows with `from <= key < to` as of one commit, in key order and in batches: a snapshot
   * that later commits do not show in. Ends early only by `return`.
   */
  snapshotRange(
    from: StoreKey,
    to: StoreKey,
    batchRows: number,
  ): AsyncIterable<readonly (readonly [StoreKey, Uint8Array])[]>;
  /**
   * Applies all writes as one transaction. Commits take effect in call order; readers of this
   * process see them at once. Resolves when the transaction is on disk (survives power loss).
   * Rejects with `StoreError` (`disk_full`, `corrupt`, `closed`, `io`); after a rejection the store refuses
   * everything until it is reopened, and shows on reopening a prefix of the commits.
   */
  commit(writes: readonly StoreWrite[]): Promise<void>;
  /** Waits for open commits, then releases all resources. */
  close(): Promise<void>;
}

export type StoreErrorCode = 'disk_full' | 'corrupt' | 'closed' | 'io' | 'locked';

/** Operating error of a store: `message` says what, where and how to repair. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly retryable = false;
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
