/** Names of persons, in parts or in one piece, to the text that `matching/name.ts` reads. */
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
  if (given.length === 0 && surname.length === 0) return '';
  return `${given.join(' ')}/${surname.join(' ')}/${generation}`;
}

/** `Smith, John` has the surname first; else the last word is the surname. */
function splitFull(full: string): [string[], string[]] {
  const comma = full.indexOf(',');
  if (comma > 0) {
    const before = words(full.slice(0, comma));
    const after = words(full.slice(comma + 1));
    if (after.length > 0 && !after.every((word) => GENERATIONS.has(word)) && before.length === 1) {
      return [after, before];
    }
  }
  const all = words(full);
  const isSuffixed = all.length > 2 && GENERATIONS.has(all.at(-1) as string);
  const cut = Math.max(0, all.length - (isSuffixed ? 2 : 1));
  return all.length === 1 ? [[], all] : [all.slice(0, cut), all.slice(cut)];
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
