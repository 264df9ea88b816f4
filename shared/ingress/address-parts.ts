/** Addresses, in parts or in one line, to the text that `shared/domain/matching/address.ts` reads. */
import { readAddressLine } from './address-line.ts';
import { foldText } from './fold-text.ts';
import { STREET_WORDS, tellingWords, UNIT_WORDS } from './street-words.ts';

export interface AddressParts {
  readonly line?: string | undefined;
  readonly number?: string | undefined;
  readonly street?: string | undefined;
  readonly place?: string | undefined;
  readonly region?: string | undefined;
  readonly postcode?: string | undefined;
  readonly country?: string | undefined;
}

/** `number|street words|place|region|postcode|country`; empty when there is nothing to compare. */
export function addressText(parts: AddressParts): string {
  const line = readAddressLine(parts.line ?? '');
  const street = streetOf(parts.street ?? line.street);
  const number = foldText(parts.number ?? '') || street.number;
  const place = foldText(parts.place ?? line.place);
  const region = foldText(parts.region ?? line.region);
  const postcode = foldText(parts.postcode ?? line.postcode).replace(/ /g, '');
  const country = foldText(parts.country ?? line.country);
  if (street.words === '' && place === '' && postcode === '') return '';
  return [number, street.words, place, region, postcode, country].join('|');
}

/**
 * The first number outside a unit is the house's; a later one belongs to the street's name (`Street
 * 128`). A post office box is a street of its own.
 */
function streetOf(text: string): { readonly number: string; readonly words: string } {
  const words: string[] = [];
  let number = '';
  let isUnit = false;
  const plain = foldText(text).replace(/\bp ?o ?box\b/, 'pobox');
  for (const raw of plain.split(' ')) {
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
    if (word !== '' && word !== 'no') words.push(word);
  }
  return { number, words: tellingWords(words).join(' ') };
}
