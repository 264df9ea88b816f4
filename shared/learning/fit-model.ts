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
import { type ComparisonModel, type ScoringModel, WEIGHT_STEPS } from '../domain/matching/model.ts';
import { shippedShares } from './shipped-model.ts';

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
const WEIGHT_MAX_BITS = 20;
/** Pairs of households that the shipped share is worth, and how far the fit may go from even. */
const HOUSEHOLD_PAIRS = 20;
const HOUSEHOLD_ODDS_MIN = 1 / 4;
const HOUSEHOLD_ODDS_MAX = 256;
/** More partners than this per profile is no customer data, but another latent class. */
const PARTNERS_MAX = 40;

interface Fit {
  readonly model: ScoringModel;
  readonly starts: readonly Rates[];
  readonly odds: number;
  /** Pairs of one person for each pair of one household. */
  readonly householdOdds: number;
}

interface Rates {
  m: Float64Array<ArrayBuffer>;
  u: Float64Array<ArrayBuffer>;
}

export function fitModel({ model, profiles, proposed, random }: FitInput): FitOutcome {
  const allPairs = (profiles * (profiles - 1)) / 2;
  const starts = model.comparisons.map(startRates);
  let rates = starts.map(({ m, u }) => ({ m: m.slice(), u: u.slice() }));
  let odds = 2 ** (model.prior / WEIGHT_STEPS);
  const startHouseholdOdds = 2 ** (model.relativePrior / WEIGHT_STEPS);
  let householdOdds = startHouseholdOdds;
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
    let relatives = 0;
    const fit: Fit = { model, starts, odds, householdOdds };
    for (const { levels, count } of proposed) {
      const { same, household } = posterior(levels, rates, fit);
      expected += same * count;
      relatives += household * count;
      for (const [index, level] of levels.entries()) {
        if (level > 0) (counts[index] as Rates).m[level]! += same * count;
      }
    }
    for (const { levels, count } of random) {
      const rest = 1 - posterior(levels, rates, fit).same;
      for (const [index, level] of levels.entries()) {
        if (level > 0) (counts[index] as Rates).u[level]! += rest * count;
      }
    }
    rates = counts.map(({ m, u }) => ({ m: normalised(m), u: normalised(u) }));
    const share = Math.max(expected, 1) / Math.max(allPairs, 2);
    odds = share / (1 - share);
    const ratio = (expected + HOUSEHOLD_PAIRS * startHouseholdOdds) / (relatives + HOUSEHOLD_PAIRS);
    householdOdds = Math.max(HOUSEHOLD_ODDS_MIN, Math.min(HOUSEHOLD_ODDS_MAX, ratio));
    if (Math.abs(expected - before) <= CONVERGED * Math.max(1, expected)) break;
  }
  const isSeen = model.comparisons.map((_, index) =>
    proposed.some(({ levels }) => levels[index] !== 0),
  );
  const comparisons = model.comparisons.map((comparison, index) =>
    isSeen[index] === true
      ? frozen(comparison, rates[index] as Rates, starts[index] as Rates)
      : comparison,
  );
  const prior = Math.round(Math.log2(odds) * WEIGHT_STEPS);
  const relativePrior = Math.round(Math.log2(householdOdds) * WEIGHT_STEPS);
  const fitted: ScoringModel = { ...model, prior, relativePrior, comparisons };
  return {
    model: fitted,
    iterations,
    expectedMatches: expected,
    alarm: alarmOf(model, fitted, expected, profiles),
  };
}

/** Rates that give the model's weights, with the shipped shares for one person. */
function startRates(comparison: ComparisonModel): Rates {
  const m = shippedShares(comparison);
  const u = m.map((share, level) => share / 2 ** ((comparison.weights[level] ?? 0) / WEIGHT_STEPS));
  return { m, u: normalised(u) };
}

function normalised(rates: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  let sum = 0;
  for (let level = 1; level < rates.length; level++) sum += rates[level] as number;
  return rates.map((rate) => (sum === 0 ? 0 : rate / sum));
}

interface Posterior {
  /** Probability that the two are one person. */
  readonly same: number;
  /** Probability that they are two members of one household. */
  readonly household: number;
}

function posterior(levels: readonly number[], rates: readonly Rates[], fit: Fit): Posterior {
  let against = 1 / fit.odds;
  let household = 1 / fit.householdOdds;
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index] as number;
    if (level === 0) continue;
    const { m, u } = rates[index] as Rates;
    const share = Math.max(m[level] as number, 1e-12);
    if (fit.model.comparisons[index]?.kind !== 'given_name')
      against *= (u[level] as number) / share;
    const { relativeWeights } = fit.model.comparisons[index] as ComparisonModel;
    const start = Math.max((fit.starts[index] as Rates).m[level] as number, 1e-12);
    household *= 2 ** (-(relativeWeights[level] ?? 0) / WEIGHT_STEPS) * (start / share);
  }
  const all = 1 + against + household;
  return { same: 1 / all, household: household / all };
}

function frozen(comparison: ComparisonModel, rates: Rates, start: Rates): ComparisonModel {
  const bits = (ratio: number): number => {
    const bounded = Math.max(-WEIGHT_MAX_BITS, Math.min(WEIGHT_MAX_BITS, Math.log2(ratio)));
    return Math.round(bounded * WEIGHT_STEPS);
  };
  const share = (of: Float64Array<ArrayBuffer>, level: number) => Math.max(of[level] ?? 0, 1e-9);
  const weights = comparison.weights.map((_, level) =>
    level === 0 ? 0 : bits(share(rates.m, level) / share(rates.u, level)),
  );
  const relativeWeights = comparison.relativeWeights.map((weight, level) => {
    const isLearned = comparison.kind === 'given_name' || comparison.kind === 'date';
    if (!isLearned || level === 0) return weight;
    return weight + bits(share(rates.m, level) / share(start.m, level));
  });
  return {
    ...comparison,
    weights: comparison.kind === 'given_name' ? comparison.weights : weights,
    relativeWeights,
  };
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
