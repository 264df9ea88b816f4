/**
 * The scoring model: the frozen part of a version that turns two digests into a certainty.
 *
 * Fellegi and Sunter (1969): each comparison ends at one level, each level weighs log2(m / u), the
 * odds of that level between records of one person and of two. Everything is integer, so that every
 * machine and every replay adds up to the same.
 */
/** Parts of a bit in which weights are counted. */
export const WEIGHT_STEPS = 256;

export type ComparisonKind =
  | 'person_name'
  | 'given_name'
  | 'surname'
  | 'organisation_name'
  | 'date'
  | 'locality'
  | 'house'
  | 'phone'
  | 'email'
  | 'identifier'
  | 'category'
  | 'text';

export interface ComparisonModel {
  /** Unique; names the contribution in explanations. */
  readonly name: string;
  readonly kind: ComparisonKind;
  /** Names of the facts compared. */
  readonly facts: readonly string[];
  /** One entity has one such value: two different ones speak against (identifier only). */
  readonly exclusive: boolean;
  /** By level of the kind, in 1/256 bits: one person against two strangers. */
  readonly weights: readonly number[];
  /** The same against two members of one household, who share most but given name and birth. */
  readonly relativeWeights: readonly number[];
  /** The same against two sites of one organisation, which share names and phones, not addresses. */
  readonly siteWeights: readonly number[];
}

export interface ScoringModel {
  /** Log-odds that two random profiles are one person, in 1/256 bits; negative. */
  readonly prior: number;
  /** Log-odds of a pair who share a household being one person, in 1/256 bits. */
  readonly relativePrior: number;
  /** Log-odds of a pair of one organisation being one site of it, in 1/256 bits. */
  readonly sitePrior: number;
  /**
   * How rare a word or value is, as -log2 of its share among all, in whole bits 0..15; those not
   * listed are rare. Keys are `kind word`, sorted.
   */
  readonly rarity: readonly (readonly [key: string, bits: number])[];
  /** Rarity of what is not listed, in bits. */
  readonly rarityOfOthers: number;
  readonly comparisons: readonly ComparisonModel[];
}

/** Level of a comparison that had nothing to compare: it weighs 0. */
export const NOTHING_COMPARED = 0;

/**
 * Who shares a phone with the household mostly shares its mailbox as well: beside a household all
 * contacts that agree count as one, the one that tells most.
 */
export const CONTACTS: ReadonlySet<ComparisonKind> = new Set(['phone', 'email']);
