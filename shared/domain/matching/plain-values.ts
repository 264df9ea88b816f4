/** Phones, emails, identifiers, categories and free text. */
import { editDistance, isClose } from './edit-distance.ts';
import { NOTHING_COMPARED } from './model.ts';
import { type Rarity, rarityClass } from './rarity.ts';

const SAME = ['same, common', 'same, usual', 'same, rare'] as const;
export const PHONE_LEVELS = [
  'nothing to compare',
  ...SAME,
  'one slip, or another country code',
  'same but for the area',
  'different',
  'two digits differ',
] as const;
export const EMAIL_LEVELS = [
  'nothing to compare',
  ...SAME,
  'same name, other domain',
  'close',
  'different',
] as const;
export const IDENTIFIER_LEVELS = ['nothing to compare', ...SAME, 'one slip', 'different'] as const;
export const CATEGORY_LEVELS = ['nothing to compare', ...SAME, 'different'] as const;
export const TEXT_LEVELS = [
  'nothing to compare',
  ...SAME,
  'close',
  'common words',
  'different',
] as const;

function same(kind: string, value: string, rarity: Rarity): number {
  return 1 + rarityClass(rarity(kind, value));
}

export function comparePhones(left: string, right: string, kind: string, rarity: Rarity) {
  if (left === right) return same(kind, left, rarity);
  if (editDistance(left, right, 1) <= 1 || isNationalFormOf(left, right)) return 4;
  if (left.length >= 7 && right.length >= 7 && left.slice(-7) === right.slice(-7)) return 5;
  return left.length >= 9 && editDistance(left, right, 2) <= 2 ? 7 : 6;
}

/** The shortest national number that still names one line anywhere in a country. */
const NATIONAL_DIGITS = 9;

/** One number read with two country codes, or with and without one: its end agrees. */
function isNationalFormOf(left: string, right: string): boolean {
  const isLong = Math.min(left.length, right.length) >= NATIONAL_DIGITS;
  return isLong && left.slice(-NATIONAL_DIGITS) === right.slice(-NATIONAL_DIGITS);
}

export function compareEmails(left: string, right: string, kind: string, rarity: Rarity) {
  if (left === right) return same(kind, left, rarity);
  const [leftName = '', leftDomain = ''] = left.split('@');
  const [rightName = '', rightDomain = ''] = right.split('@');
  const slips = Math.min(3, Math.floor(Math.max(leftDomain.length, rightDomain.length) / 4));
  const isDomain = editDistance(leftDomain, rightDomain, slips) <= slips;
  if (leftName === rightName && isTelling(leftName)) return isDomain ? 5 : 4;
  // Numbers behind a name tell its bearers apart: `ann.lee7` and `ann.lee88` are two.
  if (leftName.replace(/\D/g, '') !== rightName.replace(/\D/g, '')) return 6;
  const isNear = editDistance(leftName, rightName, 2) <= 2 && leftName.length >= 4;
  return editDistance(left, right, 2) <= 2 || (isNear && isDomain) ? 5 : 6;
}

/** Whether few would choose it: five characters, or four with a digit. */
function isTelling(name: string): boolean {
  return name.length >= 5 || (name.length === 4 && /\d/.test(name));
}

export function compareIdentifiers(
  left: string,
  right: string,
  kind: string,
  rarity: Rarity,
): number {
  if (left === right) return same(kind, left, rarity);
  if (left.length >= 6 && editDistance(left, right, 1) <= 1) return 4;
  return 5;
}

export function compareCategories(left: string, right: string, kind: string, rarity: Rarity) {
  return left === right ? same(kind, left, rarity) : 4;
}

export function compareTexts(left: string, right: string, kind: string, rarity: Rarity) {
  if (left === '' || right === '') return NOTHING_COMPARED;
  if (left === right) return same(kind, left, rarity);
  if (isClose(left, right)) return 4;
  const lefts = left.split(' ');
  const rights = right.split(' ');
  const [few, many] = lefts.length <= rights.length ? [lefts, rights] : [rights, lefts];
  // `universal exports` and `universal exports worldwide`.
  if (few.length > 1 && few.every((word) => many.includes(word))) return 4;
  return few.some((word) => word.length > 2 && many.includes(word)) ? 5 : 6;
}
