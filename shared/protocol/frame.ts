/**
 * Frames: what one log entry holds.
 *
 * Layout 2: 1 byte layout version, 8 bytes stamp, msgpack of the list of subframes, 4 bytes CRC-32
 * (zlib) of all before. Layout 1 had no stamp; it is still read. One entry carries the subframes of
 * many sources, so that a flush costs one append per destination. The checksum finds flipped bits
 * before anything is applied; holes, re-used sequences and lost tails are found by the reader
 * (sequence and hash of the entry last applied).
 *
 * The stamp is another one for every append, also of the same content. Without it a log that lost
 * its tail and was given the same batch again, behind other entries, would show the very bytes that
 * were applied last, and the difference before them would go unnoticed.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Message } from '../domain/messages.ts';
import type { Rules } from '../domain/rules.ts';
import { arrayHead, decode, encode, joinEncoded } from './codec.ts';

const LAYOUT = 2;
const LAYOUT_UNSTAMPED = 1;
const STAMP_AT = 1;
const BODY_AT = 9;
const TRAILER_BYTES = 4;

/** A message with the origin stamp it inherits (see `settled` in ARCHITECTURE section 3). */
export type Stamped = readonly [origin: number, message: Message];

export const SubframeKind = { ingress: 0, link: 1, owner: 2, activate: 3, mirror: 4 } as const;
type S = typeof SubframeKind;

/**
 * Interactions and commands from a router. Deduplicated by the actors, so repeats are harmless.
 * `tag` is unique per router and entry; owners confirm it once the entry is durable.
 */
export type IngressSubframe = readonly [S['ingress'], messages: readonly Stamped[], tag: string];
/**
 * Messages `first`, `first + 1`, ... of the link from `source` to the partition of this log.
 * A message too large for an entry travels as fragments, see `Fragment`.
 */
export type LinkSubframe = readonly [
  S['link'],
  source: number,
  linkEpoch: number,
  first: number,
  messages: readonly (Stamped | Fragment)[],
];
/** Part `index` of `count` of an encoded `Stamped`; parts have consecutive link numbers. */
export type Fragment = readonly [origin: number, bytes: Uint8Array, index: number, count: number];
/**
 * Announces the owner of a term; whoever reads a higher term than its own stops. `base` is the
 * chain hash of the state from which the claimant entered the epoch: only states with the base of
 * the epoch's first entry belong to it, so two states can never both continue one epoch.
 */
export type OwnerSubframe = readonly [S['owner'], term: number, owner: string, base: string];
/**
 * The whole content of a rules version, and the reducer that it must be run with: one that would
 * decide otherwise gets another number, and an owner that has not got it refuses.
 */
export type ActivateSubframe = readonly [S['activate'], rules: Rules, reducer: number];
/** From here on the partition notes what ingress changes, for this shadow generation; 0: no more. */
export type MirrorSubframe = readonly [S['mirror'], generation: number];
export type Subframe =
  | IngressSubframe
  | LinkSubframe
  | OwnerSubframe
  | ActivateSubframe
  | MirrorSubframe;

/** Bytes of a subframe, as they go into a frame. */
export type SubframeBytes = Uint8Array;
/** A subframe that is encoded once, for every place that keeps or carries it. */
export interface Encoded<Kind extends Subframe = Subframe> {
  readonly subframe: Kind;
  readonly bytes: SubframeBytes;
}

export function encodeSubframe<Kind extends Subframe>(subframe: Kind): Encoded<Kind> {
  return { subframe, bytes: encode(subframe) };
}

export class FrameError extends Error {
  readonly code = 'corrupt_frame';
}

/**
 * `stamp` as it is: for logs whose entries are in one transaction with the state, and for tests.
 * Whoever appends to a log that others append to, or that may lose its tail, uses a `FrameWriter`.
 */
export function encodeFrame(
  subframes: readonly (Subframe | SubframeBytes)[],
  stamp = 0n,
): Uint8Array {
  const parts = subframes.map((part) => (part instanceof Uint8Array ? part : encode(part)));
  const frame = joinEncoded([arrayHead(parts.length), ...parts], BODY_AT, TRAILER_BYTES);
  frame[0] = LAYOUT;
  seal(frame, stamp);
  return frame;
}

/** Makes frames of which no two are equal: one for every process that appends. */
export class FrameWriter {
  #stamp: bigint;

  /** `writer` is unique among all processes that ever append to these logs. */
  constructor(writer: string) {
    this.#stamp = createHash('sha256').update(writer).digest().readBigUInt64BE();
  }

  encode(subframes: readonly (Subframe | SubframeBytes)[]): Uint8Array {
    return encodeFrame(subframes, this.#next());
  }

  /** The same content for another append; `frame` stays as it is. */
  again(frame: Uint8Array): Uint8Array {
    const copy = frame.slice();
    seal(copy, this.#next());
    return copy;
  }

  #next(): bigint {
    this.#stamp = BigInt.asUintN(64, this.#stamp + 1n);
    return this.#stamp;
  }
}

function seal(frame: Uint8Array, stamp: bigint): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const end = frame.length - TRAILER_BYTES;
  view.setBigUint64(STAMP_AT, stamp);
  view.setUint32(end, crc32(frame.subarray(0, end)));
}

/** Throws `FrameError` when the bytes are not what `encodeFrame` wrote. */
export function decodeFrame(bytes: Uint8Array): readonly Subframe[] {
  if (bytes.length < 1 + TRAILER_BYTES) throw new FrameError('frame is too short');
  const end = bytes.length - TRAILER_BYTES;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (crc32(bytes.subarray(0, end)) !== view.getUint32(end)) {
    throw new FrameError('frame checksum does not match');
  }
  const layout = bytes[0];
  if (layout !== LAYOUT && layout !== LAYOUT_UNSTAMPED) {
    throw new FrameError(`frame layout ${layout} is not supported`);
  }
  const bodyAt = layout === LAYOUT ? BODY_AT : STAMP_AT;
  if (bodyAt > end) throw new FrameError('frame is too short');
  const subframes = decodeBody(bytes.subarray(bodyAt, end));
  if (!Array.isArray(subframes)) throw new FrameError('frame does not hold subframes');
  return subframes as readonly Subframe[];
}

function decodeBody(body: Uint8Array): unknown {
  try {
    return decode(body);
  } catch (cause) {
    throw new FrameError('frame body cannot be decoded', { cause });
  }
}
