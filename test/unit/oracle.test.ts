/**
 * Goal: the oracle is right by inspection. Method: hand-worked cases for S4-S12, S14, S17 and S18
 * of ARCHITECTURE.md section 2 (S2, S3: `oracle-routing.test.ts`; S13-S15 in detail:
 * `oracle-clustering.test.ts`).
 *
 * Rules are `testRules`: crm 120/1 (certainty/priority), login 60/2 limit 1, passport 56/3
 * exclusive, loyalty 48/4 limit 2, email 40/5, phone 24/6 limit 1 a week, address 6/7,
 * nickname 2/8, cookie 16/9, app 12/10; review floor 4, cluster floor 8, holder cap 4.
 */
import { describe, expect, test } from 'vitest';
import type { RoutedInteraction } from '../../shared/domain/interaction.ts';
import { runOracle } from '../support/oracle.ts';
import type { OracleEvent } from '../support/oracle-events.ts';
import { deviceCertainty, supportBucket } from '../support/oracle-edges.ts';
import {
  customersOf,
  edgesOf,
  idOf,
  linked,
  nameOf,
  refusalsOf,
  retracted,
  seen,
  seenOn,
  split,
  suppressed,
  undecided,
} from '../support/oracle-cases.ts';
import { countingPersons, testRules } from '../support/test-rules.ts';

const rules = testRules();
const run = (...events: OracleEvent[]) => runOracle(rules, events);
const edges = (...events: OracleEvent[]) => edgesOf(run(...events));

function routed(event: OracleEvent): RoutedInteraction {
  if (event.kind !== 'interaction') throw new Error('not an interaction');
  return event.interaction;
}

describe('S4: which version of an interaction is live', () => {
  const attributed = (...events: OracleEvent[]) =>
    run(...events).attributions.map(({ profile }) => nameOf(profile));

  test('higher revision -> wins, whatever the order', () => {
    const older = seen('i', { revision: 1 }, 'login:a');
    const newer = seen('i', { revision: 2 }, 'login:b');
    expect(attributed(older, newer)).toEqual(['login:b']);
    expect(attributed(newer, older)).toEqual(['login:b']);
  });

  test('same revision, other content -> the greater digest wins', () => {
    const one = seen('i', {}, 'login:a');
    const two = seen('i', {}, 'login:b');
    const winner = routed(one).digest > routed(two).digest ? 'login:a' : 'login:b';
    expect(attributed(one, two)).toEqual([winner]);
    expect(attributed(two, one)).toEqual([winner]);
  });

  test('received_at -> least over all deliveries, beaten revisions included', () => {
    const outcome = run(
      seen('i', { revision: 2, receivedAt: 9 }, 'login:b'),
      seen('i', { revision: 1, receivedAt: 5 }, 'login:a'),
    );
    expect(outcome.profiles).toMatchObject([{ profile: idOf('login:b'), receivedAt: 5 }]);
  });

  test.each([
    ['before the interaction          ', [[3, false]], false],
    [
      'withdrawn later                 ',
      [
        [3, false],
        [4, true],
      ],
      true,
    ],
    [
      'withdrawn before                ',
      [
        [3, false],
        [2, true],
      ],
      false,
    ],
    [
      'withdrawn at the same time      ',
      [
        [3, true],
        [3, false],
      ],
      false,
    ],
    [
      'the same, the other way around  ',
      [
        [3, false],
        [3, true],
      ],
      false,
    ],
    ['only withdrawn                  ', [[3, true]], true],
  ] as [string, [number, boolean][], boolean][])('retraction %s', (_why, stamps, isLive) => {
    const retractions = stamps.map(([at, withdrawn]) => retracted('i', at, withdrawn));
    const deliveries = [seen('i', {}, 'login:a'), seen('i', { revision: 7 }, 'login:a')];
    expect(attributed(...retractions, ...deliveries)).toEqual(isLive ? ['login:a'] : []);
  });
});

describe('S5: suppressed identifiers', () => {
  const shared = [seen('1', {}, 'login:a email:x'), seen('2', {}, 'login:b email:x')];

  test('evidence suppressed at one holder -> not held there', () => {
    const outcome = run(...shared, suppressed('login:a', 'email:x', 1));
    expect(outcome.edges).toEqual([]);
    expect(outcome.values[0]?.holders).toEqual([{ profile: idOf('login:b'), days: 1, first: 0 }]);
  });

  test('suppression withdrawn later -> held again', () => {
    const events = [suppressed('login:a', 'email:x', 1), suppressed('login:a', 'email:x', 2, true)];
    expect(edges(...shared, ...events)).toEqual(['login:a ~ login:b 40/0/5']);
  });

  test('other anchor suppressed -> no edge; the anchor itself -> no effect', () => {
    const party = seen('1', {}, 'crm:z login:a');
    expect(edges(party, suppressed('crm:z', 'login:a', 1))).toEqual([]);
    expect(edges(party, suppressed('crm:z', 'crm:z', 1))).toEqual(['crm:z ~ login:a 60/0/1']);
    expect(edges(party, suppressed('login:a', 'crm:z', 1))).toEqual(['crm:z ~ login:a 60/0/1']);
  });

  test('device suppressed -> no device day, for nobody', () => {
    const days = [...seenOn([0, 1, 2], 'login:a cookie:c'), ...seenOn([3], 'login:b cookie:c')];
    expect(edges(...days)).toEqual(['cookie:c ~ login:a 4/1/9']);
    const without = edges(...days, suppressed('login:b', 'cookie:c', 1));
    expect(without).toEqual(['cookie:c ~ login:a 11/1/9']);
  });

  test('evidence of a persona suppressed -> the persona stays, without it', () => {
    const outcome = run(
      seen('1', {}, 'cookie:c email:x'),
      suppressed('cookie:c+email:x', 'email:x', 1),
    );
    expect(outcome.values).toEqual([]);
    expect(outcome.attributions).toMatchObject([{ profile: idOf('cookie:c+email:x') }]);
  });

  test('limits do not see suppressed values', () => {
    const phones = [seen('1', {}, 'login:a phone:1'), suppressed('login:a', 'phone:1', 1)];
    expect(run(...phones).profiles[0]?.limited).toEqual([['login', 0, 'a']]);
  });
});

describe('S6, S7: holders and shared values', () => {
  test.each([
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [7, 2],
    [8, 3],
    [1023, 9],
    [1024, 10],
    [9999, 10],
  ])('support of %i days -> bucket %i', (days, bucket) => expect(supportBucket(days)).toBe(bucket));

  test('support -> bucket of the lesser number of distinct days', () => {
    const events = [
      ...seenOn([0, 1, 2, 3], 'login:a email:x'),
      seen('again', { day: 0 }, 'login:a email:x'),
      ...seenOn([4, 5], 'crm:z email:x'),
    ];
    expect(edges(...events)).toEqual(['crm:z ~ login:a 40/1/5']);
  });

  test('holders at the cap -> all pairs; above -> none', () => {
    const holders = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      seen(name, {}, `login:${name} email:x`),
    );
    expect(edges(...holders.slice(0, 4))).toHaveLength(6);
    const above = run(...holders);
    expect(above.edges).toEqual([]);
    expect(above.values).toMatchObject([{ value: 'x', overCap: true }]);
  });

  test('more persons than the cap -> generic: no edge, no limited value (S21)', () => {
    const counting = countingPersons(rules);
    const pair = [seen('1', {}, 'login:a phone:5'), seen('2', {}, 'loyalty:b phone:5')];
    // A loyalty number names records here, so one person is shown by two holders.
    expect(edgesOf(runOracle(counting, pair))).toEqual(['login:a ~ loyalty:b 24/0/6']);
    const more = runOracle(counting, [...pair, seen('3', {}, 'crm:c phone:5')]);
    expect(edgesOf(more)).toEqual([]);
    expect(more.values).toMatchObject([{ value: '5', overCap: false, muted: true }]);
    expect(more.profiles.flatMap(({ limited }) => limited.map(([name]) => name)).sort()).toEqual([
      'login',
      'loyalty',
    ]);
  });

  test('limited values -> in the bucket of their day, own anchor and carried values alike', () => {
    // 1970-01-04 was a Sunday: phones are limited by the week, logins for ever.
    const week = [
      seen('1', { day: 3 }, 'login:a phone:1'),
      seen('2', { day: 4 }, 'login:a phone:2'),
    ];
    expect(run(...week).profiles[0]?.limited).toEqual([
      ['login', 0, 'a'],
      ['phone', 0, '1'],
      ['phone', 1, '2'],
    ]);
  });

  test('context shared -> nothing', () => {
    expect(edges(seen('1', {}, 'login:a ip:4'), seen('2', {}, 'login:b ip:4'))).toEqual([]);
  });
});

describe('S8: anchors of one party', () => {
  test('certainty and priority of the lesser, support in distinct days', () => {
    const events = seenOn([0, 1, 5], 'crm:z loyalty:7');
    expect(edges(...events)).toEqual(['crm:z ~ loyalty:7 48/1/1']);
  });

  test('best anchor is the hub -> the others are not joined to each other', () => {
    expect(edges(seen('1', {}, 'crm:z login:a loyalty:7'))).toEqual([
      'crm:z ~ login:a 60/0/1',
      'crm:z ~ loyalty:7 48/0/1',
    ]);
  });

  test('an anchor never observed itself -> a profile without observations', () => {
    const outcome = run(seen('1', { receivedAt: 3 }, 'crm:z login:a'));
    const login = outcome.profiles.find(({ profile }) => profile === idOf('login:a'));
    expect(login).toMatchObject({ receivedAt: null, limited: [] });
    expect(customersOf(outcome)).toEqual(['crm:z < login:a']);
  });
});

describe('S9: devices', () => {
  test.each([
    [1, 0, 6],
    [2, 0, 9],
    [3, 1, 4],
    [5, 0, 13],
    [1, 1, 0],
    [1, 3, -5],
    [7, 0, 15],
    [8, 0, 16],
  ])('own %i, other %i -> %i quarter bits', (own, other, certainty) => {
    expect(deviceCertainty(own, other)).toBe(certainty);
  });

  test('many days alone -> the declared certainty caps it', () => {
    const days = Array.from({ length: 20 }, (_, day) => day);
    expect(edges(...seenOn(days, 'login:a cookie:c'))).toEqual(['cookie:c ~ login:a 16/4/9']);
  });

  test('two profiles of one human -> one device person, days together', () => {
    const events = [
      ...seenOn([0, 1], 'login:a email:x cookie:c'),
      ...seenOn([1, 2], 'email:x cookie:c'),
    ];
    const found = run(...events).deviceUses;
    expect(found).toMatchObject([
      { persons: 1, own: 3, other: 0, certainty: 11 },
      { persons: 1, own: 3, other: 0, certainty: 11 },
    ]);
  });

  test('person keys -> only those seen with the device', () => {
    const events = [
      ...seenOn([0], 'login:a cookie:c'),
      ...seenOn([0], 'login:a email:x'),
      ...seenOn([1], 'login:b email:x cookie:c'),
    ];
    expect(run(...events).deviceUses).toMatchObject([{ persons: 2 }, { persons: 2 }]);
  });

  test.each([
    ['own anchor is the other profile of the other', 'login:a cookie:c', 'crm:z login:a cookie:c'],
    [
      'evidence below every floor, if common        ',
      'login:a nickname:n cookie:c',
      'login:b nickname:n cookie:c',
    ],
  ])('person keys: %s -> one device person', (_why, one, two) => {
    const found = run(...seenOn([0], one), ...seenOn([1], two)).deviceUses;
    expect(found.map(({ persons, own }) => [persons, own])).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('person keys connect in a chain; context does not', () => {
    const chain = [
      ...seenOn([0], 'login:a email:x cookie:c'),
      ...seenOn([1], 'login:b phone:1 cookie:c'),
      ...seenOn([2], 'login:d email:x phone:1 cookie:c'),
    ];
    expect(run(...chain).deviceUses.map(({ persons }) => persons)).toEqual([1, 1, 1]);
    const context = [
      ...seenOn([0], 'login:a ip:4 cookie:c'),
      ...seenOn([1], 'login:b ip:4 cookie:c'),
    ];
    expect(run(...context).deviceUses.map(({ persons }) => persons)).toEqual([2, 2]);
  });

  test('days of all others -> counted once each', () => {
    const events = [
      ...seenOn([0, 1, 2, 3, 4, 5, 6], 'login:a cookie:c'),
      ...seenOn([9], 'login:b cookie:c'),
      ...seenOn([9], 'login:d cookie:c'),
    ];
    const uses = runOracle(testRules({ devicePersonCap: 3 }), events).deviceUses;
    expect(uses.find(({ profile }) => profile === idOf('login:a'))).toMatchObject({
      own: 7,
      other: 1,
      certainty: 9,
    });
  });

  test('more device persons than the cap -> no edges', () => {
    const events = ['a', 'b', 'd'].flatMap((name) => seenOn([0], `login:${name} cookie:c`));
    const outcome = run(...events, ...seenOn([1, 2, 3, 4, 5, 6, 7, 8], 'login:a cookie:c'));
    expect(outcome.deviceUses.map(({ certainty }) => certainty)).toEqual([null, null, null]);
    expect(outcome.edges).toEqual([]);
  });

  test('bare observations of a device, or of two -> no person, no edge', () => {
    expect(run(seen('1', {}, 'cookie:c app:m')).deviceUses).toEqual([]);
  });
});

describe('S10: decisions', () => {
  const must = linked('must_link', 'd1', 5, 'login:a', 'login:b');

  test('must_link -> an edge between profiles never seen', () => {
    expect(edges(must)).toEqual(['login:a ~ login:b 120/0/0!']);
    expect(customersOf(run(must))).toHaveLength(1);
  });

  test.each([
    ['retracted later         ', [undecided('d1', 6)], false],
    ['retracted at that time  ', [undecided('d1', 5)], false],
    ['retracted before        ', [undecided('d1', 4)], true],
    ['retraction withdrawn    ', [undecided('d1', 6), undecided('d1', 7, true)], true],
    ['withdrawn at that time  ', [undecided('d1', 6, true), undecided('d1', 6)], false],
    ['another id retracted    ', [undecided('d2', 6)], true],
  ])('%s', (_why, retractions, isLive) => {
    expect(edges(...retractions, must)).toHaveLength(isLive ? 1 : 0);
  });

  test('one id, two contents -> the later; at one time the greater digest', () => {
    const later = linked('must_link', 'd1', 6, 'login:a', 'login:c');
    expect(edges(later, must)).toEqual(['login:a ~ login:c 120/0/0!']);
    const one = linked('must_link', 'd1', 5, 'login:a', 'login:c', 'x');
    expect(edges(one, must)).toEqual(['login:a ~ login:c 120/0/0!']);
    expect(edges(split('d1', 6, { 'login:a': '1' }), must)).toEqual([]);
  });

  test('two decisions on one pair -> the later; at one time the greater id', () => {
    const cannot = (id: string, at: number) => linked('cannot_link', id, at, 'login:b', 'login:a');
    expect(edges(must, cannot('d0', 6))).toEqual([]);
    expect(edges(must, cannot('d0', 5))).toEqual(['login:a ~ login:b 120/0/0!']);
    expect(edges(must, cannot('d2', 5))).toEqual([]);
    expect(edges(must, cannot('d2', 9), undecided('d2', 9))).toHaveLength(1);
  });

  test('must_link -> exempt from limits, but not from cannot_link and split', () => {
    const known = [seen('1', {}, 'login:a passport:1'), seen('2', {}, 'login:b passport:2')];
    expect(refusalsOf(run(...known, must))).toEqual([]);
    const parted = run(...known, must, split('d9', 0, { 'login:a': '1', 'login:b': '2' }));
    expect(refusalsOf(parted)).toEqual(['login:a ~ login:b split_decision']);
  });

  test('cannot_link -> keeps the edge, refuses the join', () => {
    const outcome = run(
      seen('1', {}, 'crm:a email:x'),
      seen('2', {}, 'crm:b email:x'),
      linked('cannot_link', 'd', 1, 'crm:a', 'crm:b'),
    );
    expect(outcome.components).toHaveLength(1);
    expect(refusalsOf(outcome)).toEqual(['crm:a ~ crm:b cannot_link']);
  });
});

describe('S11, S12: one edge a pair, components', () => {
  test('several kinds on one pair -> the strongest alone', () => {
    const events = [
      seen('1', {}, 'crm:z email:x phone:1'),
      seen('2', {}, 'crm:y email:x phone:1 address:h'),
    ];
    expect(edges(...events)).toEqual(['crm:y ~ crm:z 40/0/5']);
  });

  test('same certainty -> more support', () => {
    const events = [...seenOn([0, 1], 'crm:z email:x'), ...seenOn([0, 1], 'crm:y email:x email:w')];
    expect(edges(...events, ...seenOn([7], 'crm:z email:w'))).toEqual(['crm:y ~ crm:z 40/1/5']);
  });

  test('must_link on a pair with evidence just as certain -> the must_link counts', () => {
    const evidence = seenOn([0, 1, 2, 3], 'crm:y crm:z');
    expect(edges(...evidence)).toEqual(['crm:y ~ crm:z 120/2/1']);
    expect(edges(...evidence, linked('must_link', 'd', 0, 'crm:y', 'crm:z'))).toEqual([
      'crm:y ~ crm:z 120/0/0!',
    ]);
  });

  test('between the floors -> a review edge, which connects nothing; below -> none', () => {
    const outcome = run(
      seen('1', {}, 'crm:y address:h nickname:n'),
      seen('2', {}, 'crm:z address:h'),
      seen('3', {}, 'crm:x nickname:n'),
    );
    expect(edgesOf(outcome)).toEqual(['crm:y ~ crm:z 6/0/7']);
    expect(outcome.reviewEdges).toEqual(outcome.edges);
    expect(outcome.components).toHaveLength(3);
    expect(customersOf(outcome)).toEqual([]);
  });
});

describe('floors', () => {
  const shared = [seen('1', {}, 'crm:y address:h'), seen('2', {}, 'crm:z address:h')];

  test.each([
    [6, 8, 1, 1],
    [7, 8, 0, 0],
    [6, 6, 1, 0],
    [4, 7, 1, 1],
  ])('review floor %i, cluster floor %i, certainty 6 -> %i edges, %i for review', (...row) => {
    const [reviewFloor, clusterFloor, all, review] = row;
    const outcome = runOracle(testRules({ reviewFloor, clusterFloor }), shared);
    expect([outcome.edges.length, outcome.reviewEdges.length]).toEqual([all, review]);
    expect(outcome.accepted).toHaveLength(all - review);
  });
});

describe('S14, S17, S18: founders, size, relationships', () => {
  test('founder -> least received_at, whatever its anchor; certainty of each', () => {
    const outcome = run(
      seen('1', { receivedAt: 9 }, 'crm:z email:x'),
      seen('2', { receivedAt: 4 }, 'email:x'),
      linked('must_link', 'd', 0, 'crm:z', 'crm:y'),
    );
    const persona = idOf('+email:x');
    expect(customersOf(outcome)).toEqual(['+email:x < crm:y crm:z']);
    const certainties = outcome.customers.map(({ profile, certainty }) => [
      nameOf(profile),
      certainty,
    ]);
    expect(Object.fromEntries(certainties)).toEqual({ '+email:x': 40, 'crm:y': 40, 'crm:z': 40 });
    expect(outcome.attributions.map(({ founder }) => founder)).toEqual([persona, persona]);
  });

  test('component above the cap -> listed as oversized', () => {
    const chain = [seen('1', {}, 'crm:z login:a loyalty:7')];
    expect(runOracle(testRules({ componentCap: 3 }), chain).oversized).toHaveLength(0);
    expect(runOracle(testRules({ componentCap: 2 }), chain).oversized).toHaveLength(1);
  });

  test('parties of one interaction -> a relationship each way, no edge', () => {
    const aunt = (id: string) => seen(id, {}, 'buyer| login:aunt', 'beneficiary| login:nephew');
    const outcome = run(aunt('1'), aunt('2'), aunt('3'), retracted('3', 1));
    expect(outcome.edges).toEqual([]);
    const rows = outcome.relationships.map(
      (row) => `${nameOf(row.profile)} ${row.role} ${row.otherRole} ${row.interactions}`,
    );
    expect(rows.sort()).toEqual([
      'login:aunt buyer beneficiary 2',
      'login:nephew beneficiary buyer 2',
    ]);
  });

  test('two parties alike -> the interaction counts once', () => {
    const payers = ['payer| login:b', 'payer| login:b email:x'];
    const { relationships } = run(seen('1', {}, 'buyer| login:a', ...payers));
    expect(relationships.map(({ interactions }) => interactions)).toEqual([1, 1]);
  });

  test('two parties at one profile -> no relationship', () => {
    expect(run(seen('1', {}, 'buyer| login:a', 'payer| login:a')).relationships).toEqual([]);
  });
});
