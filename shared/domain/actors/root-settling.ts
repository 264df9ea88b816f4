/**
 * Settling a root at the end of a turn: split off what lost its connection, seek what edges lead
 * out, cluster, and tell the members whose ladder changed. See `root-actor.ts` for the rules cited.
 */
import { clusterComponent } from '../clustering.ts';
import type { ComponentEdge, ComponentMember, Ladder } from '../component.ts';
import { compareText, type ProfileId } from '../identifier.ts';
import { type Member, MessageKind, type PackedLadder } from '../messages.ts';
import { type OpenRow, openRowsOf } from '../open-reviews.ts';
import { handleMember } from './root-actor.ts';
import { releaseHeld, tryHeldLater } from './size-guard.ts';
import { packMember } from './state-codec.ts';
import { EMPTY_LADDER, type MemberRecord, type RootState } from './states.ts';
import type { RootTouch, Turn } from './turn.ts';

export function finaliseRoot(turn: Turn, id: ProfileId, touch: RootTouch): void {
  const root = turn.space.load('root', id);
  if (root === undefined) return;
  splitOff(turn, id, root);
  seekOutside(turn, id, root, touch);
  tellLadders(turn, id, root);
  const last = root.members.size === 1 ? root.members.get(id) : undefined;
  if (last?.edges.size === 0) {
    releaseHeld(turn, id, last);
    turn.space.remove('root', id);
  } else {
    turn.space.save('root', id, root);
  }
}

/** Members by connected part; the part that holds `start` first. */
function connectedParts(root: RootState, start: ProfileId): ProfileId[][] {
  const neighbours = new Map<ProfileId, ProfileId[]>();
  for (const profile of root.members.keys()) neighbours.set(profile, []);
  for (const [low, member] of root.members) {
    for (const high of member.edges.keys()) {
      const far = neighbours.get(high);
      if (far === undefined) continue;
      far.push(low);
      neighbours.get(low)?.push(high);
    }
  }
  const seen = new Set<ProfileId>();
  const parts: ProfileId[][] = [];
  for (const first of [start, ...root.members.keys()]) {
    if (seen.has(first)) continue;
    seen.add(first);
    const part = [first];
    for (const profile of part) {
      for (const next of neighbours.get(profile) ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        part.push(next);
      }
    }
    parts.push(part);
  }
  return parts;
}

/** Transfers each part that is no longer connected with the root to its least profile (R2, R5). */
function splitOff(turn: Turn, id: ProfileId, root: RootState): void {
  if (root.members.size === 1) return;
  const [, ...lost] = connectedParts(root, id);
  for (const part of lost) {
    part.sort(compareText);
    const members = part.map((profile) => {
      const record = root.members.get(profile) as MemberRecord;
      if (part.length === 1) releaseHeld(turn, profile, record);
      return packMember(profile, record);
    });
    for (const profile of part) root.members.delete(profile);
    turn.space.count('splits');
    turn.send([MessageKind.transfer, part[0] as ProfileId, members, 1]);
  }
  if (lost.length > 0) tryHeldLater(turn, id, root);
}

/** Sends a proposal for each new way out of the component (R4). */
function seekOutside(turn: Turn, id: ProfileId, root: RootState, touch: RootTouch): void {
  const seek = (low: ProfileId, high: ProfileId): void => {
    const member = root.members.get(low);
    if (member === undefined || root.members.has(high)) return;
    if (!member.edges.has(high) || member.held.has(high)) return;
    turn.send([MessageKind.proposal, low, high, id, root.members.size]);
  };
  for (const low of touch.acquired) {
    const member = root.members.get(low);
    if (member === undefined) continue;
    for (const high of member.edges.keys()) {
      touch.edges.delete(`${low} ${high}`);
      seek(low, high);
    }
  }
  for (const [low, high] of touch.edges.values()) seek(low, high);
}

/** The component as clustering reads it. */
export function componentOf(root: RootState): {
  readonly members: ComponentMember[];
  readonly edges: ComponentEdge[];
} {
  const members: ComponentMember[] = [];
  const edges: ComponentEdge[] = [];
  for (const [profile, { vertex, edges: owned }] of root.members) {
    members.push({
      profile,
      receivedAt: vertex[0],
      limited: vertex[1],
      labels: vertex[2],
      cannotLinks: vertex[3],
      digest: vertex[4],
    });
    for (const [high, certainty, support, priority, mustLink] of owned.values()) {
      if (certainty === null || !root.members.has(high)) continue;
      edges.push({ low: profile, high, certainty, support, priority, mustLink: mustLink === 1 });
    }
  }
  return { members, edges };
}

function tellLadders(turn: Turn, id: ProfileId, root: RootState): void {
  const { members, edges } = componentOf(root);
  let ladders: ReadonlyMap<ProfileId, Ladder> | null = null;
  let openRows: ReadonlyMap<string, OpenRow> = new Map();
  if (members.length > 1) {
    turn.space.count('reclusterings');
    const result = clusterComponent(turn.rules, members, edges);
    ladders = result.ladders;
    openRows = openRowsOf(members, result, turn.rules.rules.clusterFloor);
  }
  listOpen(turn, root, openRows);
  for (const [profile, member] of root.members) {
    const found = ladders?.get(profile);
    const ladder = found === undefined ? EMPTY_LADDER : packLadder(found);
    if (member.ladder !== null && sameLadder(member.ladder, ladder)) continue;
    member.ladder = ladder;
    member.ladderVersion++;
    const message: Member = [
      MessageKind.member,
      profile,
      id,
      member.tokenEpoch,
      member.ladderVersion,
      member.version,
      ladder,
    ];
    // The root's own profile learns at once: an implicit root is made from it at any time.
    if (profile === id) handleMember(turn, message);
    else turn.send(message);
  }
}

/** Puts the rows that changed, and takes away those that are open no longer. */
function listOpen(turn: Turn, root: RootState, rows: ReadonlyMap<string, OpenRow>): void {
  const before = root.openRows;
  if (before.size === 0 && rows.size === 0) return;
  for (const key of before.keys()) if (!rows.has(key)) turn.space.putRow(key, null);
  for (const [key, row] of rows) {
    const known = before.get(key);
    const isSame = known?.every((part, index) => part === row[index]) ?? false;
    if (!isSame) turn.space.putRow(key, row);
  }
  root.openRows = new Map(rows);
}

function packLadder({ strongest, steps, contested }: Ladder): PackedLadder {
  return contested === undefined ? [strongest, steps] : [strongest, steps, contested];
}

function sameLadder(left: PackedLadder, right: PackedLadder): boolean {
  if (left[0] !== right[0] || left[2] !== right[2]) return false;
  if (left[1].length !== right[1].length) return false;
  return left[1].every((step, index) => {
    const other = right[1][index];
    return other !== undefined && step[0] === other[0] && step[1] === other[1];
  });
}
