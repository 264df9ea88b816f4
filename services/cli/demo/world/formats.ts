/**
 * How the source systems write the same facts: phone formats, letter case, dates, typing errors.
 *
 * Phones are held as Australian national digits (`0491570156`). Landlines are in the ranges that the
 * Australian regulator (ACMA) keeps free for fiction (0x 5550 xxxx, 0x 7010 xxxx); mobiles are in
 * 0491 xxx xxx, and mail addresses in the reserved top-level domain `.example` (RFC 2606).
 */
import { toAscii } from './names.ts';
import { weighted, type Random } from './random.ts';

export type PhoneStyle =
  /** +61491570156 */
  | 'e164'
  /** +61 491 570 156 */
  | 'international'
  /** 0491 570 156, (03) 7010 1234 */
  | 'national'
  /** 0491570156 */
  | 'compact'
  /** 0491-570-156 */
  | 'dashed'
  /** 491570156: what a spreadsheet leaves of a number */
  | 'spreadsheet';

export function writePhone(phone: string, style: PhoneStyle): string {
  const mobile = phone.startsWith('04');
  const digits = phone.slice(1);
  switch (style) {
    case 'e164':
      return `+61${digits}`;
    case 'international':
      return mobile
        ? `+61 ${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`
        : `+61 ${digits.slice(0, 1)} ${digits.slice(1, 5)} ${digits.slice(5)}`;
    case 'national':
      return mobile
        ? `${phone.slice(0, 4)} ${phone.slice(4, 7)} ${phone.slice(7)}`
        : `(${phone.slice(0, 2)}) ${phone.slice(2, 6)} ${phone.slice(6)}`;
    case 'compact':
      return phone;
    case 'dashed':
      return `${phone.slice(0, 4)}-${phone.slice(4, 7)}-${phone.slice(7)}`;
    case 'spreadsheet':
      return digits;
  }
}

export type EmailStyle = 'lower' | 'capitalised' | 'upper' | 'padded';

export function writeEmail(email: string, style: EmailStyle): string {
  switch (style) {
    case 'lower':
      return email;
    case 'capitalised':
      return email.slice(0, 1).toUpperCase() + email.slice(1);
    case 'upper':
      return email.toUpperCase();
    case 'padded':
      return ` ${email} `;
  }
}

/** A calendar day without a time zone. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export type DateStyle = 'iso' | 'slashed' | 'packed' | 'american';

export function writeDate(date: CalendarDay, style: DateStyle): string {
  const year = String(date.year);
  const month = String(date.month).padStart(2, '0');
  const day = String(date.day).padStart(2, '0');
  switch (style) {
    case 'iso':
      return `${year}-${month}-${day}`;
    case 'slashed':
      return `${day}/${month}/${year}`;
    case 'packed':
      return `${day}${month}${year}`;
    case 'american':
      return `${month}/${day}/${year}`;
  }
}

/** One slip of the keyboard: two letters swapped, one left out, one doubled, or a neighbour hit. */
export function mistype(random: Random, text: string): string {
  if (text.length < 3) return text;
  const at = random.int(0, text.length - 2);
  const here = text.charAt(at);
  switch (random.int(0, 3)) {
    case 0:
      return text.slice(0, at) + text.charAt(at + 1) + here + text.slice(at + 2);
    case 1:
      return text.slice(0, at) + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + here + text.slice(at);
    default:
      return text.slice(0, at) + neighbour(random, here) + text.slice(at + 1);
  }
}

const NEIGHBOURS: Readonly<Record<string, string>> = {
  a: 'sq',
  b: 'vn',
  c: 'xv',
  d: 'sf',
  e: 'wr',
  f: 'dg',
  g: 'fh',
  h: 'gj',
  i: 'uo',
  j: 'hk',
  k: 'jl',
  l: 'k',
  m: 'n',
  n: 'bm',
  o: 'ip',
  p: 'o',
  q: 'w',
  r: 'et',
  s: 'ad',
  t: 'ry',
  u: 'yi',
  v: 'cb',
  w: 'qe',
  x: 'zc',
  y: 'tu',
  z: 'x',
};

function neighbour(random: Random, letter: string): string {
  if (/\d/.test(letter)) return String(random.int(0, 9));
  const near = NEIGHBOURS[letter.toLowerCase()];
  return near === undefined ? letter : near.charAt(random.int(0, near.length - 1));
}

/** How a system writes names. */
export type NameStyle = 'natural' | 'upper_ascii' | 'family_first';

export function writeName(given: string, family: string, style: NameStyle): string {
  switch (style) {
    case 'natural':
      return `${given} ${family}`;
    case 'upper_ascii':
      return toAscii(`${given} ${family}`).toUpperCase();
    case 'family_first':
      return `${toAscii(family).toUpperCase()}, ${toAscii(given)}`;
  }
}

/** Fillers that no list of junk values knows: every company has some. */
export const HOUSE_FILLERS = { email: 'no@email.com', phone: '0400000000' } as const;

/** What clerks and forms send when there is nothing to say; habit prefers the house's own filler. */
export const JUNK_EMAILS = weighted<string>([
  [HOUSE_FILLERS.email, 6],
  ['null', 2],
  ['test@test.com', 1],
  ['noreply@store.example', 1],
  ['n/a', 1],
  ['none@none.com', 1],
  ['asdf@asdf.com', 1],
  ['-', 1],
]);
export const JUNK_PHONES = weighted<string>([
  [HOUSE_FILLERS.phone, 6],
  ['000-00-0000', 2],
  ['0000000000', 2],
  ['null', 1],
  ['unknown', 1],
  ['1234567890', 1],
  ['0', 1],
]);
