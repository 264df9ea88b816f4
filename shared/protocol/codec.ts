/**
 * Bytes of packed values: msgpack without shared structures (a structure kept apart from its data
 * is how whole stores became undecodable elsewhere). Positional arrays only.
 */
import { Packr } from 'msgpackr';

const packr = new Packr({ useRecords: false, variableMapSize: true, mapsAsObjects: true });

/** Encodes nested arrays of text, numbers, booleans and null. */
export function encode(value: unknown): Uint8Array {
  return packr.pack(value);
}

/** Decodes what `encode` wrote. Throws on anything else. */
export function decode(bytes: Uint8Array): unknown {
  return packr.unpack(bytes);
}
