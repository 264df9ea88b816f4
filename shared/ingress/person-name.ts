/** Names of persons, in parts or in one piece, to the text that `matching/name.ts` reads. */
import { isGiven, isGivenOnly } from '../domain/matching/nicknames.ts';
import { isEastAsianSurname, syllablesOf } from '../domain/matching/syllables.ts';
import { foldText } from './fold-text.ts';

export interface NameParts {
  readonly full?: string | undefined;
  readonly given?: string | undefined;
  readonly middle?: string | undefined;
  readonly surname?: string | undefined;
  readonly suffix?: string | undefined;
}

const GENERATIONS: ReadonlyMap<string, string> = new Map([
  ['jr', '2'],
  ['jnr', '2'],
  ['junior', '2'],
  ['ii', '2'],
  ['2nd', '2'],
  ['sr', '1'],
  ['snr', '1'],
  ['senior', '1'],
  ['i', '1'],
  ['1st', '1'],
  ['iii', '3'],
  ['3rd', '3'],
  ['iv', '4'],
  ['4th', '4'],
  ['v', '5'],
]);
const TITLES = new Set([
  'mr',
  'mrs',
  'ms',
  'miss',
  'mx',
  'dr',
  'prof',
  'professor',
  'rev',
  'reverend',
  'sir',
  'dame',
  'lady',
  'lord',
  'hon',
  'phd',
  'md',
  'esq',
  'capt',
  'captain',
  'col',
  'colonel',
  'major',
  'maj',
]);

function words(text: string | undefined): string[] {
  return foldText(text ?? '')
    .split(' ')
    .filter((word) => word !== '' && !TITLES.has(word));
}

/** `given words/surname words/generation`; empty when there is no name in it. */
export function nameText(parts: NameParts): string {
  let given = [...words(parts.given), ...words(parts.middle)];
  let surname = words(parts.surname);
  if (given.length === 0 && surname.length === 0) [given, surname] = splitFull(parts.full ?? '');
  const generation = takeGeneration(words(parts.suffix), surname, given);
  given = withoutNewborn(given);
  if (areInWrongColumns(given, surname)) [given, surname] = [surname, given];
  if (given.length === 0 && surname.length === 0) return '';
  return `${given.join(' ')}/${surname.join(' ')}/${generation}`;
}

/** What a child is called before it has a name: `Baby Girl`, `Twin A`, `Infant Male`. */
const NEWBORN = new Set('baby infant newborn neonate twin triplet'.split(' '));
const CHILDREN: ReadonlyMap<string, string> = new Map([
  ['boy', 'boy'],
  ['male', 'boy'],
  ['girl', 'girl'],
  ['female', 'girl'],
]);

/**
 * Only what tells the child from its twin is its name: `girl`, or the `a` of `Baby Girl A`. A lone
 * `Baby` stays, for people are called so.
 */
function withoutNewborn(given: readonly string[]): string[] {
  const apart = given.flatMap((word) => {
    const child = /^baby(boy|girl)$/.exec(word)?.[1];
    return child === undefined ? [word] : ['baby', child];
  });
  if (!apart.some((word) => NEWBORN.has(word))) return apart;
  const telling = apart.filter((word) => !NEWBORN.has(word) && word !== 'of');
  if (telling.length === 0) return apart;
  const named = telling.filter((word) => !CHILDREN.has(word));
  return named.length > 0 ? named : telling.map((word) => CHILDREN.get(word) ?? word);
}

/** `Whitfield` as the given name of `Peggy`: columns were swapped, in one record or a whole source. */
function areInWrongColumns(given: readonly string[], surname: readonly string[]): boolean {
  const [first] = given;
  const [last] = surname;
  if (first === undefined || last === undefined) return false;
  return first.length > 1 && !given.some(isGiven) && surname.every(isGivenOnly);
}

/** Surnames of two Han characters. */
const LONG_SURNAMES =
  /^(?:欧阳|歐陽|司马|司馬|诸葛|諸葛|上官|夏侯|东方|東方|皇甫|尉迟|尉遲|慕容|令狐)/u;
const SURNAME_FIRST = /^[\p{Script=Han}\p{Script=Hangul}]/u;

/**
 * `Smith, John` has the surname first, and so has a name in Han characters or Hangul; else the last
 * word is the surname.
 */
function splitFull(full: string): [string[], string[]] {
  const comma = full.search(/[,،，]/u);
  if (comma > 0) {
    const before = words(full.slice(0, comma));
    const after = words(full.slice(comma + 1));
    if (after.length > 0 && before.length <= 3 && !isGeneration(after, before)) {
      return [after, before];
    }
  }
  const trimmed = full.trim();
  if (SURNAME_FIRST.test(trimmed)) {
    const space = trimmed.search(/\s/u);
    const length = LONG_SURNAMES.test(trimmed) ? 2 : 1;
    const cut = space > 0 ? space : Math.min(length, trimmed.length);
    return [words(trimmed.slice(cut)), words(trimmed.slice(0, cut))];
  }
  const all = words(full);
  if (isSurnameFirst(all, /\s\S+-\S+$/.test(trimmed))) return [all.slice(1), all.slice(0, 1)];
  const isSuffixed = all.length > 2 && GENERATIONS.has(all.at(-1) as string);
  const cut = Math.max(0, all.length - (isSuffixed ? 2 : 1));
  return all.length === 1 ? [[], all] : [all.slice(0, cut), all.slice(cut)];
}

/**
 * `Kim Min-jun`, `Li Xiaoming`: a surname of there before two syllables that are no name of here. Of
 * two surnames the last is one, unless it is hyphened.
 */
function isSurnameFirst(all: readonly string[], isHyphened: boolean): boolean {
  const [first = '', ...given] = all;
  if (!isEastAsianSurname(first) || given.some(isGiven)) return false;
  if (!isHyphened && isEastAsianSurname(given.at(-1) ?? '')) return false;
  return syllablesOf(given).length > 0;
}

/** `John Smith, V` is the fifth; `Smith, V` has an initial: no name is a surname and a number. */
function isGeneration(after: readonly string[], before: readonly string[]): boolean {
  if (!after.every((word) => GENERATIONS.has(word))) return false;
  return before.length > 1 || after.some((word) => word.length > 1);
}

function takeGeneration(suffix: string[], surname: string[], given: string[]): string {
  for (const word of suffix) {
    const generation = GENERATIONS.get(word);
    if (generation !== undefined) return generation;
  }
  for (const part of [surname, given]) {
    const last = part.at(-1);
    const generation = last === undefined || last.length === 1 ? undefined : GENERATIONS.get(last);
    if (generation === undefined || surname.length + given.length < 3) continue;
    part.pop();
    return generation;
  }
  return '';
}
