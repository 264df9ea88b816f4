/**
 * States of the actors, with their packed forms (plain nested arrays, no shared structures).
 *
 * Owns the layout of what the store keeps. Every state is decoded once on activation, changed in
 * place by its handlers inside one entry, and packed again when the batch commits. Maps keep the
 * order of insertion and packing keeps that order, so a reloaded state iterates as the kept one.
 * A layout change needs a new `STATE_LAYOUT` and a migration.
 */
import type { KeyId, ProfileId } from '../identifier.ts';
import type {
  DecisionContent,
  EdgeState,
  PackedInteraction,
  PackedLadder,
  PackedMember,
  ProposalKind,
  Vertex,
} from '../messages.ts';
import type { QuarterBits } from '../rules.ts';

export const STATE_LAYOUT = 1;

/** A plain value that the codec can carry. */
export type Packed = unknown;

/** The latest of several contradicting orders: [decidedAt, withdrawn]. */
export type Verdict = readonly [decidedAt: number, withdrawn: 0 | 1];

/** Whether `next` replaces `current`: later wins, at equal times the retraction (withdrawn = 0). */
export function verdictWins(current: Verdict | null, next: Verdict): boolean {
  if (current === null || next[0] > current[0]) return true;
  return next[0] === current[0] && next[1] === 0 && current[1] === 1;
}

export interface InteractionState {
  /** Highest (revision, digest) seen; null while only a retraction is known. */
  best: PackedInteraction | null;
  /** Least over all deliveries. */
  receivedAt: number;
  retraction: Verdict | null;
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

/** Distinct UTC days with the number of observations on each (last seen = the greatest day). */
export type DayCounts = Map<number, number>;

export interface ValueHold {
  namespace: string;
  value: string;
  kind: 0 | 1;
  days: DayCounts;
  /** Support bucket + 1 last told to the key actor; 0: not held. */
  sent: number;
}

export interface OtherHold {
  namespace: string;
  value: string;
  days: DayCounts;
  /** Support bucket + 1 last proposed; 0: no edge. */
  sent: number;
}

export interface DeviceHold {
  namespace: string;
  value: string;
  days: DayCounts;
  /** Person keys seen with the device, with the number of observations of each. */
  keys: Map<string, { namespace: string; value: string; count: number }>;
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
}

export interface PairState {
  proposals: Map<string, PairProposal>;
  decisions: Map<string, readonly [verdict: 0 | 1, decidedAt: number]>;
  /** The edge last stated to the root (null: none at or above the cluster floor). */
  stated: EdgeState | null;
  /** Certainty last told to the greater profile as a review edge. */
  review: QuarterBits | null;
}

export interface ParkedSeek {
  low: ProfileId;
  fromRoot: ProfileId;
  size: number;
  /** Of the entry the seek follows from: it is unfinished while parked. */
  origin: number;
}

export interface ProfileState {
  /** 0 person, 1 persona, 2 device, 3 interaction; null while nothing was observed. */
  kind: 0 | 1 | 2 | 3 | null;
  namespace: string;
  value: string;
  observations: number;
  receivedAt: number | null;
  days: DayCounts;
  values: Map<KeyId, ValueHold>;
  others: Map<ProfileId, OtherHold>;
  devices: Map<ProfileId, DeviceHold>;
  seenBy: Map<ProfileId, SeenBy>;
  deviceNamespace: string;
  attributes: Map<string, { name: string; value: string; days: DayCounts }>;
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
}

export interface KeyState {
  namespace: string;
  value: string;
  /** Number of holders; above `inlineLimit` they live in rows of their own. */
  count: number;
  /** Holder -> support bucket + 1; null when overflowed into rows. */
  holders: Map<ProfileId, number> | null;
  /** Whether the key proposes pairs: 2..holderCap holders. */
  isProposing: boolean;
}

export interface MemberRecord {
  tokenEpoch: number;
  version: number;
  vertex: Vertex;
  /** Edges this member's home owns: greater profile -> edge. */
  edges: Map<ProfileId, EdgeState>;
  /** Greater ends of edges whose join the size guard holds. */
  held: Set<ProfileId>;
  ladder: PackedLadder | null;
  ladderVersion: number;
}

export interface RootState {
  members: Map<ProfileId, MemberRecord>;
}

export interface ProposalState {
  low: ProfileId;
  high: ProfileId;
  passed: number;
  firstOrigin: number;
  lastOrigin: number;
}

export const EMPTY_LADDER: PackedLadder = [null, []];
export const EMPTY_VERTEX: Vertex = [null, [], [], []];

export function newProfileState(id: ProfileId): ProfileState {
  return {
    kind: null,
    namespace: '',
    value: '',
    observations: 0,
    receivedAt: null,
    days: new Map(),
    values: new Map(),
    others: new Map(),
    devices: new Map(),
    seenBy: new Map(),
    deviceNamespace: '',
    attributes: new Map(),
    relations: new Map(),
    pairs: new Map(),
    reviews: new Map(),
    labels: new Map(),
    suppressed: new Map(),
    root: id,
    tokenEpoch: 0,
    ladderVersion: 0,
    ladder: EMPTY_LADDER,
    version: 0,
    vertex: EMPTY_VERTEX,
    parked: [],
  };
}

function flatten(map: ReadonlyMap<number, number>): number[] {
  const flat: number[] = [];
  for (const [key, count] of map) flat.push(key, count);
  return flat;
}

function unflatten(flat: readonly number[]): Map<number, number> {
  const map = new Map<number, number>();
  for (let index = 0; index + 1 < flat.length; index += 2) {
    map.set(flat[index] as number, flat[index + 1] as number);
  }
  return map;
}

function packHold(id: string, hold: OtherHold): Packed {
  return [id, hold.namespace, hold.value, flatten(hold.days), hold.sent];
}

export function packProfile(state: ProfileState): Packed {
  return [
    state.kind,
    state.namespace,
    state.value,
    state.observations,
    state.receivedAt,
    flatten(state.days),
    Array.from(state.values, ([id, hold]) => [
      id,
      hold.namespace,
      hold.value,
      flatten(hold.days),
      hold.sent,
      hold.kind,
    ]),
    Array.from(state.others, ([id, hold]) => packHold(id, hold)),
    Array.from(state.devices, ([id, hold]) => [
      id,
      hold.namespace,
      hold.value,
      flatten(hold.days),
      Array.from(hold.keys, ([key, held]) => [key, held.namespace, held.value, held.count]),
    ]),
    Array.from(state.seenBy, ([id, seen]) => [
      id,
      seen.days,
      seen.keys,
      seen.sentCertainty,
      seen.sentSupport,
    ]),
    state.deviceNamespace,
    Array.from(state.attributes.values(), (held) => [held.name, held.value, flatten(held.days)]),
    Array.from(state.relations.values()),
    Array.from(state.pairs, ([id, pair]) => [
      id,
      Array.from(pair.proposals, ([proposer, proposal]) => [
        proposer,
        proposal.certainty,
        proposal.support,
        proposal.priority,
        proposal.kind,
        proposal.namespace,
      ]),
      Array.from(pair.decisions, ([decisionId, decision]) => [decisionId, ...decision]),
      pair.stated,
      pair.review,
    ]),
    Array.from(state.reviews),
    Array.from(state.labels),
    Array.from(state.suppressed),
    state.root,
    state.tokenEpoch,
    state.ladderVersion,
    state.ladder,
    state.version,
    state.vertex,
    state.parked.map((seek) => [seek.low, seek.fromRoot, seek.size, seek.origin]),
  ];
}

// biome-ignore lint: the packed layout is positional by design; this is the one place that knows it.
type Row = any;

export function unpackProfile(packed: Packed): ProfileState {
  const row = packed as Row;
  const state: ProfileState = {
    kind: row[0],
    namespace: row[1],
    value: row[2],
    observations: row[3],
    receivedAt: row[4],
    days: unflatten(row[5]),
    values: new Map(),
    others: new Map(),
    devices: new Map(),
    seenBy: new Map(),
    deviceNamespace: row[10],
    attributes: new Map(),
    relations: new Map(),
    pairs: new Map(),
    reviews: new Map(row[14]),
    labels: new Map(row[15]),
    suppressed: new Map(row[16]),
    root: row[17],
    tokenEpoch: row[18],
    ladderVersion: row[19],
    ladder: row[20],
    version: row[21],
    vertex: row[22],
    parked: row[23].map((seek: Row) => ({
      low: seek[0],
      fromRoot: seek[1],
      size: seek[2],
      origin: seek[3],
    })),
  };
  for (const hold of row[6]) {
    state.values.set(hold[0], {
      namespace: hold[1],
      value: hold[2],
      days: unflatten(hold[3]),
      sent: hold[4],
      kind: hold[5],
    });
  }
  for (const hold of row[7]) {
    state.others.set(hold[0], {
      namespace: hold[1],
      value: hold[2],
      days: unflatten(hold[3]),
      sent: hold[4],
    });
  }
  for (const hold of row[8]) {
    state.devices.set(hold[0], {
      namespace: hold[1],
      value: hold[2],
      days: unflatten(hold[3]),
      keys: new Map(
        hold[4].map((key: Row) => [key[0], { namespace: key[1], value: key[2], count: key[3] }]),
      ),
    });
  }
  for (const seen of row[9]) {
    state.seenBy.set(seen[0], {
      days: seen[1],
      keys: seen[2],
      sentCertainty: seen[3],
      sentSupport: seen[4],
    });
  }
  for (const held of row[11]) {
    state.attributes.set(attributeKey(held[0], held[1]), {
      name: held[0],
      value: held[1],
      days: unflatten(held[2]),
    });
  }
  for (const entry of row[12]) state.relations.set(relationKey(entry[0], entry[1], entry[2]), entry);
  for (const pair of row[13]) state.pairs.set(pair[0], unpackPair(pair));
  return state;
}

function unpackPair(pair: Row): PairState {
  const proposals = new Map<string, PairProposal>();
  for (const proposal of pair[1]) {
    proposals.set(proposal[0], {
      certainty: proposal[1],
      support: proposal[2],
      priority: proposal[3],
      kind: proposal[4],
      namespace: proposal[5],
    });
  }
  const decisions = new Map<string, readonly [0 | 1, number]>();
  for (const decision of pair[2]) decisions.set(decision[0], [decision[1], decision[2]]);
  return { proposals, decisions, stated: pair[3], review: pair[4] };
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

export function packKey(state: KeyState): Packed {
  return [
    state.namespace,
    state.value,
    state.count,
    state.holders === null ? null : Array.from(state.holders),
    state.isProposing,
  ];
}

export function unpackKey(packed: Packed): KeyState {
  const row = packed as Row;
  return {
    namespace: row[0],
    value: row[1],
    count: row[2],
    holders: row[3] === null ? null : new Map(row[3]),
    isProposing: row[4],
  };
}

export function packMember(profile: ProfileId, member: MemberRecord): PackedMember {
  return [
    profile,
    member.tokenEpoch,
    member.version,
    member.vertex,
    Array.from(member.edges.values()),
    Array.from(member.held),
  ];
}

export function unpackMember(packed: PackedMember): MemberRecord {
  return {
    tokenEpoch: packed[1],
    version: packed[2],
    vertex: packed[3],
    edges: new Map(packed[4].map((edge) => [edge[0], edge])),
    held: new Set(packed[5]),
    ladder: null,
    ladderVersion: 0,
  };
}

export function packRoot(state: RootState): Packed {
  return Array.from(state.members, ([profile, member]) => [
    packMember(profile, member),
    member.ladder,
    member.ladderVersion,
  ]);
}

export function unpackRoot(packed: Packed): RootState {
  const members = new Map<ProfileId, MemberRecord>();
  for (const row of packed as Row[]) {
    const member = unpackMember(row[0]);
    member.ladder = row[1];
    member.ladderVersion = row[2];
    members.set(row[0][0], member);
  }
  return { members };
}

export function packInteractionState(state: InteractionState): Packed {
  return [state.best, state.receivedAt, state.retraction];
}

export function unpackInteractionState(packed: Packed): InteractionState {
  const row = packed as Row;
  return { best: row[0], receivedAt: row[1], retraction: row[2] };
}

export function packDecision(state: DecisionState): Packed {
  return [
    state.decisionId,
    state.decidedAt,
    state.digest,
    state.content,
    state.decidedBy,
    state.reason,
    state.retraction,
  ];
}

export function unpackDecision(packed: Packed): DecisionState {
  const row = packed as Row;
  return {
    decisionId: row[0],
    decidedAt: row[1],
    digest: row[2],
    content: row[3],
    decidedBy: row[4],
    reason: row[5],
    retraction: row[6],
  };
}

export function packProposal(state: ProposalState): Packed {
  return [state.low, state.high, state.passed, state.firstOrigin, state.lastOrigin];
}

export function unpackProposal(packed: Packed): ProposalState {
  const row = packed as Row;
  return { low: row[0], high: row[1], passed: row[2], firstOrigin: row[3], lastOrigin: row[4] };
}
