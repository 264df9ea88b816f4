/** Words of addresses that name no place: spellings of street types, and what stands before a unit. */

/** Words that name no street in particular are spelt one way. */
export const STREET_WORDS: ReadonlyMap<string, string> = new Map(
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
    'south s',
    'square sq',
    'street st str strasse',
    'terrace tce terr',
    'way wy',
    'route rte',
    'building bldg bld',
    'apartment apt appt',
    'suite ste',
    'trail trl',
    'west w',
  ].flatMap((line) => {
    const [full = '', ...short] = line.split(' ');
    return short.map((word): [string, string] => [word, full]);
  }),
);
export const UNIT_WORDS: ReadonlySet<string> = new Set([
  'unit',
  'flat',
  'apartment',
  'suite',
  'level',
  'floor',
  'shop',
  'room',
  'building',
]);

/** What a street's name ends with, by its full spelling. */
export const STREET_TYPES: ReadonlySet<string> = new Set([
  ...'avenue boulevard circuit circle close court crescent drive highway lane parade'.split(' '),
  ...'parkway place road square street terrace trail way'.split(' '),
]);
export const DIRECTIONS: ReadonlySet<string> = new Set(
  'north south east west n s e w ne nw se sw'.split(' '),
);
