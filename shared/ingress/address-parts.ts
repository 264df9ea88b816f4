/** Addresses, in parts or in one line, to the text that `shared/domain/matching/address.ts` reads. */
import { foldText } from './fold-text.ts';

export interface AddressParts {
  readonly line?: string | undefined;
  readonly number?: string | undefined;
  readonly street?: string | undefined;
  readonly place?: string | undefined;
  readonly region?: string | undefined;
  readonly postcode?: string | undefined;
  readonly country?: string | undefined;
}

/** Words that name no street in particular are spelt one way. */
const STREET_WORDS: ReadonlyMap<string, string> = new Map(
  [
    'avenue av ave',
    'boulevard blvd',
    'circuit cct',
    'circle cir',
    'close cl',
    'court ct',
    'crescent cres',
    'drive dr',
    'east e',
    'highway hwy',
    'lane ln',
    'mount mt',
    'north n',
    'parade pde',
    'parkway pkwy',
    'place pl',
    'road rd',
    'saint st.',
    'south s',
    'square sq',
    'street st str',
    'terrace tce',
    'trail trl',
    'west w',
    'suite ste',
    'apartment apt',
  ].flatMap((line) => {
    const [full = '', ...short] = line.split(' ');
    return short.map((word): [string, string] => [word, full]);
  }),
);
const UNIT_WORDS = new Set(['unit', 'flat', 'apartment', 'suite', 'level', 'floor', 'shop']);

/** `number|street words|place|region|postcode|country`; empty when there is nothing to compare. */
export function addressText(parts: AddressParts): string {
  const line = readLine(parts.line ?? '', parts);
  const street = streetOf(parts.street ?? line.street);
  const number = foldText(parts.number ?? '') || street.number;
  const place = foldText(parts.place ?? line.place);
  const region = foldText(parts.region ?? line.region);
  const postcode = foldText(parts.postcode ?? line.postcode).replace(/ /g, '');
  const country = foldText(parts.country ?? '');
  if (street.words === '' && place === '' && postcode === '') return '';
  return [number, street.words, place, region, postcode, country].join('|');
}

/** The first number outside a unit is the house's. */
function streetOf(text: string): { readonly number: string; readonly words: string } {
  const words: string[] = [];
  let number = '';
  let isUnit = false;
  for (const raw of foldText(text).split(' ')) {
    const word = STREET_WORDS.get(raw) ?? raw;
    if (UNIT_WORDS.has(word)) {
      isUnit = true;
      continue;
    }
    if (/^\d+[a-z]?$/.test(word) && (number === '' || isUnit)) {
      if (!isUnit) number = word;
      isUnit = false;
      continue;
    }
    isUnit = false;
    if (word !== '') words.push(word);
  }
  return { number, words: words.join(' ') };
}

/** `12 Main Street, Las Vegas NV 89132`: read from its end. */
function readLine(line: string, known: AddressParts) {
  const pieces = line.split(/[,\n]/).map((piece) => piece.trim());
  let rest = pieces.filter((piece) => piece !== '');
  let postcode = '';
  let region = '';
  const tail = rest.at(-1) ?? '';
  const coded = /(?:^|\s)([a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|\d{4,6}(?:-\d{4})?)\s*$/i.exec(tail);
  if (known.postcode === undefined && coded !== null && (rest.length > 1 || coded.index > 0)) {
    postcode = coded[1] as string;
    rest = [...rest.slice(0, -1), tail.slice(0, coded.index).trim()].filter((one) => one !== '');
  }
  const last = rest.at(-1) ?? '';
  const state = /(?:^|\s)([A-Z]{2,3})\s*$/.exec(last);
  if (state !== null && (rest.length > 1 || postcode !== '')) {
    region = state[1] as string;
    rest = [...rest.slice(0, -1), last.slice(0, state.index).trim()].filter((one) => one !== '');
  }
  const place = rest.length > 1 ? (rest.at(-1) as string) : '';
  return {
    street: (rest.length > 1 ? rest.slice(0, -1) : rest).join(' '),
    place,
    region,
    postcode,
  };
}
