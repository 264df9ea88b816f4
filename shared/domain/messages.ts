/**
 * Messages between actors, as compact tuples: they are what link frames carry and what the log
 * keeps, so their layout is a wire format (see `shared/protocol/README.md` for its rules).
 *
 * A message is `[kind, target, ...content]`; `target` is the actor id that decides the partition,
 * except for `proposal`, which goes to the merge desk partition of its pair.
 */
import type { InteractionId, KeyId, ProfileId } from './identifier.ts';
import type { Digest, Fact } from './matching/digest.ts';
import type { Bases, OriginalValue } from './interaction.ts';
import type { QuarterBits } from './rules.ts';

export const MessageKind = {
  deliver: 1,
  retractInteraction: 2,
  decide: 3,
  retractDecision: 4,
  suppress: 5,
  orderValue: 6,
  orderDelivery: 7,
  orderWay: 8,
  observe: 10,
  hold: 11,
  deviceSeen: 12,
  propose: 13,
  pairDecision: 14,
  label: 15,
  review: 16,
  state: 20,
  proposal: 21,
  seek: 22,
  seekRoot: 23,
  seekMiss: 24,
  offer: 25,
  absorb: 26,
  transfer: 27,
  member: 28,
  holdJoin: 29,
  mute: 30,
  inDelivery: 31,
  standing: 32,
  sweep: 33,
  sweepOn: 34,
  pairsFound: 35,
  inWay: 36,
  wayStanding: 37,
  wayReport: 38,
  sweepPost: 39,
  sweepPostOn: 40,
  neighbourFound: 41,
  stormFound: 42,
  waits: 43,
  tryAgain: 44,
  tryHeld: 45,
  tryHeldOn: 46,
} as const;

export type PackedAnchor = readonly [
  profile: ProfileId,
  namespace: string,
  value: string,
  kind: 0 | 1, // 0 person, 1 device
];
export type PackedValue = readonly [
  key: KeyId,
  namespace: string,
  value: string,
  kind: 0 | 1 | 2, // 0 evidence, 1 context, 2 derived
  /** Absent: none (`Bases`). */
  ...bases: readonly [] | readonly [Bases],
];
export type PackedParty = readonly [
  role: string,
  profile: ProfileId,
  profileKind: 0 | 1 | 2 | 3, // person, persona, device, interaction
  namespace: string,
  value: string,
  others: readonly PackedAnchor[],
  values: readonly PackedValue[],
  attributes: readonly (readonly [string, string])[],
  facts: readonly Fact[],
];
export type PackedInteraction = readonly [
  id: InteractionId,
  source: string,
  interactionId: string,
  revision: number,
  digest: string,
  type: string,
  channel: string,
  occurredAt: number,
  receivedAt: number,
  parties: readonly PackedParty[],
  propertiesJson: string,
  /** Label of the source's delivery that brought this version, and its actor; empty: none. */
  delivery: string,
  deliveryId: string,
  /** What another version must know to route it anew; absent when the parties say it all. */
  originals?: readonly (readonly OriginalValue[])[],
];

/** What a journey shows of an observation. */
export type ObservationHeader = readonly [
  interaction: InteractionId,
  party: number,
  source: string,
  interactionId: string,
  type: string,
  channel: string,
  occurredAt: number,
  receivedAt: number,
  delivery: string,
  deliveryId: string,
];

/** Content of a decision: a link verdict on a pair, or labels of a split. */
export type DecisionContent =
  | readonly [verdict: 0 | 1, left: ProfileId, right: ProfileId] // 0 cannot_link, 1 must_link
  | readonly [split: 2, labels: readonly (readonly [ProfileId, string])[]];

/** What the root keeps of a profile besides its edges (see `ComponentMember`). */
export type Vertex = readonly [
  receivedAt: number | null,
  limited: readonly (readonly [namespace: string, bucket: number, value: string])[],
  labels: readonly (readonly [decisionId: string, label: string])[],
  cannotLinks: readonly ProfileId[],
  digest: Digest,
];
/** An edge as its lesser profile's home states it; `certainty` null: absent. */
export type EdgeState = readonly [
  high: ProfileId,
  certainty: QuarterBits | null,
  support: number,
  priority: number,
  mustLink: 0 | 1,
];
/** A member with its token, as `absorb` and `transfer` carry it. */
export type PackedMember = readonly [
  profile: ProfileId,
  tokenEpoch: number,
  version: number,
  vertex: Vertex,
  edges: readonly EdgeState[],
  held: readonly ProfileId[],
  waiting: readonly (readonly [low: ProfileId, root: ProfileId])[],
];
export type PackedLadder = readonly [
  strongest: QuarterBits | null,
  steps: readonly (readonly [QuarterBits, ProfileId])[],
  /** `Ladder.contested`; absent for nearly all. */
  ...contested: readonly [] | readonly [QuarterBits],
];

type K = typeof MessageKind;
export type Deliver = readonly [K['deliver'], InteractionId, PackedInteraction];
/** Who ordered it and why; absent in what was written before they were kept, and when not told. */
export type AuditNote = readonly [] | readonly [decidedBy: string, reason: string];
export type RetractInteraction = readonly [
  K['retractInteraction'],
  InteractionId,
  decidedAt: number,
  withdrawn: 0 | 1,
  ...by: AuditNote,
];
export type Decide = readonly [
  K['decide'],
  decision: string, // hash of the decision id: 20 base64url characters
  decisionId: string,
  decidedAt: number,
  digest: string,
  content: DecisionContent,
  decidedBy: string,
  reason: string,
];
export type RetractDecision = readonly [
  K['retractDecision'],
  decision: string,
  decidedAt: number,
  withdrawn: 0 | 1,
  ...by: AuditNote,
];
export type Suppress = readonly [
  K['suppress'],
  ProfileId,
  namespace: string,
  value: string,
  decidedAt: number,
  withdrawn: 0 | 1,
  ...by: AuditNote,
];
/** Holds (2), releases (1) or rejects (0) a value. */
export type OrderValue = readonly [
  K['orderValue'],
  KeyId,
  namespace: string,
  value: string,
  decidedAt: number,
  standing: 0 | 1 | 2,
  ...by: AuditNote,
];
/** The same of all that a source delivered under a label. */
export type OrderDelivery = readonly [
  K['orderDelivery'],
  deliveryId: string,
  source: string,
  delivery: string,
  decidedAt: number,
  standing: 0 | 1 | 2,
  ...by: AuditNote,
];
/** What pairs come by: all that a source sends (2), or a rule, named by its namespace (3). */
export type WayKind = 2 | 3;
/** The same of a source or a rule. */
export type OrderWay = readonly [
  K['orderWay'],
  wayId: string,
  kind: WayKind,
  name: string,
  decidedAt: number,
  standing: 0 | 1 | 2,
  ...by: AuditNote,
];
export type Observe = readonly [
  K['observe'],
  ProfileId,
  sign: 1 | -1,
  ObservationHeader,
  PackedParty,
  relations: readonly (readonly [other: ProfileId, otherRole: string])[],
];
/**
 * Profile holds a value with this support bucket + 1; 0: no longer. `digest` is what the profile is
 * compared by where the namespace's pairs are scored, else empty; `signature` whom it shows where
 * the namespace counts persons (`signature.ts`), else empty.
 */
export type Hold = readonly [
  K['hold'],
  KeyId,
  namespace: string,
  value: string,
  ProfileId,
  before: number,
  after: number,
  digest: Digest,
  signature: string,
  /**
   * Whose observation made it a holder: the actor of the delivery, or `~` and the source of what came
   * without a label; empty: none, or it was a holder before.
   */
  broughtBy: string,
];
/** Key to holder: the value counts for nothing (1: generic), or again (0). */
export type Mute = readonly [K['mute'], ProfileId, KeyId, muted: 0 | 1];
export type DeviceSeen = readonly [
  K['deviceSeen'],
  device: ProfileId,
  namespace: string,
  profile: ProfileId,
  addedDays: readonly number[],
  removedDays: readonly number[],
  addedKeys: readonly string[],
  removedKeys: readonly string[],
];
/** An interaction came with a delivery for the first time. */
export type InDelivery = readonly [
  K['inDelivery'],
  deliveryId: string,
  source: string,
  delivery: string,
  InteractionId,
];
/** How a delivery stands, to an interaction that came with it. */
export type StandingMessage = readonly [
  K['standing'],
  InteractionId,
  delivery: string,
  standing: 0 | 1 | 2,
];
/** So many pairs came to have an edge that joins because of what came with the delivery. */
export type PairsFound = readonly [K['pairsFound'], deliveryId: string, pairs: number];
/** The next slice of a delivery's interactions is due; passes the merge desk. */
export type Sweep = readonly [K['sweep'], deliveryId: string, after: string];
export type SweepOn = readonly [K['sweepOn'], deliveryId: string, after: string];
/** A partition has met a source or rule; `member` is an actor of the partition. */
export type InWay = readonly [
  K['inWay'],
  wayId: string,
  kind: WayKind,
  name: string,
  member: string,
];
/** How a source or rule stands, to a partition by its member. */
export type WayStanding = readonly [
  K['wayStanding'],
  member: string,
  kind: WayKind,
  name: string,
  standing: 0 | 1 | 2,
];
/** Pairs that a partition found by the way, and what came to it, since the last report. */
export type WayReport = readonly [K['wayReport'], wayId: string, pairs: number, came: number];
/**
 * The home of a pair to its greater end: because of what came with `broughtBy` (as in `Hold`, never
 * empty) the two came to have an edge of one party (S8) that joins.
 */
export type NeighbourFound = readonly [K['neighbourFound'], high: ProfileId, broughtBy: string];
/** A delivery (1) or source brought so many new neighbours of one profile within an hour. */
export type StormFound = readonly [
  K['stormFound'],
  subjectId: string,
  subject: 1 | 2,
  /** Of the profile's anchor; empty: nothing was observed of it. */
  namespace: string,
  neighbours: number,
];
/** The next slice of a partition's actors is due; passes the merge desk. */
export type SweepPost = readonly [
  K['sweepPost'],
  member: string,
  kind: WayKind,
  name: string,
  after: string,
];
export type SweepPostOn = readonly [
  K['sweepPostOn'],
  member: string,
  kind: WayKind,
  name: string,
  after: string,
];
/** Kind of a proposal: 0 shared value, 1 same party, 2 device. */
export type ProposalKind = 0 | 1 | 2;
export type Propose = readonly [
  K['propose'],
  low: ProfileId,
  high: ProfileId,
  proposer: string,
  certainty: QuarterBits | null,
  support: number,
  priority: number,
  kind: ProposalKind,
  namespace: string,
  /** Who brought what the proposal rests on, as in `Hold`. */
  broughtBy: string,
];
export type PairDecision = readonly [
  K['pairDecision'],
  low: ProfileId,
  high: ProfileId,
  decisionId: string,
  verdict: 0 | 1 | null,
  decidedAt: number,
];
export type Label = readonly [K['label'], ProfileId, decisionId: string, label: string | null];
export type Review = readonly [K['review'], high: ProfileId, low: ProfileId, QuarterBits | null];
/** Home of `profile` to its root: changes from one version to the next, or everything. */
export type State = readonly [
  K['state'],
  root: ProfileId,
  profile: ProfileId,
  fromVersion: number, // -1: full
  toVersion: number,
  vertex: Vertex,
  edges: readonly EdgeState[],
];
export type Proposal = readonly [
  K['proposal'],
  low: ProfileId,
  high: ProfileId,
  fromRoot: ProfileId,
  size: number,
];
export type Seek = readonly [
  K['seek'],
  high: ProfileId,
  low: ProfileId,
  fromRoot: ProfileId,
  size: number,
];
export type SeekRoot = readonly [
  K['seekRoot'],
  root: ProfileId,
  high: ProfileId,
  low: ProfileId,
  fromRoot: ProfileId,
  size: number,
  tokenEpoch: number,
];
export type SeekMiss = readonly [
  K['seekMiss'],
  high: ProfileId,
  low: ProfileId,
  fromRoot: ProfileId,
  size: number,
  tokenEpoch: number,
];
export type Offer = readonly [
  K['offer'],
  loser: ProfileId,
  low: ProfileId,
  high: ProfileId,
  winner: ProfileId,
  size: number,
];
export type Absorb = readonly [
  K['absorb'],
  winner: ProfileId,
  loser: ProfileId,
  members: readonly PackedMember[],
];
/** `isPart` 1: what a component lost; 0: a join that is given back. */
export type Transfer = readonly [K['transfer'], ProfileId, readonly PackedMember[], isPart: 0 | 1];
export type Member = readonly [
  K['member'],
  ProfileId,
  root: ProfileId,
  tokenEpoch: number,
  ladderVersion: number,
  knownVersion: number,
  ladder: PackedLadder,
];
/** Tells the root of `low`, of `size` members when it sought, that its join along (low, high) is held. */
export type HoldJoin = readonly [
  K['holdJoin'],
  root: ProfileId,
  low: ProfileId,
  high: ProfileId,
  size: number,
];
/** Root `from` holds the join along (low, high) that this root, then of `size` members, offered. */
export type Waits = readonly [
  K['waits'],
  root: ProfileId,
  high: ProfileId,
  low: ProfileId,
  from: ProfileId,
  size: number,
];
/** The join along (low, high) that this root holds may have room now. */
export type TryAgain = readonly [K['tryAgain'], root: ProfileId, low: ProfileId, high: ProfileId];
/** `quiet`: so often it came back without having shrunk; `passes`: so often at all. */
type Shrinking = readonly [root: ProfileId, size: number, quiet: number, passes: number];
/** A root of `size` members waits until it shrinks no more; passes the merge desk. */
export type TryHeld = readonly [K['tryHeld'], ...Shrinking];
export type TryHeldOn = readonly [K['tryHeldOn'], ...Shrinking];

export type Message =
  | Deliver
  | RetractInteraction
  | Decide
  | RetractDecision
  | Suppress
  | Observe
  | Hold
  | DeviceSeen
  | Propose
  | PairDecision
  | Label
  | Review
  | State
  | Proposal
  | Seek
  | SeekRoot
  | SeekMiss
  | Offer
  | Absorb
  | Transfer
  | Member
  | HoldJoin
  | Mute
  | OrderValue
  | OrderDelivery
  | InDelivery
  | StandingMessage
  | PairsFound
  | Sweep
  | SweepOn
  | OrderWay
  | InWay
  | WayStanding
  | WayReport
  | SweepPost
  | SweepPostOn
  | NeighbourFound
  | StormFound
  | Waits
  | TryAgain
  | TryHeld
  | TryHeldOn;

/** Messages that ingress may put into a log; all others come from reducers by links. */
export type IngressMessage =
  | Deliver
  | RetractInteraction
  | Decide
  | RetractDecision
  | Suppress
  | OrderValue
  | OrderDelivery
  | OrderWay;
