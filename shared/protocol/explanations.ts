/** What explanations and look-ups of whole records answer with. Certainties are 0..1. */
import type { Band } from '../domain/band.ts';
import type { Identifier } from '../domain/identifier.ts';
import type { FieldViolation } from './cluster.ts';

/** A term of an edge's certainty. */
export interface Contribution {
  /**
   * prior, alternative, comparison, term_frequency, declared, device_days, decision, rounding, cap,
   * pending (`domain/matching/contributions.ts`)
   */
  readonly kind: string;
  /** The comparison, alternative, namespace or decision; may be empty. */
  readonly name: string;
  /** Comparisons: the level that the pair reached; else empty. */
  readonly level: string;
  /** Those of an edge add up to its `quarterBits`. */
  readonly quarterBits: number;
  /** In bits; those of an edge add up to a quarter of its `quarterBits`. */
  readonly logOdds: number;
}

export interface ExplanationVersions {
  readonly rulesVersion: string;
  /** Of the scoring model; null when the rules declare every certainty. */
  readonly modelVersion: string | null;
  readonly generation: number;
}

export interface ExplainedEdge {
  readonly left: Identifier;
  readonly right: Identifier;
  readonly leftRef: string;
  readonly rightRef: string;
  readonly certainty: number;
  /** The certainty as log-odds in quarter bits, 4 * log2(p / (1 - p)). */
  readonly quarterBits: number;
  readonly band: Band;
  /** What the certainty is made of; empty when that is not known any more. */
  readonly contributions: readonly Contribution[];
  readonly reasons: readonly {
    /** shared_value, same_party, device, must_link, cannot_link */
    readonly kind: string;
    readonly namespace: string;
    readonly certainty: number;
    readonly supportDays: number;
    readonly rulesVersion: string;
    readonly decisionId: string | null;
  }[];
  /**
   * accepted, redundant (its ends already meet above it), refused, below_floor, held, review (too
   * weak to join)
   */
  readonly outcome: string;
  /** For refused and held edges: limit, exclusive, cannot_link, split_decision, contested, size... */
  readonly refusal: string | null;
}

/** The edges without which two would be apart; found by clustering again without them. */
export interface SmallestSplitView {
  readonly edges: readonly ExplainedEdge[];
  /** false: the search was cut short, `edges` may be too many or not enough. */
  readonly isComplete: boolean;
}

/** One of several things needed together. */
export interface JoinStepView {
  /** must_link, raise_certainty, withdraw_cannot_link, withdraw_split, lift_limit, lift_exclusivity */
  readonly kind: string;
  /** The pair; null where the step is about a namespace or a split. */
  readonly edge: ExplainedEdge | null;
  /** raise_certainty: by so many quarter bits; else 0. */
  readonly quarterBits: number;
  /** lift_limit, lift_exclusivity; else empty. */
  readonly namespace: string;
  /** withdraw_split; else empty. */
  readonly decisionId: string;
}

/** Something that both customers have and that speaks for nothing. */
export interface UncountedEvidence {
  /** Of the value, device or rule; empty for a delivery. */
  readonly namespace: string;
  readonly reason: /** Too many profiles, or too many persons, have the value (S21). */
    | 'generic'
    /** An order holds or rejects the value (S22). */
    | 'held'
    | 'rejected'
    /** More profiles than the cap hold a key, or more persons use a device, so it proposes nothing. */
    | 'over_cap'
    /** A steward took the identifier back from one of the profiles (S5). */
    | 'retracted'
    /** An order holds or rejects the rule (S22). */
    | 'rule_held'
    | 'rule_rejected'
    /** What would meet came with a delivery, or from a source, that is held (S22). */
    | 'delivery_held';
  /** Profiles that hold the value, or persons that use the device; 0: not counted. */
  readonly holders: number;
  /** Keyed reference of the value, as of lists of orders; null: it is about no value. */
  readonly valueRef: string | null;
  /** delivery_held; else empty. The label is empty where the source itself is held. */
  readonly source: string;
  readonly delivery: string;
}

export type Explanation =
  | {
      /** The path that connects the two, weakest link marked. */
      readonly kind: 'joined';
      readonly versions: ExplanationVersions;
      readonly customerId: string;
      readonly path: readonly ExplainedEdge[];
      /** Of `split` the first; null for a profile with itself. */
      readonly weakest: ExplainedEdge | null;
      readonly split: SmallestSplitView;
    }
  | {
      readonly kind: 'apart';
      readonly versions: ExplanationVersions;
      readonly leftCustomerId: string;
      readonly rightCustomerId: string;
      /**
       * Edges between the two customers that were refused, with the reasons, those that are too weak
       * to join (review), and cannot-links; may be empty.
       */
      readonly refused: readonly ExplainedEdge[];
      /**
       * The two profiles asked for, scored anyway, when nothing proposes the pair: outcome
       * no_common_key (they share nothing), uncounted (nothing that counts: see there) or below_review.
       * Null when they are among `refused`, or the rules score nothing.
       */
      readonly asked: ExplainedEdge | null;
      /** What the two customers share and what counts for nothing; at most 50. */
      readonly uncounted: readonly UncountedEvidence[];
      /** What would join them, each list of steps by itself; found by clustering again. */
      readonly joins: readonly (readonly JoinStepView[])[];
    }
  | {
      /** How one customer came to be: accepted edges in the order they were joined. */
      readonly kind: 'how';
      readonly versions: ExplanationVersions;
      readonly customerId: string;
      readonly steps: readonly ExplainedEdge[];
      readonly refused: readonly ExplainedEdge[];
    }
  | { readonly kind: 'not_found' };

/** A customer that a record may belong to. */
export interface RecordMatch {
  readonly customerId: string;
  /** The profile of the customer that the record fits best. */
  readonly profileRef: string;
  readonly certainty: number;
  readonly quarterBits: number;
  readonly band: Band;
  /** Why the two could not join all the same: `limit:NAMESPACE`, `exclusive:NAMESPACE`...; or null. */
  readonly refusal: string | null;
  readonly contributions: readonly Contribution[];
}

export interface RecordMatches {
  /** Of the merge and review bands; what may join first, the most certain first. */
  readonly matches: readonly RecordMatch[];
  /** Several customers fit with merge certainty. */
  readonly isAmbiguous: boolean;
  /** Profiles that share something with the record. */
  readonly candidates: number;
  /** Not all of them were scored. */
  readonly isTruncated: boolean;
  /** Values of the record that were not used: field path and reason. */
  readonly dropped: readonly FieldViolation[];
}
