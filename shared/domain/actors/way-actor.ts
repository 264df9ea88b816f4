/**
 * The way actor: one per source and one per rule (ARCHITECTURE S22). A *rule* is the namespace by
 * whose values, anchors or devices pairs are proposed. Owns the order about it, and the count by which
 * the merge-storm breaker trips; tells the posts of the partitions (`posts.ts`).
 *
 * Its rows name one actor of each partition that has a post: what is sent there reaches the post.
 */
import {
  type InWay,
  MessageKind,
  type OrderWay,
  type StormFound,
  type WayKind,
  type WayReport,
} from '../messages.ts';
import { recordStanding } from './evidence-standing.ts';
import {
  BREAKER,
  HELD,
  neighbourReason,
  type Order,
  orderWins,
  recordOrder,
  RELEASED,
  standingOf,
  STORM_WINDOW_MS,
} from './orders.ts';
import type { WayState } from './states.ts';
import type { Turn } from './turn.ts';
import { RULE, SOURCE } from './ways.ts';

/**
 * A rule sees what all sources send: it storms when it finds so many times as many pairs as a source
 * may. A pair has two holders, so a value shared by n adds (n - 1) / 2 pairs for each of them: half of
 * `stormPairs` is what a rule finds when most of what comes lands on values that are shared to the cap.
 */
const RULE_PAIRS_FACTOR = 8;

function memberRows(id: string): string {
  return `wm/${id}/`;
}

function loadWay(turn: Turn, id: string, kind: WayKind, name: string): WayState {
  return turn.space.load('way', id) ?? { kind, name, order: null, storm: null };
}

/** A partition has met the source or rule for the first time. */
export function handleInWay(turn: Turn, [, id, kind, name, member]: InWay): void {
  const state = loadWay(turn, id, kind, name);
  turn.space.putRow(memberRows(id) + member, 0);
  turn.space.save('way', id, state);
  const standing = standingOf(state.order);
  if (standing !== RELEASED) turn.send([MessageKind.wayStanding, member, kind, name, standing]);
}

export function handleOrderWay(turn: Turn, [, id, kind, name, ...order]: OrderWay): void {
  const state = loadWay(turn, id, kind, name);
  const next: Order = order;
  if (orderWins(state.order, next)) give(turn, id, state, next);
}

function give(turn: Turn, id: string, state: WayState, order: Order): void {
  const before = standingOf(state.order);
  const { kind, name } = state;
  state.order = order;
  state.storm = null;
  turn.space.save('way', id, state);
  recordOrder(turn, id, [kind, name, '', order, 0, []]);
  const standing = standingOf(order);
  recordStanding(turn, `=${kind === SOURCE ? 's' : 'r'}${id}`, name, '', standing);
  if (standing === before) return;
  const prefix = memberRows(id);
  for (const [key] of turn.space.rows(prefix)) {
    turn.send([MessageKind.wayStanding, key.slice(prefix.length), kind, name, standing]);
  }
}

/**
 * The merge-storm breaker for sources and rules. A source: pairs found because of what it sent without a
 * label, for each such interaction. A rule: pairs of different persons, for each profile that came
 * to hold one of its values.
 */
export function handleWayReport(turn: Turn, [, id, pairs, came]: WayReport): void {
  const { stormHolders, stormPairs } = turn.rules.rules;
  const state = turn.space.load('way', id);
  if (state === undefined || state.order !== null || stormHolders === 0) return;
  const isOver = state.storm === null || turn.origin - state.storm[0] > STORM_WINDOW_MS;
  const [since, pairsBefore, cameBefore] =
    state.storm === null || isOver ? [turn.origin, 0, 0] : state.storm;
  const found = pairsBefore + pairs;
  const all = cameBefore + came;
  const isRule = state.kind === RULE;
  const least = isRule ? RULE_PAIRS_FACTOR * stormHolders : stormHolders;
  if (found < least || found * (isRule ? 2 : 1) < stormPairs * all) {
    state.storm = [since, found, all];
    turn.space.save('way', id, state);
    return;
  }
  turn.space.count('stormsHeld');
  const what = isRule ? `${all} new holders` : `${all} interactions`;
  const reason = `${what} of an hour would join ${found} pairs`;
  give(turn, id, state, [turn.origin, HELD, BREAKER, reason]);
}

/** The merge-storm breaker for an anchor that the source stamps (`neighbour-storm.ts`). */
export function handleSourceStorm(turn: Turn, [, id, , namespace, neighbours]: StormFound): void {
  const state = turn.space.load('way', id);
  if (state === undefined || state.order !== null) return;
  turn.space.count('stormsHeld');
  const order: Order = [turn.origin, HELD, BREAKER, neighbourReason(namespace, neighbours)];
  give(turn, id, state, order);
}
