/**
 * An address in one line, read by what its pieces look like and not by where they stand: pieces come
 * in any order, with buildings and units before the street, with and without commas.
 */
import { foldText } from './fold-text.ts';
import { DIRECTIONS, STREET_TYPES, STREET_WORDS, UNIT_WORDS } from './street-words.ts';

export interface AddressLine {
  street: string;
  place: string;
  region: string;
  postcode: string;
  country: string;
}

const COUNTRIES: ReadonlySet<string> = new Set(
  (
    'argentina|australia|austria|bangladesh|belgium|brazil|cambodia|canada|chile|china|colombia|denmark|' +
    'deutschland|egypt|england|espana|finland|france|germany|greece|hong kong|hungary|india|indonesia|' +
    'ireland|israel|italia|italy|japan|kenya|liechtenstein|lichtenstein|luxembourg|malaysia|mexico|' +
    'netherlands|new zealand|nigeria|northern ireland|norway|osterreich|pakistan|peru|philippines|poland|' +
    'portugal|romania|russia|schweiz|scotland|south africa|south korea|spain|sweden|switzerland|taiwan|' +
    'thailand|turkey|uk|ukraine|united kingdom|united states|united states of america|usa|vietnam|wales'
  ).split('|'),
);

const TRAILING_COUNTRY = new RegExp(`\\s(${[...COUNTRIES].join('|')})\\s*$`, 'i');

/** British; two letters and four or five digits (`NV 89132`, `FL-2198`); four to seven digits. */
const POSTCODES = [
  /\b([a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})\b/i,
  /\b([a-z]\d[a-z] ?\d[a-z]\d)\b/i,
  /(?:^|\s)(?:[A-Z]{1,2}-)?(\d{4,7}(?:-\d{4})?)\s*$/,
  /^(?:[A-Z]{1,2}-)?(\d{4,7})(?=\s+\p{L})/u,
];

/** `Boronia, 12 Station Rd, 3155` begins with a place, `Hughes Plaza, 100 Howard Way` with a building. */
const BUILDING =
  /(?:apartments?|building|centre|center|court|hall|house|plaza|point|store|tower)s?$/i;
const PO_BOX = /\bp\.? ?o\.? ?box\s*/i;

/** Parts that are not in the line are empty. */
export function readAddressLine(line: string): AddressLine {
  const found: AddressLine = { street: '', place: '', region: '', postcode: '', country: '' };
  const pieces = line
    .split(/[,;\n،，]/u)
    .map((piece) =>
      piece
        .trim()
        .replace(/^#\s*(?=\d+$)/, 'no ')
        .replace(PO_BOX, 'pobox '),
    )
    .filter((piece) => piece !== '');
  const at = streetPiece(pieces);
  // From the end, so that a street's own number is the last to be taken for a postcode.
  for (let index = pieces.length - 1; index >= 0; index--) {
    pieces[index] = takeEnds(pieces[index] as string, index === at, pieces.length, found);
  }
  const street = pieces[at] ?? '';
  const [own, rest] = splitAfterStreetType(withoutBuilding(street));
  const isLoneNumber = /^(?:no\.? ?)?\d+[a-z]?$/i.test(pieces[at - 1] ?? '');
  found.street = isLoneNumber ? `${pieces[at - 1]} ${own}` : own;
  const after = pieces.slice(at + 1).filter((piece) => piece !== '' && !isUnit(piece));
  found.place = after.at(-1) ?? rest;
  if (found.place === '' && found.postcode !== '') {
    found.place =
      pieces.slice(0, at).find((piece) => /^[\p{L} '.-]+$/u.test(piece) && !BUILDING.test(piece)) ??
      '';
  }
  return found;
}

/** The piece that is the street: begins with a number, else has one, else is of a street's type. */
function streetPiece(pieces: readonly string[]): number {
  const isCandidate = (piece: string): boolean => !isUnit(piece) && !/^\p{N}+$/u.test(piece);
  const tests = [
    (piece: string) => /^\d+[a-z]?(?:[ /-]\d+)?\.?\s+\p{L}/iu.test(piece) && hasStreetType(piece),
    (piece: string) => /^\d{1,4}[a-z]?(?:[ /-]\d+)?\.?\s+\p{L}/iu.test(piece),
    (piece: string) => /\p{L}/u.test(piece) && hasStreetType(piece),
    (piece: string) => /\p{L}.*\s\d{1,4}[a-z]?$/iu.test(piece),
  ];
  for (const test of tests) {
    const at = pieces.findIndex((piece) => isCandidate(piece) && test(piece));
    if (at >= 0) return at;
  }
  return Math.max(
    0,
    pieces.findIndex((piece) => isCandidate(piece)),
  );
}

const typeOf = (word: string): string => STREET_WORDS.get(word) ?? word;

function hasStreetType(piece: string): boolean {
  return foldText(piece)
    .split(' ')
    .some((word) => {
      return STREET_TYPES.has(typeOf(word)) || word.endsWith('strasse') || word === 'pobox';
    });
}

function isUnit(piece: string): boolean {
  const [first = ''] = foldText(piece).split(' ');
  return piece.startsWith('#') || UNIT_WORDS.has(typeOf(first));
}

/** Takes country, postcode and region off a piece; a street keeps what it needs. */
function takeEnds(piece: string, isStreet: boolean, pieces: number, found: AddressLine): string {
  let rest = piece;
  if (!isStreet && found.country === '' && COUNTRIES.has(foldText(rest))) {
    found.country = foldText(rest);
    return '';
  }
  const trailing = found.country === '' ? TRAILING_COUNTRY.exec(rest) : null;
  if (trailing !== null) {
    found.country = foldText(trailing[1] as string);
    rest = rest.slice(0, trailing.index).trim();
  }
  for (const pattern of POSTCODES) {
    if (found.postcode !== '') break;
    const match = pattern.exec(rest);
    if (match === null || (isStreet && match.index === 0)) continue;
    // `Ansbacher Strasse 23 56422` has a postcode, `Route 1450` has none.
    const before = rest.slice(0, match.index);
    if (isStreet && !/\d/.test(before) && (pieces > 1 || hasStreetType(before))) continue;
    found.postcode = match[1] as string;
    rest = `${before} ${rest.slice(match.index + match[0].length)}`.trim();
  }
  const region = /(?:^|\s)([A-Z]{2,3})\s*$/.exec(rest);
  const isRegion = region !== null && (!isStreet || found.postcode !== '');
  if (isRegion && found.region === '' && !DIRECTIONS.has((region[1] as string).toLowerCase())) {
    found.region = region[1] as string;
    rest = rest.slice(0, region.index).trim();
  }
  return rest;
}

/** `Adventura Apartments 638 Downey St`: what stands before the number is no part of the street. */
function withoutBuilding(street: string): string {
  const match = /^\p{L}[\p{L} '.-]*\s(\d+[a-z]?\s\p{L}.*)$/iu.exec(street);
  const rest = match?.[1];
  return rest !== undefined && hasStreetType(rest) ? rest : street;
}

/** `445 Overpass Rd San Ramon`: what follows the last street type, but for a direction, is a place. */
function splitAfterStreetType(street: string): [string, string] {
  const words = street.split(/\s+/);
  let cut = words.length;
  for (let index = words.length - 1; index >= 0; index--) {
    const word = foldText(words[index] as string);
    if (!STREET_TYPES.has(typeOf(word))) continue;
    const before = foldText(words[index - 1] ?? '');
    // `Street 128 Phnom Penh`.
    if (index === 0 && /^\d+$/.test(words[1] ?? '')) cut = 2;
    if (/^\d*[a-z]?$/.test(before) || before === '') break;
    cut = index + 1;
    break;
  }
  while (cut < words.length && DIRECTIONS.has(foldText(words[cut] as string))) cut++;
  const rest = words.slice(cut).join(' ');
  const isPlace = rest !== '' && !/\d/.test(rest) && !isUnit(rest);
  return isPlace ? [words.slice(0, cut).join(' '), rest] : [street, ''];
}
