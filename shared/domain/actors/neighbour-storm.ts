/**
 * The merge-storm breaker for anchors (ARCHITECTURE S22): an account number stamped on thousands of
 * records adds one edge for each (S8), so neither they nor their delivery look odd, and an anchor is
 * no value whose holders are counted. What looks odd is the profile that all those edges meet at.
 *
 * Both ends of an edge count: the end that owns the pair finds it (`pair-home.ts`) and tells the other. An order
 * about an anchor there is none, so what brought the neighbours is held: the delivery, or the source of
 * what came without a label.
 */
import { MessageKind, type NeighbourFound } from '../messages.ts';
import { STORM_WINDOW_MS } from './orders.ts';
import { own } from './own-entries.ts';
import { loadProfile, saveMoved } from './profile-access.ts';
import type { NeighbourStorm, ProfileState } from './states.ts';
import type { ProfileTouch, Turn } from './turn.ts';
import { SOURCE, wayIdOf } from './ways.ts';

/**
 * Who brought the first neighbours of an hour is not kept, as most profiles never have more: a person has
 * a login, a customer number, an account or two.
 */
const UNATTRIBUTED = 4;

/** What brought less than one part of so many of a storm's neighbours is taken for innocent. */
const INNOCENT_PARTS = 16;

/** The pair's home found an edge that joins this profile, its greater end, with another anchor. */
export function handleNeighbourFound(turn: Turn, [, id, broughtBy]: NeighbourFound): void {
  const state = loadProfile(turn, id);
  noteNeighbour(turn.touchProfile(id), broughtBy);
  saveMoved(turn, id, state);
}

/** Counted at the end of the turn (`countNeighbours`). */
export function noteNeighbour(touch: ProfileTouch, broughtBy: string): void {
  own(touch, 'neighbours').set(broughtBy, (touch.neighbours.get(broughtBy) ?? 0) + 1);
}

/**
 * Counts the neighbours that a profile gained in this turn. While they are a storm, each that brought a
 * good part of it is told, again with every new one: the first may precede what it is about.
 */
export function countNeighbours(turn: Turn, state: ProfileState, touch: ProfileTouch): void {
  const { stormHolders } = turn.rules.rules;
  if (touch.neighbours.size === 0 || stormHolders === 0) return;
  const isOver = state.storm === null || turn.origin - state.storm[0] > STORM_WINDOW_MS;
  const before: NeighbourStorm =
    state.storm === null || isOver ? [turn.origin, 0, []] : state.storm;
  const [since, countBefore, broughtBefore] = before;
  const brought = new Map(broughtBefore);
  let count = countBefore;
  for (const [broughtBy, found] of touch.neighbours) {
    const attributed = Math.min(found, Math.max(0, count + found - UNATTRIBUTED));
    count += found;
    if (attributed > 0) brought.set(broughtBy, (brought.get(broughtBy) ?? 0) + attributed);
  }
  state.storm = [since, count, Array.from(brought)];
  if (count - UNATTRIBUTED < stormHolders) return;
  const isNew = countBefore - UNATTRIBUTED < stormHolders;
  for (const [broughtBy, found] of brought) {
    if (found * INNOCENT_PARTS < stormHolders) continue;
    if (isNew || touch.neighbours.has(broughtBy))
      tellStorm(turn, state.namespace, broughtBy, found);
  }
}

function tellStorm(turn: Turn, namespace: string, broughtBy: string, found: number): void {
  const isSource = broughtBy.startsWith('~');
  const subject = isSource ? wayIdOf(SOURCE, broughtBy.slice(1)) : broughtBy;
  turn.send([MessageKind.stormFound, subject, isSource ? SOURCE : 1, namespace, found]);
}
