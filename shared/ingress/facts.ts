/**
 * The facts of a party: what its attributes say, in the form in which scoring compares them.
 *
 * Attributes have well-known names (`ATTRIBUTE_NAMES`); others are compared as text when the
 * model names them. Identifiers are not facts of a party: the profile adds the values it holds.
 */
import { compareText } from '../domain/identifier.ts';
import type { Fact } from '../domain/matching/digest.ts';
import { addressText } from './address-parts.ts';
import { normaliseBirthDate } from './birth-date.ts';
import { foldText } from './fold-text.ts';
import { nameText } from './person-name.ts';
import { isPlaceholderDate, withoutPlaceholders } from './placeholders.ts';

/** Attributes that facts are made of. */
export const ATTRIBUTE_NAMES = [
  'name',
  'given_name',
  'middle_name',
  'surname',
  'name_suffix',
  'maiden_name',
  'alias',
  'organisation_name',
  'organisation_alias',
  'birth_date',
  'gender',
  'address',
  'previous_address',
  'mailing_address',
  'work_address',
  'house_number',
  'street',
  'place',
  'region',
  'postcode',
  'country',
] as const;

/** Other names that systems give them. */
const ALIASES: Readonly<Record<string, (typeof ATTRIBUTE_NAMES)[number]>> = {
  full_name: 'name',
  first_name: 'given_name',
  last_name: 'surname',
  family_name: 'surname',
  suffix: 'name_suffix',
  date_of_birth: 'birth_date',
  dob: 'birth_date',
  sex: 'gender',
  street_number: 'house_number',
  city: 'place',
  suburb: 'place',
  state: 'region',
  zip: 'postcode',
  company: 'organisation_name',
};

/** Whether an attribute of this name says what a person or organisation is compared by. */
export function makesFacts(name: string): boolean {
  return name in ALIASES || (ATTRIBUTE_NAMES as readonly string[]).includes(name);
}

type Attributes = Readonly<Record<string, string>>;

function withKnownNames(attributes: Attributes): Attributes {
  const known: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const canonical = ALIASES[name];
    if (canonical === undefined) known[name] = value;
    else known[canonical] ??= value;
  }
  return known;
}

/** `Ann Lee, 12 High St, Leeds` in the name: what follows the first number's piece is an address. */
function withAddressApart(attributes: Attributes): Attributes {
  const name = attributes['name'] ?? '';
  const at = /[,;\n]\s*[^,;\n]*\d/.exec(name)?.index ?? -1;
  if (at <= 0) return attributes;
  const line = name.slice(at + 1).trim();
  return { ...attributes, name: name.slice(0, at), address: attributes['address'] ?? line };
}

/** Sorted by (name, text), without duplicates. */
export function factsOf(named: Attributes): Fact[] {
  const attributes = withoutPlaceholders(withAddressApart(withKnownNames(named)));
  const facts = new Map<string, Fact>();
  const add = (name: string, text: string | null): void => {
    if (text !== null && text !== '') facts.set(`${name}\u0000${text}`, [name, text]);
  };
  addNames(attributes, add);
  for (const name of ['organisation_name', 'organisation_alias']) {
    add('organisation_name', organisationText(attributes[name] ?? ''));
  }
  for (const name of ['previous_address', 'mailing_address', 'work_address']) {
    add('address', addressText({ line: attributes[name] }));
  }
  const birth = normaliseBirthDate(attributes['birth_date'] ?? '');
  if (birth !== null && !isPlaceholderDate(birth)) add('birth_date', birth);
  add('gender', genderOf(attributes['gender'] ?? ''));
  add(
    'address',
    addressText({
      line: attributes['address'],
      number: attributes['house_number'],
      street: attributes['street'],
      place: attributes['place'],
      region: attributes['region'],
      postcode: attributes['postcode'],
      country: attributes['country'],
    }),
  );
  const known: readonly string[] = ATTRIBUTE_NAMES;
  for (const [name, value] of Object.entries(attributes)) {
    if (!known.includes(name)) add(name, foldText(value));
  }
  return Array.from(facts.values()).sort(
    (left, right) => compareText(left[0], right[0]) || compareText(left[1], right[1]),
  );
}

function addNames(attributes: Attributes, add: (name: string, text: string) => void): void {
  const { given_name: given, middle_name: middle, name_suffix: suffix } = attributes;
  const { name: full, surname, maiden_name: maiden, alias } = attributes;
  add('person_name', nameText({ given, middle, surname, suffix }));
  add('person_name', nameText({ full, suffix }));
  if (maiden !== undefined) {
    add('person_name', nameText({ given, middle, surname: maiden, suffix }));
  }
  if (alias !== undefined) add('person_name', nameText({ full: alias, suffix }));
}

/** Legal forms say little and come and go. */
const LEGAL_FORMS = new Set([
  'inc',
  'ltd',
  'llc',
  'co',
  'corp',
  'corporation',
  'company',
  'limited',
  'pty',
  'plc',
  'gmbh',
  'ag',
  'sa',
  'the',
  'of',
  'and',
  'incorporated',
]);

function organisationText(name: string): string {
  const words = foldText(name)
    .split(' ')
    .filter((word) => word !== '' && !LEGAL_FORMS.has(word));
  return words.length === 0 ? '' : `/${words.join(' ')}/`;
}

function genderOf(text: string): string | null {
  const letter = foldText(text)[0];
  if (letter === undefined) return null;
  if (letter === 'm' || letter === 'f') return letter;
  return letter === 'w' ? 'f' : null;
}
