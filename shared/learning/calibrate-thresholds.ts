/**
 * Thresholds from stewards' decisions. Somebody says from which probability pairs shall join; decisions
 * on pairs below the cluster floor say which certainty really has that probability.
 *
 * Model: the log-odds that a pair with certainty x (bits) is one customer are a + b x (J. Platt,
 * "Probabilistic Outputs for Support Vector Machines", 1999, on log-odds), and a steward errs with
 * probability e, so that one odd decision on a sure pair moves little:
 * P(same) = e + (1 - 2e) / (1 + 2^-(a + b x)). Fitted as the maximum of the posterior on a grid of
 * integers, so the outcome is the same everywhere: a in eighths of a bit, b in 32nds.
 *
 * C1. Prior: a ~ N(0, 1/2 bit), b ~ N(1, 1/8): without decisions nothing moves, and few move little.
 * C2. Only uncertain pairs teach (below the cluster floor): they are open for their certainty alone.
 *     What a rule refused is open because something contradicts it, and would tell of the rules.
 * C3. The cluster floor goes to the least certainty whose calibrated log-odds reach those asked for, by
 *     at most 2 bits at a time; the review floor keeps its distance. The aim is given and not read off
 *     the floor: a floor that was moved would claim more, and move on with the same decisions.
 */
import { probabilityOf } from '../domain/certainty.ts';
import { CERTAIN, type QuarterBits } from '../domain/quarter-bits.ts';
import type { Rules } from '../domain/rules.ts';
import type { JudgedPairs } from './reliability.ts';

/** Fewer decisions than this are no ground to change a floor for everybody. */
export const DECISIONS_MIN = 50;
/** Of each verdict: with one kind only, any map that says so fits. */
export const VERDICTS_MIN = 5;
/**
 * How often stewards are taken to err unless the caller knows better. Too low a rate raises floors (1/2
 * bit at a true 5 %, measured with 1,000 simulated decisions), which is the safe side.
 */
export const ERROR_RATE_DEFAULT = 0.02;
/** At one half decisions would say nothing. */
export const ERROR_RATE_MAX = 0.25;
const SHIFT_STEPS = 8;
const SLOPE_STEPS = 32;
/** Standard deviations of the prior, bits and plain. */
const SHIFT_SPREAD = 0.5;
const SLOPE_SPREAD = 0.125;
/** Grid: shifts of up to 4 bits, slopes of 1/4 to 2. */
const SHIFT_MAX = 4 * SHIFT_STEPS;
const SLOPE_MIN = SLOPE_STEPS / 4;
const SLOPE_MAX = 2 * SLOPE_STEPS;
/** Most that a floor moves at a time, quarter bits. */
const MOVE_MAX = 8;

export interface Calibration {
  /** Decisions that it rests on. */
  readonly same: number;
  readonly different: number;
  /** Log-odds that certainties deserve: `shift` (bits) + `slope` times what they say. */
  readonly shift: number;
  readonly slope: number;
  readonly reviewFloor: QuarterBits;
  readonly clusterFloor: QuarterBits;
}

export type CalibrationOutcome =
  | ({ readonly kind: 'calibrated' } & Calibration)
  | { readonly kind: 'too_few'; readonly same: number; readonly different: number };

export function calibrateThresholds(
  { reviewFloor, clusterFloor }: Pick<Rules, 'reviewFloor' | 'clusterFloor'>,
  judged: JudgedPairs,
  /** Log-odds from which pairs shall join. */
  aim: QuarterBits,
  errorRate = ERROR_RATE_DEFAULT,
): CalibrationOutcome {
  const points = Array.from(judged)
    .filter(([certainty]) => certainty < clusterFloor)
    .sort(([left], [right]) => left - right);
  const same = points.reduce((sum, [, [one]]) => sum + one, 0);
  const different = points.reduce((sum, [, [, two]]) => sum + two, 0);
  if (same + different < DECISIONS_MIN || Math.min(same, different) < VERDICTS_MIN) {
    return { kind: 'too_few', same, different };
  }
  const [shift, slope] = fitMap(points, errorRate);
  const clusters = movedFloor(clusterFloor, aim, shift, slope);
  return {
    kind: 'calibrated',
    same,
    different,
    shift: shift / SHIFT_STEPS,
    slope: slope / SLOPE_STEPS,
    reviewFloor: Math.max(-CERTAIN, clusters - (clusterFloor - reviewFloor)),
    clusterFloor: clusters,
  };
}

type Point = readonly [certainty: QuarterBits, count: readonly [same: number, different: number]];

/** The grid point of greatest posterior; of equal ones that nearest to "as it is". */
function fitMap(
  points: readonly Point[],
  errorRate: number,
): readonly [shift: number, slope: number] {
  let best: readonly [number, number] = [0, SLOPE_STEPS];
  let bestScore = scoreOf(points, errorRate, ...best);
  for (let shift = -SHIFT_MAX; shift <= SHIFT_MAX; shift++) {
    for (let slope = SLOPE_MIN; slope <= SLOPE_MAX; slope++) {
      const score = scoreOf(points, errorRate, shift, slope);
      // Rounding of sums must not decide between equals.
      if (score <= bestScore + 1e-9) continue;
      bestScore = score;
      best = [shift, slope];
    }
  }
  return best;
}

/** Logarithm of the posterior, but for a constant (C1). */
function scoreOf(
  points: readonly Point[],
  errorRate: number,
  shift: number,
  slope: number,
): number {
  const bits = shift / SHIFT_STEPS;
  const factor = slope / SLOPE_STEPS;
  let score = -((bits / SHIFT_SPREAD) ** 2 + ((factor - 1) / SLOPE_SPREAD) ** 2) / 2;
  for (const [certainty, [same, different]] of points) {
    const probability = probabilityOf(4 * bits + factor * certainty);
    const isSaid = errorRate + (1 - 2 * errorRate) * probability;
    if (same > 0) score += same * Math.log(isSaid);
    if (different > 0) score += different * Math.log(1 - isSaid);
  }
  return score;
}

/** C3. */
function movedFloor(
  floor: QuarterBits,
  aim: QuarterBits,
  shift: number,
  slope: number,
): QuarterBits {
  // In quarter bits: 4 shift / 8 + slope / 32 * x >= aim, all in 32nds.
  const least = Math.ceil((aim * SLOPE_STEPS - shift * ((4 * SLOPE_STEPS) / SHIFT_STEPS)) / slope);
  const moved = Math.max(floor - MOVE_MAX, Math.min(floor + MOVE_MAX, least));
  return Math.max(-CERTAIN + 1, Math.min(CERTAIN - 1, moved));
}
