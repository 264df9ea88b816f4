/**
 * The weights that are shipped: what an agreement or a contradiction of each kind is worth before
 * any data was seen, in bits. Set by hand from what is common knowledge about how values are shared
 * and misspelt; they are the informative prior of every fit.
 */
import { HOUSE_LEVELS, LOCALITY_LEVELS } from '../domain/matching/address.ts';
import {
  type ComparisonKind,
  type ComparisonModel,
  type ScoringModel,
  WEIGHT_STEPS,
} from '../domain/matching/model.ts';
import { NAME_LEVELS, NAME_UNMATCHED_BINS } from '../domain/matching/name.ts';

/** By matched bits, then less by unmatched bits. */
const NAME_MATCHED = [-6, -3, 0.5, 3, 5.5, 8, 10, 12, 14, 16];
const NAME_UNMATCHED = [0, -1, -3, -5];
const NAME_GENERATION = -6;

/** Postcode (exact, close, other, missing) by place (same: common, usual, rare; close, other, none). */
const LOCALITY = [
  [8, 9, 10, 9, 7, 8],
  [4, 5, 6, 5, 1, 3],
  [0, 1, 2, 0, -2, -1.5],
  [2, 4, 6, 4, -1.5, 0],
];
/** House number (same, close, other, missing) by street (rare words agree, some do, none, no street). */
const HOUSE = [
  [10, 6, 0, 0],
  [6, 3, -1, 0],
  [2, 0, -1.5, 0],
  [6, 3, -1, 0],
];
const PLAIN: Readonly<Partial<Record<ComparisonKind, readonly number[]>>> = {
  date: [0, 11, 7, 8, 6, 6, 2.5, 2, 4, 2, -1, 0, 4, -2, -5],
  phone: [0, 4, 7, 11, 6, 4, -1],
  email: [0, 3, 7, 12, 6, 5, -0.5],
  category: [0, 0.9, 1.5, 3, -3],
  text: [0, 1, 2.5, 5, 3, 1, -0.7],
};
const EXCLUSIVE = [0, 8, 11, 14, 7, -6];
const SHARED = [0, 6, 9, 12, 5, -0.2];

export interface ComparisonSpec {
  readonly name: string;
  readonly kind: ComparisonKind;
  readonly facts: readonly string[];
  readonly exclusive?: boolean;
}

/** Log-odds of two random profiles, in bits, before any were seen. */
const PRIOR_BITS = -17;
/** Most certainty of a pair that contradicts itself: p = .5, in the review band's neighbourhood. */
const CONFLICT_CERTAINTY = 2;
const RARITY_OF_OTHERS = 12;

export function shippedModel(specs: readonly ComparisonSpec[]): ScoringModel {
  return {
    prior: PRIOR_BITS * WEIGHT_STEPS,
    conflictCertainty: CONFLICT_CERTAINTY,
    rarity: [],
    rarityOfOthers: RARITY_OF_OTHERS,
    comparisons: specs.map(
      (spec): ComparisonModel => ({
        name: spec.name,
        kind: spec.kind,
        facts: spec.facts,
        exclusive: spec.exclusive ?? false,
        weights: bitsOf(spec).map((bits) => Math.round(bits * WEIGHT_STEPS)),
      }),
    ),
  };
}

function bitsOf({ kind, exclusive }: ComparisonSpec): readonly number[] {
  if (kind === 'person_name' || kind === 'organisation_name') return nameBits();
  if (kind === 'locality') return [0, ...LOCALITY.flat()].slice(0, LOCALITY_LEVELS);
  if (kind === 'house') return [0, ...HOUSE.flat()].slice(0, HOUSE_LEVELS);
  if (kind === 'identifier') return exclusive === true ? EXCLUSIVE : SHARED;
  return PLAIN[kind] ?? [];
}

function nameBits(): number[] {
  const bits = [0];
  for (const [bin, matched] of NAME_MATCHED.entries()) {
    for (let rest = 0; rest < NAME_UNMATCHED_BINS; rest++) {
      bits.push(bin === 0 ? matched : matched + (NAME_UNMATCHED[rest] ?? 0));
    }
  }
  bits.push(NAME_GENERATION);
  return bits.slice(0, NAME_LEVELS);
}
