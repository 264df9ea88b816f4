/**
 * Goal: reliability says how far certainties were right, and floors follow stewards' decisions only
 * as far as these carry: not with few, not by one odd decision, not beyond what was judged.
 */
import { describe, expect, test } from 'vitest';
import { probabilityOf } from '../../shared/domain/certainty.ts';
import { calibrateThresholds } from '../../shared/learning/calibrate-thresholds.ts';
import {
  addJudged,
  type JudgedCount,
  reliabilityOf,
  wilsonInterval,
} from '../../shared/learning/reliability.ts';
import { createRandom } from '../support/random.ts';

const FLOORS = { reviewFloor: 0, clusterFloor: 16 };
/** Join from 4 bits on, as the floor claims: 94 %. */
const AIM = 16;

interface Stewards {
  readonly decisions: number;
  readonly seed?: number;
  /** How often they say the opposite of the truth. */
  readonly errorRate?: number;
  /** What pairs deserve: bits + times what their certainty says. */
  readonly shift?: number;
  readonly slope?: number;
  /** Certainties of the pairs, quarter bits. */
  readonly from?: number;
  readonly to?: number;
}

/** Decisions of stewards on pairs whose certainty is off by a known map. */
function decide(stewards: Stewards): Map<number, JudgedCount> {
  const { decisions, seed = 7, errorRate = 0, shift = 0, slope = 1, from = 0, to = 15 } = stewards;
  const random = createRandom(seed);
  const judged = new Map<number, JudgedCount>();
  for (let index = 0; index < decisions; index++) {
    const certainty = from + random.below(to - from + 1);
    const isTrue = random.chance(probabilityOf(4 * shift + slope * certainty));
    addJudged(judged, certainty, random.chance(errorRate) ? !isTrue : isTrue);
  }
  return judged;
}

function calibrated(judged: ReadonlyMap<number, JudgedCount>, errorRate?: number) {
  const found = calibrateThresholds(FLOORS, judged, AIM, errorRate);
  if (found.kind !== 'calibrated') throw new Error('too few');
  return found;
}

describe('intervals and errors', () => {
  // Values by the formula in exact decimals, rounded.
  test.each([
    [8, 10, 0.49016, 0.94332],
    [0, 10, 0, 0.27753],
    [10, 10, 0.72247, 1],
    [50, 100, 0.40383, 0.59617],
  ])('%d of %d -> %d to %d', (hits, count, low, high) => {
    const interval = wilsonInterval(hits, count);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });

  test('three pairs -> bins, Brier score and calibration error as by hand', () => {
    const judged = new Map<number, JudgedCount>([
      [0, [1, 1]],
      [8, [1, 0]],
    ]);
    const found = reliabilityOf(judged);
    expect(found.bins).toEqual([
      expect.objectContaining({ from: 0.5, to: 0.6, pairs: 2, same: 1, observed: 0.5 }),
      expect.objectContaining({ from: 0.8, to: 0.9, pairs: 1, same: 1, predicted: 0.8 }),
    ]);
    expect(found.brierScore).toBeCloseTo((0.25 + 0.25 + 0.04) / 3, 12);
    expect(found.calibrationError).toBeCloseTo(0.2 / 3, 12);
  });

  test('certainty 1 -> in the last bin; no pairs -> no error', () => {
    expect(reliabilityOf(new Map([[120, [2, 0]]])).bins).toMatchObject([{ to: 1, pairs: 2 }]);
    expect(reliabilityOf(new Map())).toMatchObject({ bins: [], brierScore: null });
  });

  test('certainties that keep what they say -> within the intervals; others -> outside', () => {
    const honest = reliabilityOf(decide({ decisions: 20_000 }));
    const within = honest.bins.filter(({ predicted, low, high }) => {
      return predicted >= low && predicted <= high;
    });
    expect(within.length).toBeGreaterThanOrEqual(honest.bins.length - 1);
    expect(honest.calibrationError).toBeLessThan(0.015);
    const boasting = reliabilityOf(decide({ decisions: 20_000, shift: -1 }));
    expect(boasting.calibrationError).toBeGreaterThan(0.1);
  });
});

describe('floors by decisions', () => {
  test.each([
    ['fewer than 50', { decisions: 49 }],
    ['all of one verdict', { decisions: 500, shift: 20 }],
    ['only of pairs that join', { decisions: 500, from: 16, to: 40, shift: -4 }],
  ])('%s -> none', (_, stewards) => {
    expect(calibrateThresholds(FLOORS, decide(stewards), AIM)).toMatchObject({ kind: 'too_few' });
  });

  test('certainties that keep what they say -> floors stay within a quarter bit', () => {
    for (const seed of [1, 2, 3]) {
      const found = calibrated(decide({ decisions: 5_000, seed }));
      expect(Math.abs(found.clusterFloor - FLOORS.clusterFloor)).toBeLessThanOrEqual(1);
      expect(found.clusterFloor - found.reviewFloor).toBe(16);
    }
  });

  // The right floor is where shift + slope * x reaches 4 bits: (4 - shift) / slope.
  test.each([
    [-1, 1, 0, 20],
    [1, 1, 0, 12],
    [-1, 1, 0.05, 20],
    [1, 1, 0.05, 12],
    [0, 1, 0.1, 16],
    [-0.5, 1.2, 0.02, 15],
  ])(
    'off by %d bits, slope %d, stewards err in %d -> the right floor within 3 quarter bits',
    (shift, slope, errorRate, right) => {
      for (const seed of [1, 2, 3, 4, 5]) {
        const judged = decide({ decisions: 1_000, seed, shift, slope, errorRate });
        const { clusterFloor } = calibrated(judged, errorRate);
        expect(Math.abs(clusterFloor - right)).toBeLessThanOrEqual(3);
      }
    },
  );

  test('as few as are taken -> move less than many', () => {
    const moves = [60, 3_000].map((decisions) => {
      const found = [1, 2, 3, 4, 5, 6, 7, 8].map(
        (seed) => calibrated(decide({ decisions, seed, shift: -1.5, slope: 1 })).clusterFloor,
      );
      return found.reduce((sum, floor) => sum + floor, 0) / found.length - FLOORS.clusterFloor;
    });
    expect(moves[0]).toBeGreaterThan(0);
    expect(moves[0]).toBeLessThan(moves[1] as number);
  });

  test('wildly wrong certainties -> no floor moves by more than 2 bits; review keeps its distance', () => {
    for (const shift of [-6, 3]) {
      const { clusterFloor, reviewFloor } = calibrated(
        decide({ decisions: 3_000, shift, from: -4 }),
      );
      expect(Math.abs(clusterFloor - FLOORS.clusterFloor)).toBeLessThanOrEqual(8);
      expect(clusterFloor - reviewFloor).toBe(16);
    }
  });

  test('one odd decision on a sure pair -> moves nothing by more than a quarter bit', () => {
    const judged = decide({ decisions: 400 });
    const before = calibrated(judged);
    addJudged(judged, 15, false);
    expect(Math.abs(calibrated(judged).clusterFloor - before.clusterFloor)).toBeLessThanOrEqual(1);
  });

  test('the same decisions in another order -> the same floors', () => {
    const judged = decide({ decisions: 300, shift: -1 });
    expect(calibrated(new Map(Array.from(judged).toReversed()))).toEqual(calibrated(judged));
  });
});
