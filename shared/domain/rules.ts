/**
 * The active version: everything that decides what the right answer is, as frozen data.
 *
 * A `Rules` value is the content of an ACTIVATE entry. It holds integers and text only (no floats,
 * no clock, no library data), so that a replay on any machine decides the same.
 *
 * Certainties are log-odds in quarter-bit integer steps (`QuarterBits`): 4 * log2(p / (1 - p)).
 */
import type { PairScorer } from './matching/digest.ts';
import type { ScoringModel } from './matching/model.ts';
import { scorerOf } from './matching/scorer.ts';
import { CERTAIN, type QuarterBits } from './quarter-bits.ts';

export { CERTAIN, type QuarterBits };

/**
 * What a value of a namespace tells:
 * - `person`: anchor that names one customer (CRM id, login, loyalty number, source record id);
 * - `device`: anchor that names one device (cookie, app install);
 * - `evidence`: shared by a few (email, phone, payment card); shared values give edges;
 * - `context`: shared by many (IP, postcode); kept on the profile, proposes nothing;
 * - `derived`: made by ingress from several facts (name and birth date); it only proposes pairs to
 *   be scored, is nobody's identifier and not shown.
 */
export type NamespaceKind = 'person' | 'device' | 'evidence' | 'context' | 'derived';

/** Buckets are UTC calendar units of `occurred_at`; `ever` is one bucket. Weeks start on Monday. */
export type LimitWindow = 'ever' | 'day' | 'week' | 'month' | 'year';

export interface Limit {
  /** Most distinct values a customer may have within any one bucket, >= 1. */
  readonly count: number;
  readonly window: LimitWindow;
}

export interface NamespaceRules {
  readonly name: string;
  readonly kind: NamespaceKind;
  /** 1 is the best; a lower number outranks a higher one. Unique within a version. */
  readonly priority: number;
  /**
   * Certainty that two profiles sharing a value (or one party carrying both anchors) are one; null
   * (evidence and derived only): the pair is scored on all that is known of both.
   */
  readonly certainty: QuarterBits | null;
  readonly limit: Limit | null;
  /** An entity has only one value: two clusters with different values never join (must-links may). */
  readonly exclusive: boolean;
  /** Most profiles that may hold one value before it proposes nothing (evidence only). */
  readonly holderCap: number;
  /**
   * Most distinct persons that a value's holders may show before it is generic (evidence only);
   * null: only the number of holders counts.
   */
  readonly personCap: number | null;
  /** Values name records and not persons: such an anchor tells nobody apart (person only). */
  readonly namesRecords: boolean;
  /** What a derived key is made of, in order (derived only; else empty). */
  readonly parts: readonly string[];
  /** Name of the normaliser used at ingress (see `shared/ingress/normalise.ts`). */
  readonly normaliser: string;
  /** Blocked values, already normalised. */
  readonly blockedValues: readonly string[];
  /** Blocked patterns: regular expression sources, matched against the whole normalised value. */
  readonly blockedPatterns: readonly string[];
  /** Whether the built-in junk list applies. */
  readonly blockJunk: boolean;
}

export interface Rules {
  /** First 16 hex digits of the SHA-256 of the canonical content. */
  readonly version: string;
  /** Name and version of the normalisers, e.g. `selfsame-2/libphonenumber-js-1.13.16`. */
  readonly normaliserVersion: string;
  /** Edges below are absent. */
  readonly reviewFloor: QuarterBits;
  /** Edges at or above connect components: the lowest certainty that returns customers. */
  readonly clusterFloor: QuarterBits;
  /** Most profiles in one component (size guard), default 1,000. */
  readonly componentCap: number;
  /** Most persons on one device before the device connects nothing, default 5. */
  readonly devicePersonCap: number;
  /** Holders above its cap that a value may gain in an hour before the breaker holds it; 0: any. */
  readonly stormHolders: number;
  /** Pairs that an interaction of a delivery may join on average before the breaker holds it. */
  readonly stormPairs: number;
  /** Sorted by name. */
  readonly namespaces: readonly NamespaceRules[];
  /** How pairs are scored; null when every certainty is declared. */
  readonly scoring: ScoringModel | null;
}

/** Declared certainty of an anchor's namespace; rules files cannot leave it out. */
export function declaredCertainty({ name, certainty }: NamespaceRules): QuarterBits {
  if (certainty === null) throw new Error(`namespace ${name} declares no certainty`);
  return certainty;
}

/** Index over a `Rules` value; build once per version with `indexRules`. */
export interface RulesIndex {
  readonly rules: Rules;
  readonly byName: ReadonlyMap<string, NamespaceRules>;
  /** Scores pairs; null when the version declares every certainty. */
  readonly scorer: PairScorer | null;
}

export function indexRules(rules: Rules): RulesIndex {
  const byName = new Map(rules.namespaces.map((entry) => [entry.name, entry]));
  return { rules, byName, scorer: rules.scoring === null ? null : sharedScorer(rules) };
}

/** Versions whose scorers are kept: the active one, the one before, candidates. */
const SCORERS_MAX = 4;
const scorers = new Map<string, PairScorer>();

/** One scorer a version and process: what it remembers of pairs serves all partitions. */
function sharedScorer({ version, scoring }: Rules): PairScorer | null {
  const known = scorers.get(version);
  if (known !== undefined || scoring === null) return known ?? null;
  const scorer = scorerOf(scoring);
  if (scorers.size >= SCORERS_MAX) scorers.delete(scorers.keys().next().value as string);
  scorers.set(version, scorer);
  return scorer;
}

/** Priority of what rests on no namespace (must-links): better than every namespace. */
export const PRIORITY_DECISION = 0;
/** Namespace of the fallback anchor of a party without usable identifiers: the party itself. */
export const INTERACTION_NAMESPACE = 'interaction';
/** Namespace of the anchor of a persona: (device, best person evidence). */
export const PERSONA_NAMESPACE = 'persona';

/**
 * Bucket of a UTC day under a window, as an integer (day: days since 1970-01-01; week: Monday-based
 * week number; month: year * 12 + month; year). Pure calendar arithmetic (civil-from-days,
 * H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
 */
export function bucketOf(window: LimitWindow, day: number): number {
  switch (window) {
    case 'ever':
      return 0;
    case 'day':
      return day;
    case 'week':
      // 1970-01-01 was a Thursday: shift so that weeks begin on Monday.
      return Math.floor((day + 3) / 7);
    case 'month':
    case 'year': {
      const shifted = day + 719468;
      const era = Math.floor(shifted / 146097);
      const dayOfEra = shifted - era * 146097;
      const yearOfEra = Math.floor(
        (dayOfEra -
          Math.floor(dayOfEra / 1460) +
          Math.floor(dayOfEra / 36524) -
          Math.floor(dayOfEra / 146096)) /
          365,
      );
      const dayOfYear =
        dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
      const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
      const month = shiftedMonth < 10 ? shiftedMonth + 2 : shiftedMonth - 10;
      const year = yearOfEra + era * 400 + (month <= 1 ? 1 : 0);
      return window === 'year' ? year : year * 12 + month;
    }
  }
}

/** Milliseconds in a UTC day. */
export const DAY_MS = 86_400_000;

/** UTC day number of an epoch time in milliseconds. */
export function dayOf(epochMs: number): number {
  return Math.floor(epochMs / DAY_MS);
}
