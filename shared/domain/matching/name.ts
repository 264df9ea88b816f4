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
import { areNicknames } from './nicknames.ts';
import { phoneticCode } from './phonetic.ts';
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

/** Share of a word's bits that a pair of words agrees on, in sixteenths; 0: not at all. */
function agreement(left: string, right: string): number {
  if (left === right) return 16;
  const isShort = left.length === 1 || right.length === 1;
  if (isShort) return left[0] === right[0] ? 4 : 0;
  if (areNicknames(left, right)) return 13;
  if (isClose(left, right)) return 13;
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  if (short.length >= 3 && long.startsWith(short)) return 10;
  if (phoneticCode(left) === phoneticCode(right) && editDistance(left, right, 3) <= 3) return 10;
  if (short.length >= 5 && editDistance(left, right, 3) <= 3 && left[0] === right[0]) return 7;
  return 0;
}

export function compareNames(left: ParsedName, right: ParsedName): number {
  if (left.words.length === 0 || right.words.length === 0) return NOTHING_COMPARED;
  const usedLeft = new Uint8Array(left.words.length);
  const usedRight = new Uint8Array(right.words.length);
  let matched = 0;
  for (let least = 16; least > 0; least = nextLeast(least)) {
    matched += alignAt(left, right, usedLeft, usedRight, least);
  }
  matched += joinedWords(left, right, usedLeft, usedRight);
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
] as const;

/** What tells members of a household apart: given names, and which generation. */
export function compareGivenNames(left: ParsedName, right: ParsedName): number {
  if (left.given === 0 || right.given === 0) return NOTHING_COMPARED;
  const isOtherGeneration =
    left.generation !== '' && right.generation !== '' && left.generation !== right.generation;
  let best = 0;
  for (let one = 0; one < left.given; one++) {
    for (let two = 0; two < right.given; two++) {
      best = Math.max(best, givenAgreement(left.words[one] as Word, right.words[two] as Word));
    }
  }
  if (isOtherGeneration) return 6;
  if (best === 16) return 1;
  if (best >= 10) return 2;
  if (best > 0) return 3;
  return isSwapped(left, right) || isSwapped(right, left) ? 4 : 5;
}

function givenAgreement(left: Word, right: Word): number {
  return agreement(left.text, right.text);
}

function isSwapped(left: ParsedName, right: ParsedName): boolean {
  for (let one = 0; one < left.given; one++) {
    for (let two = right.given; two < right.words.length; two++) {
      const share = agreement((left.words[one] as Word).text, (right.words[two] as Word).text);
      if (share >= 10) return true;
    }
  }
  return false;
}

/** Degrees of agreement, best first, so that better partners are found before worse ones. */
function nextLeast(least: number): number {
  if (least > 13) return 13;
  if (least > 10) return 10;
  if (least > 7) return 7;
  return least > 4 ? 4 : 0;
}

function alignAt(
  left: ParsedName,
  right: ParsedName,
  usedLeft: Uint8Array,
  usedRight: Uint8Array,
  least: number,
): number {
  let matched = 0;
  for (const [index, word] of left.words.entries()) {
    if (usedLeft[index] === 1) continue;
    for (const [other, partner] of right.words.entries()) {
      if (usedRight[other] === 1) continue;
      const share = agreement(word.text, partner.text);
      if (share < least) continue;
      usedLeft[index] = 1;
      usedRight[other] = 1;
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
    if (usedParts[index] === 1 && usedParts[index + 1] === 1) continue;
    const joined = `${parts.words[index]?.text}${parts.words[index + 1]?.text}`;
    for (const [other, word] of whole.words.entries()) {
      if (usedWhole[other] === 1 || word.text !== joined) continue;
      usedWhole[other] = 1;
      usedParts[index] = 1;
      usedParts[index + 1] = 1;
      matched += 16 * word.bits;
    }
  }
  return matched;
}

function unmatchedBits(name: ParsedName, used: Uint8Array): number {
  let bits = 0;
  for (const [index, word] of name.words.entries()) {
    if (used[index] === 0 && word.text.length > 1) bits += word.bits;
  }
  return bits;
}
