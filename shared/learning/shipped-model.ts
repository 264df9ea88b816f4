/**
 * The weights that are shipped: what an agreement or a contradiction of each kind is worth before
 * any data was seen, in bits. Set by hand from what is common knowledge about how values are shared
 * and misspelt; they are the informative prior of every fit.
 */
import {
  type ComparisonKind,
  type ComparisonModel,
  type ScoringModel,
  WEIGHT_STEPS,
} from '../domain/matching/model.ts';
import { levelCount } from '../domain/matching/levels.ts';
import { NAME_UNMATCHED_BINS } from '../domain/matching/name.ts';

/** Against strangers: by matched bits, then less by unmatched bits. */
const NAME_MATCHED = [-6, -3, 0.5, 3, 5.5, 8, 10, 12, 14, 16];
const NAME_UNMATCHED = [0, -1, -3, -5];
const NAME = [
  0,
  ...NAME_MATCHED.flatMap((matched, bin) =>
    NAME_UNMATCHED.slice(0, NAME_UNMATCHED_BINS).map((less) =>
      bin === 0 ? matched : matched + less,
    ),
  ),
];

/** Postcode (exact, close, other, missing) by place (same: common, usual, rare; close, other, none). */
const LOCALITY = [
  0,
  [8, 9, 10, 9, 7, 8],
  [4, 5, 6, 5, 1, 3],
  [0, 1, 2, 0, -2, -1.5],
  [2, 4, 6, 4, -1.5, 0],
].flat();
/** House number (same, close, other, missing) by street (rare words agree, some do, none, no street). */
const HOUSE = [0, [10, 6, 0, 0], [6, 3, -1, 0], [2, 0, -1.5, 0], [6, 3, -1, 0]].flat();

const AGAINST_STRANGERS: Readonly<Record<ComparisonKind, readonly number[]>> = {
  person_name: NAME,
  organisation_name: NAME,
  // Its words are weighed in the name already.
  given_name: [0, 0, 0, 0, 0, 0, -4],
  locality: LOCALITY,
  house: HOUSE,
  date: [0, 11, 7, 8, 6, 6, 2.5, 2, 4, 2, -1, 0, 4, -2, -5],
  // A number or mailbox that few share is enough against a stranger; against the household it is not.
  phone: [0, 6, 12, 20, 8, 6, -1],
  email: [0, 6, 14, 23, 8, 7, -0.5],
  identifier: [0, 8, 15, 24, 8, -0.2],
  category: [0, 0.9, 1.5, 3, -3],
  text: [0, 1, 2.5, 5, 3, 1, -0.7],
};
const EXCLUSIVE_AGAINST_STRANGERS = [0, 10, 18, 27, 12, -6];

/**
 * Shares of levels between records of one person and between members of one household, where the
 * two tell apart. Households: one pair in 100 are twins, one in 50 of one given name (father and
 * son); the rest follows from given names being chosen to differ.
 */
const OF_ONE_PERSON: Readonly<Partial<Record<ComparisonKind, readonly number[]>>> = {
  given_name: [0, 0.8, 0.12, 0.05, 0.02, 0.006, 0.004],
  date: [0, 0.8, 0.05, 0.01, 0.04, 0.01, 0.01, 0.005, 0.01, 0.02, 0.01, 0.01, 0.01, 0.005, 0.01],
};
const OF_ONE_HOUSEHOLD: Readonly<Partial<Record<ComparisonKind, readonly number[]>>> = {
  given_name: [0, 0.02, 0.02, 0.06, 0.01, 0.85, 0.04],
  date: [
    0, 0.01, 0.01, 0.001, 0.005, 0.001, 0.005, 0.003, 0.003, 0.01, 0.02, 0.02, 0.01, 0.06, 0.84,
  ],
};
/** Of other kinds, bits against a member of the household. */
const AGAINST_RELATIVES: Readonly<Partial<Record<ComparisonKind, readonly number[]>>> = {
  // Two organisations in one building differ in their names.
  organisation_name: NAME.map((bits) => bits / 2),
  phone: [0, 0, 0.5, 1.4, 0.5, 0, 0],
  email: [0, 0, 2, 4, 1, 2, 0],
  identifier: [0, 2, 4, 5, 3, 0],
  category: [0, 0.9, 0.9, 0.9, -3],
  text: [0, 0.2, 0.5, 1, 0.5, 0.2, 0],
};
const EXCLUSIVE_AGAINST_RELATIVES = [0, 6, 8, 9, 5, -6];

export interface ComparisonSpec {
  readonly name: string;
  readonly kind: ComparisonKind;
  readonly facts: readonly string[];
  readonly exclusive?: boolean;
}

/** Log-odds of two random profiles, in bits, before any were seen. */
const PRIOR_BITS = -17;
/** A second record of one's own is as likely as one of somebody else in the house. */
const RELATIVE_PRIOR_BITS = 0;
const RARITY_OF_OTHERS = 12;

export function shippedModel(specs: readonly ComparisonSpec[]): ScoringModel {
  return {
    prior: PRIOR_BITS * WEIGHT_STEPS,
    relativePrior: RELATIVE_PRIOR_BITS * WEIGHT_STEPS,
    rarity: [],
    rarityOfOthers: RARITY_OF_OTHERS,
    comparisons: specs.map(
      (spec): ComparisonModel => ({
        name: spec.name,
        kind: spec.kind,
        facts: spec.facts,
        exclusive: spec.exclusive ?? false,
        weights: strangerBits(spec).map(inSteps),
        relativeWeights: relativeBits(spec).map(inSteps),
      }),
    ),
  };
}

function inSteps(bits: number): number {
  return Math.round(bits * WEIGHT_STEPS);
}

function strangerBits({ kind, exclusive }: ComparisonSpec): readonly number[] {
  return kind === 'identifier' && exclusive === true
    ? EXCLUSIVE_AGAINST_STRANGERS
    : AGAINST_STRANGERS[kind];
}

function relativeBits({ kind, exclusive }: ComparisonSpec): readonly number[] {
  if (kind === 'identifier' && exclusive === true) return EXCLUSIVE_AGAINST_RELATIVES;
  const one = OF_ONE_PERSON[kind];
  const household = OF_ONE_HOUSEHOLD[kind];
  if (one === undefined || household === undefined) {
    return AGAINST_RELATIVES[kind] ?? Array.from({ length: levelCount(kind) }, () => 0);
  }
  return one.map((share, level) =>
    level === 0 ? 0 : Math.log2(share / (household[level] as number)),
  );
}

/** Shares of the levels of a kind between records of one person, as shipped. */
export function shippedShares({ kind, weights }: ComparisonModel): Float64Array<ArrayBuffer> {
  const known = OF_ONE_PERSON[kind];
  const shares = Float64Array.from(
    known ?? weights.map((weight) => 2 ** (weight / WEIGHT_STEPS / 2)),
  );
  shares[0] = 0;
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => (sum === 0 ? 0 : share / sum));
}
