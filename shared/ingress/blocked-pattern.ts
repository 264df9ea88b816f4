/**
 * Blocked patterns: regular expressions from configuration that run on every value at ingress, so
 * one must never take long. A backtracking engine can try, on one value, as many paths as the
 * product of the choices in the pattern; that number is computed here from the pattern's text, and
 * patterns above a bound are refused (`(a+)+`, `(a|a)*`, `a?a?a?...` and `.*.*.*` all are).
 *
 * Only the part of the syntax whose choices can be counted is allowed: literals, escapes, classes,
 * groups, alternation, quantifiers, `^` and `$`. Lookaround and back-references are refused.
 */

/** Characters of a pattern. */
export const PATTERN_LENGTH_MAX = 200;
/** Characters of a value a pattern is run on; ingress drops longer values. */
export const VALUE_LENGTH_MAX = 256;
/**
 * Most paths: two unbounded quantifiers, 257 * 257 = 66,049, take below 1 ms on 256 characters
 * (measured 2026-11-22: 0.1 to 0.6); three would take a thousand times that.
 */
const PATHS_MAX = 100_000;

export type PatternResult =
  | { readonly kind: 'ok'; readonly pattern: RegExp }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Compiles a pattern that must match the whole value, or says why it is refused. */
export function compilePattern(source: string): PatternResult {
  if (source.length > PATTERN_LENGTH_MAX) {
    return { kind: 'invalid', reason: `is longer than ${PATTERN_LENGTH_MAX} characters` };
  }
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^(?:${source})$`, 'u');
    // `a)|(b` is only valid inside the wrapping; refuse what is no expression of its own.
    new RegExp(source, 'u');
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable';
    return { kind: 'invalid', reason: `is not a valid regular expression (${reason})` };
  }
  const paths = countPaths(source);
  if (paths === null) {
    return {
      kind: 'invalid',
      reason: 'uses lookaround or a back-reference, which are not supported',
    };
  }
  if (paths > PATHS_MAX) {
    return {
      kind: 'invalid',
      reason:
        'could take very long on some values: use at most two unbounded quantifiers ' +
        '(* + {n,}) and no quantifier on a group that itself has choices',
    };
  }
  return { kind: 'ok', pattern };
}

interface Cursor {
  readonly source: string;
  at: number;
}

/** Upper bound of the backtracking paths of a valid `u` pattern; null for unsupported syntax. */
function countPaths(source: string): number | null {
  const cursor = { source, at: 0 };
  const paths = countAlternatives(cursor);
  return Number.isNaN(paths) ? null : paths;
}

/** Sum over the alternatives up to the closing parenthesis or the end. NaN: unsupported. */
function countAlternatives(cursor: Cursor): number {
  let sum = 0;
  let product = 1;
  while (cursor.at < cursor.source.length && cursor.source[cursor.at] !== ')') {
    if (cursor.source[cursor.at] === '|') {
      sum += product;
      product = 1;
      cursor.at++;
    } else {
      product *= countQuantified(cursor);
    }
  }
  return sum + product;
}

function countQuantified(cursor: Cursor): number {
  const inner = countAtom(cursor);
  const rest = cursor.source.slice(cursor.at);
  const match = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/.exec(rest);
  if (match === null) return inner;
  cursor.at += match[0].length;
  const [, sign, low, comma, high] = match;
  let min = sign === '+' ? 1 : 0;
  let max = sign === '?' ? 1 : VALUE_LENGTH_MAX;
  if (low !== undefined) {
    min = Math.min(Number(low), VALUE_LENGTH_MAX);
    max = comma === undefined ? min : high === '' ? VALUE_LENGTH_MAX : Number(high);
    max = Math.min(max, VALUE_LENGTH_MAX);
  }
  return (max - min + 1) * inner ** max;
}

/** One literal, class or group; leaves the cursor behind it. */
function countAtom(cursor: Cursor): number {
  const { source } = cursor;
  const character = source[cursor.at];
  if (character === '(') return countGroup(cursor);
  if (character === '[') {
    cursor.at++;
    while (cursor.at < source.length && source[cursor.at] !== ']') {
      cursor.at += source[cursor.at] === '\\' ? 2 : 1;
    }
    cursor.at++;
    return 1;
  }
  if (character !== '\\') {
    cursor.at++;
    return 1;
  }
  const escape = /^\\(?:[pPu]\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|.)/u.exec(
    source.slice(cursor.at),
  );
  cursor.at += escape === null ? 1 : escape[0].length;
  return escape !== null && /^\\[1-9k]/.test(escape[0]) ? Number.NaN : 1;
}

function countGroup(cursor: Cursor): number {
  const opening = /^\((?:\?(?::|<(?![=!])[^>]*>|([\s\S])))?/.exec(cursor.source.slice(cursor.at));
  const isUnsupported = opening?.[1] !== undefined;
  cursor.at += opening?.[0].length ?? 1;
  const inner = countAlternatives(cursor);
  cursor.at++;
  return isUnsupported ? Number.NaN : inner;
}
