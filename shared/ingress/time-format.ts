/**
 * Times as sources write them, to epoch milliseconds. Pure arithmetic: no clock, no local time zone
 * and no `Date.parse`, whose reading of anything but ISO text differs between engines.
 */

export type TimeReader = (text: string) => number | null;

export type TimeFormatResult =
  | { readonly kind: 'ok'; readonly read: TimeReader }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Named formats; everything else is a pattern of the tokens below. */
export const TIME_FORMAT_NAMES = ['iso', 'epoch_s', 'epoch_ms'] as const;
const FORMAT_LENGTH_MAX = 64;
/**
 * Two-digit years: 70..99 are 1970..1999, 00..69 are 2000..2069 (as POSIX reads 69..99, nearly).
 */
const CENTURY_PIVOT = 70;

interface TimeParts {
  year?: number;
  month?: number;
  day?: number;
  hour?: number;
  minute?: number;
  second?: number;
  millisecond?: number;
  /** Of a 12-hour clock. */
  isAfternoon?: boolean;
  /** Minutes east of UTC. */
  offset?: number;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

interface Token {
  readonly pattern: string;
  readonly store: (parts: TimeParts, text: string) => void;
}

/** Longest first: the pattern is split greedily. The names are those of Day.js and Moment. */
const TOKENS: readonly (readonly [name: string, token: Token])[] = [
  ['YYYY', { pattern: '(\\d{4})', store: (parts, text) => void (parts.year = Number(text)) }],
  ['MMM', { pattern: '([A-Za-z]{3})[a-z]*', store: storeMonthName }],
  ['SSS', { pattern: '(\\d{1,9})', store: storeFraction }],
  ['YY', { pattern: '(\\d{2})', store: storeShortYear }],
  ['MM', { pattern: '(\\d{2})', store: (parts, text) => void (parts.month = Number(text)) }],
  ['DD', { pattern: '(\\d{2})', store: (parts, text) => void (parts.day = Number(text)) }],
  ['HH', { pattern: '(\\d{2})', store: (parts, text) => void (parts.hour = Number(text)) }],
  ['hh', { pattern: '(\\d{2})', store: (parts, text) => void (parts.hour = Number(text)) }],
  ['mm', { pattern: '(\\d{2})', store: (parts, text) => void (parts.minute = Number(text)) }],
  ['ss', { pattern: '(\\d{2})', store: (parts, text) => void (parts.second = Number(text)) }],
  ['M', { pattern: '(\\d{1,2})', store: (parts, text) => void (parts.month = Number(text)) }],
  ['D', { pattern: '(\\d{1,2})', store: (parts, text) => void (parts.day = Number(text)) }],
  ['H', { pattern: '(\\d{1,2})', store: (parts, text) => void (parts.hour = Number(text)) }],
  ['h', { pattern: '(\\d{1,2})', store: (parts, text) => void (parts.hour = Number(text)) }],
  ['A', { pattern: '([AaPp])[.]?[Mm][.]?', store: storeHalfDay }],
  ['Z', { pattern: '(Z|[+-]\\d{2}:?\\d{2})', store: storeOffset }],
];

function storeMonthName(parts: TimeParts, text: string): void {
  parts.month = MONTHS.indexOf(text.toLowerCase()) + 1;
}

function storeFraction(parts: TimeParts, text: string): void {
  parts.millisecond = Number(text.slice(0, 3).padEnd(3, '0'));
}

function storeShortYear(parts: TimeParts, text: string): void {
  const year = Number(text);
  parts.year = year + (year >= CENTURY_PIVOT ? 1900 : 2000);
}

function storeHalfDay(parts: TimeParts, text: string): void {
  parts.isAfternoon = text.toLowerCase() === 'p';
}

function storeOffset(parts: TimeParts, text: string): void {
  parts.offset = readUtcOffset(text) ?? 0;
}

/** Minutes east of UTC of `Z`, `+10:00` or `+1000`; null when it is none. */
export function readUtcOffset(text: string): number | null {
  if (text === 'Z') return 0;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(text);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  // UTC-12:00 to UTC+14:00 are in use; 18 hours is ISO 8601 libraries' usual bound.
  if (minutes > 18 * 60 || Number(match[3]) > 59) return null;
  return match[1] === '-' ? -minutes : minutes;
}

/**
 * Reader for a format: `iso` (date, or date and time with optional offset), `epoch_s`, `epoch_ms`,
 * or a pattern of tokens such as `YYYY-MM-DD H:mm:ss` (YYYY YY MMM MM M DD D HH H hh h mm ss SSS A
 * Z; text in square brackets stands for itself). Times without offset are `utcOffsetMinutes` east
 * of UTC. A reader gives null for text that does not match as a whole or names no real time.
 */
export function timeReaderOf(format: string, utcOffsetMinutes: number): TimeFormatResult {
  if (format === 'epoch_s') return { kind: 'ok', read: (text) => readEpoch(text, 1_000) };
  if (format === 'epoch_ms') return { kind: 'ok', read: (text) => readEpoch(text, 1) };
  if (format === 'iso') return { kind: 'ok', read: (text) => readIso(text, utcOffsetMinutes) };
  return compileFormat(format, utcOffsetMinutes);
}

function readEpoch(text: string, millisecondsPerUnit: number): number | null {
  if (!/^-?\d{1,15}(?:\.\d{1,9})?$/.test(text)) return null;
  const epochMs = Math.round(Number(text) * millisecondsPerUnit);
  return Number.isSafeInteger(epochMs) ? epochMs : null;
}

const ISO_DATE = '(\\d{4})-(\\d{2})-(\\d{2})';
const ISO_TIME = '(\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?';
const ISO_OFFSET = '(Z|[+-]\\d{2}:?\\d{2})';
const ISO = new RegExp(`^${ISO_DATE}(?:[T ]${ISO_TIME} ?${ISO_OFFSET}?)?$`);

function readIso(text: string, utcOffsetMinutes: number): number | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction, offset] = match;
  const parts: TimeParts = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
  };
  if (fraction !== undefined) storeFraction(parts, fraction);
  if (offset !== undefined) storeOffset(parts, offset);
  return epochOf(parts, utcOffsetMinutes);
}

function compileFormat(format: string, utcOffsetMinutes: number): TimeFormatResult {
  if (format.length > FORMAT_LENGTH_MAX) {
    return { kind: 'invalid', reason: `is longer than ${FORMAT_LENGTH_MAX} characters` };
  }
  const stores: Token['store'][] = [];
  const names = new Set<string>();
  let pattern = '';
  for (let at = 0; at < format.length; ) {
    const literal = /^\[([^\]]*)\]/.exec(format.slice(at));
    const found = TOKENS.find(([name]) => format.startsWith(name, at));
    if (literal !== null) {
      pattern += escapeLiteral(literal[1] ?? '');
      at += literal[0].length;
    } else if (found !== undefined) {
      const [name, token] = found;
      pattern += token.pattern;
      stores.push(token.store);
      names.add(name);
      at += name.length;
    } else {
      pattern += escapeLiteral(format.charAt(at));
      at++;
    }
  }
  const hasDate = [/^Y/, /^M/, /^D/].every((part) => [...names].some((name) => part.test(name)));
  if (!hasDate) {
    const known = TIME_FORMAT_NAMES.join(', ');
    const reason = `must be one of ${known}, or a pattern with year, month and day (YYYY-MM-DD)`;
    return { kind: 'invalid', reason };
  }
  const matcher = new RegExp(`^${pattern}$`);
  return {
    kind: 'ok',
    read: (text) => {
      const match = matcher.exec(text);
      if (match === null) return null;
      const parts: TimeParts = {};
      stores.forEach((store, index) => {
        store(parts, match[index + 1] ?? '');
      });
      return epochOf(parts, utcOffsetMinutes);
    },
  };
}

function escapeLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Null unless every part is in its range (31 April, hour 24 and second 60 are not). */
function epochOf(parts: TimeParts, utcOffsetMinutes: number): number | null {
  const { year = 0, month = 0, day = 0, minute = 0, second = 0, millisecond = 0 } = parts;
  let hour = parts.hour ?? 0;
  if (parts.isAfternoon !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (parts.isAfternoon ? 12 : 0);
  }
  if (hour > 23 || minute > 59 || second > 59 || year < 100) return null;
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const offset = parts.offset ?? utcOffsetMinutes;
  return midnight + ((hour * 60 + minute - offset) * 60 + second) * 1_000 + millisecond;
}
