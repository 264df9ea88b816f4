/**
 * Whether what was appended to a partition's log, and is not covered by its owner's durable mark, has
 * to be sent again or is only waiting its turn.
 *
 * Sending again whatever took long is how an overloaded log collapses: each repetition lengthens the
 * queue that made it late. So what is in the log is sent again only when the owner went past it without
 * taking it (the log lost its tail and was filled again), or says that it does not move.
 */
import type { PartitionMark } from './marks.ts';

/** Doublings of the time between two repetitions for an owner that does not move. */
const BACKOFF_DOUBLINGS_MAX = 4;

/**
 * Whether the entry is still before its owner, `before` being the owner's mark at an earlier look:
 * the owner has not come to its sequence, and has moved since, or has entries before it that it is
 * not stuck at, or said nothing, as one does in the middle of a long entry. Whoever is silent would
 * not take a repetition either.
 */
export function isOnItsWay(
  mark: PartitionMark | undefined,
  appended: { readonly epoch: number; readonly sequence: number },
  before: PartitionMark | undefined,
): boolean {
  if (mark === undefined || before === undefined) return false;
  if (mark.epoch !== appended.epoch || mark.durable >= appended.sequence) return false;
  const isAtWork = mark.last > mark.applied && !mark.isStuck;
  return mark === before || isAtWork || hasMoved(mark, before);
}

export function hasMoved(mark: PartitionMark | undefined, before: PartitionMark | undefined) {
  return mark?.epoch !== before?.epoch || mark?.applied !== before?.applied;
}

/** Milliseconds to wait after the `repeats`th repetition in a row. */
export function backoffMs(baseMs: number, repeats: number): number {
  return baseMs * 2 ** Math.min(repeats, BACKOFF_DOUBLINGS_MAX);
}
