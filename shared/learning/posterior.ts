/** How probable each explanation of a comparison pattern is, at the rates of an iteration of the fit. */
import {
  type ComparisonKind,
  type ComparisonModel,
  CONTACTS,
  type ScoringModel,
  WEIGHT_STEPS,
} from '../domain/matching/model.ts';

/** Shares of the levels of one comparison, between records of one entity (m) and of strangers (u). */
export interface Rates {
  m: Float64Array<ArrayBuffer>;
  u: Float64Array<ArrayBuffer>;
}

export interface Fit {
  readonly model: ScoringModel;
  /** Rates of the model that the fit started from. */
  readonly starts: readonly Rates[];
  /** Pairs of one entity for each pair of strangers, of one household, of two sites. */
  readonly odds: number;
  readonly householdOdds: number;
  readonly siteOdds: number;
}

/** Their words are weighed against strangers in the name as a whole. */
export const ONLY_IN_HOUSEHOLDS: ReadonlySet<ComparisonKind> = new Set(['given_name', 'surname']);
/** What tells members of a household apart, and is learned. */
export const LEARNED_IN_HOUSEHOLDS: ReadonlySet<ComparisonKind> = new Set([
  'given_name',
  'surname',
  'date',
]);

/** Probabilities that the two are one entity, two of one household, two sites of an organisation. */
export interface Posterior {
  readonly same: number;
  readonly household: number;
  readonly site: number;
}

export function posterior(levels: readonly number[], rates: readonly Rates[], fit: Fit): Posterior {
  let strangers = 1 / fit.odds;
  let household = 1 / fit.householdOdds;
  let site = 1 / fit.siteOdds;
  let contact = 0;
  let isOrganisation = false;
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index] as number;
    if (level === 0) continue;
    const { m, u } = rates[index] as Rates;
    const share = Math.max(m[level] as number, 1e-12);
    const comparison = fit.model.comparisons[index] as ComparisonModel;
    const { kind, relativeWeights, siteWeights } = comparison;
    if (kind === 'organisation_name') isOrganisation = true;
    if (!ONLY_IN_HOUSEHOLDS.has(kind)) strangers *= (u[level] as number) / share;
    // What is learned of one entity speaks against the household as well.
    const start = Math.max((fit.starts[index] as Rates).m[level] as number, 1e-12);
    const learned = LEARNED_IN_HOUSEHOLDS.has(kind) ? start / share : 1;
    let relative = relativeWeights[level] ?? 0;
    if (relative > 0 && CONTACTS.has(kind)) {
      const told = contact;
      contact = Math.max(contact, relative);
      relative = contact - told;
    }
    household *= 2 ** (-relative / WEIGHT_STEPS) * learned;
    site *= 2 ** (-(siteWeights[level] ?? 0) / WEIGHT_STEPS);
  }
  if (!isOrganisation) site = 0;
  const all = 1 + strangers + household + site;
  return { same: 1 / all, household: household / all, site: site / all };
}
