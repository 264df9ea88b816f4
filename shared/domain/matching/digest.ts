/**
 * What is compared of a profile.
 *
 * A fact is one normalised value under its name: a namespace (email, phone, passport...) or an
 * attribute (person_name, birth_date, address...). Ingress makes facts; all that scoring needs
 * beyond their text (tokens, phonetic codes, distances) is a pure function of it.
 */
import { compareText } from '../identifier.ts';
import type { QuarterBits } from '../quarter-bits.ts';

/** `text` is canonical: two facts of a name are the same value exactly when their texts are equal. */
export type Fact = readonly [name: string, text: string];

/**
 * Facts as one text (JSON), for a digest is written, sent and compared far more often than it is read:
 * sorted by (name, text) by code unit, without duplicates, at most `DIGEST_FACTS_MAX`. Equal texts, equal facts.
 */
export type Digest = string & { readonly brand: 'Digest' };

/** Most facts of one name in a digest: those seen on the most days, then the least text. */
export const DIGEST_FACTS_PER_NAME = 8;
/** Most facts of a digest in all; names are taken in the order of their text. */
export const DIGEST_FACTS_MAX = 48;

export const EMPTY_DIGEST = '[]' as Digest;

/** `facts`: in the order and bounds of a digest. */
export function packDigest(facts: readonly Fact[]): Digest {
  return facts.length === 0 ? EMPTY_DIGEST : (JSON.stringify(facts) as Digest);
}

export function factsIn(digest: Digest): readonly Fact[] {
  return JSON.parse(digest) as readonly Fact[];
}

/** The digest of facts that were all seen equally often. */
export function digestOfFacts(facts: readonly Fact[]): Digest {
  const distinct = new Map(facts.map((fact) => [`${fact[0]} ${fact[1]}`, fact]));
  const sorted = [...distinct.values()].sort(
    (left, right) => compareText(left[0], right[0]) || compareText(left[1], right[1]),
  );
  const counts = new Map<string, number>();
  const kept = sorted.filter(([name]) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count <= DIGEST_FACTS_PER_NAME;
  });
  return packDigest(kept.slice(0, DIGEST_FACTS_MAX));
}

/** What one comparison added to a score. */
export interface Contribution {
  /** The comparison (a name, or a group of names that are one piece of evidence). */
  readonly name: string;
  /** The level reached, e.g. `exact`, `nickname`, `swapped day and month`. */
  readonly level: string;
  /** Texts compared; empty when there was nothing on a side. */
  readonly left: string;
  readonly right: string;
  /** Log-odds in 1/256 bits. */
  readonly weight: number;
  /** The part of `weight` that is due to how rare or common the value agreed on is. */
  readonly rarityWeight: number;
}

/** Pairs of some digests, by their places: for many pairs of which each is met once. */
export interface DigestComparer {
  /** As `PairScorer.score`; nothing is remembered. */
  score(one: number, two: number): QuarterBits;
  /** Levels of all comparisons, as learning counts them; valid until the next call. */
  levels(one: number, two: number): Uint8Array;
  /** The score of a pair with these levels. */
  scoreOfLevels(levels: Uint8Array): QuarterBits;
  /** Whether some comparison has several facts to choose from: by weights, which models differ in. */
  hasChoice(one: number): boolean;
}

/** Scores pairs under one version of the rules. Pure: equal input, equal output, on any machine. */
export interface PairScorer {
  /** Whether facts of this name are compared: others have no place in a digest. */
  compares(name: string): boolean;
  /**
   * Whether two values of a name are different, and not one value in two spellings: by the level
   * that their comparison ends at; values of names that are not compared differ when they are not equal.
   */
  differ(name: string, left: string, right: string): boolean;
  /** Certainty that two profiles are of one person, within -120..119. Symmetric. */
  score(left: Digest, right: Digest): QuarterBits;
  /** For many pairs of some digests. */
  over(digests: readonly Digest[]): DigestComparer;
  /** The same with what it is made of: the prior and the contributions add up to `total`. */
  explain(left: Digest, right: Digest): ScoreExplanation;
  /** Log-odds in 1/256 bits, for cohesion; 0 when nothing can be compared. */
  logOdds(left: Digest, right: Digest): number;
  /** The same of everything known of some profiles and of some others. Symmetric, in any order. */
  logOddsTogether(left: readonly Digest[], right: readonly Digest[]): number;
}

export type Alternative = 'strangers' | 'one household' | 'sites of one organisation';

export interface ScoreExplanation {
  readonly certainty: QuarterBits;
  /** What the pair was weighed against: whichever is the likelier. */
  readonly alternative: Alternative;
  /** Log-odds before anything was compared, in 1/256 bits, against that alternative. */
  readonly prior: number;
  /** The same against strangers. */
  readonly strangersPrior: number;
  /** Prior and contributions, in 1/256 bits, before it is rounded and clamped to `certainty`. */
  readonly total: number;
  readonly contributions: readonly Contribution[];
}
