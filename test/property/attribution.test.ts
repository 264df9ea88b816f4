/**
 * Goal: shares of a shared device follow 2^(-days apart / 7) over device persons, whatever the order.
 * Method: random presences; persons found by flooding, weights by floating-point powers, which the
 * table of whole numbers must meet within its rounding.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviceShares, presenceWeight, shareCertainty } from '../../shared/domain/attribution.ts';
import type { DeviceHolder } from '../../shared/domain/device.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';

const holder = (profile: string): fc.Arbitrary<DeviceHolder> =>
  fc.record({
    profile: fc.constant(profile as ProfileId),
    days: fc
      .uniqueArray(fc.integer({ min: 1_000, max: 1_150 }), { maxLength: 6 })
      .map((days) => days.toSorted((left, right) => left - right)),
    keys: fc.subarray(['login-1', 'login-2', 'email-1', 'email-2', 'p-1']),
  });
const device = fc
  .integer({ min: 0, max: 6 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => holder(`p-${index}`))));

/** Device persons by repeated flooding over common keys; the own profile is a key. */
function personsOf(holders: readonly DeviceHolder[]): Set<DeviceHolder>[] {
  const keysOf = ({ profile, keys }: DeviceHolder) => [profile as string, ...keys];
  const left = new Set(holders.filter(({ days }) => days.length > 0));
  const persons: Set<DeviceHolder>[] = [];
  for (const first of left) {
    const person = new Set([first]);
    for (let before = 0; before !== person.size; ) {
      before = person.size;
      const known = new Set([...person].flatMap(keysOf));
      for (const other of left) if (keysOf(other).some((key) => known.has(key))) person.add(other);
    }
    for (const member of person) left.delete(member);
    persons.push(person);
  }
  return persons;
}

test('shares -> those of floating-point powers, in any order, adding up to one', () => {
  let shared = 0;
  fc.assert(
    fc.property(device, fc.integer({ min: 950, max: 1_200 }), fc.nat(), (holders, day, turn) => {
      const shares = deviceShares(holders, day);
      const turned = holders.map((_, index) => holders[(index + turn) % holders.length]);
      expect(deviceShares(turned as DeviceHolder[], day)).toEqual(shares);
      const total = shares.reduce((sum, { weight }) => sum + weight, 0);
      const expected = personsOf(holders).map((person) => {
        const days = new Set([...person].flatMap((member) => member.days));
        const weight = [...days].reduce((sum, one) => sum + 2 ** (-Math.abs(one - day) / 7), 0);
        const profiles = [...person].map(({ profile }) => profile).toSorted();
        return { profiles, weight };
      });
      const all = expected.reduce((sum, { weight }) => sum + weight, 0);
      if (shares.length > 1) shared++;
      for (const { profiles, weight } of expected) {
        const found = shares.find((share) => share.profiles[0] === profiles[0]);
        if (total === 0) continue;
        expect(found?.profiles ?? profiles).toEqual(profiles);
        expect((found?.weight ?? 0) / total).toBeCloseTo(weight / all, 4);
      }
      expect(shares.map(({ weight }) => weight)).toEqual(
        shares.map(({ weight }) => weight).toSorted((left, right) => right - left),
      );
    }),
    { numRuns: 2_000 },
  );
  expect(shared).toBeGreaterThan(500);
});

test('certainty of a share -> its log-odds rounded down, at most what is declared', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 40 }),
      fc.integer({ min: 1, max: 2 ** 40 }),
      (own, other) => {
        const certainty = shareCertainty(own, own + other, 119);
        const exact = Math.max(-120, Math.min(119, 4 * Math.log2(own / other)));
        expect(certainty).toBeLessThanOrEqual(exact + 1e-9);
        expect(certainty).toBeGreaterThan(exact - 1 - 1e-9);
        expect(shareCertainty(own, own + other, -3)).toBe(Math.min(-3, certainty));
      },
    ),
  );
  expect(shareCertainty(5, 5, 119)).toBe(119);
  expect(shareCertainty(0, 5, 119)).toBe(-120);
});

test('the table -> halves each week, exact to its rounding, ends at nothing', () => {
  for (let days = 0; days < 320; days++) {
    const exact = 2 ** (40 - days / 7);
    expect(Math.abs(presenceWeight(days) - exact)).toBeLessThanOrEqual(1);
  }
  expect(presenceWeight(7)).toBe(2 ** 39);
  expect(presenceWeight(287)).toBe(0);
});
