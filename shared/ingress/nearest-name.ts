/** Suggestions for mistyped names in configuration files and requests. */
import { compareText } from '../domain/identifier.ts';

/** Names longer than this are not compared: a typo never needs it, and the cost is quadratic. */
const COMPARED_LENGTH_MAX = 64;

/**
 * Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost 1
 * (Damerau 1964: these four are 80 % of typing errors). O(left * right).
 */
function editDistance(left: string, right: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = left[row - 1] === right[column - 1] ? 0 : 1;
      let distance = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + substitution,
      );
      const isSwap =
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1];
      if (isSwap) distance = Math.min(distance, (beforePrevious[column - 2] ?? 0) + 1);
      current.push(distance);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/**
 * The known names nearest to `name`, best first, at most `count`. Case, `-` and `_` do not count.
 * With `closeOnly` only plausible mistakes are returned: the names at the least distance, if that
 * is at most half of the letters, and names of which one begins with the other.
 */
export function nearestNames(
  name: string,
  known: Iterable<string>,
  count = 3,
  closeOnly = true,
): readonly string[] {
  const fold = (text: string): string => text.toLowerCase().replace(/[-_ .]/g, '');
  const wanted = fold(name.slice(0, COMPARED_LENGTH_MAX));
  const ranked = Array.from(known, (candidate) => {
    const other = fold(candidate.slice(0, COMPARED_LENGTH_MAX));
    const begins =
      Math.min(wanted.length, other.length) >= 3 &&
      (other.startsWith(wanted) || wanted.startsWith(other));
    const distance = editDistance(wanted, other);
    const isNear = distance * 2 <= Math.max(wanted.length, other.length);
    return { name: candidate, distance, begins, isNear };
  }).sort((a, b) => a.distance - b.distance || compareText(a.name, b.name));
  const least = ranked[0]?.distance ?? 0;
  const chosen = closeOnly
    ? ranked.filter((entry) => entry.begins || (entry.isNear && entry.distance === least))
    : ranked;
  return chosen.slice(0, count).map((entry) => entry.name);
}

/** `; did you mean a or b?`, or nothing when no known name is close. */
export function suggestion(name: string, known: Iterable<string>): string {
  const near = nearestNames(name, known);
  return near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
}
