/**
 * The layout of what the store keeps of each actor: plain nested arrays, positional, no shared
 * structures. Maps keep the order of insertion and packing keeps that order, so a reloaded state
 * iterates as the kept one. A layout change needs a migration of stores and snapshots.
 */
import type { KeyId, ProfileId } from '../identifier.ts';
import type { Digest } from '../matching/digest.ts';
import type {
  DecisionContent,
  EdgeState,
  PackedInteraction,
  PackedLadder,
  PackedMember,
  ProposalKind,
  Vertex,
  WayKind,
} from '../messages.ts';
import type { OpenRow } from '../open-reviews.ts';
import type { QuarterBits } from '../rules.ts';
import type { Days } from './days.ts';
import {
  attributeKey,
  type DecisionState,
  type DeliveryState,
  type InteractionState,
  type KeyHolder,
  type KeyState,
  type MemberRecord,
  newProfileState,
  type OtherHold,
  type Packed,
  type PairProposal,
  type PairState,
  type PostState,
  type ProfileState,
  type ProposalState,
  relationKey,
  type RootState,
  type ValueHold,
  type Verdict,
  type WayState,
} from './states.ts';
import type { Order, Standing } from './orders.ts';
import { mapOf, own, setOf } from './own-entries.ts';

type PackedValueHold = readonly [
  KeyId,
  string,
  string,
  Days,
  sent: number,
  kind: 0 | 1 | 2,
  sentDigest: number,
  ref: number,
];
type PackedOtherHold = readonly [ProfileId, string, string, Days, sent: number, ref: number];
type PackedDeviceHold = readonly [
  ProfileId,
  string,
  string,
  Days,
  /** Refs of the holds that are its person keys. */
  keys: readonly number[],
  ref: number,
];
type PackedSeenBy = readonly [ProfileId, number[], string[], QuarterBits | null, number];
type PackedAttribute = readonly [name: string, value: string, Days, ref: number];
type PackedFact = readonly [name: string, text: string, Days, ref: number];
type PackedRelation = [other: ProfileId, role: string, otherRole: string, count: number];
type PackedProposal = readonly [
  proposer: string,
  QuarterBits,
  support: number,
  priority: number,
  ProposalKind,
  namespace: string,
  isSilent: 0 | 1,
];
type PackedPair = readonly [
  ProfileId,
  proposals: readonly PackedProposal[],
  decisions: readonly (readonly [string, 0 | 1, number])[],
  stated: EdgeState | null,
  review: QuarterBits | null,
  open: QuarterBits | null,
];
type PackedParked = readonly [ProfileId, ProfileId, size: number, origin: number];
type PackedProfile = readonly [
  kind: ProfileState['kind'],
  namespace: string,
  value: string,
  nextRef: number,
  receivedAt: number | null,
  days: Days,
  values: readonly PackedValueHold[],
  others: readonly PackedOtherHold[],
  devices: readonly PackedDeviceHold[],
  seenBy: readonly PackedSeenBy[],
  deviceNamespace: string,
  attributes: readonly PackedAttribute[],
  relations: readonly PackedRelation[],
  pairs: readonly PackedPair[],
  reviews: readonly (readonly [ProfileId, QuarterBits])[],
  labels: readonly (readonly [string, string])[],
  suppressed: readonly (readonly [string, Verdict])[],
  root: ProfileId,
  tokenEpoch: number,
  ladderVersion: number,
  ladder: PackedLadder,
  version: number,
  vertex: Vertex,
  parked: readonly PackedParked[],
  facts: readonly PackedFact[],
  digest: Digest,
  digestVersion: number,
  signature: string,
  muted: readonly KeyId[],
];

/** Most maps of most profiles are empty: an iterator and an array for each is a tenth of the garbage. */
const NOTHING: readonly never[] = Object.freeze([]);

function packMap<K, V, T>(
  map: ReadonlyMap<K, V>,
  pack: (entry: readonly [K, V]) => T,
): readonly T[] {
  return map.size === 0 ? NOTHING : Array.from(map, pack);
}

export function packProfile(state: ProfileState): Packed {
  const packed: PackedProfile = [
    state.kind,
    state.namespace,
    state.value,
    state.nextRef,
    state.receivedAt,
    state.days,
    packMap(state.values, ([id, hold]) => [
      id,
      hold.namespace,
      hold.value,
      hold.days,
      hold.sent,
      hold.kind,
      hold.sentDigest,
      hold.ref,
    ]),
    packMap(state.others, ([id, hold]) => packOther(id, hold)),
    packMap(state.devices, ([id, hold]) => [
      id,
      hold.namespace,
      hold.value,
      hold.days,
      packMap(hold.keys, ([, { ref }]) => ref),
      hold.ref,
    ]),
    packMap(state.seenBy, ([id, seen]) => [
      id,
      seen.days,
      seen.keys,
      seen.sentCertainty,
      seen.sentSupport,
    ]),
    state.deviceNamespace,
    packMap(state.attributes, ([, held]) => [held.name, held.value, held.days, held.ref]),
    packMap(state.relations, ([, relation]) => relation),
    packMap(state.pairs, ([id, pair]) => packPair(id, pair)),
    packMap(state.reviews, (entry) => entry),
    packMap(state.labels, (entry) => entry),
    packMap(state.suppressed, (entry) => entry),
    state.root,
    state.tokenEpoch,
    state.ladderVersion,
    state.ladder,
    state.version,
    state.vertex,
    state.parked.map((seek) => [seek.low, seek.fromRoot, seek.size, seek.origin]),
    packMap(state.facts, ([, held]) => [held.name, held.text, held.days, held.ref]),
    state.digest,
    state.digestVersion,
    state.signature,
    state.muted.size === 0 ? NOTHING : Array.from(state.muted),
  ];
  return packed;
}

function packOther(id: ProfileId, hold: OtherHold): PackedOtherHold {
  return [id, hold.namespace, hold.value, hold.days, hold.sent, hold.ref];
}

function packPair(id: ProfileId, pair: PairState): PackedPair {
  return [
    id,
    packMap(pair.proposals, ([proposer, proposal]) => [
      proposer,
      proposal.certainty,
      proposal.support,
      proposal.priority,
      proposal.kind,
      proposal.namespace,
      proposal.isSilent ? 1 : 0,
    ]),
    packMap(pair.decisions, ([decisionId, [verdict, at]]) => [decisionId, verdict, at]),
    pair.stated,
    pair.review,
    pair.open,
  ];
}

export function unpackProfile(packed: Packed): ProfileState {
  const row = packed as PackedProfile;
  const state = newProfileState(row[17]);
  [state.kind, state.namespace, state.value, state.nextRef, state.receivedAt] = row;
  state.days = row[5];
  unpackHolds(state, row);
  for (const [id, days, keys, sentCertainty, sentSupport] of row[9]) {
    own(state, 'seenBy').set(id, { days, keys, sentCertainty, sentSupport });
  }
  state.deviceNamespace = row[10];
  for (const [name, value, days, ref] of row[11]) {
    own(state, 'attributes').set(attributeKey(name, value), { ref, name, value, days });
  }
  for (const entry of row[12])
    own(state, 'relations').set(relationKey(entry[0], entry[1], entry[2]), entry);
  for (const pair of row[13]) own(state, 'pairs').set(pair[0], unpackPair(pair));
  state.reviews = mapOf(row[14]);
  state.labels = mapOf(row[15]);
  state.suppressed = mapOf(row[16]);
  state.tokenEpoch = row[18];
  state.ladderVersion = row[19];
  state.ladder = row[20];
  state.version = row[21];
  state.vertex = row[22];
  for (const [low, fromRoot, size, origin] of row[23]) {
    state.parked.push({ low, fromRoot, size, origin });
  }
  for (const [name, text, days, ref] of row[24]) {
    own(state, 'facts').set(attributeKey(name, text), { ref, name, text, days });
  }
  state.digest = row[25];
  state.digestVersion = row[26];
  state.signature = row[27];
  state.muted = setOf(row[28]);
  return state;
}

function unpackHolds(state: ProfileState, row: PackedProfile): void {
  const byRef = new Map<number, readonly [key: string, hold: ValueHold | OtherHold]>();
  const hasDevices = row[8].length > 0;
  for (const [id, namespace, value, days, sent, kind, sentDigest, ref] of row[6]) {
    const hold = { ref, namespace, value, days, sent, kind, sentDigest };
    own(state, 'values').set(id, hold);
    if (hasDevices) byRef.set(ref, [id, hold]);
  }
  for (const [id, namespace, value, days, sent, ref] of row[7]) {
    const hold = { ref, namespace, value, days, sent };
    own(state, 'others').set(id, hold);
    if (hasDevices) byRef.set(ref, [id, hold]);
  }
  for (const [id, namespace, value, days, refs, ref] of row[8]) {
    const keys = new Map<string, ValueHold | OtherHold>();
    for (const key of refs) {
      const [name, hold] = byRef.get(key) as readonly [string, ValueHold | OtherHold];
      keys.set(name, hold);
    }
    own(state, 'devices').set(id, { ref, namespace, value, days, keys });
  }
}

function unpackPair(packed: PackedPair): PairState {
  const [, packedProposals, packedDecisions, stated, review, open] = packed;
  const proposals = mapOf(
    packedProposals.map(([proposer, certainty, support, priority, kind, namespace, silent]) => {
      const isSilent = silent === 1;
      const proposal: PairProposal = { certainty, support, priority, kind, namespace, isSilent };
      return [proposer, proposal] as const;
    }),
  );
  const decisions = mapOf(
    packedDecisions.map(
      ([decisionId, verdict, at]) => [decisionId, [verdict, at] as const] as const,
    ),
  );
  return { proposals, decisions, stated, review, open };
}

type PackedKeyState = readonly [
  namespace: string,
  value: string,
  count: number,
  holders: readonly (readonly [ProfileId, KeyHolder])[] | null,
  isProposing: boolean,
  isMuted: boolean,
  order: Order | null,
  storm: KeyState['storm'],
];

export function packKey(state: KeyState): Packed {
  const packed: PackedKeyState = [
    state.namespace,
    state.value,
    state.count,
    state.holders === null ? null : Array.from(state.holders),
    state.isProposing,
    state.isMuted,
    state.order,
    state.storm,
  ];
  return packed;
}

export function unpackKey(packed: Packed): KeyState {
  const [namespace, value, count, holders, isProposing, isMuted, order, storm] =
    packed as PackedKeyState;
  return {
    namespace,
    value,
    count,
    holders: holders === null ? null : new Map(holders),
    isProposing,
    isMuted,
    order,
    storm,
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
    edges: mapOf(packed[4].map((edge) => [edge[0], edge] as const)),
    held: setOf(packed[5]),
    ladder: null,
    ladderVersion: 0,
  };
}

type PackedRoot = readonly [
  members: readonly (readonly [PackedMember, PackedLadder | null, ladderVersion: number])[],
  openRows: readonly (readonly [key: string, OpenRow])[],
];

export function packRoot(state: RootState): Packed {
  const members = Array.from(
    state.members,
    ([profile, member]) =>
      [packMember(profile, member), member.ladder, member.ladderVersion] as const,
  );
  const packed: PackedRoot = [members, packMap(state.openRows, (entry) => entry)];
  return packed;
}

export function unpackRoot(packed: Packed): RootState {
  const [packedMembers, openRows] = packed as PackedRoot;
  const members = new Map<ProfileId, MemberRecord>();
  for (const [packedMember, ladder, ladderVersion] of packedMembers) {
    const member = unpackMember(packedMember);
    member.ladder = ladder;
    member.ladderVersion = ladderVersion;
    members.set(packedMember[0], member);
  }
  return { members, openRows: new Map(openRows) };
}

type PackedInteractionState = readonly [
  versions: readonly (readonly [PackedInteraction, receivedAt: number, standing: Standing])[],
  retraction: Verdict | null,
  sourceStanding: Standing,
];

export function packInteractionState(state: InteractionState): Packed {
  const packed: PackedInteractionState = [
    Array.from(state.versions.values(), (one) => [one.best, one.receivedAt, one.standing]),
    state.retraction,
    state.sourceStanding,
  ];
  return packed;
}

export function unpackInteractionState(packed: Packed): InteractionState {
  const [versions, retraction, sourceStanding] = packed as PackedInteractionState;
  return {
    versions: new Map(
      versions.map(([best, receivedAt, standing]) => [best[11], { best, receivedAt, standing }]),
    ),
    retraction,
    sourceStanding,
  };
}

type PackedWay = readonly [WayKind, string, Order | null, WayState['storm']];

export function packWay({ kind, name, order, storm }: WayState): Packed {
  return [kind, name, order, storm] satisfies PackedWay;
}

export function unpackWay(packed: Packed): WayState {
  const [kind, name, order, storm] = packed as PackedWay;
  return { kind, name, order, storm };
}

type PackedPost = readonly [member: string, Standing, pairs: number, came: number];

export function packPost({ member, standing, pairs, came }: PostState): Packed {
  return [member, standing, pairs, came] satisfies PackedPost;
}

export function unpackPost(packed: Packed): PostState {
  const [member, standing, pairs, came] = packed as PackedPost;
  return { member, standing, pairs, came };
}

type PackedDelivery = readonly [string, string, Order | null, number, DeliveryState['storm']];

export function packDelivery(state: DeliveryState): Packed {
  const packed: PackedDelivery = [
    state.source,
    state.delivery,
    state.order,
    state.interactions,
    state.storm,
  ];
  return packed;
}

export function unpackDelivery(packed: Packed): DeliveryState {
  const [source, delivery, order, interactions, storm] = packed as PackedDelivery;
  return { source, delivery, order, interactions, storm };
}

type PackedDecision = readonly [
  string,
  number,
  string,
  DecisionContent | null,
  string,
  string,
  Verdict | null,
];

export function packDecision(state: DecisionState): Packed {
  const packed: PackedDecision = [
    state.decisionId,
    state.decidedAt,
    state.digest,
    state.content,
    state.decidedBy,
    state.reason,
    state.retraction,
  ];
  return packed;
}

export function unpackDecision(packed: Packed): DecisionState {
  const [decisionId, decidedAt, digest, content, decidedBy, reason, retraction] =
    packed as PackedDecision;
  return { decisionId, decidedAt, digest, content, decidedBy, reason, retraction };
}

type PackedDeskProposal = readonly [ProfileId, ProfileId, number, number, number];

export function packProposal(state: ProposalState): Packed {
  const packed: PackedDeskProposal = [
    state.low,
    state.high,
    state.passed,
    state.firstOrigin,
    state.lastOrigin,
  ];
  return packed;
}

export function unpackProposal(packed: Packed): ProposalState {
  const [low, high, passed, firstOrigin, lastOrigin] = packed as PackedDeskProposal;
  return { low, high, passed, firstOrigin, lastOrigin };
}
