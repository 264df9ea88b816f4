/**
 * Addresses, compared as two pieces of evidence: the locality (postcode and place together, for
 * they say nearly the same) and the house (street and number together).
 *
 * A fact's text is `number|street words|place|region|postcode|country`; parts may be empty.
 */
import { editDistance, isClose } from './edit-distance.ts';
import { NOTHING_COMPARED } from './model.ts';
import { type Rarity, rarityClass } from './rarity.ts';

export interface ParsedAddress {
  readonly number: string;
  readonly street: readonly { readonly text: string; readonly bits: number }[];
  readonly place: string;
  /** 0 common to 2 rare. */
  readonly placeClass: number;
  readonly region: string;
  readonly postcode: string;
}

export function parseAddress(text: string, rarity: Rarity): ParsedAddress {
  const [number = '', street = '', place = '', region = '', postcode = ''] = text.split('|');
  return {
    number,
    street: street
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => ({ text: word, bits: rarity('street', word) })),
    place,
    placeClass: rarityClass(rarity('place', place)),
    region,
    postcode,
  };
}

const PLACES = 6;
/** Postcode (exact, close, other, missing) by place (exact by rarity, close, other, missing). */
export const LOCALITY_LEVELS = 1 + 4 * PLACES;

export function compareLocalities(left: ParsedAddress, right: ParsedAddress): number {
  const postcode = postcodeState(left.postcode, right.postcode);
  const place = placeState(left, right);
  if (postcode === 3 && place === 5) return NOTHING_COMPARED;
  return 1 + postcode * PLACES + place;
}

function postcodeState(left: string, right: string): number {
  if (left === '' || right === '') return 3;
  if (left === right) return 0;
  return editDistance(left, right, 1) <= 1 ? 1 : 2;
}

function placeState(left: ParsedAddress, right: ParsedAddress): number {
  if (left.place === '' || right.place === '') return 5;
  if (left.place === right.place) return left.placeClass;
  return isOneMisspelt(left.place, right.place) ? 3 : 4;
}

const STREETS = 4;
/** Number (same, close, other, missing) by street (rare words agree, some do, none, missing). */
export const HOUSE_LEVELS = 1 + 4 * STREETS;

export function compareHouses(left: ParsedAddress, right: ParsedAddress): number {
  const street = streetState(left, right);
  if (street === 3) return NOTHING_COMPARED;
  return 1 + numberState(left.number, right.number) * STREETS + street;
}

function numberState(left: string, right: string): number {
  if (left === '' || right === '') return 3;
  if (left === right) return 0;
  return editDistance(left, right, 1) <= 1 ? 1 : 2;
}

const RARE_STREET_BITS = 8;

/**
 * What agrees must be more than what is left over on both sides: `via verdi` and `via mazzini`, `san
 * marco` and `san vitale` agree in part, whatever their language calls a street.
 */
function streetState(left: ParsedAddress, right: ParsedAddress): number {
  if (left.street.length === 0 || right.street.length === 0) return 3;
  let matched = 0;
  let rest = bitsOf(left);
  let otherRest = bitsOf(right);
  const used = new Set<number>();
  for (const word of left.street) {
    const at = right.street.findIndex(
      (other, index) =>
        !used.has(index) && (other.text === word.text || isOneMisspelt(other.text, word.text)),
    );
    const other = right.street[at];
    if (other === undefined) continue;
    used.add(at);
    matched += Math.min(word.bits, other.bits);
    rest -= word.bits;
    otherRest -= other.bits;
  }
  if (matched >= RARE_STREET_BITS && matched > Math.min(rest, otherRest)) return 0;
  return matched > 0 ? 1 : 2;
}

/** Close, and of no other number: `Sector 14` and `Sector 15` are two, `Boronla` and `Boron1a` one. */
function isOneMisspelt(left: string, right: string): boolean {
  if (!isClose(left, right)) return false;
  const [number, other] = [left.replace(/\D/g, ''), right.replace(/\D/g, '')];
  return number === other || number === '' || other === '';
}

function bitsOf({ street }: ParsedAddress): number {
  return street.reduce((sum, { bits }) => sum + bits, 0);
}
