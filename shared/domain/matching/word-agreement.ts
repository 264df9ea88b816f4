/**
 * How far two words of names agree. All that a word alone decides (its sound, its consonants, the
 * family of a nickname) is worked out once a word; what is dear is tried last.
 */
import { COMPARED_LENGTH_MAX, editDistance } from './edit-distance.ts';
import { areOfOneFamily, familiesOf, hasFormWith } from './nicknames.ts';
import { consonantsOf, lacksVowels, phoneticCode } from './phonetic.ts';

/** A lower-case word and what follows from it alone. */
export interface WordForm {
  readonly text: string;
  readonly sound: string;
  readonly lacksVowels: boolean;
  /** Worked out when first asked for: few words meet one without vowels. */
  consonants: string | null;
  readonly families: readonly number[] | null;
  /** Bit (code unit modulo 32) of each letter that edit distance looks at. */
  readonly letters: number;
}

/**
 * Share of a word's bits that a pair of words agrees on, in sixteenths; 0: not at all. From
 * `ANOTHER_FORM` on the two may be one name; below they are merely alike.
 */
export const SAME = 16;
export const NICKNAME_OR_SLIP = 13;
export const ANOTHER_FORM = 10;
export const BEGINNING = 8;
export const ALIKE = 6;
export const INITIAL = 4;

/** Most slips between two spellings that sound alike. */
const SLIPS_OF_A_FORM = 3;
const FORMS_MAX = 200_000;
const forms = new Map<string, WordForm>();

export function wordForm(text: string): WordForm {
  const known = forms.get(text);
  if (known !== undefined) return known;
  let letters = 0;
  const length = Math.min(text.length, COMPARED_LENGTH_MAX);
  for (let index = 0; index < length; index++) letters |= 1 << (text.charCodeAt(index) & 31);
  const form = {
    text,
    sound: phoneticCode(text),
    lacksVowels: lacksVowels(text),
    consonants: null,
    families: familiesOf(text),
    letters,
  };
  if (forms.size >= FORMS_MAX) forms.clear();
  forms.set(text, form);
  return form;
}

export function agreement(one: WordForm, two: WordForm): number {
  const left = one.text;
  const right = two.text;
  if (left === right) return SAME;
  if (left.length === 1 || right.length === 1) {
    if (left[0] === right[0]) return INITIAL;
    return hasFormWith(left, right) || hasFormWith(right, left) ? INITIAL : 0;
  }
  if (areOfOneFamily(one.families, two.families)) return NICKNAME_OR_SLIP;
  const long = Math.max(left.length, right.length);
  if (long >= 4 && isWithin(one, two, long < 8 ? 1 : 2)) return NICKNAME_OR_SLIP;
  if (one.sound === two.sound && isWithin(one, two, SLIPS_OF_A_FORM)) return ANOTHER_FORM;
  if (one.lacksVowels || two.lacksVowels) {
    const share = agreementOfConsonants(one, two);
    if (share > 0) return share;
  }
  const short = Math.min(left.length, right.length);
  if (
    short >= 3 &&
    (left.length < right.length ? right.startsWith(left) : left.startsWith(right))
  ) {
    return BEGINNING;
  }
  return short >= 5 && left.charCodeAt(0) === right.charCodeAt(0) && isWithin(one, two, 3)
    ? ALIKE
    : 0;
}

/** False only where `agreement` is below `ANOTHER_FORM`: cheap, for pairs that rarely agree. */
export function mayBeOneName(one: WordForm, two: WordForm): boolean {
  if (Math.abs(one.text.length - two.text.length) <= SLIPS_OF_A_FORM) {
    if (mayBeWithin(one, two, SLIPS_OF_A_FORM)) return true;
  }
  return one.lacksVowels || two.lacksVowels || (one.families !== null && two.families !== null);
}

function agreementOfConsonants(one: WordForm, two: WordForm): number {
  const left = (one.consonants ??= consonantsOf(one.text));
  const right = (two.consonants ??= consonantsOf(two.text));
  if (left === right) return ANOTHER_FORM;
  const isNear = Math.max(left.length, right.length) >= 3 && editDistance(left, right, 1) <= 1;
  return isNear ? BEGINNING : 0;
}

function isWithin(one: WordForm, two: WordForm, limit: number): boolean {
  return mayBeWithin(one, two, limit) && editDistance(one.text, two.text, limit) <= limit;
}

/** Each slip takes away at most one letter that the other lacks: most pairs need no more. */
function mayBeWithin(one: WordForm, two: WordForm, limit: number): boolean {
  if (bitCount(one.letters & ~two.letters) > limit) return false;
  return bitCount(two.letters & ~one.letters) <= limit;
}

/** Bits set of 32 (Warren, Hacker's Delight, 2nd edition, figure 5-2). */
function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
