/**
 * Fits a scoring model to data without labels: expectation maximisation (Dempster, Laird and Rubin
 * 1977; for record linkage Winkler 1988) over counted comparison patterns.
 *
 * Floating point is allowed here: what leaves is rounded to a frozen model and goes through an
 * ACTIVATE entry, so that shards never fit. The same patterns give the same model: they are sorted.
 *
 * L1 The prior is a share of *all* pairs, not of the proposed ones, or the fit collapses.
 * L2 u comes from random pairs, weighted by how surely they are of two persons.
 * L3 Shipped weights stand in for `PRIOR_PAIRS` pairs of each kind, so little data changes little.
 */
import { levelCount } from '../domain/matching/levels.ts';
import { type ComparisonModel, type ScoringModel, WEIGHT_STEPS } from '../domain/matching/model.ts';

export interface PatternCount {
  readonly levels: readonly number[];
  readonly count: number;
}

export interface FitInput {
  /** The model to start from; its weights are the informative prior. */
  readonly model: ScoringModel;
  readonly profiles: number;
  /** Patterns of the pairs that keys proposed. */
  readonly proposed: readonly PatternCount[];
  /** Patterns of pairs drawn at random. */
  readonly random: readonly PatternCount[];
}

export interface FitOutcome {
  readonly model: ScoringModel;
  readonly iterations: number;
  /** Pairs of one person expected among the proposed ones. */
  readonly expectedMatches: number;
  /** Why the model should not be activated by itself; null: nothing against it. */
  readonly alarm: string | null;
}

const ITERATIONS_MAX = 60;
const CONVERGED = 1e-5;
/** Pairs that the shipped weights are worth. */
const PRIOR_PAIRS = 30;
/** No single level may weigh more, in bits: nobody has seen enough pairs to claim it. */
const WEIGHT_MAX_BITS = 16;
/** More partners than this per profile is no customer data, but another latent class. */
const PARTNERS_MAX = 40;

interface Rates {
  m: Float64Array<ArrayBuffer>;
  u: Float64Array<ArrayBuffer>;
}

export function fitModel({ model, profiles, proposed, random }: FitInput): FitOutcome {
  const allPairs = (profiles * (profiles - 1)) / 2;
  const starts = model.comparisons.map(startRates);
  let rates = starts.map(({ m, u }) => ({ m: m.slice(), u: u.slice() }));
  let odds = 2 ** (model.prior / WEIGHT_STEPS);
  let expected = 0;
  let iterations = 0;
  while (iterations < ITERATIONS_MAX) {
    iterations++;
    const counts = starts.map(({ m, u }) => ({
      m: m.map((rate) => rate * PRIOR_PAIRS),
      u: u.map((rate) => rate * PRIOR_PAIRS),
    }));
    const before = expected;
    expected = 0;
    for (const { levels, count } of proposed) {
      const posterior = probability(levels, rates, odds);
      expected += posterior * count;
      for (const [index, level] of levels.entries()) {
        if (level > 0) (counts[index] as Rates).m[level]! += posterior * count;
      }
    }
    for (const { levels, count } of random) {
      const rest = 1 - probability(levels, rates, odds);
      for (const [index, level] of levels.entries()) {
        if (level > 0) (counts[index] as Rates).u[level]! += rest * count;
      }
    }
    rates = counts.map(({ m, u }) => ({ m: normalised(m), u: normalised(u) }));
    const share = Math.max(expected, 1) / Math.max(allPairs, 2);
    odds = share / (1 - share);
    if (Math.abs(expected - before) <= CONVERGED * Math.max(1, expected)) break;
  }
  const comparisons = model.comparisons.map((comparison, index) =>
    frozen(comparison, rates[index] as Rates),
  );
  const prior = Math.round(Math.log2(odds) * WEIGHT_STEPS);
  const fitted: ScoringModel = { ...model, prior, comparisons };
  return {
    model: fitted,
    iterations,
    expectedMatches: expected,
    alarm: alarmOf(model, fitted, expected, profiles),
  };
}

/** Rates that give the model's weights: u evenly spread in the log, m from u and the weight. */
function startRates(comparison: ComparisonModel): Rates {
  const count = levelCount(comparison.kind);
  const m = new Float64Array(count);
  const u = new Float64Array(count);
  // With w = log2(m / u) known for each level, m ~ 2^(w / 2) and u ~ 2^(-w / 2) before scaling:
  // both sum to one only for consistent weights, so they are scaled.
  for (let level = 1; level < count; level++) {
    const bits = (comparison.weights[level] ?? 0) / WEIGHT_STEPS;
    m[level] = 2 ** (bits / 2);
    u[level] = 2 ** (-bits / 2);
  }
  return { m: normalised(m), u: normalised(u) };
}

function normalised(rates: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  let sum = 0;
  for (let level = 1; level < rates.length; level++) sum += rates[level] as number;
  return rates.map((rate) => (sum === 0 ? 0 : rate / sum));
}

function probability(levels: readonly number[], rates: readonly Rates[], odds: number): number {
  let product = odds;
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index] as number;
    if (level === 0) continue;
    const { m, u } = rates[index] as Rates;
    product *= (m[level] as number) / Math.max(u[level] as number, 1e-12);
  }
  return product / (1 + product);
}

function frozen(comparison: ComparisonModel, { m, u }: Rates): ComparisonModel {
  const weights = Array.from(m, (rate, level) => {
    if (level === 0) return 0;
    const bits = Math.log2(Math.max(rate, 1e-9) / Math.max(u[level] as number, 1e-9));
    const bounded = Math.max(-WEIGHT_MAX_BITS, Math.min(WEIGHT_MAX_BITS, bits));
    return Math.round(bounded * WEIGHT_STEPS);
  });
  return { ...comparison, weights };
}

function alarmOf(
  before: ScoringModel,
  after: ScoringModel,
  expected: number,
  profiles: number,
): string | null {
  if ((2 * expected) / Math.max(profiles, 1) > PARTNERS_MAX) {
    return `expects ${Math.round((2 * expected) / profiles)} partners for each profile`;
  }
  for (const [index, comparison] of after.comparisons.entries()) {
    if (comparison.kind !== 'person_name' && comparison.kind !== 'date') continue;
    const shipped = before.comparisons[index] as ComparisonModel;
    if (bestWeight(comparison) < bestWeight(shipped) / 4) {
      return `${comparison.name} has lost its weight: the fit found something else than persons`;
    }
  }
  return null;
}

function bestWeight({ weights }: ComparisonModel): number {
  return Math.max(...weights);
}
