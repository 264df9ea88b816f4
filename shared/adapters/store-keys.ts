/** Checks of keys shared by all stores: what one implementation accepts, every one accepts. */
import type { StoreWrite } from './store.ts';

/** From the port's contract: ASCII, at most 200 characters; empty keys do not exist in LMDB. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are legal separators.
const STORE_KEY = /^[\x00-\x7f]{1,200}$/;

/**
 * Throws when a write has a key outside the contract: LMDB would store other bytes than were asked
 * for (latin1 truncation), so a bug of the caller must not get that far.
 */
export function assertStoreKeys(writes: readonly StoreWrite[]): void {
  for (const [key] of writes) {
    if (!STORE_KEY.test(key)) {
      // The key itself may hold personal data of a caller's mistake: only its shape is told.
      throw new TypeError(
        `store key must be 1 to 200 ASCII characters; got ${key.length} characters`,
      );
    }
  }
}
