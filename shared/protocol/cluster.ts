/**
 * Cluster port: everything the surfaces (gRPC gateway, HTTP, CLI) may ask of a cluster.
 *
 * Implementations: in-process (`shared/engine/embedded-cluster.ts`) and over NATS
 * (`services/coordinator/nats-cluster.ts`). Surfaces depend on this file, never on an engine.
 * All probabilities are 0..1; all times epoch milliseconds; all lists are bounded by the caller.
 */
import type { Band } from '../domain/band.ts';
import type { Identifier } from '../domain/identifier.ts';
import type { InteractionInput, PartyInput } from '../domain/interaction.ts';
import type { InteractionAttribution } from './attribution.ts';
import type { Audit } from './audit.ts';
import type { Explanation, RecordMatches } from './explanations.ts';
import type { Stewardship } from './stewardship.ts';
import type { Versions } from './versions.ts';

/** accepted: in the log; durable: applied and flushed by its owner; settled: all consequences too. */
export type AckLevel = 'accepted' | 'durable' | 'settled';

/** Position of an entry: reads given a token wait until they reflect it. Opaque text outside. */
export interface RevisionToken {
  readonly partition: number;
  readonly epoch: number;
  readonly sequence: number;
  /** Origin stamp used by the settled watermark. */
  readonly origin: number;
}

export interface FieldViolation {
  /** Path in the request, e.g. `parties[0].identifiers[2].namespace`. */
  readonly field: string;
  /** What is wrong and how to mend it; never holds the value itself (personal data). */
  readonly description: string;
}

export type IngestResult =
  | {
      readonly kind: 'acknowledged';
      readonly token: RevisionToken;
      /** Values dropped at ingress (blocked, junk, not parseable): field path and reason. */
      readonly dropped: readonly FieldViolation[];
    }
  | { readonly kind: 'rejected'; readonly violations: readonly FieldViolation[] };

export interface CallOptions {
  /** Absolute, epoch milliseconds. After it the call fails with `deadline_exceeded`. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** Told when a standby answered in an owner's place: entries of its log that it had not applied. */
  readonly onStandIn?: (lagEntries: number) => void;
}

export interface ReadOptions extends CallOptions {
  /** 0..1; below the cluster floor is `invalid_argument`. Default: the cluster floor. */
  readonly minCertainty?: number;
  /** Wait until the read reflects this entry (`durable`) or all its consequences (`settled`). */
  readonly token?: RevisionToken;
  readonly tokenLevel?: 'durable' | 'settled';
}

export interface CustomerMatch {
  /** `c` + 26 characters; no personal data. */
  readonly customerId: string;
  /** Probability, 0..1. */
  readonly certainty: number;
  /** The best evidence about the profile fits another customer as well (contested). Else absent. */
  readonly isContested?: true;
}

export type Resolution =
  | {
      readonly kind: 'found';
      /** Ranked by certainty, then customer id. Several: ambiguous, the value names none of them. */
      readonly matches: readonly CustomerMatch[];
    }
  | { readonly kind: 'not_found' }
  /** Held by too many profiles or persons, or held or rejected by an order: answers nothing. */
  | { readonly kind: 'generic'; readonly holders: number; readonly valueRef: string }
  /** Blocked or junk value, unknown namespace, not parseable. */
  | { readonly kind: 'invalid'; readonly description: string };

export interface CustomerProfileView {
  /** Public profile reference, usable in steward decisions: `p` + 26 characters. */
  readonly profileRef: string;
  readonly kind: 'person' | 'persona' | 'device' | 'interaction';
  readonly anchor: Identifier;
  readonly certainty: number;
  /** Distinct UTC days on which it was seen. */
  readonly days: number;
  readonly firstReceivedAt: number | null;
}

export interface CustomerView {
  readonly customerId: string;
  /** The id asked for, when it now answers as another customer. */
  readonly redirectedFrom: string | null;
  readonly minCertainty: number;
  readonly profiles: readonly CustomerProfileView[];
  readonly identifiers: readonly (Identifier & {
    readonly kind: 'person' | 'device' | 'evidence' | 'context';
    /** Distinct UTC days on which the customer was seen with it. */
    readonly days: number;
    readonly lastSeenAt: number;
  })[];
  readonly attributes: readonly {
    readonly name: string;
    readonly value: string;
    readonly days: number;
    readonly lastSeenAt: number;
  }[];
  /** Most recent first, at most 1,000. */
  readonly timeline: readonly {
    readonly source: string;
    readonly interactionId: string;
    readonly type: string;
    readonly channel: string;
    readonly role: string;
    readonly occurredAt: number;
    /** Probability that it was this customer's: on a shared device its share (S26). */
    readonly certainty: number;
  }[];
  readonly relationships: readonly {
    readonly customerId: string;
    readonly role: string;
    readonly otherRole: string;
    readonly interactions: number;
  }[];
  /** Customers joined to this one only by refused, held or review edges. */
  readonly possibleMatches: readonly {
    readonly customerId: string;
    readonly certainty: number;
    readonly band: Band;
    readonly reason: string;
    /** As of reviews (`ReviewView.possibleSince`). */
    readonly possibleSince: number | null;
  }[];
  /**
   * The best edge of a profile fits another customer as well (contested), so it joined neither: the
   * others are among `possibleMatches`.
   */
  readonly ambiguous: boolean;
  /** The component is at its size cap: joins are held. */
  readonly oversized: boolean;
  /** How far the settled watermark is behind, milliseconds. */
  readonly settledLagMs: number;
}

/** Names a profile: by an anchor identifier, or by a profile or customer reference. */
export type ProfileSelector =
  | { readonly kind: 'identifier'; readonly namespace: string; readonly value: string }
  | { readonly kind: 'ref'; readonly ref: string };

export type Command =
  | {
      readonly kind: 'must_link' | 'cannot_link';
      readonly decisionId: string;
      readonly left: ProfileSelector;
      readonly right: ProfileSelector;
      readonly decidedAt: number;
      readonly decidedBy: string;
      readonly reason: string;
    }
  | {
      /** Labels each named profile; two labels of one decision never share a customer. */
      readonly kind: 'split';
      readonly decisionId: string;
      readonly groups: readonly (readonly ProfileSelector[])[];
      readonly decidedAt: number;
      readonly decidedBy: string;
      readonly reason: string;
    }
  | {
      /** Takes a decision back (or, with `withdrawn`, the taking back). */
      readonly kind: 'retract_decision';
      readonly decisionId: string;
      readonly decidedAt: number;
      readonly withdrawn: boolean;
      readonly decidedBy?: string;
      readonly reason?: string;
    }
  | {
      readonly kind: 'retract_interaction';
      readonly source: string;
      readonly interactionId: string;
      readonly decidedAt: number;
      readonly withdrawn: boolean;
      readonly decidedBy?: string;
      readonly reason?: string;
    }
  | {
      /** Suppresses one identifier on one profile. */
      readonly kind: 'retract_identifier';
      readonly profile: ProfileSelector;
      readonly namespace: string;
      readonly value: string;
      readonly decidedAt: number;
      readonly withdrawn: boolean;
      readonly decidedBy?: string;
      readonly reason?: string;
    }
  | {
      /** Holds, releases or rejects a value, a source's delivery, a source or a rule. */
      readonly kind: 'order_evidence';
      readonly subject: OrderSubject;
      readonly standing: OrderStanding;
      readonly decidedAt: number;
      readonly decidedBy: string;
      readonly reason: string;
    };

export type OrderSubject =
  | { readonly kind: 'value'; readonly namespace: string; readonly value: string }
  | { readonly kind: 'delivery'; readonly source: string; readonly delivery: string }
  /** All that a source sends. */
  | { readonly kind: 'source'; readonly source: string }
  /** Pairs that the values, anchors or devices of a namespace propose. */
  | { readonly kind: 'rule'; readonly namespace: string };

/** held: counts for nothing until judged; rejected: as if it had never been there. */
export type OrderStanding = 'held' | 'released' | 'rejected';

export interface OrderView {
  readonly subject: OrderSubject;
  readonly standing: OrderStanding;
  readonly decidedAt: number;
  /** `breaker`: the merge-storm breaker. */
  readonly decidedBy: string;
  readonly reason: string;
  /** Profiles that held the value, or interactions of the delivery, when it was given; else 0. */
  readonly count: number;
  /** Of a value, as the change feed names it: `v` + 26 characters. */
  readonly valueRef: string | null;
  /** Of some profiles that came last to a value held by the breaker: what they were seen in last. */
  readonly origins: readonly {
    readonly source: string;
    /** Empty: without a label. */
    readonly delivery: string;
    readonly profiles: number;
  }[];
}

export type CommandResult =
  | { readonly kind: 'acknowledged'; readonly token: RevisionToken }
  | { readonly kind: 'rejected'; readonly violations: readonly FieldViolation[] };

export type CustomerEventKind =
  | 'customer.created'
  | 'customer.merged'
  | 'customer.split'
  | 'profile.moved';

/** How evidence counts from now on: generic, held and rejected evidence counts for nothing. */
export type EvidenceEventKind =
  | 'evidence.generic'
  | 'evidence.held'
  | 'evidence.rejected'
  | 'evidence.counted';

export type FeedEvent = CustomerEvent | EvidenceEvent;

interface AnyFeedEvent {
  /** Stable: the same event delivered again has the same id. */
  readonly eventId: string;
  /** Opaque position: resume after it. */
  readonly resumeToken: string;
  readonly occurredAt: number;
}

/** A difference between two settled states, at the cluster floor. */
export interface CustomerEvent extends AnyFeedEvent {
  readonly kind: CustomerEventKind;
  /** The customer the event is about (merged: the one that went; split: the one that came). */
  readonly customerId: string;
  /** merged: the survivor; split: whom it left; moved: where the profile was before. */
  readonly otherCustomerId: string | null;
  readonly profileRef: string;
}

/** A value, delivery, source or rule counts, or counts for nothing any more; told once what follows is settled. */
export interface EvidenceEvent extends AnyFeedEvent {
  readonly kind: EvidenceEventKind;
  readonly evidence: EvidenceName;
}

/** Names evidence without the value itself: who knows the value gets its reference by `resolve`. */
export type EvidenceName =
  | { readonly kind: 'value'; readonly namespace: string; readonly valueRef: string }
  | { readonly kind: 'delivery'; readonly source: string; readonly delivery: string }
  | { readonly kind: 'source'; readonly source: string }
  | { readonly kind: 'rule'; readonly namespace: string };

export interface WatchOptions {
  readonly signal: AbortSignal;
  /**
   * Told where the watch begins, once, before its first event: a token that resumes there, so that
   * a watcher that got no event yet can go on without a gap.
   */
  readonly onPosition?: (resumeToken: string) => void;
}

export interface PartitionStatus {
  readonly partition: number;
  readonly owner: string | null;
  /** What follows the partition, and takes over from its owner; null: nobody, or not known. */
  readonly standby: string | null;
  /** Entries that it is behind. */
  readonly standbyLag: number;
  readonly epoch: number;
  readonly term: number;
  readonly appliedSequence: number;
  readonly durableSequence: number;
  readonly lastSequence: number;
  readonly outboxMessages: number;
  readonly quarantined: number;
  /** recovering, running, stuck, stopped */
  readonly state: string;
}

export interface ClusterStatus {
  readonly mode: 'embedded' | 'nats';
  readonly rulesVersion: string;
  readonly partitions: readonly PartitionStatus[];
  readonly settledLagMs: number;
  /** Totals by name (snake_case), of each partition since its present owner took it. */
  readonly counters: Readonly<Record<string, number>>;
}

export type ClusterErrorCode =
  | 'invalid_argument'
  | 'not_found'
  | 'deadline_exceeded'
  | 'cancelled'
  | 'overloaded'
  | 'unavailable'
  | 'failed_precondition'
  | 'resume_token_expired'
  | 'unauthenticated'
  | 'permission_denied'
  | 'internal';

/** Operating error; `message` holds no personal data. */
export class ClusterError extends Error {
  readonly code: ClusterErrorCode;
  readonly retryable: boolean;
  /** Milliseconds to wait before trying again, when known. */
  readonly retryAfterMs: number | null;
  readonly violations: readonly FieldViolation[];
  constructor(
    code: ClusterErrorCode,
    message: string,
    details: {
      readonly retryAfterMs?: number;
      readonly violations?: readonly FieldViolation[];
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ClusterError';
    this.code = code;
    this.retryable = code === 'overloaded' || code === 'unavailable';
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.violations = details.violations ?? [];
  }
}

export interface Cluster {
  /** Changing the rules: candidates beside the live version. */
  readonly versions: Versions;
  /** What is open to a decision, deciding it, what was decided. */
  readonly stewardship: Stewardship;
  /** Who asked and who changed what. */
  readonly audit: Audit;
  /**
   * Takes a batch; results in the order of the items. Safe to repeat (deduplicated by source,
   * interaction id, revision and content). Throws `ClusterError` for the batch as a whole:
   * `overloaded` (nothing of it is promised), `unavailable`, `deadline_exceeded` (outcome unknown).
   */
  ingest(
    items: readonly InteractionInput[],
    options: CallOptions & { readonly ack: AckLevel; readonly receivedAt?: number },
  ): Promise<readonly IngestResult[]>;
  /** One resolution per identifier (raw values; normalised inside), in order. */
  resolve(
    identifiers: readonly { readonly namespace: string; readonly value: string }[],
    options?: ReadOptions,
  ): Promise<readonly Resolution[]>;
  /** By customer or profile reference; null when no such id was ever issued. */
  getCustomer(ref: string, options?: ReadOptions): Promise<CustomerView | null>;
  /** With `right`: why together or apart. Without: how the customer of `left` came to be. */
  explain(
    left: ProfileSelector,
    right: ProfileSelector | null,
    options?: ReadOptions,
  ): Promise<Explanation>;
  /** Whose an interaction is; null: never sent, or taken back. */
  getAttribution(
    source: string,
    interactionId: string,
    options?: ReadOptions,
  ): Promise<InteractionAttribution | null>;
  /** Customers that a record may belong to; the record is not stored. `maxMatches` default 10. */
  matchRecord(
    record: PartyInput,
    options?: ReadOptions & { readonly maxMatches?: number },
  ): Promise<RecordMatches>;
  command(
    command: Command,
    options: CallOptions & { readonly ack: AckLevel },
  ): Promise<CommandResult>;
  /** Orders about evidence, the latest first, at most 1,000; those that released on request. */
  listOrders(
    options?: CallOptions & { readonly released?: boolean },
  ): Promise<readonly OrderView[]>;
  /** Settled differences from after `resumeToken` (null: from now on) until the signal aborts. */
  watch(resumeToken: string | null, options: WatchOptions): AsyncIterable<FeedEvent>;
  status(options?: CallOptions): Promise<ClusterStatus>;
  /** Resolves when every entry appended before the call is settled. */
  settle(options?: CallOptions): Promise<void>;
  close(): Promise<void>;
}
