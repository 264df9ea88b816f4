/**
 * Goal: the oracle's clustering is right by inspection. Method: hand-worked components for S13-S15
 * of ARCHITECTURE.md section 2; profiles are single letters, so that their order is plain.
 */
import { EMPTY_DIGEST } from '../../shared/domain/matching/digest.ts';
import { describe, expect, test } from 'vitest';
import type { ComponentEdge, ComponentMember } from '../../shared/domain/component.ts';
import { readLadder } from '../../shared/domain/component.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import { indexRules } from '../../shared/domain/rules.ts';
import {
  clusterComponent,
  compareFounders,
  laddersOf,
  viewAt,
} from '../support/oracle-clustering.ts';
import { testRules } from '../support/test-rules.ts';

const rules = testRules();
const id = (name: string) => name as ProfileId;

function member(profile: string, details: Partial<ComponentMember> = {}): ComponentMember {
  const nothing = { receivedAt: 0, limited: [], labels: [], cannotLinks: [], digest: EMPTY_DIGEST };
  return { profile: id(profile), ...nothing, ...details };
}

/** `ab` is the edge between a and b; by default as one shared email on one day. */
function edge(ends: string, details: Partial<ComponentEdge> = {}): ComponentEdge {
  const [low = '', high = ''] = ends;
  const declared = { certainty: 40, support: 0, priority: 5, mustLink: false };
  return { low: id(low), high: id(high), ...declared, ...details };
}

const mustLink = (ends: string) =>
  edge(ends, { certainty: 120, support: 0, priority: 0, mustLink: true });
const login = (...values: string[]) => ({
  limited: values.map((value) => ['login', 0, value] as const),
});
const passport = (...values: string[]) => ({
  limited: values.map((value) => ['passport', 0, value] as const),
});
const phone = (week: number, value: string) => ({ limited: [['phone', week, value] as const] });
const inSplit = (decisionId: string, label: string) => ({ labels: [[decisionId, label] as const] });

/** Accepted edges as `ab`, refused ones as `bc limit`, in the order processed. */
function outcome(members: ComponentMember[], edges: ComponentEdge[]) {
  const { accepted, refused } = clusterComponent(indexRules(rules), members, edges);
  return {
    accepted: accepted.map(({ low, high }) => low + high),
    refused: refused.map(({ edge: { low, high }, reason }) => `${low + high} ${reason.kind}`),
  };
}

describe('S13: order', () => {
  test('certainty, must-links, support, priority, ids; what closes a ring is neither', () => {
    const members = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => member(name));
    const edges = [
      edge('ag'),
      edge('fg', { priority: 4 }),
      edge('ef', { support: 1 }),
      edge('cd', { certainty: 120, priority: 1, support: 9 }),
      mustLink('de'),
      edge('bc', { certainty: 121 }),
      edge('ab'),
      edge('ac', { certainty: 39 }),
    ];
    expect(outcome(members, edges)).toEqual({
      accepted: ['bc', 'de', 'cd', 'ef', 'fg', 'ab'],
      refused: [],
    });
  });
});

describe('S13: constraints', () => {
  const different = [member('a', login('x')), member('b', login('y'))];

  test.each([
    ['worse than the limit', 5, { accepted: [], refused: ['ab limit'] }],
    ['equal to the limit  ', 2, { accepted: [], refused: ['ab limit'] }],
    ['better              ', 1, { accepted: ['ab'], refused: [] }],
  ])('over the limit, priority of the edge %s', (_why, priority, expected) => {
    expect(outcome(different, [edge('ab', { priority })])).toEqual(expected);
  });

  test('over the limit, but one side adds nothing -> joined', () => {
    const members = [member('a', login('x', 'y')), member('b', login('y')), member('c')];
    const chain = [edge('ab'), edge('bc', { certainty: 39 })];
    expect(outcome(members, chain).accepted).toEqual(['ab', 'bc']);
  });

  test('at the limit of two -> joined; a third value -> refused', () => {
    const loyalty = (value: string) => ({ limited: [['loyalty', 0, value] as const] });
    const members = [
      member('a', loyalty('1')),
      member('b', loyalty('2')),
      member('c', loyalty('3')),
    ];
    const edges = [edge('ab'), edge('bc', { certainty: 39 })];
    expect(outcome(members, edges)).toEqual({ accepted: ['ab'], refused: ['bc limit'] });
  });

  test('limit a week -> counts within one week only', () => {
    const edges = [edge('ab', { priority: 6 })];
    const apart = [member('a', phone(1, 'x')), member('b', phone(2, 'y'))];
    const together = [member('a', phone(1, 'x')), member('b', phone(1, 'y'))];
    expect(outcome(apart, edges).accepted).toEqual(['ab']);
    expect(outcome(together, edges).refused).toEqual(['ab limit']);
    expect(outcome(together, [edge('ab', { priority: 5 })]).accepted).toEqual(['ab']);
  });

  test('exclusive -> at any priority, not for must-links; what has both takes either', () => {
    const members = [member('a', passport('x')), member('b', passport('y'))];
    const certain = edge('ab', { certainty: 60, priority: 1 });
    expect(outcome(members, [certain]).refused).toEqual(['ab exclusive']);
    const third = [...members, member('c', passport('y'))];
    expect(outcome(third, [mustLink('ab'), edge('bc')])).toEqual({
      accepted: ['ab', 'bc'],
      refused: [],
    });
  });

  test('cannot_link reaches across clusters, must-links do not override it', () => {
    const members = [member('a', { cannotLinks: [id('c')] }), member('b'), member('c')];
    const edges = [mustLink('ab'), mustLink('bc')];
    expect(outcome(members, edges)).toEqual({ accepted: ['ab'], refused: ['bc cannot_link'] });
  });

  test('labels of one split -> apart; of two splits, or the same label -> joined', () => {
    const parted = [member('a', inSplit('s', '1')), member('b'), member('c', inSplit('s', '2'))];
    expect(outcome(parted, [mustLink('ab'), mustLink('bc')]).refused).toEqual([
      'bc split_decision',
    ]);
    const same = [member('a', inSplit('s', '1')), member('b', inSplit('s', '1'))];
    expect(outcome(same, [edge('ab')]).accepted).toEqual(['ab']);
    const others = [member('a', inSplit('s', '1')), member('b', inSplit('t', '2'))];
    expect(outcome(others, [edge('ab')]).accepted).toEqual(['ab']);
  });

  test('several reasons -> the first: cannot_link, split, exclusive, limit', () => {
    const limited = (value: string) => ({
      limited: [['login', 0, value] as const, ['passport', 0, value] as const],
    });
    const reasons = (left: Partial<ComponentMember>, right: Partial<ComponentMember>) =>
      clusterComponent(
        indexRules(rules),
        [member('a', left), member('b', right)],
        [edge('ab')],
      ).refused.map(({ reason }) => reason);
    const one = {
      ...limited('x'),
      labels: [
        ['t', '1'],
        ['s', '1'],
      ] as const,
    };
    const two = {
      ...limited('y'),
      labels: [
        ['t', '2'],
        ['s', '2'],
      ] as const,
    };
    expect(reasons({ ...one, cannotLinks: [id('b')] }, two)).toEqual([{ kind: 'cannot_link' }]);
    expect(reasons(one, two)).toEqual([{ kind: 'split_decision', decisionId: 's' }]);
    expect(reasons(limited('x'), limited('y'))).toEqual([
      { kind: 'exclusive', namespace: 'passport' },
    ]);
    expect(reasons(login('x'), login('y'))).toEqual([{ kind: 'limit', namespace: 'login' }]);
  });
});

describe('S13: contested edges', () => {
  const twoLogins = [member('a', login('x')), member('b', login('y')), member('e')];

  test('fits two equally well -> joins neither', () => {
    expect(outcome(twoLogins, [edge('ae'), edge('be')])).toEqual({
      accepted: [],
      refused: ['ae contested', 'be contested'],
    });
  });

  test('more support for one -> joins it, the other breaks the limit', () => {
    expect(outcome(twoLogins, [edge('ae'), edge('be', { support: 1 })])).toEqual({
      accepted: ['be'],
      refused: ['ae limit'],
    });
  });

  test('three that fit together -> all join', () => {
    const members = [member('a', login('x')), member('b', login('x')), member('e')];
    expect(outcome(members, [edge('ae'), edge('be')]).accepted).toEqual(['ae', 'be']);
  });

  test('an edge that is itself inadmissible contests nothing', () => {
    const members = [member('a', login('x')), member('b', login('y')), member('e', login('y'))];
    expect(outcome(members, [edge('ae'), edge('be')])).toEqual({
      accepted: ['be'],
      refused: ['ae limit'],
    });
  });

  test('contested by a split or a cannot_link too', () => {
    const parted = [member('a', inSplit('s', '1')), member('b', inSplit('s', '2')), member('e')];
    expect(outcome(parted, [edge('ae'), edge('be')]).accepted).toEqual([]);
    const apart = [member('a', { cannotLinks: [id('b')] }), member('b'), member('e')];
    expect(outcome(apart, [edge('ae'), edge('be')]).accepted).toEqual([]);
  });

  test('must-links are never contested: the first joins, the second is refused', () => {
    const apart = [member('a', { cannotLinks: [id('b')] }), member('b'), member('e')];
    expect(outcome(apart, [mustLink('ae'), mustLink('be')])).toEqual({
      accepted: ['ae'],
      refused: ['be cannot_link'],
    });
  });

  test('only the next cluster contests, not one two steps away', () => {
    const members = [member('a', login('x')), member('b'), member('c'), member('d', login('y'))];
    expect(outcome(members, [edge('ab'), edge('bc'), edge('cd')])).toEqual({
      accepted: ['ab', 'bc'],
      refused: ['cd limit'],
    });
  });

  test('two edges between the same two clusters do not contest each other', () => {
    const members = [member('a'), member('b'), member('c')];
    expect(outcome(members, [edge('ab', { certainty: 60 }), edge('ac'), edge('bc')])).toEqual({
      accepted: ['ab', 'ac'],
      refused: [],
    });
  });

  test('a contested edge stays refused though its ends meet later', () => {
    const members = [...twoLogins, member('f')];
    const edges = [
      edge('ae'),
      edge('be'),
      edge('ef', { certainty: 30 }),
      edge('af', { certainty: 20 }),
    ];
    expect(outcome(members, edges)).toEqual({
      accepted: ['ef', 'af'],
      refused: ['ae contested', 'be contested'],
    });
  });

  test('inadmissible at the start of its group, admissible when its turn comes -> joined', () => {
    const members = [
      member('a', passport('x')),
      member('b', passport('x')),
      member('c', passport('y')),
      member('z', passport('y')),
    ];
    const edges = [mustLink('bz'), edge('ab'), edge('ac')];
    expect(outcome(members, edges)).toEqual({ accepted: ['bz', 'ab', 'ac'], refused: [] });
  });
});

describe('S14, S15: founders, views, ladders', () => {
  test('founders -> least received_at, then id; without observations last', () => {
    const members = [
      member('a', { receivedAt: null }),
      member('b', { receivedAt: 2 }),
      member('c', { receivedAt: 1 }),
      member('d', { receivedAt: 1 }),
      member('e', { receivedAt: null }),
    ];
    const order = members.toReversed().sort(compareFounders);
    expect(order.map(({ profile }) => profile)).toEqual(['c', 'd', 'b', 'a', 'e']);
  });

  const chain = [
    member('a', { receivedAt: 3 }),
    member('b', { receivedAt: 2 }),
    member('c', { receivedAt: 1 }),
    member('d', { receivedAt: 4 }),
    member('e', { receivedAt: 5 }),
  ];
  const accepted = [
    edge('ab', { certainty: 60 }),
    edge('bc', { certainty: 20 }),
    edge('ad', { certainty: 40 }),
  ];

  test.each([
    [61, { a: ['a', null], b: ['b', null], c: ['c', null], d: ['d', null], e: ['e', null] }],
    [60, { a: ['b', 60], b: ['b', 60], c: ['c', null], d: ['d', null], e: ['e', null] }],
    [40, { a: ['b', 60], b: ['b', 60], c: ['c', null], d: ['b', 40], e: ['e', null] }],
    [20, { a: ['c', 20], b: ['c', 20], c: ['c', 20], d: ['c', 20], e: ['e', null] }],
  ])('view at %i', (floor, expected) => {
    const view = viewAt(chain, accepted, floor);
    const found = [...view].map(([profile, at]) => [profile, [at.founder, at.certainty]]);
    expect(Object.fromEntries(found)).toEqual(expected);
    const ladders = laddersOf(chain, accepted, []);
    for (const [profile, standing] of view) {
      const ladder = ladders.get(profile) ?? { strongest: null, steps: [] };
      expect(readLadder(profile, ladder, floor)).toEqual(standing);
    }
  });

  test('ladders -> a step wherever an older founder comes in', () => {
    expect(Object.fromEntries(laddersOf(chain, accepted, []))).toEqual({
      a: {
        strongest: 60,
        steps: [
          [60, 'b'],
          [20, 'c'],
        ],
      },
      b: { strongest: 60, steps: [[20, 'c']] },
      c: { strongest: 20, steps: [] },
      d: {
        strongest: 40,
        steps: [
          [40, 'b'],
          [20, 'c'],
        ],
      },
      e: { strongest: null, steps: [] },
    });
  });
});
