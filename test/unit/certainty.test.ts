/**
 * Goal: certainties, support buckets and device edges agree with their formulas, exactly.
 * Method: worked values, and the defining inequality in big integers over a grid of day counts.
 */
import { describe, expect, test } from 'vitest';
import {
  deviceCertainty,
  probabilityOf,
  QUARTER_BITS_EVIDENCE_MAX,
  QUARTER_BITS_MIN,
  quarterBitsOf,
  supportBucket,
} from '../../shared/domain/certainty.ts';
import { type DeviceHolder, deviceEdges } from '../../shared/domain/device.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';

describe('quarter bits', () => {
  test.each([
    [0, -120],
    [0.2, -8],
    [0.5, 0],
    [0.49, 0],
    [2 / 3, 4],
    [0.992, 28],
    [0.999, 40],
    [1 - 2 ** -40, 119],
    [1, 119],
  ])('probability %f -> %i quarter bits', (probability, expected) => {
    expect(quarterBitsOf(probability)).toBe(expected);
  });

  test.each([
    [0, 0.5],
    [4, 2 / 3],
    [-8, 0.2],
    [120, 1 - 2 ** -30],
  ])('%i quarter bits -> probability %f', (quarterBits, expected) => {
    expect(probabilityOf(quarterBits)).toBeCloseTo(expected, 12);
  });

  test('every step of evidence -> survives the way to a probability and back', () => {
    for (let step = QUARTER_BITS_MIN; step <= QUARTER_BITS_EVIDENCE_MAX; step++) {
      expect(quarterBitsOf(probabilityOf(step))).toBe(step);
    }
  });

  test.each([-0.1, 1.1, Number.NaN])('%f is no probability -> RangeError', (value) => {
    expect(() => quarterBitsOf(value)).toThrow(RangeError);
  });
});

describe('support buckets', () => {
  test.each([
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [1023, 9],
    [1024, 10],
    [100_000, 10],
    [2 ** 33, 10],
  ])('%i days -> bucket %i', (days, expected) => {
    expect(supportBucket(days)).toBe(expected);
  });

  test.each([0, -1, 1.5])('%f days -> RangeError', (days) => {
    expect(() => supportBucket(days)).toThrow(RangeError);
  });
});

describe('device certainty', () => {
  test.each([
    [0, 0, 0],
    [1, 0, 6], //        4 * log2(3)       = 6.34
    [0, 1, -7],
    [3, 0, 11], //       4 * log2(7)       = 11.23
    [7, 0, 15], //       4 * log2(15)      = 15.63
    [10, 1, 11], //      4 * log2(7)       = 11.23
    [12, 2, 9], //       4 * log2(5)       = 9.29
    [100_000, 0, 70], // 4 * log2(200001)  = 70.44
    [0, 100_000, -71],
    [100_000, 100_000, 0],
    [100_000, 99_999, 0],
    [99_999, 100_000, -1],
  ])('%i own days against %i -> %i quarter bits', (own, other, expected) => {
    expect(deviceCertainty(own, other)).toBe(expected);
    expect(deviceCertainty(own, other), 'a second, cached call').toBe(expected);
  });

  test('the result k -> 2^k (2b+1)^4 <= (2a+1)^4 < 2^(k+1) (2b+1)^4, exactly', () => {
    const days = [0, 1, 2, 3, 5, 8, 13, 31, 62, 63, 64, 65, 127, 365, 999, 4_870, 30_000, 100_000];
    for (const own of days) {
      for (const other of days) {
        const k = BigInt(deviceCertainty(own, other));
        // 80 more than the least k keeps all exponents positive.
        const mine = ((2n * BigInt(own) + 1n) ** 4n) << 80n;
        const theirs = (2n * BigInt(other) + 1n) ** 4n;
        expect(theirs << (k + 80n) <= mine, `${own} against ${other}`).toBe(true);
        expect(mine < theirs << (k + 81n), `${own} against ${other}`).toBe(true);
      }
    }
  });

  test('astronomic day counts -> clamped to -120..119', () => {
    expect(deviceCertainty(2 ** 40, 0)).toBe(119);
    expect(deviceCertainty(0, 2 ** 40)).toBe(-120);
  });

  test.each([
    [-1, 0],
    [0, 0.5],
    [Number.NaN, 0],
  ])('%f own days against %f -> RangeError', (own, other) => {
    expect(() => deviceCertainty(own, other)).toThrow(RangeError);
  });
});

describe('device edges', () => {
  const holder = (profile: string, days: readonly number[], ...keys: string[]): DeviceHolder => ({
    profile: profile as ProfileId,
    days,
    keys,
  });
  const edgesOf = (holders: readonly DeviceHolder[], rules: Partial<typeof base> = {}) =>
    deviceEdges({ ...base, ...rules, holders }).map(
      ({ profile, certainty, support }) => `${profile}:${certainty}/${support}`,
    );
  const base = { declared: 28, reviewFloor: -20, personCap: 3 };
  const days = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

  test.each<[string, DeviceHolder[], string[]]>([
    ['nobody -> nothing', [], []],
    ['no day left -> nothing', [holder('a', [])], []],
    ['one person, one day', [holder('a', [5])], ['a:6/0']],
    ['one person, seven days', [holder('a', days(0, 7))], ['a:15/2']],
    ['declared certainty -> the most', [holder('a', days(0, 500))], ['a:28/8']],
    [
      'two persons -> days of the other count against each',
      [holder('b', [20, 21]), holder('a', days(0, 10))],
      ['a:8/3', 'b:-9/1'], // 4 log2(21/5) = 8.28; 4 log2(5/21) = -8.28
    ],
    [
      'a day shared by both -> counts for and against each',
      [holder('a', [1, 2]), holder('b', [2])],
      ['a:2/1', 'b:-3/0'], // 4 log2(5/3) = 2.95; 4 log2(3/5) = -2.95
    ],
    [
      'common key -> one device person, days counted once',
      [holder('a', [1, 2], 'mail-1'), holder('b', [2, 3], 'mail-1')],
      ['a:11/1', 'b:11/1'], // 4 log2(7) = 11.23
    ],
    [
      'keys connect through a third profile',
      [holder('a', [1], 'x'), holder('b', [2], 'y'), holder('c', [3], 'x', 'y')],
      ['a:11/1', 'b:11/1', 'c:11/1'],
    ],
    [
      "another profile's own anchor as key -> one device person",
      [holder('a', [1], 'b'), holder('b', [2])],
      ['a:9/1', 'b:9/1'],
    ],
    [
      'holder without days -> neither counts nor connects',
      [holder('a', [1]), holder('b', []), holder('c', []), holder('d', [])],
      ['a:6/0'],
    ],
    [
      'as many persons as the cap -> all stay',
      [holder('a', [1]), holder('b', [2]), holder('c', [3])],
      ['a:-3/0', 'b:-3/0', 'c:-3/0'],
    ],
    [
      'one person too many -> nothing',
      [holder('a', [1]), holder('b', [2]), holder('c', [3]), holder('d', [4])],
      [],
    ],
    [
      'more profiles than the cap, but one person -> all stay',
      ['a', 'b', 'c', 'd'].map((profile, index) => holder(profile, [index], 'k')),
      ['a:12/2', 'b:12/2', 'c:12/2', 'd:12/2'],
    ],
  ])('%s', (_, holders, expected) => {
    expect(edgesOf(holders)).toEqual(expected);
    expect(edgesOf(holders.toReversed()), 'in reverse').toEqual(expected);
  });

  test('below the review floor -> absent', () => {
    const holders = [holder('a', [1, 2]), holder('b', [2])];
    expect(edgesOf(holders, { reviewFloor: 2 })).toEqual(['a:2/1']);
    expect(edgesOf(holders, { reviewFloor: 3 })).toEqual([]);
    expect(edgesOf([holder('a', [1])], { reviewFloor: 7 })).toEqual([]);
  });
});
