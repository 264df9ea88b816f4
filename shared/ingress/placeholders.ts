/**
 * Attributes that say nothing: what forms, exports and clerks write where a name, a place or a birth date
 * is not known. As facts they would speak for two records that have nothing in common.
 *
 * Names are dropped with care: Null, Guest, Test and Na are people's names too, so a word that can be one
 * goes only when no other part of the name says who it is.
 */
import { junkReason } from './junk-values.ts';

type Attributes = Readonly<Record<string, string>>;

const NAMES = ['name', 'given_name', 'middle_name', 'surname', 'maiden_name', 'alias'] as const;

/** Nobody's name, whatever stands beside it. */
const NOBODY = new Set(
  (
    'unknown|unk|unkown|unknown unknown|n/a|n.a.|n.a|not available|not applicable|not provided|not supplied|' +
    'not given|not known|not set|not specified|not stated|not recorded|unspecified|unnamed|no name|' +
    'no surname|no first name|no last name|noname|name unknown|anonymous|undefined|(null)|<null>|[null]|' +
    '(none)|(blank)|(empty)|none given|none provided|tbd|tba|tbc|xx|xxx|xxxx|lnu|fnu|nfn|nln'
  ).split('|'),
);

/** Codes and numbers among which junk words have a meaning: NO is Norway, NA Namibia, 1234567 a house. */
const SHORT: ReadonlySet<string> = new Set(['country', 'region', 'gender', 'house_number']);

/** Days that programs and forms put where none is known: their calendars' ends, and 1 January 1900. */
const NO_DATES = new Set([
  '0001-01-01',
  '1111-11-11',
  '1753-01-01',
  '1899-12-30',
  '1899-12-31',
  '1900-01-01',
  '1901-01-01',
  '9999-12-31',
]);

/** Whether a birth date (YYYY-MM-DD) is one that stands for none. */
export function isPlaceholderDate(date: string): boolean {
  return NO_DATES.has(date);
}

/** The attributes without those that say nothing. */
export function withoutPlaceholders(attributes: Attributes): Attributes {
  const saying: Record<string, string> = {};
  const isAnyone = NAMES.some((name) => isSomebody(attributes[name] ?? ''));
  for (const [name, value] of Object.entries(attributes)) {
    const isName = (NAMES as readonly string[]).includes(name);
    const isNothing = isName
      ? NOBODY.has(folded(value)) || !isAnyone
      : !SHORT.has(name) && junkReason(value) !== null;
    if (!isNothing) saying[name] = value;
  }
  return saying;
}

/** A part of a name that is no placeholder by any list. */
function isSomebody(part: string): boolean {
  const text = folded(part);
  return text !== '' && !NOBODY.has(text) && junkReason(text) === null;
}

function folded(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, ' ');
}
