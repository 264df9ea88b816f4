/**
 * Derived keys: values made of several facts, on which records of one person are likely to agree.
 * They only propose pairs; a key is as narrow as its parts together.
 */
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

/** Most values that one namespace derives from one party. */
const KEYS_PER_NAMESPACE = 4;

export function derivedKeysOf(
  facts: readonly Fact[],
  namespaces: readonly DerivedNamespace[],
): { readonly namespace: string; readonly value: string }[] {
  const parts = partsOf(facts);
  const keys: { namespace: string; value: string }[] = [];
  for (const { name, parts: wanted } of namespaces) {
    let values = [''];
    for (const part of wanted) {
      const found = [...(parts.get(part) ?? [])];
      values = values.flatMap((value) =>
        found.map((one) => (value === '' ? one : `${value} ${one}`)),
      );
    }
    for (const value of new Set(values.slice(0, KEYS_PER_NAMESPACE))) {
      if (value !== '') keys.push({ namespace: name, value });
    }
  }
  return keys;
}

type Parts = Map<KeyPart, Set<string>>;

function partsOf(facts: readonly Fact[]): Parts {
  const parts: Parts = new Map();
  const add = (part: KeyPart, value: string): void => {
    if (value === '') return;
    const held = parts.get(part);
    if (held === undefined) parts.set(part, new Set([value]));
    else held.add(value);
  };
  for (const [name, text] of facts) {
    if (name === 'person_name') addName(text, add);
    else if (name === 'organisation_name') addOrganisation(text, add);
    else if (name === 'birth_date') addBirthDate(text, add);
    else if (name === 'address') addAddress(text, add);
    else if (name === 'phone') addPhone(text, add);
    else if (name === 'email') add('email_name', (text.split('@')[0] ?? '').replace(/[^a-z]/g, ''));
  }
  return parts;
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
