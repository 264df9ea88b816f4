/**
 * Writes the answers of BatchResolve and ResolveStream without protobufjs.
 *
 * These two messages carry 200,000 answers a second, nearly all of them one customer or none, and
 * protobufjs spent 40 % of the gateway's time on them (profile of 2026-11-22: an intermediate object
 * and a linked list of writes for each field). Everything that is not one of these two shapes still
 * goes through protobufjs. `test/unit/grpc-encode.test.ts` compares the bytes of both ways.
 */
import type { CustomerMatch, Resolution } from '../protocol/cluster.ts';
import type { Resolution as WireResolution } from './generated/selfsame/v1/Resolution.ts';
import { messageCodec } from './load.ts';
import { resolutionToWire } from './map-resolution.ts';

/** Tags of selfsame.v1.Resolution: field number * 8 + wire type. */
const STATUS_TAG = 0x08;
const CUSTOMER_ID_TAG = 0x12;
const CERTAINTY_TAG = 0x19;
const STATUS_FOUND = 1;
const STATUS_NOT_FOUND = 2;

/** Status (2 bytes), tag and length of the id (2), tag and value of the certainty (9). */
const FOUND_BYTES = 13;
const NOT_FOUND_BYTES = 2;
/** Lengths below 128 take one byte; customer ids have 27 characters. */
const SHORT = 128;

/** An answer with exactly one customer whose id is short enough for one-byte lengths, or with none. */
function isPlain(resolution: Resolution): boolean {
  if (resolution.kind === 'not_found') return true;
  if (resolution.kind !== 'found' || resolution.matches.length !== 1) return false;
  const { customerId: id, isContested } = resolution.matches[0] as CustomerMatch;
  if (isContested === true) return false;
  return id.length + FOUND_BYTES < SHORT;
}

function plainBytes(resolution: Resolution): number {
  if (resolution.kind !== 'found') return NOT_FOUND_BYTES;
  return FOUND_BYTES + (resolution.matches[0]?.customerId.length ?? 0);
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= SHORT; rest = Math.floor(rest / SHORT)) bytes++;
  return bytes;
}

function writeVarint(target: Buffer, start: number, value: number): number {
  let position = start;
  let rest = value;
  for (; rest >= SHORT; rest = Math.floor(rest / SHORT)) {
    target[position++] = (rest % SHORT) | 0x80;
  }
  target[position++] = rest;
  return position;
}

const NOT_ASCII = -1;

/** Returns the position after it, or NOT_ASCII for a text whose bytes are not its characters. */
function writePlain(target: Buffer, start: number, resolution: Resolution): number {
  let position = start;
  target[position++] = STATUS_TAG;
  const match = resolution.kind === 'found' ? resolution.matches[0] : undefined;
  if (match === undefined) {
    target[position++] = STATUS_NOT_FOUND;
    return position;
  }
  const { customerId, certainty } = match;
  target[position++] = STATUS_FOUND;
  target[position++] = CUSTOMER_ID_TAG;
  target[position++] = customerId.length;
  let bits = 0;
  for (let index = 0; index < customerId.length; index++) {
    const code = customerId.charCodeAt(index);
    bits |= code;
    target[position++] = code;
  }
  if (bits >= 0x80) return NOT_ASCII;
  target[position++] = CERTAINTY_TAG;
  return target.writeDoubleLE(certainty, position);
}

/**
 * The answers as occurrences of the repeated field `fieldNumber` (1 to 15), after `prefix`: encoded
 * fields of the same message. Linear in the bytes written.
 */
export function encodeResolutions(
  resolutions: readonly Resolution[],
  fieldNumber: number,
  prefix: Uint8Array = new Uint8Array(0),
): Buffer {
  // That ids are ASCII, as all that are issued, is seen while they are written.
  return (
    encode(resolutions, fieldNumber, prefix, isPlain) ??
    (encode(resolutions, fieldNumber, prefix, () => false) as Buffer)
  );
}

/** Null when an answer that counts as plain is not. */
function encode(
  resolutions: readonly Resolution[],
  fieldNumber: number,
  prefix: Uint8Array,
  countsAsPlain: (resolution: Resolution) => boolean,
): Buffer | null {
  const codec = messageCodec<WireResolution, unknown>('selfsame.v1.Resolution');
  const others = new Map<Resolution, Buffer>();
  let total = prefix.length;
  for (const resolution of resolutions) {
    let bytes: number;
    if (countsAsPlain(resolution)) bytes = plainBytes(resolution);
    else {
      const encoded = others.get(resolution) ?? codec.serialize(resolutionToWire(resolution));
      others.set(resolution, encoded);
      bytes = encoded.length;
    }
    total += 1 + varintBytes(bytes) + bytes;
  }
  const target = Buffer.allocUnsafe(total);
  target.set(prefix);
  const tag = fieldNumber * 8 + 2;
  let position = prefix.length;
  for (const resolution of resolutions) {
    target[position++] = tag;
    const encoded = others.size === 0 ? undefined : others.get(resolution);
    if (encoded === undefined) {
      target[position++] = plainBytes(resolution);
      position = writePlain(target, position, resolution);
      if (position === NOT_ASCII) return null;
    } else {
      position = writeVarint(target, position, encoded.length);
      target.set(encoded, position);
      position += encoded.length;
    }
  }
  return target;
}
