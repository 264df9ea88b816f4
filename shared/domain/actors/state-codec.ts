/**
 * The layout of what the store keeps of each actor: plain nested arrays, positional, no shared
 * structures. Maps keep the order of insertion and packing keeps that order, so a reloaded state
 * iterates as the kept one. A layout change needs a migration of stores and snapshots.
 */
import type { ProfileId } from '../identifier.ts';
import type {
  DecisionContent,
  PackedInteraction,
  PackedLadder,
  PackedMember,
  WayKind,
} from '../messages.ts';
import type { OpenRow } from '../open-reviews.ts';
import {
  type DecisionState,
  type DeliveryState,
  type InteractionState,
  type KeyHolder,
  type KeyState,
  type MemberRecord,
  type Packed,
  type PostState,
  type ProposalState,
  type RootState,
  type Verdict,
  type WayState,
} from './states.ts';
import type { Order, Standing } from './orders.ts';
import { mapOf, setOf } from './own-entries.ts';
import { packMap } from './pack-map.ts';

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
    packMap(member.waiting, (entry) => entry),
  ];
}

export function unpackMember(packed: PackedMember): MemberRecord {
  return {
    tokenEpoch: packed[1],
    version: packed[2],
    vertex: packed[3],
    edges: mapOf(packed[4].map((edge) => [edge[0], edge] as const)),
    held: setOf(packed[5]),
    waiting: mapOf(packed[6]),
    ladder: null,
    ladderVersion: 0,
  };
}

type PackedRoot = readonly [
  members: readonly (readonly [PackedMember, PackedLadder | null, ladderVersion: number])[],
  openRows: readonly (readonly [key: string, OpenRow])[],
  isTrying: boolean,
];

export function packRoot(state: RootState): Packed {
  const members = Array.from(
    state.members,
    ([profile, member]) =>
      [packMember(profile, member), member.ladder, member.ladderVersion] as const,
  );
  const packed: PackedRoot = [members, packMap(state.openRows, (entry) => entry), state.isTrying];
  return packed;
}

export function unpackRoot(packed: Packed): RootState {
  const [packedMembers, openRows, isTrying] = packed as PackedRoot;
  const members = new Map<ProfileId, MemberRecord>();
  for (const [packedMember, ladder, ladderVersion] of packedMembers) {
    const member = unpackMember(packedMember);
    member.ladder = ladder;
    member.ladderVersion = ladderVersion;
    members.set(packedMember[0], member);
  }
  return { members, openRows: new Map(openRows), isTrying };
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
