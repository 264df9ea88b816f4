/**
 * Invariant of profiles (`shared/domain/actors/profile-observations.ts` I2): a hold has exactly the
 * days of the observation rows that name it, and a device's person keys are those named with it.
 */
import type { ObservationRow } from '../../shared/domain/actors/profile-observations.ts';
import type { ProfileState } from '../../shared/domain/actors/states.ts';
import { dayOf } from '../../shared/domain/rules.ts';

/** What is wrong, in words; empty: nothing. */
export function wrongHolds(state: ProfileState, rows: readonly ObservationRow[]): string[] {
  const daysOf = new Map<number, Set<number>>();
  const allDays = new Set<number>();
  for (const [header, , refs] of rows) {
    const day = dayOf(header[6]);
    allDays.add(day);
    for (const ref of refs) daysOf.set(ref, (daysOf.get(ref) ?? new Set()).add(day));
  }
  const wrong: string[] = [];
  const compare = (what: string, days: readonly number[], expected: ReadonlySet<number>): void => {
    const sorted = Array.from(expected).sort((left, right) => left - right);
    if (days.join() !== sorted.join())
      wrong.push(`${what}: days ${days.join()}, not ${sorted.join()}`);
  };
  compare('profile', state.days, allDays);
  const holds = [
    ...state.values.values(),
    ...Array.from(state.values.values()).flatMap(({ bases }) => bases ?? []),
    ...state.others.values(),
    ...state.devices.values(),
    ...state.attributes.values(),
    ...state.facts.values(),
  ];
  for (const { ref, days, bases } of state.values.values()) {
    const isSeen = days.length > 0 || (bases !== null && bases.length > 0);
    const isBasisEmpty = bases?.some((basis) => basis.days.length === 0) === true;
    if (!isSeen || isBasisEmpty) wrong.push(`hold ${ref} or one of its bases has no days`);
  }
  for (const { ref, days } of holds) {
    compare(`hold ${ref}`, days, daysOf.get(ref) ?? new Set());
    daysOf.delete(ref);
  }
  for (const ref of daysOf.keys()) wrong.push(`rows name hold ${ref}, which is not there`);
  const personKeys = [
    ...Array.from(state.others),
    ...Array.from(state.values).filter(([, { kind }]) => kind === 0),
  ];
  for (const device of state.devices.values()) {
    const together = rows.filter(([, , refs]) => refs.includes(device.ref));
    const expected = personKeys
      .filter(([, { ref }]) => together.some(([, , refs]) => refs.includes(ref)))
      .map(([key]) => key);
    const found = Array.from(device.keys.keys());
    if (found.toSorted().join() !== expected.toSorted().join()) {
      wrong.push(`device ${device.ref}: keys ${found.join()}, not ${expected.join()}`);
    }
  }
  return wrong;
}
