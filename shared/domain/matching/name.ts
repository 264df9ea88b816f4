/**
 * Names of persons and organisations: bags of words, aligned word by word.
 *
 * A fact's text is `given words/surname words/generation`; a name that came in one piece has its
 * words split by the ingress as best it could. Alignment ignores the split, so that swapped and
 * misplaced words cost nothing, but a given name that finds no partner where both sides have given
 * names is a contradiction.
 */
import { editDistance, isClose } from './edit-distance.ts';
import { NOTHING_COMPARED } from './model.ts';
import { areNicknames, hasFormWith } from './nicknames.ts';
import { consonantsOf, lacksVowels, phoneticCode } from './phonetic.ts';
import type { Rarity } from './rarity.ts';

interface Word {
  readonly text: string;
  readonly isGiven: boolean;
  /** Rarity in bits. */
  readonly bits: number;
}
export interface ParsedName {
  readonly words: readonly Word[];
  readonly given: number;
  readonly generation: string;
}

const WORDS_MAX = 8;

export function parseName(text: string, rarity: Rarity): ParsedName {
  const [given = '', surname = '', generation = ''] = text.split('/');
  const words: Word[] = [];
  const add = (part: string, isGiven: boolean): void => {
    for (const word of part.split(' ')) {
      if (word === '' || words.length >= WORDS_MAX) continue;
      words.push({ text: word, isGiven, bits: rarity('name', word) });
    }
  };
  add(given, true);
  const count = words.length;
  add(surname, false);
  return { words, given: count, generation };
}

/** Upper ends of the bins of matched bits; above: the last one. */
const MATCHED_ENDS = [1, 5, 8, 11, 14, 17, 20, 24, 30];
/** Upper ends of the bins of unmatched bits. */
const UNMATCHED_ENDS = [1, 7, 13];
export const NAME_MATCHED_BINS = MATCHED_ENDS.length + 1;
export const NAME_UNMATCHED_BINS = UNMATCHED_ENDS.length + 1;
/** Level 0, and matched bin by unmatched bin. */
export const NAME_LEVELS = 1 + NAME_MATCHED_BINS * NAME_UNMATCHED_BINS;

function binOf(value: number, ends: readonly number[]): number {
  let bin = 0;
  while (bin < ends.length && value >= (ends[bin] as number)) bin++;
  return bin;
}

/**
 * Share of a word's bits that a pair of words agrees on, in sixteenths; 0: not at all. From
 * `ANOTHER_FORM` on the two may be one name; below they are merely alike.
 */
const SAME = 16;
const ANOTHER_FORM = 10;
const BEGINNING = 8;
const ALIKE = 6;
const INITIAL = 4;
/** Mark of a word that found a partner which is merely alike. */
const ALIKE_ONLY = 2;

function agreement(left: string, right: string): number {
  if (left === right) return SAME;
  if (left.length === 1 || right.length === 1) {
    if (left[0] === right[0]) return INITIAL;
    return hasFormWith(left, right) || hasFormWith(right, left) ? INITIAL : 0;
  }
  if (areNicknames(left, right)) return 13;
  if (isClose(left, right)) return 13;
  if (phoneticCode(left) === phoneticCode(right) && editDistance(left, right, 3) <= 3) {
    return ANOTHER_FORM;
  }
  if (lacksVowels(left) || lacksVowels(right)) {
    const [one, two] = [consonantsOf(left), consonantsOf(right)];
    if (one === two) return ANOTHER_FORM;
    if (Math.max(one.length, two.length) >= 3 && editDistance(one, two, 1) <= 1) return BEGINNING;
  }
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  if (short.length >= 3 && long.startsWith(short)) return BEGINNING;
  if (short.length >= 5 && editDistance(left, right, 3) <= 3 && left[0] === right[0]) return ALIKE;
  return 0;
}

export function compareNames(left: ParsedName, right: ParsedName): number {
  if (left.words.length === 0 || right.words.length === 0) return NOTHING_COMPARED;
  const usedLeft = new Uint8Array(left.words.length);
  const usedRight = new Uint8Array(right.words.length);
  let matched = 0;
  for (const least of FORMS) matched += alignAt(left, right, usedLeft, usedRight, least);
  matched += joinedWords(left, right, usedLeft, usedRight);
  for (const least of ALIKES) matched += alignAt(left, right, usedLeft, usedRight, least);
  const unmatched = Math.min(unmatchedBits(left, usedLeft), unmatchedBits(right, usedRight));
  return (
    1 + binOf(matched / 16, MATCHED_ENDS) * NAME_UNMATCHED_BINS + binOf(unmatched, UNMATCHED_ENDS)
  );
}

export const GIVEN_LEVELS = [
  'nothing to compare',
  'same',
  'another form of it',
  'initial only',
  'swapped with the surname',
  'different',
  'same, but of another generation',
  'alike',
] as const;

/** What tells members of a household apart: given names, and which generation. */
export function compareGivenNames(left: ParsedName, right: ParsedName): number {
  if (areOfTwoGenerations(left, right)) return 6;
  if (left.given === 0 || right.given === 0) return NOTHING_COMPARED;
  let best = 0;
  for (let one = 0; one < left.given; one++) {
    for (let two = 0; two < right.given; two++) {
      best = Math.max(best, givenAgreement(left.words[one] as Word, right.words[two] as Word));
    }
  }
  if (left.given > 1 || right.given > 1) best = Math.max(best, joinedAgreement(left, right));
  if (best === SAME) return 1;
  if (best >= ANOTHER_FORM) return 2;
  if (isSwapped(left, right)) return 4;
  if (best > INITIAL) return 7;
  return best > 0 ? 3 : 5;
}

/** Of the given names written as one word each: `min jun` and `minjun`. */
function joinedAgreement(left: ParsedName, right: ParsedName): number {
  const joined = ({ words, given }: ParsedName): string =>
    words
      .slice(0, given)
      .map(({ text }) => text)
      .join('');
  return agreement(joined(left), joined(right));
}

/** A lone `i` or `v` may be an initial: it counts as a number beside a generation on the other side. */
function areOfTwoGenerations(left: ParsedName, right: ParsedName): boolean {
  if (left.generation !== '' && right.generation !== '') {
    return left.generation !== right.generation;
  }
  return hasOtherNumber(left, right) || hasOtherNumber(right, left);
}

function hasOtherNumber(numbered: ParsedName, lone: ParsedName): boolean {
  if (numbered.generation === '' || lone.generation !== '') return false;
  const isThere = (number: string): boolean =>
    lone.words.some(({ text }) => text === number) &&
    !numbered.words.some(({ text }) => text.startsWith(number));
  return (
    (numbered.generation !== '1' && isThere('i')) || (numbered.generation !== '5' && isThere('v'))
  );
}

export const SURNAME_LEVELS = [
  'nothing to compare',
  'same',
  'another spelling',
  'in part',
  'swapped with the given name',
  'different',
] as const;

/** Members of a household mostly share a surname; one person mostly keeps it. */
export function compareSurnames(left: ParsedName, right: ParsedName): number {
  const lefts = left.words.slice(left.given);
  const rights = right.words.slice(right.given);
  if (lefts.length === 0 || rights.length === 0) return NOTHING_COMPARED;
  let best = 0;
  for (const { text: one } of lefts) {
    for (const { text: two } of rights) best = Math.max(best, agreement(one, two));
  }
  if (best === SAME) return lefts.length === rights.length ? 1 : 3;
  if (best >= ANOTHER_FORM) return 2;
  if (isSwapped(left, right)) return 4;
  return hasAcross(left, right) || hasAcross(right, left) ? 3 : 5;
}

function givenAgreement(left: Word, right: Word): number {
  return agreement(left.text, right.text);
}

/** A given name stands where the other has the surname, and the other way round. */
function isSwapped(left: ParsedName, right: ParsedName): boolean {
  return hasAcross(left, right) && hasAcross(right, left);
}

/** Whether a given name of one side is in the surname of the other. */
function hasAcross(left: ParsedName, right: ParsedName): boolean {
  for (let one = 0; one < left.given; one++) {
    for (let two = right.given; two < right.words.length; two++) {
      const share = agreement((left.words[one] as Word).text, (right.words[two] as Word).text);
      if (share >= ANOTHER_FORM) return true;
    }
  }
  return false;
}

/** Degrees of agreement, best first, so that better partners are found before worse ones. */
const FORMS = [SAME, 13, ANOTHER_FORM];
const ALIKES = [BEGINNING, ALIKE, INITIAL];

function alignAt(
  left: ParsedName,
  right: ParsedName,
  usedLeft: Uint8Array,
  usedRight: Uint8Array,
  least: number,
): number {
  let matched = 0;
  for (const [index, word] of left.words.entries()) {
    if (usedLeft[index] !== 0) continue;
    for (const [other, partner] of right.words.entries()) {
      if (usedRight[other] !== 0) continue;
      const share = agreement(word.text, partner.text);
      if (share < least) continue;
      usedLeft[index] = share < ANOTHER_FORM && share !== INITIAL ? ALIKE_ONLY : 1;
      usedRight[other] = usedLeft[index];
      matched += share * Math.min(word.bits, partner.bits);
      break;
    }
  }
  return matched;
}

/** "mary ann" and "maryann": two neighbours on one side are one word on the other. */
function joinedWords(
  left: ParsedName,
  right: ParsedName,
  usedLeft: Uint8Array,
  usedRight: Uint8Array,
): number {
  return joinOnto(left, right, usedLeft, usedRight) + joinOnto(right, left, usedRight, usedLeft);
}

function joinOnto(
  parts: ParsedName,
  whole: ParsedName,
  usedParts: Uint8Array,
  usedWhole: Uint8Array,
): number {
  let matched = 0;
  for (let index = 0; index + 1 < parts.words.length; index++) {
    if (usedParts[index] !== 0 && usedParts[index + 1] !== 0) continue;
    const joined = `${parts.words[index]?.text}${parts.words[index + 1]?.text}`;
    for (const [other, word] of whole.words.entries()) {
      if (usedWhole[other] !== 0) continue;
      const share = agreement(word.text, joined);
      if (share < ANOTHER_FORM) continue;
      usedWhole[other] = 1;
      usedParts[index] = 1;
      usedParts[index + 1] = 1;
      matched += share * word.bits;
    }
  }
  return matched;
}

function unmatchedBits(name: ParsedName, used: Uint8Array): number {
  let bits = 0;
  for (const [index, word] of name.words.entries()) {
    if (used[index] === 0 && word.text.length > 1) bits += word.bits;
    // Words that are merely alike agree in one half and disagree in the other.
    if (used[index] === ALIKE_ONLY) bits += word.bits >> 1;
  }
  return bits;
}
