/**
 * How many observation rows of a day name each hold of a profile: what tells which holds lose the day
 * when a row is taken back (`profile-observations.ts` I2).
 *
 * It follows from the rows and is not stored. For a profile with few rows that day it is counted anew for each
 * row that goes; for one with many it is kept in memory as long as the profile is: a delivery that
 * stamped one account on 3,000 records was else taken back in 3,000 times 3,000 rows (19 of the 23 CPU
 * seconds of it, profile of an embedded cluster with eight partitions, 2026-11-26).
 */
import { own } from './own-entries.ts';
import type { DayCounts, ProfileState } from './states.ts';

/** Days with so many rows are kept; below, to read them costs less than an entry of the store. */
const KEPT_ROWS = 64;

/** The refs of the rows that stand on the day; `read` reads them when they were not kept. */
export function dayCounts(
  state: ProfileState,
  day: number,
  read: () => Iterable<readonly number[]>,
): DayCounts {
  const kept = state.dayCounts.get(day);
  if (kept !== undefined) return kept;
  const counts: DayCounts = { rows: 0, named: new Map() };
  for (const refs of read()) count(counts, refs, 1);
  return counts;
}

/** A row with these refs has come. */
export function countAdded(state: ProfileState, day: number, refs: readonly number[]): void {
  const kept = state.dayCounts.get(day);
  if (kept !== undefined) count(kept, refs, 1);
}

/** A row with these refs has gone. */
export function countRemoved(
  state: ProfileState,
  day: number,
  counts: DayCounts,
  refs: readonly number[],
): void {
  count(counts, refs, -1);
  if (counts.rows >= KEPT_ROWS) own(state, 'dayCounts').set(day, counts);
  else state.dayCounts.delete(day);
}

function count(counts: DayCounts, refs: readonly number[], sign: 1 | -1): void {
  counts.rows += sign;
  for (const ref of new Set(refs)) {
    const named = (counts.named.get(ref) ?? 0) + sign;
    if (named === 0) counts.named.delete(ref);
    else counts.named.set(ref, named);
  }
}
