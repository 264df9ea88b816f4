/**
 * Distance between short texts: insertions, deletions, substitutions and swaps of neighbours each
 * cost one (optimal string alignment; Damerau 1964, Levenshtein 1966).
 */

/** Longest text compared letter by letter; longer ones are compared by their beginnings. */
export const COMPARED_LENGTH_MAX = 64;
const rows = [0, 1, 2].map(() => new Uint8Array(COMPARED_LENGTH_MAX + 1));

/** Distance of two texts by code unit, or `limit + 1` when it is greater than `limit` (<= 8). */
export function editDistance(left: string, right: string, limit: number): number {
  if (left === right) return 0;
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  const shortLength = Math.min(short.length, COMPARED_LENGTH_MAX);
  const longLength = Math.min(long.length, COMPARED_LENGTH_MAX);
  if (longLength - shortLength > limit) return limit + 1;
  let [before, previous, current] = rows as [Uint8Array, Uint8Array, Uint8Array];
  for (let column = 0; column <= shortLength; column++) previous[column] = column;
  for (let row = 1; row <= longLength; row++) {
    current[0] = row;
    let least = row;
    const letter = long.charCodeAt(row - 1);
    for (let column = 1; column <= shortLength; column++) {
      const other = short.charCodeAt(column - 1);
      let cost = (previous[column - 1] as number) + (letter === other ? 0 : 1);
      cost = Math.min(cost, (previous[column] as number) + 1, (current[column - 1] as number) + 1);
      const isSwap =
        row > 1 &&
        column > 1 &&
        letter === short.charCodeAt(column - 2) &&
        long.charCodeAt(row - 2) === other;
      if (isSwap) cost = Math.min(cost, (before[column - 2] as number) + 1);
      current[column] = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    [before, previous, current] = [previous, current, before];
  }
  return Math.min(previous[shortLength] as number, limit + 1);
}

/** Whether two words of the same kind may be one misspelt: one slip, from 8 letters on two. */
export function isClose(left: string, right: string): boolean {
  const length = Math.max(left.length, right.length);
  if (length < 4) return false;
  const limit = length < 8 ? 1 : 2;
  return editDistance(left, right, limit) <= limit;
}
