/**
 * Overlay of commits that are not yet visible in the data file.
 *
 * Owns: read-your-writes for a store whose transactions run on another thread. Does not own
 * durability or order of the transactions.
 * I1. The newest pending commit of a key answers for it; `null` is "deleted".
 * I2. A commit leaves the overlay only after the data file shows it, so a reader that looks into
 *     the overlay first and the file second never sees an older value than it saw before.
 */
import { compareText } from '../domain/identifier.ts';
import type { StoreKey, StoreWrite } from './store.ts';

interface PendingCommit {
  readonly commit: number;
  readonly values: ReadonlyMap<StoreKey, Uint8Array | null>;
  /** Sorted on the first range read that meets this commit, then kept. */
  sortedKeys: StoreKey[] | null;
}

export class PendingWrites {
  /** The newest first. A handful: what one owner has open. */
  readonly #commits: PendingCommit[] = [];

  get commitCount(): number {
    return this.#commits.length;
  }

  add(commit: number, writes: readonly StoreWrite[]): void {
    this.#commits.unshift({ commit, values: new Map(writes), sortedKeys: null });
  }

  /** Forgets a commit that the data file shows by now (I2). */
  remove(commit: number): void {
    const index = this.#commits.findIndex((pending) => pending.commit === commit);
    if (index >= 0) this.#commits.splice(index, 1);
  }

  /** undefined: not pending, ask the data file. null: deleted. */
  get(key: StoreKey): Uint8Array | null | undefined {
    for (const { values } of this.#commits) {
      const value = values.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /**
   * Pending keys with `from <= key < to`, ascending, without duplicates; deleted ones included.
   * O(c log n + m log m) for c pending commits of n keys and m keys found.
   */
  keysIn(from: StoreKey, to: StoreKey): StoreKey[] {
    const found = new Set<StoreKey>();
    for (const pending of this.#commits) {
      pending.sortedKeys ??= Array.from(pending.values.keys()).sort(compareText);
      const keys = pending.sortedKeys;
      for (let index = lowerBound(keys, from); index < keys.length; index++) {
        const key = keys[index];
        if (key === undefined || key >= to) break;
        found.add(key);
      }
    }
    return [...found].sort(compareText);
  }
}

/** Index of the first key that is not below `key` in ascending `keys`; `keys.length` if none. */
export function lowerBound(keys: readonly StoreKey[], key: StoreKey): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = keys[middle];
    if (candidate !== undefined && candidate < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
