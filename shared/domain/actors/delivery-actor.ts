/**
 * The delivery actor: one per (source, delivery label) (ARCHITECTURE S4, S22). Owns which
 * interactions came with the delivery and the order about it; tells them when the order changes.
 *
 * A delivery may have any number of interactions: they stand in rows, and an order reaches them in
 * slices of `SLICE`, each a turn of its own. Between two slices the message passes the merge desk,
 * so that other work goes on. Who registers later is told at once, and every slice tells the order
 * as it then stands: on one ordered link the last word is right.
 */
import type { InteractionId } from '../identifier.ts';
import {
  type InDelivery,
  MessageKind,
  type OrderDelivery,
  type PairsFound,
  type StormFound,
  type Sweep,
  type SweepOn,
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
import type { DeliveryState } from './states.ts';
import type { Turn } from './turn.ts';

/** Some milliseconds of work for the interactions' profiles; 20,000 interactions pass the desk 312 times. */
export const SLICE = 64;

function interactionRows(id: string): string {
  return `j/${id}/`;
}

function loadDelivery(turn: Turn, id: string, source: string, delivery: string): DeliveryState {
  const known = turn.space.load('delivery', id);
  return known ?? { source, delivery, order: null, interactions: 0, storm: null };
}

export function handleInDelivery(turn: Turn, message: InDelivery): void {
  const [, id, source, delivery, interaction] = message;
  const state = loadDelivery(turn, id, source, delivery);
  state.interactions++;
  turn.space.putRow(interactionRows(id) + interaction, 0);
  turn.space.save('delivery', id, state);
  const standing = standingOf(state.order);
  if (standing !== RELEASED) turn.send([MessageKind.standing, interaction, delivery, standing]);
}

export function handleOrderDelivery(turn: Turn, message: OrderDelivery): void {
  const [, id, source, delivery, ...order] = message;
  const state = loadDelivery(turn, id, source, delivery);
  const next: Order = order;
  if (!orderWins(state.order, next)) return;
  give(turn, id, state, next);
}

function give(turn: Turn, id: string, state: DeliveryState, order: Order): void {
  const before = standingOf(state.order);
  state.order = order;
  state.storm = null;
  turn.space.save('delivery', id, state);
  recordOrder(turn, id, [1, state.source, state.delivery, order, state.interactions, []]);
  const standing = standingOf(order);
  recordStanding(turn, `=c${id}`, state.source, state.delivery, standing);
  if (standing !== before) sweepFrom(turn, id, state, '');
}

/**
 * The merge-storm breaker for deliveries (S22): a file with the branch's phone in the customer's
 * column spreads no value beyond its cap, but finds a pair with every other customer of the branch.
 */
export function handlePairsFound(turn: Turn, [, id, pairs]: PairsFound): void {
  const { stormHolders, stormPairs } = turn.rules.rules;
  const state = turn.space.load('delivery', id);
  if (state === undefined || state.order !== null || stormHolders === 0) return;
  const isOver = state.storm !== null && turn.origin - state.storm[0] > STORM_WINDOW_MS;
  const [since, before, interactions] =
    state.storm === null || isOver
      ? [turn.origin, 0, isOver ? state.interactions : 0]
      : state.storm;
  const found = before + pairs;
  const came = Math.max(1, state.interactions - interactions);
  if (found < stormHolders || found < stormPairs * came) {
    state.storm = [since, found, interactions];
    turn.space.save('delivery', id, state);
    return;
  }
  turn.space.count('stormsHeld');
  const reason = `its ${came} interactions of an hour would join ${found} pairs`;
  give(turn, id, state, [turn.origin, HELD, BREAKER, reason]);
}

/** The merge-storm breaker for an anchor that the delivery stamps (`neighbour-storm.ts`). */
export function handleDeliveryStorm(turn: Turn, [, id, , namespace, neighbours]: StormFound): void {
  const state = turn.space.load('delivery', id);
  if (state === undefined || state.order !== null) return;
  turn.space.count('stormsHeld');
  const order: Order = [turn.origin, HELD, BREAKER, neighbourReason(namespace, neighbours)];
  give(turn, id, state, order);
}

/** The merge desk hands the sweep back: the next slice is another turn. */
export function handleSweep(turn: Turn, [, id, after]: Sweep): void {
  turn.send([MessageKind.sweepOn, id, after]);
}

export function handleSweepOn(turn: Turn, [, id, after]: SweepOn): void {
  const state = turn.space.load('delivery', id);
  if (state !== undefined) sweepFrom(turn, id, state, after);
}

function sweepFrom(turn: Turn, id: string, state: DeliveryState, after: string): void {
  const prefix = interactionRows(id);
  const standing = standingOf(state.order);
  const rows = turn.space.rowsAfter(prefix, after, SLICE);
  let last = after;
  for (const [key] of rows) {
    last = key.slice(prefix.length);
    const interaction = last as InteractionId;
    turn.send([MessageKind.standing, interaction, state.delivery, standing]);
  }
  if (rows.length === SLICE) turn.send([MessageKind.sweep, id, last]);
}
