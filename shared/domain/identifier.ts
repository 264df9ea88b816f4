/**
 * Identifiers and the ids derived from them.
 *
 * Every actor is named by a 120-bit hash written as 20 base64url characters. The first two
 * characters carry 12 bits and are the actor's *slot* (one of 4,096), so routing needs no hashing.
 * Hashing itself happens at ingress (`shared/ingress/hashing.ts`): this room is pure.
 */

/** A normalised identifier: `value` is what the namespace's normaliser returned. */
export interface Identifier {
  readonly namespace: string;
  readonly value: string;
}

/** Profile id: hash of the profile's anchor. 20 base64url characters. */
export type ProfileId = string & { readonly brand: 'ProfileId' };
/** Key id: hash of an evidence identifier. 20 base64url characters. */
export type KeyId = string & { readonly brand: 'KeyId' };
/** Interaction id: hash of (source, the source's interaction id). 20 base64url characters. */
export type InteractionId = string & { readonly brand: 'InteractionId' };

/** Number of permanent hash slots; the slot of an actor never changes. */
export const SLOT_COUNT = 4096;

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const SEXTET_BY_CHAR_CODE = new Uint8Array(128);
for (let index = 0; index < 64; index++) SEXTET_BY_CHAR_CODE[BASE64URL.charCodeAt(index)] = index;

/** Slot of an actor id: its first 12 bits, 0..4095. */
export function slotOf(id: string): number {
  const high = SEXTET_BY_CHAR_CODE[id.charCodeAt(0)] ?? 0;
  const low = SEXTET_BY_CHAR_CODE[id.charCodeAt(1)] ?? 0;
  return high * 64 + low;
}

/** Compares two strings by code unit: the one order used wherever order can reach an output. */
export function compareText(left: string, right: string): -1 | 0 | 1 {
  if (left < right) return -1;
  return left > right ? 1 : 0;
}
