/**
 * Stewardship: what is open to a decision, deciding it, and what was decided. The half of the
 * Cluster port that people who look after the data use.
 *
 * All probabilities are 0..1; all times epoch milliseconds; all lists are bounded.
 */
import type { ConflictKind, OpenKind } from '../domain/open-reviews.ts';
import type { Identifier } from '../domain/identifier.ts';
import type { AckLevel, CallOptions, FieldViolation } from './cluster.ts';

/** Most reviews of a page and of a bulk decision; most decisions of a page. */
export const STEWARD_PAGE_MAX = 1_000;

export interface ReviewFilter {
  /** Certainty of the evidence, 0..1; both ends belong to it. */
  readonly minCertainty?: number;
  readonly maxCertainty?: number;
  /** Only pairs of this kind. */
  readonly kind?: OpenKind;
  /** Only pairs that evidence of this namespace proposes. */
  readonly namespace?: string;
  /** Only pairs of this customer: a customer id or profile reference. */
  readonly customer?: string;
}

export interface ReviewSide {
  readonly profileRef: string;
  /** The profile's anchor. */
  readonly anchor: Identifier;
  readonly customerId: string;
  /** Profiles of that customer, at the cluster floor. */
  readonly profiles: number;
}

export interface ReviewView {
  readonly left: ReviewSide;
  readonly right: ReviewSide;
  /** What the evidence says of the pair, 0..1. */
  readonly certainty: number;
  readonly kind: OpenKind;
  /** The namespace of a limit or exclusivity that refused the join; else empty. */
  readonly detail: string;
  /** Namespaces of the evidence that proposes the pair, by name. */
  readonly namespaces: readonly string[];
  /** What a decision is worth: profiles expected to be with the wrong customer while none is made. */
  readonly value: number;
  /** Begin of the UTC day (of occurrence) since which both have shown what proposes the pair; null: none. */
  readonly possibleSince: number | null;
}

export interface ReviewPage {
  /** The most valuable first (see `review-list.ts`); may be empty before the last page. */
  readonly reviews: readonly ReviewView[];
  /** Null: the last page. */
  readonly nextPageToken: string | null;
}

/** A pair to decide, by the references of its profiles. */
export interface DecidedPair {
  readonly leftRef: string;
  readonly rightRef: string;
}

export interface BulkDecision {
  /** same: one customer (must-link); different: never (cannot-link). */
  readonly verdict: 'same' | 'different';
  /** The pairs, or which open pairs. */
  readonly pairs: readonly DecidedPair[] | ReviewFilter;
  /** Most pairs that may be decided, 1 to `STEWARD_PAGE_MAX`; more than these: none is. */
  readonly maxDecisions: number;
  /** Only says what would be decided. */
  readonly isDryRun: boolean;
  /** Chosen by the client; names the decisions, so that repeats count once. At most 64 characters. */
  readonly requestId: string;
  readonly decidedAt: number;
  readonly decidedBy: string;
  readonly reason: string;
}

export type BulkOutcome =
  | {
      readonly kind: 'decided';
      /** In order; with a dry run, what would be. */
      readonly decisions: readonly (DecidedPair & { readonly decisionId: string })[];
    }
  | { readonly kind: 'rejected'; readonly violations: readonly FieldViolation[] };

export interface DecisionView {
  readonly decisionId: string;
  readonly verdict: 'same' | 'different' | 'split';
  readonly decidedAt: number;
  readonly decidedBy: string;
  readonly reason: string;
  /** References; of a split group by group. */
  readonly groups: readonly (readonly string[])[];
  /** superseded: a later decision on the same pair counts. */
  readonly standing: 'effective' | 'superseded' | 'retracted';
  /** The decision that counts instead; null unless superseded. */
  readonly supersededBy: string | null;
  /** Who took it back, and why; null unless retracted. */
  readonly retractedBy: {
    readonly at: number;
    readonly by: string;
    readonly reason: string;
  } | null;
  /** Named profiles of which nothing is observed (any longer). */
  readonly unobserved: number;
}

export interface DecisionPage {
  /** The latest first. */
  readonly decisions: readonly DecisionView[];
  readonly nextPageToken: string | null;
}

export interface ConflictView {
  readonly leftRef: string;
  readonly rightRef: string;
  /** cannot_link, split_decision: they defeat the must-link; limit, exclusive: it overrules them. */
  readonly kind: ConflictKind;
  /** The namespace of a limit or exclusivity, the id of the split; else empty. */
  readonly detail: string;
  /** The must-link in force. */
  readonly decisionId: string | null;
  /** The same with who, when and why; null: taken back meanwhile. */
  readonly decision: DecisionView | null;
  /** The cannot-links between the two customers, or the split; of limits and exclusivity none. */
  readonly defeatedBy: readonly DecisionView[];
}

export interface ConflictPage {
  readonly conflicts: readonly ConflictView[];
  readonly nextPageToken: string | null;
}

/** Predicted certainty against stewards' verdicts, in bins of certainty. */
export interface ReliabilityView {
  readonly bins: readonly {
    readonly from: number;
    readonly to: number;
    readonly pairs: number;
    readonly same: number;
    readonly predicted: number;
    readonly observed: number;
    /** 95 % interval of `observed`. */
    readonly low: number;
    readonly high: number;
  }[];
  readonly pairs: number;
  readonly same: number;
  readonly brierScore: number | null;
  readonly calibrationError: number | null;
  /** Decided pairs that no evidence proposes. */
  readonly unpredicted: number;
}

/** Floors by decisions (`calibrate-thresholds.ts`). */
export interface CalibrationView {
  readonly same: number;
  readonly different: number;
  readonly shiftBits: number;
  readonly slope: number;
  /** Probabilities. */
  readonly reviewFloorBefore: number;
  readonly clusterFloorBefore: number;
  readonly reviewFloor: number;
  readonly clusterFloor: number;
  /** Null: none was asked for, or the floors fit as they are. */
  readonly candidateVersion: string | null;
}

export interface PageOptions extends CallOptions {
  /** 1 to `STEWARD_PAGE_MAX`. Default 100. */
  readonly pageSize?: number;
  readonly pageToken?: string | null;
}

export interface Stewardship {
  listReviews(filter: ReviewFilter, options?: PageOptions): Promise<ReviewPage>;
  /** More pairs than `maxDecisions`: `failed_precondition`, and none is decided. */
  decideReviews(
    decision: BulkDecision,
    options: CallOptions & { readonly ack: AckLevel },
  ): Promise<BulkOutcome>;
  listDecisions(options?: PageOptions): Promise<DecisionPage>;
  listConflicts(options?: PageOptions): Promise<ConflictPage>;
  /** Of the pairs of the latest 20,000 decisions. */
  reliability(options?: CallOptions): Promise<ReliabilityView>;
  /**
   * Proposes the candidate when asked to; never activates it. `failed_precondition`: too few
   * decisions, or a candidate cannot be proposed now.
   */
  calibrate(
    /** Probability from which pairs shall join. */
    joinFrom: number,
    options?: CallOptions & {
      readonly isProposed?: boolean;
      /** How often stewards err, 0 to 0.25. Default 0.02. */
      readonly errorRate?: number;
    },
  ): Promise<CalibrationView>;
}
