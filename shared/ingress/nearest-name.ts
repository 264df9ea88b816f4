/** Suggestions for mistyped names in configuration files and requests. */
import { compareText } from '../domain/identifier.ts';

/** Names longer than this are not compared: a typo never needs it, and the cost is quadratic. */
const COMPARED_LENGTH_MAX = 64;

/** Levenshtein distance: insertions, deletions and substitutions cost 1. O(left * right). */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = left[row - 1] === right[column - 1] ? 0 : 1;
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + substitution,
        ),
      );
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/**
 * The known names nearest to `name`, best first, at most `count`. Case, `-` and `_` do not count. With
 * `closeOnly` only plausible typos are returned: at most a third of the letters differ, or one name
 * begins with the other.
 */
export function nearestNames(
  name: string,
  known: Iterable<string>,
  count = 3,
  closeOnly = true,
): readonly string[] {
  const fold = (text: string): string => text.toLowerCase().replace(/[-_ .]/g, '');
  const wanted = fold(name.slice(0, COMPARED_LENGTH_MAX));
  const ranked: { readonly name: string; readonly distance: number }[] = [];
  for (const candidate of known) {
    const other = fold(candidate.slice(0, COMPARED_LENGTH_MAX));
    const begins =
      Math.min(wanted.length, other.length) >= 3 &&
      (other.startsWith(wanted) || wanted.startsWith(other));
    const distance = editDistance(wanted, other);
    const longest = Math.max(wanted.length, other.length, 1);
    if (!closeOnly || begins || distance * 3 <= longest) ranked.push({ name: candidate, distance });
  }
  ranked.sort((a, b) => a.distance - b.distance || compareText(a.name, b.name));
  return ranked.slice(0, count).map((entry) => entry.name);
}

/** `; did you mean a or b?`, or nothing when no known name is close. */
export function suggestion(name: string, known: Iterable<string>): string {
  const near = nearestNames(name, known);
  return near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
}
