/**
 * Person signatures: how many persons a value's holders show, counted before anything is merged
 * (ARCHITECTURE S21). A count of customers would never rise, for all who share the value may already
 * be one customer, wrongly.
 *
 * A signature is short, for it travels with every hold of a counted value:
 * - `code initial year`: how the surname sounds, the first letter of the given name, the year of
 *   birth (empty when unknown);
 * - `=`: no name is known, but the profile's own anchor names a person;
 * - empty: neither. Such a holder shows nobody.
 */
import type { ProfileId } from './identifier.ts';
import { phoneticCode } from './matching/phonetic.ts';

/** Names of the facts that signatures are made of. */
export const SIGNATURE_FACTS = { name: 'person_name', birth: 'birth_date' } as const;
/** Signature of a profile known by nothing but its own anchor. */
export const OWN_ANCHOR = '=';

/**
 * `name` as `given words/surname words/generation`, `birth` as `YYYY...`; null where unknown.
 * `isPersonAnchor`: the profile's anchor names a person and not a record.
 */
export function signatureOf(
  name: string | null,
  birth: string | null,
  isPersonAnchor: boolean,
): string {
  const [given = '', surname = ''] = (name ?? '').split('/');
  if (given === '' && surname === '') return isPersonAnchor ? OWN_ANCHOR : '';
  const code = surname === '' ? '' : phoneticCode(surname.split(' ').at(-1) as string);
  const year = /^\d{4}/.exec(birth ?? '')?.[0] ?? '';
  return `${code} ${given.slice(0, 1)} ${year}`;
}

/**
 * Distinct persons among the holders. Of those with one surname and initial, the ones without a year
 * of birth may be any of the others, so they count only when no year is known.
 */
export function countPersons(
  holders: Iterable<readonly [profile: ProfileId, signature: string]>,
): number {
  const anchors = new Set<ProfileId>();
  const yearsOf = new Map<string, Set<string>>();
  for (const [profile, signature] of holders) {
    if (signature === '') continue;
    if (signature === OWN_ANCHOR) {
      anchors.add(profile);
      continue;
    }
    const yearAt = signature.lastIndexOf(' ') + 1;
    const name = signature.slice(0, yearAt);
    const years = yearsOf.get(name) ?? new Set();
    if (yearAt < signature.length) years.add(signature.slice(yearAt));
    yearsOf.set(name, years);
  }
  let count = anchors.size;
  for (const years of yearsOf.values()) count += Math.max(1, years.size);
  return count;
}
