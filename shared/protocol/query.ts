/**
 * Queries: what a reader may ask of one partition. One request carries many questions, since a
 * batch of look-ups is answered partition by partition.
 */
import type { OrderRow } from '../domain/actors/orders.ts';
import type { Packed } from '../domain/actors/states.ts';
import type { InteractionId, KeyId, ProfileId } from '../domain/identifier.ts';
import type { PackedLadder } from '../domain/messages.ts';

/** `[ladders, keys, profiles, roots, ordersMax, interactions]`; each answered in order. */
export type QueryRequest = readonly [
  ladders: readonly ProfileId[],
  keys: readonly KeyId[],
  /** With the most observation rows wanted (the latest by time of occurrence). */
  profiles: readonly (readonly [ProfileId, maxObservations: number])[],
  roots: readonly ProfileId[],
  /** Most orders wanted (`orders.ts`), in the order of their ids; 0: none. */
  ordersMax: number,
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
];

/** Holders of a value; `holders` null: the value is generic. */
export type KeyAnswer = readonly [count: number, holders: readonly ProfileId[] | null];

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
  /** Null: never sent, retracted, or rejected. Absent when none were asked for. */
  interactions?: readonly (InteractionAnswer | null)[],
];

/** How a reader reaches partitions. Fails with `ClusterError`. */
export interface QueryPort {
  ask(
    partition: number,
    request: QueryRequest,
    options: { readonly deadlineMs?: number; readonly signal?: AbortSignal },
  ): Promise<QueryAnswer>;
}
