/**
 * The root actor: membership of one component, its clustering, joins and splits.
 *
 * Each profile has one *token*; whoever holds it as a member states the profile's customer. Tokens
 * move only by `absorb` (the greater root merges into the lesser) and `transfer` (a part that lost
 * its connection gets its own least profile as root). Links are ordered and exactly-once, so a
 * token is never lost nor doubled; everything else is a hint that may be stale:
 *
 * R1 A profile is a live root exactly when its `root` names itself; its members include it.
 * R2 A root is the least profile of its members, so `root` pointers only ever lead downwards.
 * R3 Every holder of a token announces itself to the profile's home (`member`), which answers with
 *    the full state when the holder's version is behind. State sent to a stale holder is dropped.
 * R4 Every holder seeks the greater end of each of its members' edges that leaves the component;
 *    a seek that finds no holder is parked at the profile's home until the next holder announces.
 * R5 A join that turns out unfounded (its edge or its winner has gone) is undone in the same step
 *    in which its members arrive, by the connectivity check.
 *
 * A root alone with no edges is *implicit*: it has no record, the profile's own state is all.
 */
import type { ProfileId } from '../identifier.ts';
import {
  type Absorb,
  type Member,
  MessageKind,
  type Offer,
  type PackedMember,
  type Proposal,
  type Seek,
  type SeekMiss,
  type SeekRoot,
  type State,
  type Transfer,
} from '../messages.ts';
import { loadProfile, saveMoved } from './profile-access.ts';
import { holdEdge, isOverCap, noteWaiting, releaseHeld, tryHeldLater } from './size-guard.ts';
import { packMember, unpackMember } from './state-codec.ts';
import type { MemberRecord, ProfileState, RootState } from './states.ts';
import type { RootTouch, Turn } from './turn.ts';
import { noEntries, noMembers, own } from './own-entries.ts';

/** The record of a live root; made from the profile when the root is implicit; null: not live. */
function liveRoot(turn: Turn, id: ProfileId): RootState | null {
  const profile = loadProfile(turn, id);
  if (profile.root !== id) return null;
  const known = turn.space.load('root', id);
  if (known !== undefined) return known;
  const member: MemberRecord = {
    tokenEpoch: profile.tokenEpoch,
    version: profile.version,
    vertex: profile.vertex,
    edges: noEntries(),
    held: noMembers(),
    waiting: noEntries(),
    ladder: profile.ladder,
    ladderVersion: profile.ladderVersion,
  };
  for (const [high, pair] of profile.pairs) {
    if (pair.stated !== null) own(member, 'edges').set(high, pair.stated);
  }
  const root: RootState = {
    members: new Map([[id, member]]),
    openRows: new Map(),
    isTrying: false,
  };
  turn.space.save('root', id, root);
  // Its edges may not have been sought yet; and a record that turns out needless goes again.
  own(turn.touchRoot(id), 'acquired').add(id);
  return root;
}

export function handleState(turn: Turn, message: State): void {
  const [, id, profile, fromVersion, toVersion, vertex, edges] = message;
  const known = turn.space.load('root', id);
  if (known === undefined) {
    // Implicit root: the profile's own state already has the change (R1).
    if (id !== profile || loadProfile(turn, id).root !== id) return;
    if (!edges.some((edge) => edge[1] !== null)) return;
    liveRoot(turn, id);
    return;
  }
  const member = known.members.get(profile);
  if (member === undefined) return;
  const isFull = fromVersion === -1;
  if (isFull ? toVersion <= member.version : member.version !== fromVersion) return;
  const touch = turn.touchRoot(id);
  member.version = toVersion;
  member.vertex = vertex;
  if (isFull) {
    member.edges = noEntries();
    member.held.clear();
    own(touch, 'acquired').add(profile);
  }
  for (const edge of edges) {
    const high = edge[0];
    if (edge[1] === null) {
      member.edges.delete(high);
      member.held.delete(high);
    } else {
      if (!member.edges.has(high)) own(touch, 'edges').set(`${profile} ${high}`, [profile, high]);
      own(member, 'edges').set(high, edge);
    }
  }
  turn.space.save('root', id, known);
}

/** The merge desk: every join of two components passes here and is recorded. */
export function handleProposal(turn: Turn, [, low, high, fromRoot, size]: Proposal): void {
  const id = `${low}.${high}`;
  const known = turn.space.load('proposal', id);
  turn.space.save('proposal', id, {
    low,
    high,
    passed: (known?.passed ?? 0) + 1,
    firstOrigin: known?.firstOrigin ?? turn.origin,
    lastOrigin: turn.origin,
  });
  turn.send([MessageKind.seek, high, low, fromRoot, size]);
}

export function handleSeek(turn: Turn, [, high, low, fromRoot, size]: Seek): void {
  const { root, tokenEpoch } = loadProfile(turn, high);
  turn.send([MessageKind.seekRoot, root, high, low, fromRoot, size, tokenEpoch]);
}

export function handleSeekRoot(turn: Turn, message: SeekRoot): void {
  const [, id, high, low, fromRoot, size, tokenEpoch] = message;
  const root = liveRoot(turn, id);
  if (root === null || !root.members.has(high)) {
    turn.send([MessageKind.seekMiss, high, low, fromRoot, size, tokenEpoch]);
    return;
  }
  if (fromRoot === id || root.members.has(low)) return;
  if (id < fromRoot) {
    turn.send([MessageKind.offer, fromRoot, low, high, id, root.members.size]);
  } else if (isOverCap(turn, root.members.size, size)) {
    noteWaiting(turn, id, root, high, low, fromRoot);
    turn.send([MessageKind.holdJoin, fromRoot, low, high, size]);
  } else {
    commitJoin(turn, id, root, fromRoot);
  }
}

export function handleSeekMiss(turn: Turn, message: SeekMiss): void {
  const [, high, low, fromRoot, size, tokenEpoch] = message;
  const state = loadProfile(turn, high);
  if (state.tokenEpoch > tokenEpoch) {
    turn.send([MessageKind.seekRoot, state.root, high, low, fromRoot, size, state.tokenEpoch]);
    return;
  }
  const isParked = state.parked.some((seek) => seek.low === low && seek.fromRoot === fromRoot);
  if (isParked) return;
  state.parked.push({ low, fromRoot, size, origin: turn.origin });
  saveMoved(turn, high, state);
  turn.space.seeksParked(high, Math.min(...state.parked.map((seek) => seek.origin)));
}

/** The token has a new holder: let the parked seeks try again (R4). */
function releaseParked(turn: Turn, id: ProfileId, state: ProfileState): void {
  const { parked, root, tokenEpoch } = state;
  if (parked.length === 0) return;
  state.parked = [];
  turn.space.seeksParked(id, null);
  const { origin } = turn;
  for (const seek of parked) {
    turn.origin = Math.min(origin, seek.origin);
    const { low, fromRoot, size } = seek;
    turn.send([MessageKind.seekRoot, root, id, low, fromRoot, size, tokenEpoch]);
  }
  turn.origin = origin;
}

export function handleOffer(turn: Turn, [, id, low, high, winner, size]: Offer): void {
  const root = liveRoot(turn, id);
  const member = root?.members.get(low);
  if (root === null || member === undefined) return;
  if (!member.edges.has(high) || root.members.has(high)) return;
  if (isOverCap(turn, root.members.size, size)) {
    holdEdge(turn, id, root, member, high);
    turn.send([MessageKind.waits, winner, high, low, id, size]);
    return;
  }
  commitJoin(turn, id, root, winner);
}

/** The single decision point of a join: this entry of the loser's log. */
function commitJoin(turn: Turn, id: ProfileId, root: RootState, winner: ProfileId): void {
  const profile = loadProfile(turn, id);
  profile.root = winner;
  saveMoved(turn, id, profile);
  for (const key of root.openRows.keys()) turn.space.putRow(key, null);
  turn.space.remove('root', id);
  turn.forgetRoot(id);
  turn.space.count('joins');
  const members = Array.from(root.members, ([member, record]) => {
    releaseHeld(turn, member, record);
    return packMember(member, record);
  });
  turn.send([MessageKind.absorb, winner, id, members]);
}

export function handleAbsorb(turn: Turn, [, id, loser, members]: Absorb): void {
  const profile = loadProfile(turn, id);
  if (profile.root !== id) {
    turn.send([MessageKind.absorb, profile.root, loser, members]);
    return;
  }
  const root = liveRoot(turn, id) as RootState;
  if (isOverCap(turn, root.members.size, members.length)) {
    bounce(turn, id, root, loser, members);
    return;
  }
  const touch = turn.touchRoot(id);
  acquire(root, members, touch);
  turn.space.save('root', id, root);
}

/** Over the size guard: give the members back and hold the edges in between. */
function bounce(
  turn: Turn,
  id: ProfileId,
  root: RootState,
  loser: ProfileId,
  members: readonly PackedMember[],
): void {
  turn.space.count('bounces');
  const given = new Map(members.map((packed) => [packed[0], unpackMember(packed)] as const));
  holdBetween(root.members, given, id);
  holdBetween(given, root.members, loser);
  turn.space.save('root', id, root);
  const returned = Array.from(given, ([profile, record]) => packMember(profile, record));
  turn.send([MessageKind.transfer, loser, returned, 0]);
}

/** Holds the edges that the members of root `id` own and that lead to the others. */
function holdBetween(
  members: ReadonlyMap<ProfileId, MemberRecord>,
  others: ReadonlyMap<ProfileId, MemberRecord>,
  id: ProfileId,
): void {
  for (const [low, record] of members) {
    for (const high of record.edges.keys()) {
      const far = others.get(high);
      if (far === undefined) continue;
      own(record, 'held').add(high);
      own(far, 'waiting').set(low, id);
    }
  }
}

export function handleTransfer(turn: Turn, [, id, members, isPart]: Transfer): void {
  const profile = loadProfile(turn, id);
  const root: RootState = { members: new Map(), openRows: new Map(), isTrying: false };
  const touch = turn.touchRoot(id);
  acquire(root, members, touch);
  profile.root = id;
  profile.tokenEpoch = (root.members.get(id) as MemberRecord).tokenEpoch;
  profile.ladderVersion = 0;
  if (isPart === 1) tryHeldLater(turn, id, root);
  turn.space.save('root', id, root);
  releaseParked(turn, id, profile);
  saveMoved(turn, id, profile);
}

function acquire(root: RootState, members: readonly PackedMember[], touch: RootTouch): void {
  for (const packed of members) {
    const record = unpackMember(packed);
    record.tokenEpoch++;
    root.members.set(packed[0], record);
    own(touch, 'acquired').add(packed[0]);
  }
}

export function handleMember(turn: Turn, message: Member): void {
  const [, id, root, tokenEpoch, ladderVersion, knownVersion, ladder] = message;
  const state = loadProfile(turn, id);
  if (tokenEpoch < state.tokenEpoch) return;
  if (tokenEpoch === state.tokenEpoch) {
    if (root !== state.root || ladderVersion <= state.ladderVersion) return;
  } else {
    state.root = root;
    state.tokenEpoch = tokenEpoch;
    releaseParked(turn, id, state);
  }
  state.ladderVersion = ladderVersion;
  state.ladder = ladder;
  saveMoved(turn, id, state);
  turn.space.ladderChanged(id, turn.origin);
  if (knownVersion < state.version) sendFullState(turn, id, state);
}

function sendFullState(turn: Turn, id: ProfileId, state: ProfileState): void {
  const edges = [];
  for (const pair of state.pairs.values()) if (pair.stated !== null) edges.push(pair.stated);
  turn.send([MessageKind.state, state.root, id, -1, state.version, state.vertex, edges]);
}
