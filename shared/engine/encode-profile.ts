/**
 * A profile as bytes. A profile that scores with many others is stored after each change of one of
 * them, and what does not change by that was most of what was encoded: each pair keeps its bytes until it
 * changes, and so does all that is still (`profile-codec.ts`).
 */
import {
  packMoving,
  packPair,
  packProfile,
  packStill,
  PROFILE_ELEMENTS,
} from '../domain/actors/profile-codec.ts';
import type { ProfileState } from '../domain/actors/states.ts';
import { arrayHead, encode, joinEncoded } from '../protocol/codec.ts';

/** With fewer pairs a profile is encoded whole: bytes kept for each would cost more memory than time. */
const KEPT_FROM = 4;

/** The same bytes as `encode(packProfile(state))`. */
export function encodeProfile(state: ProfileState): Uint8Array {
  if (state.pairs.size < KEPT_FROM) return encode(packProfile(state));
  // Copies: what `encode` returns lies in a larger buffer, which would be kept as well.
  state.encodedStill ??= Uint8Array.from(encodeStill(state));
  const parts = [arrayHead(PROFILE_ELEMENTS), state.encodedStill, arrayHead(state.pairs.size)];
  for (const [id, pair] of state.pairs) {
    pair.encoded ??= Uint8Array.from(encode(packPair(id, pair)));
    parts.push(pair.encoded);
  }
  parts.push(elementsOf(packMoving(state)));
  return joinEncoded(parts);
}

/** What `encodedStill` keeps. */
export function encodeStill(state: ProfileState): Uint8Array {
  return elementsOf(packStill(state));
}

/** The encoded elements of an array, without its head. */
function elementsOf(array: readonly unknown[]): Uint8Array {
  return encode(array).subarray(arrayHead(array.length).length);
}
