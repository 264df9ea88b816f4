/** The weights that are shipped: a model for the comparisons that a rules file declares. */
import { levelCount } from '../domain/matching/levels.ts';
import {
  type ComparisonKind,
  type ComparisonModel,
  type ScoringModel,
  WEIGHT_STEPS,
} from '../domain/matching/model.ts';
import {
  householdBits,
  type Multiplicity,
  sharesOfOnePerson,
  siteBits,
  strangerBits,
} from './shipped-shares.ts';

export interface ComparisonSpec {
  readonly name: string;
  readonly kind: ComparisonKind;
  readonly facts: readonly string[];
  /** How many such identifiers one entity has at a time; `renewed` unless said otherwise. */
  readonly multiplicity?: Multiplicity;
}

/** Log-odds of two random profiles, in bits, before any were seen. */
const PRIOR_BITS = -17;
/** A second record of one's own is as likely as one of somebody else in the house. */
const RELATIVE_PRIOR_BITS = 0;
/** And a second record of a site as likely as one of another site of the organisation. */
const SITE_PRIOR_BITS = 0;
const RARITY_OF_OTHERS = 12;

export function shippedModel(specs: readonly ComparisonSpec[]): ScoringModel {
  return {
    prior: PRIOR_BITS * WEIGHT_STEPS,
    relativePrior: RELATIVE_PRIOR_BITS * WEIGHT_STEPS,
    sitePrior: SITE_PRIOR_BITS * WEIGHT_STEPS,
    rarity: [],
    rarityOfOthers: RARITY_OF_OTHERS,
    comparisons: specs.map(({ name, kind, facts, multiplicity = 'renewed' }): ComparisonModel => {
      return {
        name,
        kind,
        facts,
        exclusive: multiplicity === 'exclusive',
        weights: strangerBits(kind, multiplicity).map(inSteps),
        relativeWeights: householdBits(kind, multiplicity, levelCount(kind)).map(inSteps),
        siteWeights: siteBits(kind, multiplicity, levelCount(kind)).map(inSteps),
      };
    }),
  };
}

function inSteps(bits: number): number {
  return Math.round(bits * WEIGHT_STEPS);
}

/** Shares of the levels of a comparison between records of one person, as shipped. */
export function shippedShares({ kind, exclusive }: ComparisonModel): Float64Array<ArrayBuffer> {
  return Float64Array.from(sharesOfOnePerson(kind, exclusive ? 'exclusive' : 'renewed'));
}
