/**
 * Reliability: predicted certainty against how often it was right, from pairs that somebody judged.
 *
 * - Intervals of shares: score interval of E. B. Wilson, "Probable inference, the law of succession,
 *   and statistical inference", JASA 22 (1927), 95 %.
 * - Brier score: mean squared difference of certainty and outcome (G. W. Brier, Monthly Weather
 *   Review 78 (1950)); 0 is best, always saying the base rate gives base * (1 - base).
 * - Expected calibration error: mean over pairs of |observed - predicted| of their bins (M. P.
 *   Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian
 *   Binning", AAAI 2015); it depends on the bins, which are therefore fixed.
 */
import { probabilityOf } from '../domain/certainty.ts';
import type { QuarterBits } from '../domain/quarter-bits.ts';

/** Judged pairs by certainty: how many were one customer, how many two. */
export type JudgedPairs = ReadonlyMap<QuarterBits, JudgedCount>;
export type JudgedCount = readonly [same: number, different: number];

export interface ReliabilityBin {
  /** Certainties from `from` (in it) to `to` (not in it, but for 1). */
  readonly from: number;
  readonly to: number;
  readonly pairs: number;
  readonly same: number;
  /** Mean certainty of its pairs. */
  readonly predicted: number;
  readonly observed: number;
  /** Interval of `observed`. */
  readonly low: number;
  readonly high: number;
}

export interface Reliability {
  /** Those that have pairs, rising. */
  readonly bins: readonly ReliabilityBin[];
  readonly pairs: number;
  readonly same: number;
  /** null without pairs. */
  readonly brierScore: number | null;
  readonly calibrationError: number | null;
}

/** Narrow at both ends, where certainties of scored pairs lie. */
const EDGES = [
  0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 1,
] as const;

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/** The 95 % score interval of `hits` of `count` (at least 1). */
export function wilsonInterval(hits: number, count: number): readonly [low: number, high: number] {
  const share = hits / count;
  const square = (Z * Z) / count;
  const centre = (share + square / 2) / (1 + square);
  const spread =
    (Z / (1 + square)) * Math.sqrt((share * (1 - share)) / count + square / (4 * count));
  return [Math.max(0, centre - spread), Math.min(1, centre + spread)];
}

export function addJudged(
  pairs: Map<QuarterBits, JudgedCount>,
  certainty: QuarterBits,
  isSame: boolean,
): void {
  const [same, different] = pairs.get(certainty) ?? [0, 0];
  pairs.set(certainty, isSame ? [same + 1, different] : [same, different + 1]);
}

export function reliabilityOf(judged: JudgedPairs): Reliability {
  const sums = EDGES.slice(1).map(() => ({ pairs: 0, same: 0, predicted: 0 }));
  let pairs = 0;
  let allSame = 0;
  let squares = 0;
  for (const [certainty, [same, different]] of judged) {
    const predicted = probabilityOf(certainty);
    const index = Math.min(
      sums.length - 1,
      EDGES.findLastIndex((edge) => predicted >= edge),
    );
    const bin = sums[index] as (typeof sums)[number];
    bin.pairs += same + different;
    bin.same += same;
    bin.predicted += predicted * (same + different);
    pairs += same + different;
    allSame += same;
    squares += same * (1 - predicted) ** 2 + different * predicted ** 2;
  }
  const bins: ReliabilityBin[] = [];
  let error = 0;
  for (const [index, sum] of sums.entries()) {
    if (sum.pairs === 0) continue;
    const [low, high] = wilsonInterval(sum.same, sum.pairs);
    const predicted = sum.predicted / sum.pairs;
    const observed = sum.same / sum.pairs;
    error += sum.pairs * Math.abs(observed - predicted);
    const [from, to] = [EDGES[index] ?? 0, EDGES[index + 1] ?? 1];
    bins.push({ from, to, pairs: sum.pairs, same: sum.same, predicted, observed, low, high });
  }
  return {
    bins,
    pairs,
    same: allSame,
    brierScore: pairs === 0 ? null : squares / pairs,
    calibrationError: pairs === 0 ? null : error / pairs,
  };
}
