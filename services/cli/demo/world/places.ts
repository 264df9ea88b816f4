/** Towns and streets of the demo world. Towns and postcodes are real, houses are not. */
import { weighted, type Random } from './random.ts';

export interface Town {
  readonly name: string;
  readonly postcode: string;
}

export interface Address {
  readonly street: string;
  readonly town: Town;
}

const town = (name: string, postcode: string): Town => ({ name, postcode });

export const BENALLA = town('Benalla', '3672');
export const BORONIA = town('Boronia', '3155');

/** Weights say where the company's customers are, not how large the towns are. */
const TOWNS = weighted<Town>([
  [BENALLA, 3],
  [BORONIA, 6],
  [town('Ballarat', '3350'), 7],
  [town('Bendigo', '3550'), 7],
  [town('Box Hill', '3128'), 8],
  [town('Brunswick', '3056'), 8],
  [town('Coburg', '3058'), 6],
  [town('Dandenong', '3175'), 8],
  [town('Footscray', '3011'), 8],
  [town('Geelong', '3220'), 8],
  [town('Mildura', '3500'), 3],
  [town('Preston', '3072'), 7],
  [town('Shepparton', '3630'), 4],
  [town('Springvale', '3171'), 6],
  [town('Sunshine', '3020'), 7],
  [town('Wangaratta', '3677'), 3],
  [town('Wodonga', '3690'), 3],
]);

const STREET_NAMES = [
  'Acacia',
  'Albert',
  'Bridge',
  'Bruce',
  'Carrier',
  'Church',
  'Clarke',
  'Coster',
  'Dorset',
  'Elm',
  'Fewster',
  'George',
  'Goodenia',
  'High',
  'Hunter',
  'Kelly',
  'King',
  'Market',
  'Mill',
  'Moore',
  'Nunn',
  'Park',
  'Queen',
  'Railway',
  'Samaria',
  'Smith',
  'Station',
  'Victoria',
  'Waratah',
  'York',
] as const;
const STREET_TYPES = ['Street', 'Street', 'Street', 'Road', 'Avenue', 'Court', 'Lane'] as const;

export function drawAddress(random: Random): Address {
  const unit = random.chance(0.18) ? `${random.int(1, 24)}/` : '';
  const street = `${unit}${random.int(1, 240)} ${random.pick(STREET_NAMES)}`;
  return { street: `${street} ${random.pick(STREET_TYPES)}`, town: TOWNS.draw(random) };
}

/** `long`: `4/12 Mill Street`; `short`: as clerks type it, `U4 12 MILL ST`. */
export function writeStreet(address: Address, style: 'long' | 'short'): string {
  if (style === 'long') return address.street;
  return address.street
    .replace(/^(\d+)\//, 'U$1 ')
    .replace(/Street$/, 'ST')
    .replace(/Road$/, 'RD')
    .replace(/Avenue$/, 'AVE')
    .replace(/Court$/, 'CT')
    .replace(/Lane$/, 'LN')
    .toUpperCase();
}
