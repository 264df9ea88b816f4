/**
 * A profile as bytes. A profile that scores with many others is stored after each change of one of
 * them, and its pairs were most of what was encoded: each keeps its bytes until it changes.
 */
import { packAroundPairs, packPair, packProfile } from '../domain/actors/profile-codec.ts';
import type { ProfileState } from '../domain/actors/states.ts';
import { arrayHead, encode, joinEncoded } from '../protocol/codec.ts';

/** With fewer pairs a profile is encoded whole: bytes kept for each would cost more memory than time. */
const KEPT_FROM = 4;

/** The same bytes as `encode(packProfile(state))`. */
export function encodeProfile(state: ProfileState): Uint8Array {
  if (state.pairs.size < KEPT_FROM) return encode(packProfile(state));
  const [before, after] = packAroundPairs(state);
  const parts = [
    arrayHead(before.length + 1 + after.length),
    elementsOf(before),
    arrayHead(state.pairs.size),
  ];
  for (const [id, pair] of state.pairs) {
    // A copy: what `encode` returns lies in a larger buffer, which would be kept as well.
    pair.encoded ??= Uint8Array.from(encode(packPair(id, pair)));
    parts.push(pair.encoded);
  }
  parts.push(elementsOf(after));
  return joinEncoded(parts);
}

/** The encoded elements of an array, without its head. */
function elementsOf(array: readonly unknown[]): Uint8Array {
  return encode(array).subarray(arrayHead(array.length).length);
}
