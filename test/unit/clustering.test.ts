/**
 * Goal: the worked cases of clustering come out as a steward would expect (ARCHITECTURE S13 to S15).
 * Method: tables of small components; members and edges are written as short texts, see `component`.
 */
import { EMPTY_DIGEST } from '../../shared/domain/matching/digest.ts';
import { describe, expect, test } from 'vitest';
import { clusterComponent } from '../../shared/domain/clustering.ts';
import type {
  ClusterResult,
  ComponentEdge,
  ComponentMember,
} from '../../shared/domain/component.ts';
import { type IndexedEdge, sortGroup } from '../../shared/domain/edge-order.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import {
  bucketOf,
  CERTAIN,
  indexRules,
  type Limit,
  type NamespaceRules,
} from '../../shared/domain/rules.ts';

/** Priorities: login 1, card 2, email 3, device 4, birth 5; birth dates are exclusive. */
const RULES = indexRules({
  version: '0',
  normaliserVersion: 'text-1',
  reviewFloor: 0,
  clusterFloor: 4,
  componentCap: 1000,
  scoring: null,
  devicePersonCap: 5,
  stormHolders: 0,
  stormPairs: 2,
  namespaces: [
    namespace('birth', 5, null, true),
    namespace('card', 2, { count: 2, window: 'month' }),
    namespace('device', 4, null),
    namespace('email', 3, { count: 2, window: 'ever' }),
    namespace('login', 1, { count: 1, window: 'ever' }),
  ],
});

function namespace(
  name: string,
  priority: number,
  limit: Limit | null,
  exclusive = false,
): NamespaceRules {
  return {
    name,
    kind: 'evidence',
    priority,
    certainty: 28,
    limit,
    exclusive,
    holderCap: 64,
    personCap: null,
    namesRecords: false,
    parts: [],
    normaliser: 'text',
    blockedValues: [],
    blockedPatterns: [],
    blockJunk: false,
  };
}

/**
 * Member: profile, then any of `@5` (received at 5), `login=u1`, `card=c1:602` (bucket 602),
 * `label=d1:left`, `not=b` (cannot-link). Earlier members have earlier founders unless told.
 */
function member(text: string, position: number): ComponentMember {
  const [profile, ...parts] = text.split(' ');
  const pairsOf = (name: string) =>
    parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1));
  const limited = ['birth', 'card', 'email', 'login'].flatMap((name) =>
    pairsOf(name).map((entry) => {
      const [value, bucket] = entry.split(':');
      return [name, Number(bucket ?? 0), value ?? ''] as const;
    }),
  );
  const received = parts.find((part) => part.startsWith('@'))?.slice(1) ?? String(position);
  return {
    profile: profile as ProfileId,
    receivedAt: received === 'never' ? null : Number(received),
    limited,
    labels: pairsOf('label').map((entry) => {
      const [decision, label] = entry.split(':');
      return [decision ?? '', label ?? ''] as const;
    }),
    cannotLinks: pairsOf('not') as ProfileId[],
    digest: EMPTY_DIGEST,
  };
}

/** Edge: `a-b certainty support priority`, by default `28 0 3`; `a=b` is a must-link. */
function edge(text: string): ComponentEdge {
  const [ends = '', certainty = '28', support = '0', priority = '3'] = text.split(' ');
  const mustLink = ends.includes('=');
  const [low, high] = ends.split(mustLink ? '=' : '-') as [ProfileId, ProfileId];
  if (mustLink) return { low, high, certainty: CERTAIN, support: 0, priority: 0, mustLink };
  const numbers = { certainty: +certainty, support: +support, priority: +priority };
  return { low, high, ...numbers, mustLink };
}

/** Accepted and refused edges as texts: `a-b` and `a-b limit:login`. */
function outcomeOf({ accepted, refused }: ClusterResult): readonly string[] {
  const ends = ({ low, high }: ComponentEdge) => `${low}-${high}`;
  return [
    ...accepted.map(ends),
    ...refused.map(({ edge: tried, reason }) => {
      switch (reason.kind) {
        case 'limit':
        case 'exclusive':
          return `${ends(tried)} ${reason.kind}:${reason.namespace}`;
        case 'split_decision':
          return `${ends(tried)} ${reason.kind}:${reason.decisionId}`;
        case 'cannot_link':
        case 'cohesion':
        case 'contested':
          return `${ends(tried)} ${reason.kind}`;
      }
    }),
  ];
}

function laddersOf({ ladders }: ClusterResult): readonly string[] {
  return [...ladders].map(([profile, { strongest, steps }]) =>
    [`${profile} ${strongest}`, ...steps.map((step) => step.join(':'))].join(' '),
  );
}

function cluster(members: readonly string[], edges: readonly string[]): ClusterResult {
  return clusterComponent(RULES, members.map(member), edges.map(edge));
}

const MAY = bucketOf('month', 20_000);
const JUNE = MAY + 1;

type Case = readonly [situation: string, members: string[], edges: string[], outcome: string[]];

describe('joins and refusals', () => {
  test.each<Case>([
    ['nobody -> nothing', [], [], []],
    ['one profile -> nothing to join', ['a login=u1'], [], []],
    ['shared email, no conflict -> one customer', ['a login=u1', 'b'], ['a-b'], ['a-b']],
    [
      "Segment's case: two user ids share an email, limit one user id -> apart",
      ['abc123 login=abc123 email=jane', 'abc456 login=abc456 email=jane'],
      ['abc123-abc456'],
      ['abc123-abc456 limit:login'],
    ],
    [
      'the same by an edge that rests on a better namespace than the limit -> together',
      ['a email=x1 email=x2', 'b email=x3'],
      ['a-b 28 0 2'],
      ['a-b'],
    ],
    [
      'the same by an edge of the very namespace -> refused',
      ['a email=x1 email=x2', 'b email=x3'],
      ['a-b 28 0 3'],
      ['a-b limit:email'],
    ],
    [
      'within the limit -> together, beyond it -> apart',
      ['a email=x1', 'b email=x2', 'c email=x3'],
      ['a-b 30', 'b-c 28'],
      ['a-b', 'b-c limit:email'],
    ],
    [
      'one profile already over the limit -> takes who adds nothing, refuses who does',
      ['a email=x1 email=x2 email=x3', 'b email=x2', 'c email=x4'],
      ['a-b 30', 'a-c 28'],
      ['a-b', 'a-c limit:email'],
    ],
    [
      'one email of three logins and a persona -> contested, the persona joins none',
      ['a login=u1', 'b login=u2', 'c login=u3', 'p'],
      ['a-b', 'a-c', 'a-p', 'b-c', 'b-p', 'c-p'],
      [
        'a-b limit:login',
        'a-c limit:login',
        'a-p contested',
        'b-c limit:login',
        'b-p contested',
        'c-p contested',
      ],
    ],
    [
      'the persona was seen with one of them on more days -> joins that one, the rest stay apart',
      ['a login=u1', 'b login=u2', 'p'],
      ['a-b', 'a-p 28 0', 'b-p 28 1'],
      ['b-p', 'a-b limit:login', 'a-p limit:login'],
    ],
    [
      'two equal edges to clusters that fit together -> no contest',
      ['a login=u1', 'b login=u1', 'p'],
      ['a-p', 'b-p'],
      ['a-p', 'b-p'],
    ],
    [
      'contested edge between clusters that other edges of the group join -> still refused',
      ['a login=u1', 'b', 'c login=u2', 'd login=u1'],
      ['a-b', 'b-c', 'a-d'],
      ['a-d', 'a-b contested', 'b-c contested'],
    ],
    [
      'cannot-link between two equal candidates -> contested',
      ['a not=b', 'b', 'p'],
      ['a-p', 'b-p'],
      ['a-p contested', 'b-p contested'],
    ],
    [
      'labels of one split on two equal candidates -> contested',
      ['a label=d1:left', 'b label=d1:right', 'p'],
      ['a-p', 'b-p'],
      ['a-p contested', 'b-p contested'],
    ],
    [
      'two equal candidates, each with both labels of one split -> contested',
      ['a label=d1:x label=d1:y', 'b label=d1:x label=d1:y', 'p'],
      ['a-p', 'b-p'],
      ['a-p contested', 'b-p contested'],
    ],
    [
      'three equal candidates of which a limit of two takes any two -> contested',
      ['a email=x1', 'b email=x2', 'c email=x3'],
      ['a-b', 'b-c'],
      ['a-b contested', 'b-c contested'],
    ],
    ['must-link overrides a limit', ['a login=u1', 'b login=u2'], ['a=b'], ['a=b']],
    ['must-link overrides exclusivity', ['a birth=1970', 'b birth=1971'], ['a=b'], ['a=b']],
    [
      'after a must-link over the limit -> takes who adds nothing, refuses who does',
      ['a login=u1', 'b login=u2', 'c login=u2', 'd login=u3'],
      ['a=b', 'b-c', 'b-d 20'],
      ['a=b', 'b-c', 'b-d limit:login'],
    ],
    ['cannot-link beats must-link', ['a not=b', 'b'], ['a=b'], ['a=b cannot_link']],
    [
      'cannot-link named by the other side -> counts as well',
      ['a', 'b not=a'],
      ['a-b'],
      ['a-b cannot_link'],
    ],
    [
      'cannot-link beats a path of must-links',
      ['a not=c', 'b', 'c'],
      ['a=b', 'b=c'],
      ['a=b', 'b=c cannot_link'],
    ],
    ['cannot-link to a stranger -> no matter', ['a not=z', 'b'], ['a-b'], ['a-b']],
    [
      'split decision beats must-link, other decisions do not mix',
      ['a label=d1:left', 'b label=d1:right', 'c label=d2:right'],
      ['a=b', 'a=c'],
      ['a=c', 'a=b split_decision:d1'],
    ],
    [
      'two labels of one split on one profile -> fits neither side',
      ['a label=d1:left label=d1:right', 'b label=d1:left', 'c label=d1:right'],
      ['a-b', 'a-c 20'],
      ['a-b split_decision:d1', 'a-c split_decision:d1'],
    ],
    [
      'different exclusive values -> apart at any priority',
      ['a birth=1970', 'b birth=1971'],
      ['a-b 28 0 1'],
      ['a-b exclusive:birth'],
    ],
    [
      'one side has both exclusive values -> the other adds nothing',
      ['a birth=1970 birth=1971', 'b birth=1971'],
      ['a-b'],
      ['a-b'],
    ],
    [
      'several reasons -> the first is told: cannot-link, split, exclusive, limit by name',
      [
        'a not=b label=d1:x birth=1 login=u1 email=x1 email=x2',
        'b label=d1:y birth=2 login=u2 email=x3',
        'c birth=3 login=u3 email=x4',
        'd login=u4 email=x5 label=d1:z',
        'e login=u5 email=x6',
      ],
      ['a-b 28', 'a-c 27', 'a-d 26', 'a-e 25'],
      ['a-b cannot_link', 'a-c exclusive:birth', 'a-d split_decision:d1', 'a-e limit:email'],
    ],
    [
      'undeclared namespace among the limited values -> ignored',
      ['a other=1', 'b other=2'],
      ['a-b'],
      ['a-b'],
    ],
  ])('%s', (_, members, edges, outcome) => {
    const expected = outcome.map((line) => line.replace('=', '-'));
    expect(outcomeOf(cluster(members, edges))).toEqual(expected);
    expect(outcomeOf(cluster(members, edges.toReversed())), 'edges in reverse').toEqual(expected);
  });

  test.each<Case>([
    [
      'three cards in one month, limit two a month -> apart',
      [`a card=c1:${MAY} card=c2:${MAY}`, `b card=c3:${MAY}`],
      ['a-b'],
      ['a-b limit:card'],
    ],
    [
      'three cards over two months -> together',
      [`a card=c1:${MAY} card=c2:${MAY}`, `b card=c3:${JUNE}`],
      ['a-b'],
      ['a-b'],
    ],
    [
      'over the limit in May, but what is added falls in June -> together',
      [`a card=c1:${MAY} card=c2:${MAY} card=c4:${MAY}`, `b card=c3:${JUNE} card=c1:${MAY}`],
      ['a-b'],
      ['a-b'],
    ],
    [
      'a value known from June is new in May -> apart',
      [`a card=c1:${MAY} card=c2:${MAY} card=c3:${JUNE}`, `b card=c3:${MAY}`],
      ['a-b'],
      ['a-b limit:card'],
    ],
  ])('windows: %s', (_, members, edges, outcome) => {
    expect(outcomeOf(cluster(members, edges))).toEqual(outcome);
  });
});

describe('canonical order', () => {
  const conflict = ['a login=u1', 'b login=u2', 'p'];
  test.each<Case>([
    ['higher certainty first', conflict, ['a-p 27 9', 'b-p 28'], ['b-p', 'a-p limit:login']],
    ['more support first', conflict, ['a-p 28 2 1', 'b-p 28 3 3'], ['b-p', 'a-p limit:login']],
    ['better namespace first', conflict, ['a-p 28 2 3', 'b-p 28 2 2'], ['b-p', 'a-p limit:login']],
    ['must-link first', conflict, ['a-p 120 9 1', 'b=p'], ['b-p', 'a-p limit:login']],
    [
      'equal edges of a ring -> joined by (low, high), the last is redundant',
      ['c', 'a', 'b'],
      ['b-c', 'a-c', 'a-b'],
      ['a-b', 'a-c'],
    ],
  ])('%s', (_, members, edges, outcome) => {
    expect(outcomeOf(cluster(members, edges))).toEqual(outcome);
  });

  test('a tie group large enough for the packed sort -> the same order as by texts', () => {
    const edges: IndexedEdge[] = [];
    for (let low = 0; low < 20; low++) {
      for (let high = low + 1; high < 20; high++) edges.push({ edge: edge('a-b'), low, high });
    }
    const shuffled = edges.toSorted(
      (left, right) =>
        ((left.low * 7 + left.high * 11) % 19) - ((right.low * 7 + right.high * 11) % 19),
    );
    const order = [...sortGroup(shuffled, 20)].map((position) => shuffled[position]);
    expect(order).toEqual(edges);
  });

  test('an edge to a stranger -> throws, whatever else', () => {
    expect(() => cluster(['a', 'b'], ['a-b 28', 'a-z 12'])).toThrow(/not a member/);
  });
});

describe('founders and ladders', () => {
  test.each<Case>([
    ['alone -> no step', ['a'], [], ['a null']],
    ['earliest received founds', ['a @9', 'b @3'], ['a-b'], ['a 28 28:b', 'b 28']],
    ['equal times -> least profile id', ['b @3', 'a @3'], ['a-b'], ['a 28', 'b 28 28:a']],
    ['never observed -> last', ['a @never', 'b @3'], ['a-b'], ['a 28 28:b', 'b 28']],
    ['none observed -> least id', ['a @never', 'b @never'], ['a-b'], ['a 28', 'b 28 28:a']],
    [
      'a better founder by a weaker edge -> a second step',
      ['a @1', 'b @2', 'c @3'],
      ['b-c 40', 'a-b 12'],
      ['a 12', 'b 40 12:a', 'c 40 40:b 12:a'],
    ],
    [
      'a chain of equal edges -> one step, to the founder at the end of the level',
      ['a @1', 'b @2', 'c @3', 'd @4'],
      ['c-d', 'b-c', 'a-b'],
      ['a 28', 'b 28 28:a', 'c 28 28:a', 'd 28 28:a'],
    ],
    [
      'the same over two tie groups of one certainty -> still one step',
      ['a @1', 'b @2', 'c @3'],
      ['b-c 28 3', 'a-b 28 0'],
      ['a 28', 'b 28 28:a', 'c 28 28:a'],
    ],
    ['a refused edge -> no step', ['a login=u1', 'b login=u2'], ['a-b'], ['a null', 'b null']],
    [
      'must-link -> the top of the ladder',
      ['a', 'b', 'c'],
      ['a=b', 'b-c 12'],
      ['a 120', 'b 120 120:a', 'c 12 12:a'],
    ],
  ])('%s', (_, members, edges, ladders) => {
    expect(laddersOf(cluster(members, edges))).toEqual(ladders);
    expect(laddersOf(cluster(members, edges.toReversed())), 'edges in reverse').toEqual(ladders);
  });
});
