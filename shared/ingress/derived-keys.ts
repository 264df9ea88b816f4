/**
 * Derived keys: values made of several facts, on which records of one person are likely to agree.
 * They only propose pairs; a key is as narrow as its parts together.
 *
 * A key that is made of identifiers counts no longer than they do, so it comes with its *bases*: each a
 * set of identifiers of which, with what the attributes say, it can be made (ARCHITECTURE S19).
 */
import { compareText, type KeyId } from '../domain/identifier.ts';
import type { Bases, Basis } from '../domain/interaction.ts';
import type { Fact } from '../domain/matching/digest.ts';
import { fullName } from '../domain/matching/nicknames.ts';
import { phoneticCode } from '../domain/matching/phonetic.ts';

/** What a key can be made of. A record may have several values of a part. */
export const KEY_PARTS = [
  'given_sound',
  'surname_sound',
  'surname',
  'surname_initial',
  'given',
  'birth_month_day',
  'birth_year_month',
  'phone_start',
  'phone_end',
  'email_name',
  'place_sound',
  'consonants',
  'given_initial',
  'name_sounds',
  'birth_date',
  'birth_digits',
  'birth_year',
  'postcode',
  'place',
  'house',
  'organisation_words',
  'organisation_word',
] as const;
export type KeyPart = (typeof KEY_PARTS)[number];

export interface DerivedNamespace {
  readonly name: string;
  readonly parts: readonly KeyPart[];
}

/**
 * Most values that one namespace derives from one basis: so an identifier that goes leaves no room for
 * others, and the rest is what would have been derived without it.
 */
const KEYS_PER_BASIS = 4;
/** Most that one namespace derives from one party; a guard against parties of hundreds of identifiers. */
const KEYS_PER_NAMESPACE = 256;

/** An identifier of the party and what it says. */
export type Identified = readonly [key: KeyId, fact: Fact];

export interface DerivedKey {
  readonly namespace: string;
  readonly value: string;
  readonly bases: Bases;
}

/** `facts`: what the attributes say. */
export function derivedKeysOf(
  facts: readonly Fact[],
  namespaces: readonly DerivedNamespace[],
  identifiers: readonly Identified[] = [],
): DerivedKey[] {
  const parts = partsOf(facts, identifiers);
  const keys: DerivedKey[] = [];
  for (const { name, parts: wanted } of namespaces) {
    for (const [value, bases] of boundedBases(combine(parts, wanted))) {
      keys.push({ namespace: name, value, bases });
    }
  }
  return keys;
}

const COMBINATIONS_MAX = 1_024;

interface Made {
  readonly value: string;
  readonly basis: Basis;
}

const NO_IDENTIFIERS: Basis = [];
const BY_FACTS_ALONE: Bases = [];

/**
 * Every value of every part with every one of the others, in order of the parts: the first
 * `COMBINATIONS_MAX`, for a party of a hundred numbers and mailboxes would make ten thousand.
 */
function combine(parts: Parts, wanted: readonly KeyPart[]): Made[] {
  let made: Made[] = [{ value: '', basis: NO_IDENTIFIERS }];
  for (const part of wanted) {
    const found = parts.get(part);
    if (found === undefined) return [];
    const longer: Made[] = [];
    for (const { value, basis } of made) {
      for (const [text, keys] of found) {
        if (longer.length >= COMBINATIONS_MAX) break;
        const next = value === '' ? text : `${value} ${text}`;
        if (keys.length === 0) longer.push({ value: next, basis });
        for (const key of keys) longer.push({ value: next, basis: withKey(basis, key) });
      }
    }
    made = longer;
  }
  return made;
}

function withKey(basis: Basis, key: KeyId): Basis {
  return basis.includes(key) ? basis : [...basis, key].sort(compareText);
}

/** The values with their least bases, both bounded. */
function boundedBases(made: readonly Made[]): Map<string, Bases> {
  const values = new Map<string, Bases>();
  const counts = new Map<string, number>();
  for (const { value, basis } of made) {
    const name = basis.join();
    const count = counts.get(name) ?? 0;
    if (value === '' || count === KEYS_PER_BASIS) continue;
    const known = values.get(value);
    if (known === undefined && values.size === KEYS_PER_NAMESPACE) break;
    counts.set(name, count + 1);
    values.set(value, known === undefined ? basesOf(basis) : withBasis(known, basis));
  }
  return values;
}

function basesOf(basis: Basis): Bases {
  return basis.length === 0 ? BY_FACTS_ALONE : [basis];
}

/** None of the bases holds another; in order of their text. */
function withBasis(bases: Bases, basis: Basis): Bases {
  if (bases.length === 0 || basis.length === 0) return BY_FACTS_ALONE;
  const holds = (one: Basis, other: Basis): boolean => other.every((key) => one.includes(key));
  if (bases.some((known) => holds(basis, known))) return bases;
  const others = bases.filter((known) => !holds(known, basis));
  return [...others, basis].sort((one, two) => compareText(one.join(), two.join()));
}

/** Values of each part, with the identifiers that say so, each by itself; none: an attribute does. */
type Parts = Map<KeyPart, Map<string, KeyId[]>>;

function partsOf(facts: readonly Fact[], identifiers: readonly Identified[]): Parts {
  const parts: Parts = new Map();
  const adder =
    (key: KeyId | null): Add =>
    (part, value) => {
      if (value === '') return;
      let held = parts.get(part);
      if (held === undefined) parts.set(part, (held = new Map<string, KeyId[]>()));
      const known = held.get(value);
      if (known === undefined) held.set(value, key === null ? [] : [key]);
      else if (key !== null && known.length > 0 && !known.includes(key)) known.push(key);
    };
  const byAttributes = adder(null);
  // Before the identifiers: what attributes say rests on none.
  for (const fact of facts) addFact(fact, byAttributes);
  for (const [key, fact] of identifiers) addFact(fact, adder(key));
  return parts;
}

function addFact([name, text]: Fact, add: Add): void {
  if (name === 'person_name') addName(text, add);
  else if (name === 'organisation_name') addOrganisation(text, add);
  else if (name === 'birth_date') addBirthDate(text, add);
  else if (name === 'address') addAddress(text, add);
  else if (name === 'phone') addPhone(text, add);
  else if (name === 'email') add('email_name', (text.split('@')[0] ?? '').replace(/[^a-z]/g, ''));
}

type Add = (part: KeyPart, value: string) => void;
const split = (text: string): string[] => text.split(' ').filter((word) => word !== '');

function addName(text: string, add: Add): void {
  const [givenText = '', surnameText = ''] = text.split('/');
  const given = split(givenText);
  const surnames = split(surnameText);
  const first = given[0] ?? '';
  const firstSound = first.length > 1 ? phoneticCode(fullName(first)) : '';
  add('given_sound', firstSound);
  add('given_initial', first.slice(0, 1));
  if (first.length > 1) add('given', fullName(first));
  const last = surnames.at(-1) ?? '';
  const lastSound = last.length > 1 ? phoneticCode(last) : '';
  add('surname_sound', lastSound);
  if (last.length > 2) add('surname', last);
  add('surname_initial', last.slice(0, 1));
  if (surnames.length > 1) add('surname_sound', phoneticCode(surnames[0] as string));
  if (firstSound !== '' && lastSound !== '') {
    // Sorted: swapped names meet. The surname's form as a given name is its sound there.
    const swapped = phoneticCode(fullName(last));
    add('name_sounds', [firstSound, swapped].sort().join('.'));
  }
}

function addOrganisation(text: string, add: Add): void {
  const words = split(text.split('/')[1] ?? '').filter((word) => word.length > 2);
  const longest = words.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1)).slice(0, 3);
  for (const word of longest) add('organisation_word', phoneticCode(word));
  for (const [index, word] of longest.entries()) {
    for (const other of longest.slice(index + 1)) {
      add('organisation_words', [phoneticCode(word), phoneticCode(other)].sort().join('.'));
    }
  }
}

/** Halves of a number: a slip leaves one of them. */
function addPhone(text: string, add: Add): void {
  const digits = text.replace(/\D/g, '');
  if (digits.length < 7) return;
  add('phone_end', digits.slice(-5));
  add('phone_start', digits.slice(-9, -4));
}

function addBirthDate(text: string, add: Add): void {
  add('birth_year', text.slice(0, 4));
  if (text.length < 10) return;
  add('birth_date', text);
  add('birth_month_day', text.slice(5));
  add('birth_year_month', text.slice(0, 7));
  add('birth_digits', Array.from(text.replace(/-/g, '')).sort().join(''));
}

function addAddress(text: string, add: Add): void {
  const [number = '', street = '', place = '', , postcode = ''] = text.split('|');
  add('postcode', postcode);
  add('place', place.replace(/ /g, '_'));
  add('place_sound', phoneticCode(place.split(' ')[0] ?? ''));
  const word = split(street).toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))[0];
  if (word !== undefined) add('house', `${number}.${phoneticCode(word)}`);
}
