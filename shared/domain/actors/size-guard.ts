/**
 * The size guard (ARCHITECTURE S17): a join that would make a component greater than `componentCap` is
 * held until one of the two sides is smaller.
 *
 * G1 A held edge (low, high) is in `held` of `low` at its root, which seeks it no more, and noted in `waiting` of
 *    `high` at the other root. Whichever shrinks has it tried again.
 * G2 Who leaves a component alone, or joins another, takes neither along: its new root seeks every edge that
 *    leads out, and whoever waits for it is told to. (A join that is given back is held anew.)
 * G3 A root that is judged by a size which it no longer has (it shrank while the message was on its way) tries
 *    again at once.
 * G4 Each part of several members of a component that shrank waits until it has stopped shrinking: a delivery that is taken back
 *    goes slice by slice, and each would have let others in that are to leave with the next.
 */
import type { ProfileId } from '../identifier.ts';
import {
  type HoldJoin,
  MessageKind,
  type TryAgain,
  type TryHeld,
  type TryHeldOn,
  type Waits,
} from '../messages.ts';
import { noEntries, noMembers, own } from './own-entries.ts';
import { loadProfile } from './profile-access.ts';
import type { MemberRecord, RootState } from './states.ts';
import type { Turn } from './turn.ts';

/**
 * So often a component must come back from the merge desk without having shrunk: a slice of a sweep takes
 * as long as one passage, give or take what else there is to do.
 */
const QUIET_PASSES = 4;
/** A component that loses members for ever does not wait for ever: 65,000 interactions pass in so many slices. */
const PASSES_MAX = 1_024;

export function isOverCap(turn: Turn, members: number, others: number): boolean {
  return members + others > turn.rules.rules.componentCap;
}

export function holdEdge(
  turn: Turn,
  id: ProfileId,
  root: RootState,
  member: MemberRecord,
  high: ProfileId,
): void {
  own(member, 'held').add(high);
  turn.space.count('joinsHeld');
  turn.space.save('root', id, root);
}

/** `low`'s root waits until this one is smaller; for a single profile nobody does. */
export function noteWaiting(
  turn: Turn,
  id: ProfileId,
  root: RootState,
  high: ProfileId,
  low: ProfileId,
  from: ProfileId,
): void {
  const member = root.members.get(high);
  if (member === undefined || root.members.size === 1) return;
  own(member, 'waiting').set(low, from);
  turn.space.save('root', id, root);
}

/** The other side, `size` members of ours in mind, found the join too large. */
export function handleHoldJoin(turn: Turn, [, id, low, high, size]: HoldJoin): void {
  const root = turn.space.load('root', id);
  const member = root?.members.get(low);
  if (root === undefined || member === undefined) return;
  if (!member.edges.has(high) || root.members.has(high)) return;
  if (root.members.size < size) own(turn.touchRoot(id), 'edges').set(`${low} ${high}`, [low, high]);
  else holdEdge(turn, id, root, member, high);
}

/** The root of `low` holds a join with this one, of `size` members when it offered. */
export function handleWaits(turn: Turn, [, id, high, low, from, size]: Waits): void {
  const root = turn.space.load('root', id);
  // Without a record it is a single profile, or has joined another.
  const isAlone = root === undefined && loadProfile(turn, id).root === id;
  const members = isAlone ? 1 : (root?.members.size ?? 0);
  if (members < size || (root !== undefined && !root.members.has(high))) {
    turn.send([MessageKind.tryAgain, from, low, high]);
  } else if (root !== undefined) {
    noteWaiting(turn, id, root, high, low, from);
  }
}

/** A side for which this root waits has shrunk, or is elsewhere. */
export function handleTryAgain(turn: Turn, [, id, low, high]: TryAgain): void {
  const root = turn.space.load('root', id);
  const member = root?.members.get(low);
  if (root === undefined || member === undefined || !member.held.delete(high)) return;
  own(turn.touchRoot(id), 'edges').set(`${low} ${high}`, [low, high]);
  turn.space.save('root', id, root);
}

/** G2: what leaves the component, or is tried again, is held no more. */
export function releaseHeld(turn: Turn, high: ProfileId, member: MemberRecord): void {
  member.held = noMembers();
  for (const [low, from] of member.waiting) turn.send([MessageKind.tryAgain, from, low, high]);
  member.waiting = noEntries();
}

/** The component shrank. */
export function tryHeldLater(turn: Turn, id: ProfileId, root: RootState): void {
  if (root.isTrying) return;
  const holds = Array.from(root.members.values()).some(
    ({ held, waiting }) => held.size > 0 || waiting.size > 0,
  );
  if (!holds) return;
  root.isTrying = true;
  turn.send([MessageKind.tryHeld, id, root.members.size, 0, 0]);
}

/** The merge desk hands it back: that is how long a root waits. */
export function handleTryHeld(turn: Turn, [, id, size, quiet, passes]: TryHeld): void {
  turn.send([MessageKind.tryHeldOn, id, size, quiet, passes]);
}

export function handleTryHeldOn(turn: Turn, [, id, size, quiet, passes]: TryHeldOn): void {
  const root = turn.space.load('root', id);
  // It has joined another, which seeks what was held (G2).
  if (root === undefined) return;
  const members = root.members.size;
  const quietNow = members < size ? 0 : quiet + 1;
  if (quietNow < QUIET_PASSES && passes < PASSES_MAX) {
    turn.send([MessageKind.tryHeld, id, members, quietNow, passes + 1]);
    return;
  }
  root.isTrying = false;
  const touch = turn.touchRoot(id);
  for (const [profile, member] of root.members) {
    for (const high of member.held) own(touch, 'edges').set(`${profile} ${high}`, [profile, high]);
    releaseHeld(turn, profile, member);
  }
  turn.space.save('root', id, root);
}
