/** How many levels each kind of comparison has, and what they are called. */
import { HOUSE_LEVELS, LOCALITY_LEVELS } from './address.ts';
import { DATE_LEVELS } from './date.ts';
import type { ComparisonKind } from './model.ts';
import { GIVEN_LEVELS, NAME_LEVELS, NAME_UNMATCHED_BINS, SURNAME_LEVELS } from './name.ts';
import {
  CATEGORY_LEVELS,
  EMAIL_LEVELS,
  IDENTIFIER_LEVELS,
  PHONE_LEVELS,
  TEXT_LEVELS,
} from './plain-values.ts';

const NAMED: Readonly<Partial<Record<ComparisonKind, readonly string[]>>> = {
  given_name: GIVEN_LEVELS,
  surname: SURNAME_LEVELS,
  date: DATE_LEVELS,
  phone: PHONE_LEVELS,
  email: EMAIL_LEVELS,
  identifier: IDENTIFIER_LEVELS,
  category: CATEGORY_LEVELS,
  text: TEXT_LEVELS,
};

export function levelCount(kind: ComparisonKind): number {
  if (kind === 'person_name' || kind === 'organisation_name') return NAME_LEVELS;
  if (kind === 'locality') return LOCALITY_LEVELS;
  if (kind === 'house') return HOUSE_LEVELS;
  return NAMED[kind]?.length ?? 0;
}

const AGREEMENT = [
  'none',
  'traces',
  'a little',
  'some',
  'half',
  'much',
  'most',
  'nearly all',
  'all',
  'all, rare',
];
const REST = ['nothing left over', 'little left over', 'some left over', 'much left over'];
const POSTCODES = ['same postcode', 'postcode close', 'other postcode', 'no postcode'];
const PLACES = [
  'same common place',
  'same place',
  'same rare place',
  'place close',
  'other place',
  'no place',
];
const NUMBERS = ['same number', 'number close', 'other number', 'no number'];
const STREETS = ['same street', 'street in part', 'other street', 'no street'];

/** Words for a level, as explanations show it. */
export function describeLevel(kind: ComparisonKind, level: number): string {
  if (level === 0) return 'nothing to compare';
  const named = NAMED[kind];
  if (named !== undefined) return named[level] ?? `level ${level}`;
  const index = level - 1;
  if (kind === 'locality') {
    return `${POSTCODES[Math.floor(index / PLACES.length)]}, ${PLACES[index % PLACES.length]}`;
  }
  if (kind === 'house') {
    return `${NUMBERS[Math.floor(index / STREETS.length)]}, ${STREETS[index % STREETS.length]}`;
  }
  const rest = index % NAME_UNMATCHED_BINS;
  return `${AGREEMENT[Math.floor(index / NAME_UNMATCHED_BINS)]} agrees, ${REST[rest]}`;
}

/** Levels of one agreement on a common, a usual and a rare value. */
const COMMON = 1;
const USUAL = 2;
const RARE = 3;

/** The level of the same agreement on a value of usual rarity; itself where rarity plays no part. */
export function usualLevel(kind: ComparisonKind, level: number): number {
  switch (kind) {
    case 'phone':
    case 'email':
    case 'identifier':
    case 'category':
    case 'text':
      return level >= COMMON && level <= RARE ? USUAL : level;
    case 'person_name':
    case 'organisation_name': {
      const isRarest = Math.floor((level - 1) / NAME_UNMATCHED_BINS) === AGREEMENT.length - 1;
      return isRarest ? level - NAME_UNMATCHED_BINS : level;
    }
    default:
      return level;
  }
}
