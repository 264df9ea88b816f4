/**
 * On what derived values of a profile rest, and on which of its days they count (ARCHITECTURE S6).
 *
 * An observation brings a derived value on each of its bases. Days are kept by basis, and a day counts
 * while a basis of that day stands: all of whose identifiers the profile has and none counts for
 * nothing. An observation that carries the value carries its identifiers too, so they are held.
 */
import type { KeyId } from '../identifier.ts';
import type { Basis } from '../interaction.ts';
import { addDay, type Days } from './days.ts';
import { isSuppressed } from './profile-access.ts';
import type { BasisHold, ProfileState, ValueHold } from './states.ts';

/** What the profile keeps of the value on this basis; undefined: nothing. */
export function basisHold({ bases }: ValueHold, basis: Basis): BasisHold | undefined {
  return bases?.find(({ of }) => isSame(of, basis));
}

function isSame(one: Basis, other: Basis): boolean {
  return one.length === other.length && one.every((key, index) => key === other[index]);
}

/** The days on which the profile was seen with the value, so that it counts. Not to be changed. */
export function countedDays(state: CountedState, hold: ValueHold): Days {
  if (hold.bases === null) return hold.days;
  const standing = hold.bases.filter(({ of }) => stands(state, of)).map(({ days }) => days);
  const [first, ...others] = hold.days.length === 0 ? standing : [hold.days, ...standing];
  if (first === undefined || others.length === 0) return first ?? [];
  const all = first.slice();
  for (const days of others) for (const day of days) addDay(all, day);
  return all;
}

type CountedState = Pick<ProfileState, 'values' | 'muted' | 'suppressed'>;

function stands(state: CountedState, basis: Basis): boolean {
  return basis.every((key) => {
    const held = state.values.get(key);
    return (
      held !== undefined &&
      !state.muted.has(key) &&
      !isSuppressed(state, held.namespace, held.value)
    );
  });
}

/** Keys of the values that rest on the identifier. */
export function* restingOn(state: ProfileState, key: KeyId): Generator<KeyId> {
  for (const [resting, { bases }] of state.values) {
    if (bases?.some(({ of }) => of.includes(key)) === true) yield resting;
  }
}

/** Forgets the bases that no observation brings any more; whether the value is seen at all. */
export function isStillSeen(hold: ValueHold): boolean {
  if (hold.bases !== null) {
    const left = hold.bases.filter(({ days }) => days.length > 0);
    hold.bases = left.length === 0 ? null : left;
  }
  return hold.days.length > 0 || hold.bases !== null;
}
