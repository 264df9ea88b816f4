/**
 * Goal: the oracle of routing is right by inspection. Method: hand-worked parties for S2 and S3 of
 * ARCHITECTURE.md section 2, under `testRules` (priorities: crm 1, login 2, passport 3, loyalty 4,
 * email 5, phone 6, address 7, nickname 8, cookie 9, app 10, ip 11).
 */
import { describe, expect, test } from 'vitest';
import type { RoutedInteraction } from '../../shared/domain/interaction.ts';
import { idOf, nameOf, seen } from '../support/oracle-cases.ts';
import type { OracleEvent } from '../support/oracle-events.ts';

function routed(event: OracleEvent): RoutedInteraction {
  if (event.kind !== 'interaction') throw new Error('not an interaction');
  return event.interaction;
}

describe('S2, S3: from parties to profiles', () => {
  test.each([
    ['best person anchor by priority    ', 'login:b crm:z email:x cookie:c', 'crm:z'],
    ['then by least value               ', 'login:b login:a', 'login:a'],
    ['persona of best device, best value', 'app:m cookie:c phone:1 email:x', 'cookie:c+email:x'],
    ['persona without a device          ', 'phone:1', '+phone:1'],
    ['device                            ', 'app:a cookie:c ip:4', 'cookie:c'],
  ])('%s: %s -> %s', (_why, party, profile) => {
    expect(routed(seen('i', {}, party)).parties[0]?.profile).toBe(idOf(profile));
  });

  test('nothing but context -> the party itself, one profile a party', () => {
    const { parties } = routed(seen('i', {}, 'ip:4', 'ip:4'));
    expect(parties.map(({ profileKind }) => profileKind)).toEqual(['interaction', 'interaction']);
    expect(parties[0]?.profile).not.toBe(parties[1]?.profile);
  });

  test('all other anchors -> edges, persons and devices', () => {
    const { others } =
      routed(seen('i', {}, 'login:b crm:z cookie:c app:m email:x')).parties[0] ?? {};
    expect(others?.map(({ profile }) => nameOf(profile)).sort()).toEqual([
      'app:m',
      'cookie:c',
      'login:b',
    ]);
  });

  test.each([
    ['first with a person anchor keeps it', ['email:x', 'login:b email:x', 'crm:z email:x'], 1],
    ['else the first that carries it     ', ['login:b', 'email:x', 'cookie:c email:x'], 1],
  ])('evidence shared in one interaction: %s', (_why, parties, keeper) => {
    const carried = routed(seen('i', {}, ...parties)).parties.map(({ values }) => values.length);
    expect(carried).toEqual(parties.map((_, index) => (index === keeper ? 1 : 0)));
  });

  test('the party that loses its only evidence -> attaches to its device', () => {
    const { parties } = routed(seen('i', {}, 'login:b email:x', 'cookie:c email:x'));
    expect(parties[1]?.profile).toBe(idOf('cookie:c'));
  });
});
