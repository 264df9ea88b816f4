/**
 * Queries: what a reader may ask of one partition. One request carries many questions, since a
 * batch of look-ups is answered partition by partition.
 */
import type { EvidenceStanding } from '../domain/actors/evidence-standing.ts';
import type { OrderRow } from '../domain/actors/orders.ts';
import type { Packed } from '../domain/actors/states.ts';
import type { InteractionId, KeyId, ProfileId } from '../domain/identifier.ts';
import type { PackedLadder } from '../domain/messages.ts';
import type { OpenRow } from '../domain/open-reviews.ts';
import type { QuarterBits } from '../domain/rules.ts';

/** `[ladders, keys, profiles, roots, ordersMax, steward, interactions]`; each answered in order. */
export type QueryRequest = readonly [
  ladders: readonly ProfileId[],
  keys: readonly KeyId[],
  /** With the most observation rows wanted (the latest by time of occurrence). */
  profiles: readonly (readonly [ProfileId, maxObservations: number])[],
  roots: readonly ProfileId[],
  /** Most orders wanted (`orders.ts`), in the order of their ids; 0: none. */
  ordersMax: number,
  /** Questions of stewardship; absent: none. */
  steward?: readonly StewardQuestion[],
  interactions?: readonly InteractionId[],
];

/** The live version of an interaction: whose profile each of its parties is at. */
export type InteractionAnswer = readonly [
  occurredAt: number,
  parties: readonly (readonly [
    role: string,
    profile: ProfileId,
    profileKind: 0 | 1 | 2 | 3,
    namespace: string,
  ])[],
  /** Of a version that is held (S22), by party; null: it counts. */
  held: readonly HeldParty[] | null,
];
/** Keys and profiles of other anchors that the party would carry. */
export type HeldParty = readonly string[];

export type StewardQuestion =
  /** Rows whose keys follow `after` under the prefix (`open-reviews.ts`), in key order. */
  | readonly ['open', prefix: string, after: string, limit: number]
  /** What the home of the lesser profile knows of pairs. */
  | readonly ['pairs', pairs: readonly (readonly [low: ProfileId, high: ProfileId])[]]
  | readonly ['stances', profiles: readonly ProfileId[], floor: QuarterBits]
  /** What a root knows of its members that have the founder at the floor. */
  | readonly [
      'customers',
      customers: readonly (readonly [root: ProfileId, founder: ProfileId])[],
      floor: QuarterBits,
    ]
  /** Decisions whose keys follow `after`, the latest first. */
  | readonly ['decisions', after: string, limit: number]
  /** Decisions by the ids of their actors. */
  | readonly ['named', decisions: readonly string[]];

/** `decisions` that stand on the pair: id, verdict, time. */
export type PairAnswer = readonly [
  open: QuarterBits | null,
  /** Of the strongest proposal; null: no evidence proposes the pair. */
  certainty: QuarterBits | null,
  namespaces: readonly string[],
  decisions: readonly (readonly [string, 0 | 1, number])[],
];
export type StanceAnswer = readonly [
  root: ProfileId,
  founder: ProfileId,
  namespace: string,
  value: string,
  isObserved: boolean,
];
/** What keeps a customer apart from others comes from its first members; at most 256 of each. */
export type CustomerAnswer = readonly [
  profiles: number,
  cannotLinks: readonly (readonly [low: ProfileId, high: ProfileId])[],
  labels: readonly (readonly [decisionId: string, label: string])[],
];
/** In the order of the questions. */
export type StewardAnswer =
  | readonly ['open', rows: readonly (readonly [key: string, OpenRow])[]]
  | readonly ['pairs', pairs: readonly (PairAnswer | null)[]]
  | readonly ['stances', stances: readonly (StanceAnswer | null)[]]
  | readonly ['customers', customers: readonly CustomerAnswer[]]
  /** Packed `DecisionState`s with the keys of their rows. */
  | readonly ['decisions', rows: readonly (readonly [key: string, state: Packed])[]]
  /** Packed `DecisionState`s; null: none of that id. */
  | readonly ['named', states: readonly (Packed | null)[]];

/** Holders of a value; `holders` null: it counts for nothing, or too many hold it. */
export type KeyAnswer = readonly [
  count: number,
  holders: readonly ProfileId[] | null,
  standing: EvidenceStanding,
];

/** An observation as a journey shows it. */
export type ObservationRow = readonly [
  header: readonly [
    interaction: string,
    party: number,
    source: string,
    interactionId: string,
    type: string,
    channel: string,
    occurredAt: number,
    receivedAt: number,
    delivery: string,
    deliveryId: string,
  ],
  role: string,
];

/** A packed `ProfileState` and its latest observations. */
export type ProfileAnswer = readonly [state: Packed, observations: readonly ObservationRow[]];

/** null where nothing is known under the id. */
export type QueryAnswer = readonly [
  ladders: readonly (PackedLadder | null)[],
  keys: readonly (KeyAnswer | null)[],
  profiles: readonly (ProfileAnswer | null)[],
  /** Packed `RootState`; null also for a root that is alone with no edges. */
  roots: readonly (Packed | null)[],
  orders: readonly OrderRow[],
  steward: readonly StewardAnswer[],
  /** Null: never sent, retracted, or rejected. Absent when none were asked for. */
  interactions?: readonly (InteractionAnswer | null)[],
];

/**
 * A question to an owner or follower: not to be answered from a state before (epoch, sequence), which
 * the asker knows to be durable at the owner.
 */
export type AskedQuestion = readonly [epoch: number, sequence: number, request: QueryRequest];
/** `lag`: entries of the log that the answering state is known not to have applied. */
export type AskedAnswer = readonly [lag: number, answer: QueryAnswer];

/** How a reader reaches partitions. Fails with `ClusterError`. */
export interface QueryPort {
  ask(
    partition: number,
    request: QueryRequest,
    options: {
      readonly deadlineMs?: number;
      readonly signal?: AbortSignal;
      readonly onStandIn?: (lagEntries: number) => void;
    },
  ): Promise<QueryAnswer>;
}
