/**
 * Fits a scoring model to data without labels: expectation maximisation (Dempster, Laird and Rubin
 * 1977; for record linkage Winkler 1988) over counted comparison patterns.
 *
 * Floating point is allowed here: what leaves is rounded to a frozen model and goes through an
 * ACTIVATE entry, so that shards never fit. The same patterns give the same model: they are sorted.
 *
 * L1 The prior is a share of *all* pairs, not of the proposed ones, or the fit collapses.
 * L2 u comes from random pairs, weighted by how surely they are of two persons.
 * L3 Shipped shares stand in for `PRIOR_PAIRS` pairs of each kind, so little data changes little.
 * L4 Given names, surnames and birth dates are anchored: the more pairs of one household there are
 *    for each pair of one person, the more the shipped shares count, and one half from one pair of a
 *    household for three of one person. Without it the
 *    class of one person takes in the household (generated families: precision .19 instead of .92).
 */
import { type ComparisonModel, type ScoringModel, WEIGHT_STEPS } from '../domain/matching/model.ts';
import {
  type Fit,
  LEARNED_IN_HOUSEHOLDS,
  ONLY_IN_HOUSEHOLDS,
  posterior,
  type Rates,
} from './posterior.ts';
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
/** Pairs of one person, and pairs of strangers, that the shipped shares are worth. */
const PRIOR_PAIRS = 200;
const PRIOR_RANDOM_PAIRS = 300;
/** No single level may weigh more, in bits: nobody has seen enough pairs to claim it. */
const WEIGHT_MAX_BITS = 20;
/** Pairs of households, or of sites, that the shipped share of them is worth. */
const HOUSEHOLD_PAIRS = 20;
/** Pairs of one person that the shipped prior is worth, as against the fitted one. */
const PRIOR_MATCHES = 50;
/** Pairs of one person from which half of what they say about households is believed. */
const HOUSEHOLD_MATCHES = 400;
/** Pairs of one person for each of a household, up to which shipped shares are half of the anchored. */
const ANCHORED_ODDS = 3;
/** Most that shipped shares weigh beside fitted ones, where households are the rule. */
const ANCHOR_MAX = 2;
/** How far the fit may go from even. */
const HOUSEHOLD_ODDS_MIN = 1 / 4;
const HOUSEHOLD_ODDS_MAX = 256;
/** More partners than this per profile is no customer data, but another latent class. */
const PARTNERS_MAX = 40;

export function fitModel(input: FitInput): FitOutcome {
  const { model, profiles, proposed } = input;
  const starts = model.comparisons.map(startRates);
  let fit: FitState = {
    model,
    starts,
    rates: starts.map(({ m, u }) => ({ m: m.slice(), u: u.slice() })),
    odds: 2 ** (model.prior / WEIGHT_STEPS),
    householdOdds: 2 ** (model.relativePrior / WEIGHT_STEPS),
    siteOdds: 2 ** (model.sitePrior / WEIGHT_STEPS),
    expected: 0,
  };
  let iterations = 0;
  while (iterations < ITERATIONS_MAX) {
    iterations++;
    const before = fit.expected;
    fit = iterate(fit, input);
    if (Math.abs(fit.expected - before) <= CONVERGED * Math.max(1, fit.expected)) break;
  }
  const fitted = frozenModel(fit, proposed);
  return {
    model: fitted,
    iterations,
    expectedMatches: fit.expected,
    alarm: alarmOf(model, fitted, fit.expected, profiles),
  };
}

interface FitState extends Fit {
  readonly rates: readonly Rates[];
  /** Pairs of one person among the proposed ones. */
  readonly expected: number;
}

/** One round of expectation and maximisation. */
function iterate(fit: FitState, { model, profiles, proposed, random }: FitInput): FitState {
  const { starts } = fit;
  // L4: where households are common, what tells their members apart stays near to what is shipped.
  const anchor =
    PRIOR_PAIRS + fit.expected * Math.min(ANCHOR_MAX, ANCHORED_ODDS / fit.householdOdds);
  const counts = starts.map(({ m, u }, index) => ({
    m: m.map((rate) => rate * (isAnchored(model, index) ? anchor : PRIOR_PAIRS)),
    u: u.map((rate) => rate * PRIOR_RANDOM_PAIRS),
  }));
  let expected = 0;
  let relatives = 0;
  let sites = 0;
  for (const { levels, count } of proposed) {
    const { same, household, site } = posterior(levels, fit.rates, fit);
    expected += same * count;
    relatives += household * count;
    sites += site * count;
    for (const [index, level] of levels.entries()) {
      if (level > 0) (counts[index] as Rates).m[level]! += same * count;
    }
  }
  for (const { levels, count } of random) {
    const rest = 1 - posterior(levels, fit.rates, fit).same;
    for (const [index, level] of levels.entries()) {
      if (level > 0) (counts[index] as Rates).u[level]! += rest * count;
    }
  }
  const share = Math.max(expected, 1) / Math.max((profiles * (profiles - 1)) / 2, 2);
  return {
    ...fit,
    rates: counts.map(({ m, u }) => ({ m: normalised(m), u: normalised(u) })),
    odds: share / (1 - share),
    householdOdds: oddsAgainst(expected, relatives, 2 ** (model.relativePrior / WEIGHT_STEPS)),
    siteOdds: oddsAgainst(expected, sites, 2 ** (model.sitePrior / WEIGHT_STEPS)),
    expected,
  };
}

/** The fit as a model of integers; what too few pairs say is mixed with what is shipped. */
function frozenModel(fit: FitState, proposed: readonly PatternCount[]): ScoringModel {
  const { model, expected, starts, rates } = fit;
  const trust = expected ** 2 / (expected ** 2 + HOUSEHOLD_MATCHES ** 2);
  const comparisons = model.comparisons.map((comparison, index) =>
    proposed.some(({ levels }) => levels[index] !== 0)
      ? frozen(comparison, rates[index] as Rates, starts[index] as Rates, trust)
      : comparison,
  );
  const blended = (odds: number, shipped: number, share: number): number =>
    Math.round(Math.log2(odds) * WEIGHT_STEPS * share + shipped * (1 - share));
  return {
    ...model,
    prior: blended(fit.odds, model.prior, expected / (expected + PRIOR_MATCHES)),
    relativePrior: blended(fit.householdOdds, model.relativePrior, trust),
    sitePrior: blended(fit.siteOdds, model.sitePrior, trust),
    comparisons,
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

/** Given names, surnames and birth dates: what tells one person from another of the household. */
function isAnchored(model: ScoringModel, index: number): boolean {
  return LEARNED_IN_HOUSEHOLDS.has((model.comparisons[index] as ComparisonModel).kind);
}

/** Pairs of one entity for each pair of the other kind, within bounds. */
function oddsAgainst(same: number, others: number, start: number): number {
  const ratio = (same + HOUSEHOLD_PAIRS * start) / (others + HOUSEHOLD_PAIRS);
  return Math.max(HOUSEHOLD_ODDS_MIN, Math.min(HOUSEHOLD_ODDS_MAX, ratio));
}

function frozen(
  comparison: ComparisonModel,
  rates: Rates,
  start: Rates,
  trust: number,
): ComparisonModel {
  const bits = (ratio: number): number => {
    const bounded = Math.max(-WEIGHT_MAX_BITS, Math.min(WEIGHT_MAX_BITS, Math.log2(ratio)));
    return Math.round(bounded * WEIGHT_STEPS);
  };
  const share = (of: Float64Array<ArrayBuffer>, level: number) => Math.max(of[level] ?? 0, 1e-9);
  const weights = comparison.weights.map((_, level) =>
    level === 0 ? 0 : bits(share(rates.m, level) / share(rates.u, level)),
  );
  const relativeWeights = comparison.relativeWeights.map((weight, level) => {
    if (!LEARNED_IN_HOUSEHOLDS.has(comparison.kind) || level === 0) return weight;
    return Math.round(weight + trust * bits(share(rates.m, level) / share(start.m, level)));
  });
  return {
    ...comparison,
    weights: ONLY_IN_HOUSEHOLDS.has(comparison.kind) ? comparison.weights : weights,
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
