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

/**
 * What streets are called by everywhere (kinds of street and what joins a name to them), folded: two
 * streets that share only these have nothing in common. Common knowledge, by language.
 */
const NAMING_NO_STREET: ReadonlySet<string> = new Set(
  [
    ...STREET_TYPES,
    'alley approach arcade bypass causeway crossing embankment esplanade expressway freeway gardens gdns',
    'grove gr loop mews promenade quay ramp rise route row walk the of',
    'strasse str weg gasse allee platz ufer ring damm am an im in der die das den dem zum zur',
    'straat laan plein gracht kade steenweg de het',
    'gatan gata vagen vag vej vei veien gade plads plass torg katu tie',
    'rue allee chemin impasse quai cours place passage sentier faubourg du des la le les aux sur',
    'via viale vicolo corso piazza piazzale largo strada contrada borgo di del della delle dei degli al',
    'calle cl avenida avda paseo plaza carretera camino ronda travesia carrer carrera cra cll passeig y el los las',
    'rua travessa praca estrada alameda rodovia da do dos das',
    'ulica ul aleja aleje al plac os osiedle ulitsa prospekt pereulok ploshchad bulvar shosse vulitsya',
    'ulice namesti trida utca ut ter korut strada bulevardul calea piata odos leoforos plateia',
    'sokak sk cadde caddesi cd bulvari mahallesi mah sokagi jalan jl lorong gang soi thanon duong',
    'daero ro gil dori chome machi cho lu jie dadao marg nagar shari sharia tariq',
  ].flatMap((line) => line.split(' ')),
);

/** `goethestr` is written `Goethe-Straße` as well; of other kinds that are written in one word, few are. */
const FUSED = /^(.{3,}?)(?:strasse|straat|str|gatan|gade)$/;

/** Words that tell a street from others; all of them where nothing else is left. */
export function tellingWords(words: readonly string[]): readonly string[] {
  const telling = words
    .map((word) => FUSED.exec(word)?.[1] ?? word)
    .filter((word) => !NAMING_NO_STREET.has(word));
  return telling.length === 0 ? words : telling;
}
