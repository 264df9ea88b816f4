/**
 * How evidence counts, as the change feed tells it: one row for each value or delivery that once did
 * not count, written by its actor in the turn that changed it.
 *
 * The row stays when the evidence counts again, with the number of changes so far: a reader of the
 * feed tells by it which of two events is the later. Rows follow from the log, so every owner and
 * every replay numbers the same changes alike.
 */
import { RELEASED, type Standing } from './orders.ts';
import type { Turn } from './turn.ts';

/** As an order has it, or generic without one (S21). */
export type EvidenceStanding = Standing | typeof GENERIC;
export const GENERIC = 3;

/**
 * A value by its key, a delivery, a source or a rule, as a subject of the feed; no profile id begins
 * with `=`.
 */
export type EvidenceId = `=${'k' | 'c' | 's' | 'r'}${string}`;

/** Namespace of a value or rule, source, or source and label of a delivery; else empty. */
export type StandingRow = readonly [
  first: string,
  second: string,
  standing: EvidenceStanding,
  changes: number,
];

export const STANDING_ROWS = 's/';

export function isEvidenceId(subject: string): subject is EvidenceId {
  return subject.startsWith('=');
}

/** Actor of the subject: its partition tells of it. */
export function actorOf(subject: EvidenceId): string {
  return subject.slice(2);
}

/** Notes how the evidence stands now; tells the feed when that is a change. */
export function recordStanding(
  turn: Turn,
  subject: EvidenceId,
  first: string,
  second: string,
  standing: EvidenceStanding,
): void {
  const row = turn.space.row(STANDING_ROWS + subject) as StandingRow | null;
  if ((row?.[2] ?? RELEASED) === standing) return;
  const next: StandingRow = [first, second, standing, (row?.[3] ?? 0) + 1];
  turn.space.putRow(STANDING_ROWS + subject, next);
  turn.space.standingChanged(subject, turn.origin);
}
