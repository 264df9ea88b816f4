/**
 * What is known before any data was seen: how often records of one person, of two strangers and of
 * two members of one household end at each level of a comparison. Set by hand from what is common
 * knowledge about how values are shared, chosen and misspelt; informative prior of every fit.
 *
 * Each table begins with level 0 (nothing to compare), which has no share.
 */
import type { ComparisonKind } from '../domain/matching/model.ts';

/** A level that is what two strangers end at as a rule: it shares what the others leave over. */
const REST = null;

interface Shares {
  /** Of records of one person; taken as parts of their sum. */
  readonly one: readonly number[];
  /** What a level weighs against strangers, in bits; `REST` levels follow from the others. */
  readonly bits: readonly (number | null)[];
  /** Parts of what is left over, for the `REST` levels in order. */
  readonly rest: readonly number[];
}

/** Matched bits by bin, less by what remains over (nothing, little, some, much). */
const NAME_BITS = [REST, -3, 0.5, 3, 5.5, 8, 10, 12, 14, 16];
const NAME_ONE = [0.01, 0.01, 0.02, 0.03, 0.05, 0.08, 0.15, 0.2, 0.25, 0.2];
const LEFT_BITS = [0, -1, -3, -5];
const LEFT_ONE = [0.7, 0.15, 0.1, 0.05];

const NAME: Shares = {
  one: [0, ...NAME_ONE.flatMap((matched) => LEFT_ONE.map((left) => matched * left))],
  bits: [
    0,
    ...NAME_BITS.flatMap((matched) =>
      LEFT_BITS.map((left) => (matched === REST ? REST : matched + left)),
    ),
  ],
  rest: [0.15, 0.15, 0.3, 0.4],
};

/** Postcode (exact, close, other, missing) by place (same: common, usual, rare; close, other, none). */
const LOCALITY: Shares = {
  one: [
    0,
    [0.1, 0.15, 0.2, 0.05, 0.03, 0.07],
    [0.01, 0.02, 0.02, 0.01, 0.01, 0.01],
    [0.02, 0.02, 0.02, 0.01, 0.1, 0.06],
    [0.03, 0.03, 0.03, 0.01, 0.05, 0.01],
  ].flat(),
  bits: [
    0,
    [8, 9, 10, 9, 7, 8],
    [4, 5, 6, 5, 1, 3],
    [0, 1, 2, 0, REST, REST],
    [2, 4, 6, 4, REST, 0],
  ].flat(),
  rest: [0.6, 0.25, 0.15],
};

/** House number (same, close, other, missing) by street (rare words agree, some do, none, no street). */
const HOUSE: Shares = {
  one: [
    0,
    [0.45, 0.1, 0.02, 0.001],
    [0.04, 0.02, 0.012, 0.001],
    [0.04, 0.03, 0.12, 0.001],
    [0.05, 0.03, 0.03, 0.001],
  ].flat(),
  bits: [0, [10, 6, 0.5, 0], [6, 3, -1, 0], [2, 0, REST, 0], [6, 3, REST, 0]].flat(),
  rest: [0.85, 0.15],
};

/** Phones and emails: a value that few share is enough against a stranger. */
const AGAINST_STRANGERS: Readonly<Partial<Record<ComparisonKind, Shares>>> = {
  person_name: NAME,
  organisation_name: NAME,
  locality: LOCALITY,
  house: HOUSE,
  // Of 29,000 days in 80 years, fewer where people are of an age.
  date: {
    one: [0, 0.8, 0.03, 0.01, 0.04, 0.01, 0.01, 0.005, 0.01, 0.02, 0.01, 0.01, 0.01, 0.005, 0.006],
    bits: [0, 13, 7, 8, 5.5, 5.5, 3, 3, 2, 4, 0, -1.5, 4, -2, REST],
    rest: [1],
  },
  phone: {
    one: [0, 0.02, 0.06, 0.5, 0.03, 0.03, 0.35, 0.01],
    bits: [0, 6, 12, 20, 8, 6, REST, 4],
    rest: [1],
  },
  email: {
    one: [0, 0.02, 0.06, 0.45, 0.03, 0.05, 0.39],
    bits: [0, 6, 14, 23, 4, 7, REST],
    rest: [1],
  },
  // Renewed now and then: two different ones of one kind say little.
  identifier: { one: [0, 0.02, 0.08, 0.7, 0.03, 0.17], bits: [0, 8, 15, 24, 8, REST], rest: [1] },
  category: { one: [0, 0.75, 0.12, 0.08, 0.05], bits: [0, 0.8, 2, 5, REST], rest: [1] },
  text: {
    one: [0, 0.2, 0.15, 0.1, 0.08, 0.12, 0.35],
    bits: [0, 1, 2.5, 5, 3, 1, REST],
    rest: [1],
  },
};
const EXCLUSIVE: Shares = {
  one: [0, 0.02, 0.1, 0.83, 0.035, 0.015],
  bits: [0, 10, 18, 27, 12, REST],
  rest: [1],
};
const SEVERAL: Shares = {
  one: [0, 0.02, 0.08, 0.3, 0.01, 0.59],
  bits: [0, 8, 15, 24, 8, REST],
  rest: [1],
};

/**
 * Between members of one household, where they tell apart from one person. One pair in 100 are
 * twins, one in 50 of one given name (father and son); given names are chosen to differ.
 */
interface HouseholdShares {
  readonly one: readonly number[];
  readonly household: readonly number[];
}
const AGAINST_HOUSEHOLD: Readonly<Partial<Record<ComparisonKind, HouseholdShares>>> = {
  given_name: {
    one: [0, 0.79, 0.12, 0.05, 0.02, 0.006, 0.0004, 0.01],
    // An initial is a habit of the record: what counts is that few of a household share it.
    household: [0, 0.02, 0.02, 0.012, 0.01, 0.878, 0.04, 0.02],
  },
  surname: {
    one: [0, 0.86, 0.07, 0.03, 0.01, 0.03],
    household: [0, 0.72, 0.05, 0.02, 0.01, 0.2],
  },
  date: {
    one: [0, 0.8, 0.03, 0.01, 0.04, 0.01, 0.01, 0.005, 0.01, 0.02, 0.01, 0.01, 0.01, 0.005, 0.006],
    household: [
      0, 0.01, 0.006, 0.001, 0.005, 0.001, 0.005, 0.003, 0.003, 0.01, 0.02, 0.02, 0.01, 0.06, 0.84,
    ],
  },
};
/** Of other kinds, bits against a member of the household. */
const HOUSEHOLD_BITS: Readonly<Partial<Record<ComparisonKind, readonly number[]>>> = {
  // Two organisations in one building differ in their names.
  organisation_name: [
    0,
    ...NAME_BITS.flatMap((matched, bin) =>
      // However short a name, if nothing of it is left over it is no neighbour's.
      LEFT_BITS.map((left) =>
        Math.max(((matched ?? -6) + left) / 2, bin > 1 && left === 0 ? 3 : -9),
      ),
    ),
  ],
  phone: [0, 0, 0.5, 1.2, 0.5, 0, 0, 0.3],
  email: [0, 0, 0.7, 1.2, 0, 1, -0.7],
  identifier: [0, 2, 4, 5, 3, -2],
  category: [0, 0.9, 0.9, 0.9, -3],
  text: [0, 0.2, 0.5, 1, 0.5, 0.2, 0],
};
const EXCLUSIVE_HOUSEHOLD_BITS = [0, 6, 8, 9, 5, -6];
const SEVERAL_HOUSEHOLD_BITS = [0, 2, 4, 5, 3, 0];

/**
 * Bits against another site of the same organisation: name and phone are the organisation's, street
 * and number the site's. Sites are mostly in other postcodes, sometimes next door.
 */
const SITE_BITS: Readonly<Partial<Record<ComparisonKind, readonly number[]>>> = {
  organisation_name: [
    0,
    ...NAME_BITS.flatMap((matched) => LEFT_BITS.map((left) => (matched === REST ? -3 : left / 2))),
  ],
  phone: [0, 0, 0.5, 1, 0.5, 0, -1, 0],
  locality: [
    0,
    [2.5, 2.5, 2.5, 2.5, 1.5, 2.5],
    [0.5, 0.5, 0.5, 0.5, -1, 0.5],
    [-2.5, -2.5, -2.5, -3, -4, -3],
    [0, 0.5, 1, 0, -3, 0],
  ].flat(),
  house: [0, [7, 3, -3, 0], [1.5, 0, -4, 0], [-2.5, -3.5, -5.5, 0], [4, 1.5, -4, 0]].flat(),
  email: [0, 0, 0.5, 1, 0.5, 0.5, -0.5],
  identifier: [0, 2, 3, 4, 2, -1],
};
const EXCLUSIVE_SITE_BITS = [0, 1, 1, 1, 0, -4];

/**
 * A generation is part of no word, so it is weighed by itself against strangers of one name; and
 * Darla and Darlene, whose words agree in part, are two more often than one.
 */
const GIVEN_BITS = [0, 0, 0, 0, 0, 0, -7, -1];

/** How many such values one entity has. */
export type Multiplicity = 'exclusive' | 'renewed' | 'several';

function sharesOf(kind: ComparisonKind, multiplicity: Multiplicity): Shares | undefined {
  if (kind !== 'identifier' || multiplicity === 'renewed') return AGAINST_STRANGERS[kind];
  return multiplicity === 'exclusive' ? EXCLUSIVE : SEVERAL;
}

/** Shares of the levels between records of one person; they add up to 1. */
export function sharesOfOnePerson(kind: ComparisonKind, multiplicity: Multiplicity): number[] {
  const shares = sharesOf(kind, multiplicity) ?? AGAINST_HOUSEHOLD[kind];
  const one = shares?.one ?? [0];
  const sum = one.reduce((total, share) => total + share, 0);
  return one.map((share) => (sum === 0 ? 0 : share / sum));
}

/** By level, in bits: one person against two strangers; all 0 where only the household is told. */
export function strangerBits(kind: ComparisonKind, multiplicity: Multiplicity): number[] {
  const shares = sharesOf(kind, multiplicity);
  const one = sharesOfOnePerson(kind, multiplicity);
  if (kind === 'given_name') return one.map((_, level) => GIVEN_BITS[level] ?? 0);
  if (shares === undefined) return one.map(() => 0);
  const { bits, rest } = shares;
  let left = 1;
  for (const [level, weight] of bits.entries()) {
    if (level > 0 && weight !== REST) left -= (one[level] as number) / 2 ** weight;
  }
  const restSum = rest.reduce((total, part) => total + part, 0);
  let next = 0;
  return bits.map((weight, level) => {
    if (weight !== REST) return weight;
    const share = (left * (rest[next++] as number)) / restSum;
    return Math.log2((one[level] as number) / share);
  });
}

/** By level, in bits: one person against two members of one household. */
export function householdBits(
  kind: ComparisonKind,
  multiplicity: Multiplicity,
  levels: number,
): number[] {
  if (kind === 'identifier' && multiplicity === 'exclusive') return EXCLUSIVE_HOUSEHOLD_BITS;
  if (kind === 'identifier' && multiplicity === 'several') return SEVERAL_HOUSEHOLD_BITS;
  const shares = AGAINST_HOUSEHOLD[kind];
  if (shares === undefined) {
    return [...(HOUSEHOLD_BITS[kind] ?? Array.from({ length: levels }, () => 0))];
  }
  return shares.one.map((share, level) =>
    level === 0 ? 0 : Math.log2(share / (shares.household[level] as number)),
  );
}

/** By level, in bits: one site against two sites of one organisation. */
export function siteBits(
  kind: ComparisonKind,
  multiplicity: Multiplicity,
  levels: number,
): number[] {
  if (kind === 'identifier' && multiplicity === 'exclusive') return EXCLUSIVE_SITE_BITS;
  return [...(SITE_BITS[kind] ?? Array.from({ length: levels }, () => 0))];
}
