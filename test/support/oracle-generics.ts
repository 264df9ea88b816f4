/**
 * Oracle: which values are generic (S21), and the observations without them.
 *
 * Persons are counted from what the holders' own observations say, never from what was joined.
 */
import { compareText, type ProfileId } from '../../shared/domain/identifier.ts';
import { phoneticCode } from '../../shared/domain/matching/phonetic.ts';
import type { RulesIndex } from '../../shared/domain/rules.ts';
import { type LiveObservation, withoutUnfounded } from './oracle-live.ts';

/** Surname and initial, year; or a person anchor by itself. Null: shows nobody. */
type Person = { readonly name: string; readonly year: string } | { readonly anchor: ProfileId };

/** The fact of a name that was seen on the most days, of equals the least. */
function mostSeen(
  index: RulesIndex,
  observations: readonly LiveObservation[],
  name: string,
): string | null {
  if (index.scorer?.compares(name) !== true) return null;
  const days = new Map<string, Set<number>>();
  for (const { facts, day } of observations) {
    for (const fact of facts) {
      if (fact[0] === name) days.set(fact[1], (days.get(fact[1]) ?? new Set()).add(day));
    }
  }
  const [best] = [...days].sort(
    (left, right) => right[1].size - left[1].size || compareText(left[0], right[0]),
  );
  return best?.[0] ?? null;
}

function personShownBy(
  index: RulesIndex,
  profile: ProfileId,
  observations: readonly LiveObservation[],
): Person | null {
  const [given, surname] = (mostSeen(index, observations, 'person_name') ?? '/').split('/') as [
    string,
    string,
  ];
  if (given !== '' || surname !== '') {
    const words = surname.split(' ');
    const sound = surname === '' ? '' : phoneticCode(words[words.length - 1] as string);
    const year = (mostSeen(index, observations, 'birth_date') ?? '').slice(0, 4);
    return { name: `${sound}/${given.charAt(0)}`, year };
  }
  const [first] = observations;
  if (first === undefined || first.profileKind !== 'person') return null;
  return index.byName.get(first.namespace)?.namesRecords === true ? null : { anchor: profile };
}

/** S21: how many persons the holders of a value show. */
export function personsShown(
  index: RulesIndex,
  observations: readonly LiveObservation[],
  holders: readonly ProfileId[],
): number {
  const persons = holders.flatMap((profile) => {
    const own = observations.filter((each) => each.profile === profile);
    return personShownBy(index, profile, own) ?? [];
  });
  const distinct = new Set<string>();
  for (const person of persons) {
    if ('anchor' in person) {
      distinct.add(`anchor ${person.anchor}`);
      continue;
    }
    // Without a year it may be any of those of its name.
    const isAnyOther =
      person.year === '' &&
      persons.some((other) => 'name' in other && other.name === person.name && other.year !== '');
    if (!isAnyOther) distinct.add(`name ${person.name} ${person.year}`);
  }
  return distinct.size;
}

/** The observations as if they did not carry the evidence given as `namespace\nvalue`, nor what rests on it. */
export function withoutValues(
  observations: readonly LiveObservation[],
  values: ReadonlySet<string>,
): LiveObservation[] {
  return observations.map((observation) => ({
    ...observation,
    values: withoutUnfounded(
      observation.values.filter(
        ({ kind, namespace, value }) =>
          kind !== 'evidence' || !values.has(`${namespace}\n${value}`),
      ),
    ),
  }));
}
