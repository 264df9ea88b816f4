/** Frames: what is written is read back, and nothing else is. */
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeFrame,
  encodeFrame,
  encodeSubframe,
  FrameError,
  FrameWriter,
  type Subframe,
  SubframeKind,
} from '../../shared/protocol/frame.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { makeHistory } from '../support/history.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { testRules } from '../support/test-rules.ts';

const messages = makeHistory(3, { events: 40, decisionShare: 0.5 }).map(
  (event, index) => [1_700_000_000_000 + index, messageOf(event)] as const,
);

const FRAMES: readonly (readonly [string, readonly Subframe[]])[] = [
  ['nothing', []],
  ['ingress', [[SubframeKind.ingress, messages, 'tag']]],
  ['a link', [[SubframeKind.link, 63, 2, 1_000_000_007, messages]]],
  ['fragments', [[SubframeKind.link, 0, 1, 5, [[7, Uint8Array.of(0, 255, 128), 0, 2]]]]],
  ['an owner', [[SubframeKind.owner, 3, 'shard-1', 'f'.repeat(32)]]],
  ['rules', [[SubframeKind.activate, testRules(), 1]]],
  [
    'many sources',
    [
      [SubframeKind.link, 1, 1, 1, messages.slice(0, 2)],
      [SubframeKind.ingress, messages.slice(2, 4), ''],
      [SubframeKind.link, 2, 1, 9, messages.slice(4, 5)],
    ],
  ],
];

/** A frame around any body, with a right checksum. */
function framed(layout: number, body: Uint8Array): Uint8Array {
  const frame = Buffer.concat([Buffer.of(layout), body, Buffer.alloc(4)]);
  frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4);
  return frame;
}

describe('frames', () => {
  test.for(FRAMES)('%s -> read back as written, the same bytes each time', ([, subframes]) => {
    const bytes = encodeFrame(subframes);
    const read = decodeFrame(bytes);
    expect(JSON.stringify(read)).toBe(
      JSON.stringify(subframes, (_, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value) : value,
      ),
    );
    expect(Buffer.from(encodeFrame(read)).equals(bytes)).toBe(true);
  });

  test.for([15, 16, 65_535, 65_536])(
    '%s subframes, half of them encoded before -> the bytes of one array',
    (count) => {
      const subframes = Array.from({ length: count }, (_, at): Subframe => {
        return [SubframeKind.owner, at, 'shard-1', ''];
      });
      const bytes = encodeFrame(
        subframes.map((one, at) => (at % 2 === 0 ? one : encodeSubframe(one).bytes)),
      );
      expect(Buffer.from(bytes.subarray(9, -4)).equals(encode(subframes))).toBe(true);
      expect(decodeFrame(bytes)).toHaveLength(count);
    },
  );

  test('read from the middle of a larger buffer -> the same', () => {
    const bytes = encodeFrame(FRAMES[1]?.[1] ?? []);
    const large = Buffer.concat([Buffer.alloc(13, 7), bytes, Buffer.alloc(5, 9)]);
    expect(decodeFrame(large.subarray(13, 13 + bytes.length))).toEqual(decodeFrame(bytes));
  });

  test('one to three flipped bits, a cut or an addition -> FrameError', () => {
    const bytes = encodeFrame(FRAMES[6]?.[1] ?? []);
    const flips = fc.uniqueArray(fc.nat(bytes.length * 8 - 1), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(flips, (bits) => {
        const flipped = Uint8Array.from(bytes);
        for (const bit of bits)
          flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(() => decodeFrame(flipped)).toThrow(FrameError);
      }),
      { numRuns: 500 },
    );
    expect(() => decodeFrame(bytes.subarray(0, -1))).toThrow(FrameError);
    expect(() => decodeFrame(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(FrameError);
  });

  test('the same content appended twice -> other bytes, the same content', () => {
    const [, subframes] = FRAMES[6] as (typeof FRAMES)[number];
    const writer = new FrameWriter('shard-1#a');
    const first = writer.encode(subframes);
    const before = first.slice();
    const frames = [first, writer.encode(subframes), writer.again(first), writer.again(first)];
    frames.push(new FrameWriter('shard-1#b').encode(subframes));
    expect(new Set(frames.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(5);
    for (const bytes of frames) expect(decodeFrame(bytes)).toEqual(decodeFrame(first));
    expect(first).toEqual(before);
  });

  test('a frame of layout 1, which had no stamp -> read', () => {
    const [, subframes] = FRAMES[4] as (typeof FRAMES)[number];
    expect(decodeFrame(framed(1, encode(subframes)))).toEqual(subframes);
  });

  test('any bytes -> FrameError and never another error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(() => decodeFrame(bytes)).toThrow(FrameError);
      }),
      { numRuns: 500 },
    );
  });

  test.for([
    ['another layout', framed(3, Buffer.of(0x90))],
    ['a stamp cut off', framed(2, Buffer.alloc(7))],
    ['an empty body after the stamp', framed(2, Buffer.alloc(8))],
    ['no msgpack', framed(1, Buffer.of(0xc1))],
    ['msgpack cut off', framed(1, Buffer.of(0x92, 0x01))],
    ['msgpack of no list', framed(1, Buffer.of(0x07))],
    ['an empty body', framed(1, Buffer.alloc(0))],
  ] as const)('%s under a right checksum -> FrameError', ([, bytes]) => {
    expect(() => decodeFrame(bytes)).toThrow(FrameError);
  });
});
