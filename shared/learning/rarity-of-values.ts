/**
 * How rare words and values are in a data set, in whole bits: the term frequencies of a version.
 *
 * Words (names, streets) and plain values (places, occupations) count by their share of all. Numbers
 * that are given to one entity (phones, emails, documents) count by how many *differently named*
 * entities hold them: thirty records of one man do not make his number common, and a mailbox that
 * twenty names share tells little in a data set of any size.
 */
import { type Digest, type Fact, factsIn } from '../domain/matching/digest.ts';
import type { ComparisonKind, ScoringModel } from '../domain/matching/model.ts';
import { phoneticCode } from '../domain/matching/phonetic.ts';

/** Of what is not listed: a version lists a few thousand words, however many there are. */
const RARITY_OF_OTHERS = 13;
/** What nobody has seen yet stands in for this many profiles, so few records make nothing common. */
const UNSEEN_PROFILES = 500;
const NUMBERS: ReadonlySet<ComparisonKind> = new Set(['phone', 'email', 'identifier']);
/** Bits of a number that one or two names share, and less for each doubling of the names. */
const NUMBER_BITS = 14;
const NUMBER_BITS_PER_DOUBLING = 3;

/** The model with the rarity of the words and values of these digests. */
export function withRarity(model: ScoringModel, digests: readonly Digest[]): ScoringModel {
  const numbers = new Set(
    model.comparisons.filter(({ kind }) => NUMBERS.has(kind)).flatMap(({ facts }) => facts),
  );
  const counts = new Map<string, number>();
  const totals = new Map<string, number>();
  const namesByNumber = new Map<string, Set<string>>();
  const count = (kind: string, value: string): void => {
    if (value === '') return;
    counts.set(`${kind} ${value}`, (counts.get(`${kind} ${value}`) ?? 0) + 1);
    totals.set(kind, (totals.get(kind) ?? 0) + 1);
  };
  for (const digest of digests) {
    const facts = factsIn(digest);
    const signature = signatureOf(facts);
    for (const [name, text] of facts) {
      if (!numbers.has(name)) countWords(name, text, count);
      else if (signature !== '') {
        const known = namesByNumber.get(`${name} ${text}`);
        if (known === undefined) namesByNumber.set(`${name} ${text}`, new Set([signature]));
        else known.add(signature);
      }
    }
  }
  const rarity: [string, number][] = [];
  for (const [key, seen] of counts) {
    const kind = key.slice(0, key.indexOf(' '));
    // A word's share is of all profiles, a value's of all values of its kind.
    const isWord = kind === 'name' || kind === 'street';
    const total = isWord ? digests.length : (totals.get(kind) ?? 1);
    const bits = shareBits(seen, total);
    if (bits < RARITY_OF_OTHERS) rarity.push([key, bits]);
  }
  for (const [key, names] of namesByNumber) {
    const bits = Math.round(NUMBER_BITS - NUMBER_BITS_PER_DOUBLING * Math.log2(names.size));
    if (bits < RARITY_OF_OTHERS) rarity.push([key, Math.max(1, bits)]);
  }
  rarity.sort((left, right) => (left[0] < right[0] ? -1 : 1));
  return { ...model, rarity, rarityOfOthers: RARITY_OF_OTHERS };
}

function shareBits(seen: number, total: number): number {
  const unseen = UNSEEN_PROFILES * 2 ** -RARITY_OF_OTHERS;
  return Math.max(1, Math.round(-Math.log2((seen + unseen) / (total + UNSEEN_PROFILES))));
}

type Count = (kind: string, value: string) => void;

function countWords(name: string, text: string, count: Count): void {
  if (name === 'person_name' || name === 'organisation_name') {
    for (const word of new Set(text.split(/[/ ]/))) count('name', word);
  } else if (name === 'address') {
    const [, street = '', place = ''] = text.split('|');
    count('place', place);
    for (const word of new Set(street.split(' '))) count('street', word);
  } else {
    count(name, text);
  }
}

/** Initial and sound of the surname, or the first word of an organisation; empty without a name. */
function signatureOf(facts: readonly Fact[]): string {
  const name = facts.find(([fact]) => fact === 'person_name' || fact === 'organisation_name');
  if (name === undefined) return '';
  const [given = '', surname = ''] = name[1].split('/');
  const word = name[0] === 'person_name' ? surname.split(' ').at(-1) : surname.split(' ')[0];
  return `${given.slice(0, 1)} ${phoneticCode(word ?? '')}`;
}
