/**
 * Names of persons and organisations: bags of words, aligned word by word.
 *
 * A fact's text is `given words/surname words/generation`; a name that came in one piece has its
 * words split by the ingress as best it could. Alignment ignores the split, so that swapped and
 * misplaced words cost nothing, but a given name that finds no partner where both sides have given
 * names is a contradiction.
 */
import { NOTHING_COMPARED } from './model.ts';
import { areOfTwoGenders } from './gender-forms.ts';
import type { Rarity } from './rarity.ts';
import { haveSameSyllables, isEastAsianSurname, syllablesOf } from './syllables.ts';
import {
  agreement,
  ALIKE,
  ANOTHER_FORM,
  BEGINNING,
  INITIAL,
  mayBeOneName,
  NICKNAME_OR_SLIP,
  SAME,
  type WordForm,
  wordForm,
} from './word-agreement.ts';

interface Word {
  readonly text: string;
  readonly form: WordForm;
  readonly isGiven: boolean;
  /** Rarity in bits. */
  readonly bits: number;
}
export interface ParsedName {
  readonly words: readonly Word[];
  readonly given: number;
  readonly generation: string;
  /** Given names written as one word. */
  readonly givenJoined: WordForm;
  /** Readings of the given name as two syllables. */
  readonly syllables: ReturnType<typeof syllablesOf>;
  /** Each word written together with the next one. */
  readonly neighboursJoined: readonly WordForm[];
}

const WORDS_MAX = 8;

export function parseName(text: string, rarity: Rarity): ParsedName {
  const [given = '', surname = '', generation = ''] = text.split('/');
  const words: Word[] = [];
  const add = (part: string, isGiven: boolean): void => {
    for (const word of part.split(' ')) {
      if (word === '' || words.length >= WORDS_MAX) continue;
      words.push({ text: word, form: wordForm(word), isGiven, bits: rarity('name', word) });
    }
  };
  add(given, true);
  const count = words.length;
  add(surname, false);
  const joined = (from: number, to: number): WordForm =>
    wordForm(
      words
        .slice(from, to)
        .map((word) => word.text)
        .join(''),
    );
  const neighboursJoined = words.slice(1).map((_, index) => joined(index, index + 2));
  const givenJoined = joined(0, count);
  const syllables = givenSyllables(words, count);
  return { words, given: count, generation, givenJoined, syllables, neighboursJoined };
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

/** Mark of a word that found a partner which is merely alike. */
const ALIKE_ONLY = 2;

/**
 * Agreements of the words of the pair compared last, by left word * `WORDS_MAX` + right word. All
 * three comparisons of names are made of one pair after another.
 */
const agreements = new Uint8Array(WORDS_MAX * WORDS_MAX);
let lastLeft: ParsedName | null = null;
let lastRight: ParsedName | null = null;

function fillAgreements(left: ParsedName, right: ParsedName): void {
  if (lastLeft === left && lastRight === right) return;
  for (let one = 0; one < left.words.length; one++) {
    const { form } = left.words[one] as Word;
    for (let two = 0; two < right.words.length; two++) {
      agreements[one * WORDS_MAX + two] = agreement(form, (right.words[two] as Word).form);
    }
  }
  lastLeft = left;
  lastRight = right;
}

/** After `fillAgreements` of the pair. */
function agreementAt(one: number, two: number): number {
  return agreements[one * WORDS_MAX + two] as number;
}

/** Which words of the pair compared last have found a partner. */
const usedOfLeft = new Uint8Array(WORDS_MAX);
const usedOfRight = new Uint8Array(WORDS_MAX);

export function compareNames(left: ParsedName, right: ParsedName): number {
  if (left.words.length === 0 || right.words.length === 0) return NOTHING_COMPARED;
  fillAgreements(left, right);
  usedOfLeft.fill(0);
  usedOfRight.fill(0);
  const [usedLeft, usedRight] = [usedOfLeft, usedOfRight];
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
  fillAgreements(left, right);
  let best = 0;
  for (let one = 0; one < left.given; one++) {
    for (let two = 0; two < right.given; two++)
      best = Math.max(best, givenAgreement(left, one, right, two));
  }
  if (haveOtherSyllables(left, right)) return isSwapped(left, right) ? 4 : 5;
  // Of the given names written as one word each: `min jun` and `minjun`.
  if (best !== SAME && (left.given > 1 || right.given > 1)) {
    best = Math.max(best, agreement(left.givenJoined, right.givenJoined));
  }
  if (best === SAME) return 1;
  if (best >= ANOTHER_FORM) return 2;
  if (isSwapped(left, right)) return 4;
  if (best > INITIAL) return 7;
  return best > 0 ? 3 : 5;
}

/** After `fillAgreements`. Paul and Paula are a slip apart, and two people. */
function givenAgreement(left: ParsedName, one: number, right: ParsedName, two: number): number {
  const share = agreementAt(one, two);
  if (share === SAME || share <= INITIAL) return share;
  const [leftWord, rightWord] = [left.words[one] as Word, right.words[two] as Word];
  return areOfTwoGenders(leftWord.text, rightWord.text) ? 0 : share;
}

/** Both of two syllables, and one of them differs, whatever the words that they are written in. */
function haveOtherSyllables({ syllables: lefts }: ParsedName, { syllables: rights }: ParsedName) {
  if (lefts.length === 0 || rights.length === 0) return false;
  return !haveSameSyllables(lefts, rights);
}

/** In one word only beside a surname that such names go with: `dana` is two syllables as well. */
function givenSyllables(words: readonly Word[], given: number) {
  const isBySurname = words.some(({ text, isGiven }) => !isGiven && isEastAsianSurname(text));
  if (given !== 2 && !(given === 1 && isBySurname)) return [];
  return syllablesOf(words.slice(0, given).map(({ text }) => text));
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
  const lefts = left.words.length - left.given;
  const rights = right.words.length - right.given;
  if (lefts === 0 || rights === 0) return NOTHING_COMPARED;
  fillAgreements(left, right);
  let best = 0;
  for (let one = left.given; one < left.words.length; one++) {
    for (let two = right.given; two < right.words.length; two++) {
      best = Math.max(best, agreementAt(one, two));
    }
  }
  if (best === SAME) return lefts === rights ? 1 : 3;
  if (best >= ANOTHER_FORM) return 2;
  if (isSwapped(left, right)) return 4;
  return hasLeftAcross(left, right) || hasRightAcross(left, right) ? 3 : 5;
}

/** A given name stands where the other has the surname, and the other way round. */
function isSwapped(left: ParsedName, right: ParsedName): boolean {
  return hasLeftAcross(left, right) && hasRightAcross(left, right);
}

/** Whether a given name of the left side is in the surname of the right one. */
function hasLeftAcross(left: ParsedName, right: ParsedName): boolean {
  for (let one = 0; one < left.given; one++) {
    for (let two = right.given; two < right.words.length; two++) {
      if (agreementAt(one, two) >= ANOTHER_FORM) return true;
    }
  }
  return isJoinedInSurname(left, right);
}

/** `Min-jun Kim` and a `Kim Minjun` who was read the other way round. */
function isJoinedInSurname(name: ParsedName, other: ParsedName): boolean {
  if (name.given < 2 || name.syllables.length === 0) return false;
  return other.words.some(
    ({ form, isGiven }) => !isGiven && agreement(form, name.givenJoined) >= ANOTHER_FORM,
  );
}

function hasRightAcross(left: ParsedName, right: ParsedName): boolean {
  for (let one = left.given; one < left.words.length; one++) {
    for (let two = 0; two < right.given; two++) {
      if (agreementAt(one, two) >= ANOTHER_FORM) return true;
    }
  }
  return isJoinedInSurname(right, left);
}

/** Degrees of agreement, best first, so that better partners are found before worse ones. */
const FORMS = [SAME, NICKNAME_OR_SLIP, ANOTHER_FORM];
const ALIKES = [BEGINNING, ALIKE, INITIAL];

function alignAt(
  left: ParsedName,
  right: ParsedName,
  usedLeft: Uint8Array,
  usedRight: Uint8Array,
  least: number,
): number {
  let matched = 0;
  for (let index = 0; index < left.words.length; index++) {
    if (usedLeft[index] !== 0) continue;
    for (let other = 0; other < right.words.length; other++) {
      if (usedRight[other] !== 0) continue;
      const share = agreementAt(index, other);
      if (share < least) continue;
      usedLeft[index] = share < ANOTHER_FORM && share !== INITIAL ? ALIKE_ONLY : 1;
      usedRight[other] = usedLeft[index] as number;
      const bits = Math.min((left.words[index] as Word).bits, (right.words[other] as Word).bits);
      matched += share * bits;
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
    const joined = parts.neighboursJoined[index] as WordForm;
    for (let other = 0; other < whole.words.length; other++) {
      if (usedWhole[other] !== 0) continue;
      const word = whole.words[other] as Word;
      if (!mayBeOneName(word.form, joined)) continue;
      const share = agreement(word.form, joined);
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
  for (let index = 0; index < name.words.length; index++) {
    const word = name.words[index] as Word;
    if (used[index] === 0 && word.text.length > 1) bits += word.bits;
    // Words that are merely alike agree in one half and disagree in the other.
    if (used[index] === ALIKE_ONLY) bits += word.bits >> 1;
  }
  return bits;
}
