/**
 * Orders: what a steward or the merge-storm breaker says about a value or about a source's delivery
 * (ARCHITECTURE S22). An order holds, releases or rejects; the latest counts.
 *
 * An order is kept by the actor that it is about (the value's key, the delivery), and as a row of
 * its own under `b/`, from which held and rejected ones are listed.
 */
import { compareText, type ProfileId } from '../identifier.ts';
import type { AuditNote, WayKind } from '../messages.ts';
import type { Turn } from './turn.ts';

/** Rejected: as if it had never been there. Released: counts. Held: counts for nothing until judged. */
export type Standing = 0 | 1 | 2;
export const REJECTED = 0 satisfies Standing;
export const RELEASED = 1 satisfies Standing;
export const HELD = 2 satisfies Standing;

/** Who gave the orders of the merge-storm breaker. */
export const BREAKER = 'breaker';
/** The breaker looks at one hour: what grows more slowly is no accident. */
export const STORM_WINDOW_MS = 3_600_000;

/**
 * Why the breaker holds what brought the neighbours of one profile (`neighbour-storm.ts`), of whose anchor
 * `namespace` is; empty: it is not known.
 */
export function neighbourReason(namespace: string, neighbours: number): string {
  const profile = namespace === '' ? 'profile' : namespace;
  return `within an hour it joined one ${profile} with ${neighbours} other anchors`;
}

export type Order = readonly [decidedAt: number, standing: Standing, ...by: AuditNote];

/** What is listed of an order: of a value (0), a delivery (1), a source (2) or a rule (3). */
export type OrderRow = readonly [
  subject: 0 | 1 | WayKind,
  /** Namespace and value, source and label, or a name and an empty text. */
  first: string,
  second: string,
  order: Order,
  /** Profiles that held the value, or interactions of the delivery, when it was given; else 0. */
  count: number,
  /** Some holders that came last, when the breaker gave the order. */
  samples: readonly ProfileId[],
];

export const ORDER_ROWS = 'b/';

export function standingOf(order: Order | null): Standing {
  return order === null ? RELEASED : order[1];
}

/** At equal times the stricter: rejected, held, released. */
const STRICTNESS: Readonly<Record<Standing, number>> = { [REJECTED]: 2, [HELD]: 1, [RELEASED]: 0 };

/** The one that lets less count. */
export function stricter(left: Standing, right: Standing): Standing {
  return STRICTNESS[left] > STRICTNESS[right] ? left : right;
}

/** Whether `next` replaces `current`; orders that differ in nothing but who gave them go by text. */
export function orderWins(current: Order | null, next: Order): boolean {
  if (current === null || next[0] > current[0]) return true;
  if (next[0] < current[0]) return false;
  const difference = STRICTNESS[next[1]] - STRICTNESS[current[1]];
  if (difference !== 0) return difference > 0;
  const [, , by = '', reason = ''] = next;
  const [, , byBefore = '', reasonBefore = ''] = current;
  return (compareText(by, byBefore) || compareText(reason, reasonBefore)) > 0;
}

/** Orders that release what was never held are listed as well: the record of who said so. */
export function recordOrder(turn: Turn, id: string, row: OrderRow): void {
  turn.space.putRow(ORDER_ROWS + id, row);
}
