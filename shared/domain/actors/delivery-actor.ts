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
  type Sweep,
  type SweepOn,
} from '../messages.ts';
import { type Order, orderWins, recordOrder, RELEASED, standingOf } from './orders.ts';
import type { DeliveryState } from './states.ts';
import type { Turn } from './turn.ts';

/** Some milliseconds of work for the interactions' profiles; 20,000 interactions pass the desk 312 times. */
export const SLICE = 64;

function interactionRows(id: string): string {
  return `j/${id}/`;
}

function loadDelivery(turn: Turn, id: string, source: string, delivery: string): DeliveryState {
  const known = turn.space.load('delivery', id);
  return known ?? { source, delivery, order: null, interactions: 0 };
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
  const before = standingOf(state.order);
  state.order = next;
  turn.space.save('delivery', id, state);
  recordOrder(turn, id, [1, source, delivery, next, state.interactions, []]);
  if (standingOf(next) !== before) sweepFrom(turn, id, state, '');
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
