/**
 * Bytes of packed values: msgpack without shared structures (a structure kept apart from its data
 * is how whole stores became undecodable elsewhere). Positional arrays only.
 */
import { Packr } from 'msgpackr';

const packr = new Packr({ useRecords: false, variableMapSize: true, mapsAsObjects: true });

/**
 * Encodes nested arrays of text, numbers, booleans and null. An array's encoding is its head and then
 * the encodings of its elements: what was encoded before is joined, not encoded again.
 */
export function encode(value: unknown): Uint8Array {
  return packr.pack(value);
}

/** Decodes what `encode` wrote. Throws on anything else. */
export function decode(bytes: Uint8Array): unknown {
  return packr.unpack(bytes);
}

/** What msgpack puts before the elements of an array (specification of msgpack, "array format"). */
export function arrayHead(length: number): Uint8Array {
  if (length < 16) return Uint8Array.of(0x90 | length);
  if (length < 2 ** 16) return Uint8Array.of(0xdc, length >> 8, length & 0xff);
  const head = new Uint8Array(5);
  head[0] = 0xdd;
  new DataView(head.buffer).setUint32(1, length);
  return head;
}

/** Encoded parts one after the other, with room before and behind them. */
export function joinEncoded(parts: readonly Uint8Array[], before = 0, behind = 0): Uint8Array {
  let bytes = before;
  for (const part of parts) bytes += part.length;
  const joined = new Uint8Array(bytes + behind);
  let at = before;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
