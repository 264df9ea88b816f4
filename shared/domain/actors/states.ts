/**
 * States of the actors. Every state is decoded once on activation (`state-codec.ts`), changed in
 * place by its handlers inside one entry, and packed again when the batch commits.
 */
import type { Days } from './days.ts';
import { compareText, type KeyId, type ProfileId } from '../identifier.ts';
import type { Basis } from '../interaction.ts';
import { type Digest, EMPTY_DIGEST } from '../matching/digest.ts';
import type {
  AuditNote,
  DecisionContent,
  EdgeState,
  PackedInteraction,
  PackedLadder,
  ProposalKind,
  Vertex,
  WayKind,
} from '../messages.ts';
import type { OpenRow } from '../open-reviews.ts';
import type { QuarterBits } from '../rules.ts';
import type { Order, Standing } from './orders.ts';
import { noEntries, noMembers } from './own-entries.ts';

/** A plain value that the codec can carry. */
export type Packed = unknown;

/** The latest of several contradicting orders: [decidedAt, withdrawn], and who gave it and why. */
export type Verdict = readonly [decidedAt: number, withdrawn: 0 | 1, ...by: AuditNote];

/**
 * Whether `next` replaces `current`: later wins, at equal times the retraction (withdrawn = 0).
 * Orders that differ in nothing but who gave them are put in order by their text, so that what is
 * recorded does not depend on which came first.
 */
export function verdictWins(current: Verdict | null, next: Verdict): boolean {
  if (current === null || next[0] > current[0]) return true;
  if (next[0] < current[0]) return false;
  if (next[1] !== current[1]) return next[1] === 0;
  const [, , by = '', reason = ''] = next;
  const [, , byBefore = '', reasonBefore = ''] = current;
  return (compareText(by, byBefore) || compareText(reason, reasonBefore)) > 0;
}

export interface DeliveredVersion {
  /** Highest (revision, digest) that came with the delivery. */
  best: PackedInteraction;
  /** Least over all that came with it. */
  receivedAt: number;
  standing: Standing;
}

export interface InteractionState {
  /** How its source stands (S22); the stricter of this and its delivery's standing counts. */
  sourceStanding: Standing;
  /** By label of the delivery; nearly always one. Empty while only a retraction is known. */
  versions: Map<string, DeliveredVersion>;
  retraction: Verdict | null;
}

/** What a source delivered under one label. */
export interface DeliveryState {
  source: string;
  delivery: string;
  order: Order | null;
  interactions: number;
  /** Pairs found because of it, and its interactions, since a time; null: none, or an order was given. */
  storm: readonly [since: number, pairs: number, interactions: number] | null;
}

/** A source or a rule (S22). */
export interface WayState {
  kind: WayKind;
  name: string;
  order: Order | null;
  /** Pairs found by it and what came to it, since a time; null: none, or an order was given. */
  storm: readonly [since: number, pairs: number, came: number] | null;
}

/** What a partition knows of a source or rule. */
export interface PostState {
  /** The actor of this partition by which the way reaches it. */
  member: string;
  standing: Standing;
  /** Not reported yet. */
  pairs: number;
  came: number;
}

export interface DecisionState {
  decisionId: string;
  /** Highest (decidedAt, digest) delivered. */
  decidedAt: number;
  digest: string;
  content: DecisionContent | null;
  decidedBy: string;
  reason: string;
  retraction: Verdict | null;
}

/** Days on which observations brought a derived value on one basis; `ref` as in `ValueHold`. */
export interface BasisHold {
  ref: number;
  of: Basis;
  days: Days;
}

/** `ref` names the hold in the observation rows of its profile. */
export interface ValueHold {
  ref: number;
  namespace: string;
  value: string;
  kind: 0 | 1 | 2;
  /** Of what rests on no identifier; the days that count are `countedDays`. */
  days: Days;
  /** Null: it rests on none. */
  bases: BasisHold[] | null;
  /** Support bucket + 1 last told to the key actor; 0: not held. */
  sent: number;
  /** `digestVersion` last told to the key actor; 0: it is told of none. */
  sentDigest: number;
}

export interface OtherHold {
  ref: number;
  namespace: string;
  value: string;
  days: Days;
  /** Support bucket + 1 last proposed; 0: no edge. */
  sent: number;
}

export interface DeviceHold {
  ref: number;
  namespace: string;
  value: string;
  days: Days;
  /** Person keys seen with the device: other anchors and values that the profile holds. */
  keys: Map<string, ValueHold | OtherHold>;
}

/** On a device profile: one profile seen on it. */
export interface SeenBy {
  /** Sorted, distinct. */
  days: number[];
  keys: string[];
  sentCertainty: QuarterBits | null;
  sentSupport: number;
}

export interface PairProposal {
  certainty: QuarterBits;
  support: number;
  priority: number;
  kind: ProposalKind;
  namespace: string;
  /** The rule is held or rejected: the proposal is kept and counts for nothing. */
  isSilent: boolean;
}

export interface PairState {
  proposals: Map<string, PairProposal>;
  decisions: Map<string, readonly [verdict: 0 | 1, decidedAt: number]>;
  /** The edge last stated to the root (null: none at or above the cluster floor). */
  stated: EdgeState | null;
  /** Certainty last told to the greater profile as a review edge. */
  review: QuarterBits | null;
  /** Certainty under which the pair is listed as open to a decision (`open-reviews.ts`). */
  open: QuarterBits | null;
  /** The pair as it was last encoded, for whoever stores it; null: it has changed since. */
  encoded: Uint8Array | null;
}

export interface ParkedSeek {
  low: ProfileId;
  fromRoot: ProfileId;
  size: number;
  /** Of the entry the seek follows from: it is unfinished while parked. */
  origin: number;
}

/** Neighbours by other anchors since a time, and who brought most of them (`neighbour-storm.ts`). */
export type NeighbourStorm = readonly [
  since: number,
  neighbours: number,
  brought: readonly (readonly [broughtBy: string, neighbours: number])[],
];

/** Observation rows of one day, and how many of them name each hold, by ref. */
export interface DayCounts {
  rows: number;
  named: Map<number, number>;
}

export interface ProfileState {
  /** 0 person, 1 persona, 2 device, 3 interaction; null while nothing was observed. */
  kind: 0 | 1 | 2 | 3 | null;
  namespace: string;
  value: string;
  receivedAt: number | null;
  days: Days;
  values: Map<KeyId, ValueHold>;
  others: Map<ProfileId, OtherHold>;
  devices: Map<ProfileId, DeviceHold>;
  seenBy: Map<ProfileId, SeenBy>;
  deviceNamespace: string;
  attributes: Map<string, { ref: number; name: string; value: string; days: Days }>;
  /** What the attributes say: name NUL text -> days. */
  facts: Map<string, { ref: number; name: string; text: string; days: Days }>;
  /** What the profile is compared by and whom it shows, and how often either changed. */
  digest: Digest;
  signature: string;
  digestVersion: number;
  /** Values that count for nothing, as their keys last said; a key says so to holders only. */
  muted: Set<KeyId>;
  relations: Map<string, [other: ProfileId, role: string, otherRole: string, count: number]>;
  pairs: Map<ProfileId, PairState>;
  /** Review edges whose lesser profile is elsewhere. */
  reviews: Map<ProfileId, QuarterBits>;
  labels: Map<string, string>;
  suppressed: Map<string, Verdict>;
  /** Where this profile's token is believed to be; itself: it is a live root. */
  root: ProfileId;
  tokenEpoch: number;
  ladderVersion: number;
  ladder: PackedLadder;
  /** Counts the changes of vertex and owned edges that the root must know. */
  version: number;
  vertex: Vertex;
  parked: ParkedSeek[];
  /** Null: none yet. */
  storm: NeighbourStorm | null;
  /** The number that the next hold gets. */
  nextRef: number;
  /** All but the pairs and what moves (`profile-codec.ts`) as last encoded; null: it has changed since. */
  encodedStill: Uint8Array | null;
  /** By day, for days of many rows: what follows from the rows and is not stored (`day-counts.ts`). */
  dayCounts: Map<number, DayCounts>;
}

/**
 * Support bucket + 1; where pairs are scored, what the holder is compared by; where persons are
 * counted, whom it shows.
 */
export type KeyHolder = readonly [support: number, digest: Digest, signature: string];

export interface KeyState {
  namespace: string;
  value: string;
  /** Number of holders; above `inlineLimit` they live in rows of their own. */
  count: number;
  /** Null when overflowed into rows. */
  holders: Map<ProfileId, KeyHolder> | null;
  /** Whether the key proposes pairs: 2..holderCap holders, not muted. */
  isProposing: boolean;
  /** Whether the value is generic, held or rejected, as its holders know. */
  isMuted: boolean;
  order: Order | null;
  /** Holders that came above the cap since a time (epoch ms); null: none, or an order was given. */
  storm: readonly [since: number, holders: number] | null;
}

export interface MemberRecord {
  tokenEpoch: number;
  version: number;
  vertex: Vertex;
  /** Edges this member's home owns: greater profile -> edge. */
  edges: Map<ProfileId, EdgeState>;
  /** Greater ends of edges whose join the size guard holds. */
  held: Set<ProfileId>;
  /** Lesser ends whose roots hold a join with this member until its component is smaller, and those roots. */
  waiting: Map<ProfileId, ProfileId>;
  ladder: PackedLadder | null;
  ladderVersion: number;
}

export interface RootState {
  members: Map<ProfileId, MemberRecord>;
  /** Rows of open pairs and conflicts that this root has put, by key. */
  openRows: Map<string, OpenRow>;
  /** It shrank, and waits to try what the size guard holds (`size-guard.ts`). */
  isTrying: boolean;
}

export interface ProposalState {
  low: ProfileId;
  high: ProfileId;
  passed: number;
  firstOrigin: number;
  lastOrigin: number;
}

export const EMPTY_LADDER: PackedLadder = [null, []];
export const EMPTY_VERTEX: Vertex = [null, [], [], [], EMPTY_DIGEST];

export function newProfileState(id: ProfileId): ProfileState {
  return {
    kind: null,
    namespace: '',
    value: '',
    receivedAt: null,
    days: [],
    values: noEntries(),
    others: noEntries(),
    devices: noEntries(),
    seenBy: noEntries(),
    deviceNamespace: '',
    attributes: noEntries(),
    facts: noEntries(),
    digest: EMPTY_DIGEST,
    signature: '',
    digestVersion: 0,
    muted: noMembers(),
    relations: noEntries(),
    pairs: noEntries(),
    reviews: noEntries(),
    labels: noEntries(),
    suppressed: noEntries(),
    root: id,
    tokenEpoch: 0,
    ladderVersion: 0,
    ladder: EMPTY_LADDER,
    version: 0,
    vertex: EMPTY_VERTEX,
    parked: [],
    storm: null,
    nextRef: 0,
    encodedStill: null,
    dayCounts: noEntries(),
  };
}

export function attributeKey(name: string, value: string): string {
  return `${name}\u0000${value}`;
}

export function relationKey(other: string, role: string, otherRole: string): string {
  return `${other}\u0000${role}\u0000${otherRole}`;
}

export function suppressionKey(namespace: string, value: string): string {
  return `${namespace}\u0000${value}`;
}
