/**
 * EmbeddedCluster as a reader sees it: who an identifier belongs to, what a customer is made of,
 * why two are together or apart. Commands, feed and life cycle have files of their own.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import {
  customersOf,
  identifier,
  ingest,
  link,
  named,
  openFresh,
  probability,
  visit,
} from './embedded-fixture.ts';

let cluster: EmbeddedCluster;
beforeEach(async () => {
  cluster = await openFresh();
});
afterEach(() => cluster.close());

describe('resolve', () => {
  test('an anchor -> its customer; unknown -> not found; the anchors of a party are one', async () => {
    await ingest(cluster, visit('1', {}, 'login:a crm:7 email:x'), visit('2', {}, 'login:b'));
    const [a] = await customersOf(cluster, 'login:a');
    expect(a).toMatch(/^c[a-z2-7]{26}$/);
    expect(await customersOf(cluster, 'crm:7')).toEqual([a]);
    expect(await customersOf(cluster, 'email:x')).toEqual([a]);
    expect(await customersOf(cluster, 'login:b')).not.toEqual([a]);
    expect(await customersOf(cluster, 'login:nobody')).toEqual(['(not_found)']);
    expect(await customersOf(cluster, 'email:nobody')).toEqual(['(not_found)']);
  });

  test('a value of two customers -> both, ranked, never silently one', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'login:a phone:1'),
      visit('2', {}, 'crm:1 phone:1'),
      visit('3', {}, 'login:b phone:1'),
    );
    const [found] = await cluster.resolve([identifier('phone:1')]);
    if (found?.kind !== 'found') throw new Error('not found');
    const [first, second] = found.matches.map(({ certainty }) => certainty);
    expect(found.matches).toHaveLength(3);
    expect(new Set(found.matches.map(({ customerId }) => customerId)).size).toBe(3);
    expect(first).toBeGreaterThanOrEqual(second as number);
  });

  test('a batch -> one answer each, in order, whatever is wrong with some', async () => {
    await ingest(cluster, visit('1', {}, 'login:a'));
    const found = await cluster.resolve(
      ['login:a', 'telepathy:1', 'ip:1', 'login: ', 'login:a'].map(identifier),
    );
    expect(found.map(({ kind }) => kind)).toEqual([
      'found',
      'invalid',
      'invalid',
      'invalid',
      'found',
    ]);
    expect(JSON.stringify(found[1])).toContain('unknown namespace');
    expect(await cluster.resolve([])).toEqual([]);
  });

  test('over the holder cap -> generic with the count; back below -> customers again', async () => {
    const crowd = [1, 2, 3, 4, 5].map((index) => visit(`${index}`, {}, `crm:${index} email:info`));
    await ingest(cluster, ...crowd);
    expect(await cluster.resolve([identifier('email:info')])).toEqual([
      { kind: 'generic', holders: 5, valueRef: expect.stringMatching(/^v[a-z2-7]{26}$/) },
    ]);
    expect(await customersOf(cluster, 'crm:1')).not.toEqual(await customersOf(cluster, 'crm:2'));
    await cluster.command(
      {
        kind: 'retract_interaction',
        source: 'shop',
        interactionId: '5',
        decidedAt: 1,
        withdrawn: false,
      },
      { ack: 'durable' },
    );
    expect(await customersOf(cluster, 'crm:1')).toEqual(await customersOf(cluster, 'email:info'));
  });

  test('from over the cap to one holder in one round -> that one', async () => {
    const crowd = [1, 2, 3, 4, 5].map((index) => visit(`${index}`, {}, `crm:${index} email:info`));
    const single = await openFresh({ partitions: 1 });
    await ingest(single, ...crowd);
    const retract = (interactionId: string) =>
      single.command(
        {
          kind: 'retract_interaction',
          source: 'shop',
          interactionId,
          decidedAt: 1,
          withdrawn: false,
        },
        { ack: 'durable' },
      );
    await Promise.all(['1', '2', '3', '4'].map(retract));
    expect(await customersOf(single, 'email:info')).toEqual(await customersOf(single, 'crm:5'));
    await ingest(single, ...crowd.map((item) => ({ ...item, source: 'again' })));
    expect(await customersOf(single, 'email:info')).toEqual(['(generic)']);
    await single.close();
  });

  test('views nest: strict is finer than loose', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1 email:x'),
      visit('2', {}, 'crm:2 email:x phone:5'),
      visit('3', {}, 'crm:3 phone:5'),
    );
    const at = (quarterBits: number) =>
      Promise.all(
        ['crm:1', 'crm:2', 'crm:3'].map(
          async (text) => (await customersOf(cluster, text, probability(quarterBits)))[0],
        ),
      );
    const [one, , three] = await at(60);
    const [, two] = await at(60);
    expect(new Set([one, two, three]).size).toBe(3);
    expect(await at(40)).toEqual([one, one, three]);
    expect(await at(24)).toEqual([one, one, one]);
    expect(await customersOf(cluster, 'crm:3')).toEqual([one]);
    const [certain] = await cluster.resolve([identifier('crm:3')]);
    expect(certain).toEqual({
      kind: 'found',
      matches: [{ customerId: one, certainty: probability(24) }],
    });
  });

  test.for([[-0.1], [1.1], [Number.NaN], [0.5]])(
    'a min_certainty of %d -> invalid_argument',
    async ([minCertainty]) => {
      const asked = cluster.resolve([identifier('login:a')], {
        minCertainty: minCertainty as number,
      });
      await expect(asked).rejects.toMatchObject({
        code: 'invalid_argument',
        violations: [{ field: 'min_certainty' }],
      });
    },
  );
});

describe('getCustomer', () => {
  test('after a merge the younger id answers as the older, and says so', async () => {
    await ingest(cluster, visit('1', {}, 'crm:1'), visit('2', {}, 'crm:2'));
    const [[older], [younger]] = (await Promise.all(
      ['crm:1', 'crm:2'].map((text) => customersOf(cluster, text)),
    )) as [[string], [string]];
    expect(await cluster.getCustomer(younger)).toMatchObject({ redirectedFrom: null });
    await cluster.ingest([visit('3', {}, 'crm:1 crm:2')], { ack: 'durable', receivedAt: 9 });
    expect(await cluster.getCustomer(younger)).toMatchObject({
      customerId: older,
      redirectedFrom: younger,
    });
    expect(await cluster.getCustomer(older)).toMatchObject({
      customerId: older,
      redirectedFrom: null,
    });
  });

  test('no id of this cluster, or none ever issued -> null', async () => {
    const other = await openFresh({ idKey: Buffer.alloc(16, 1) });
    await ingest(other, visit('1', {}, 'login:a'));
    const [foreign] = (await customersOf(other, 'login:a')) as [string];
    await other.close();
    for (const ref of ['', 'c', 'nonsense', foreign, `c${'a'.repeat(26)}`, `x${'a'.repeat(26)}`]) {
      expect(await cluster.getCustomer(ref)).toBeNull();
    }
  });

  test('profiles, identifiers, attributes, timeline and relationships', async () => {
    await ingest(
      cluster,
      visit('1', { day: 1, attributes: { name: 'Ann' } }, 'crm:1 email:x ip:9'),
      visit('2', { day: 3, attributes: { name: 'Anne' } }, 'crm:2 email:x cookie:k'),
      visit('3', { day: 2, attributes: { name: 'Ann' } }, 'crm:1'),
      visit('4', { day: 4 }, 'buyer| crm:2', 'beneficiary| crm:3'),
    );
    const [id] = (await customersOf(cluster, 'crm:1')) as [string];
    const [nephew] = await customersOf(cluster, 'crm:3');
    const view = await cluster.getCustomer(id);
    expect(view).toMatchObject({
      customerId: id,
      minCertainty: probability(8),
      oversized: false,
      settledLagMs: 0,
      relationships: [
        { customerId: nephew, role: 'buyer', otherRole: 'beneficiary', interactions: 1 },
      ],
    });
    const anchors = view?.profiles.map(({ anchor, kind, days, firstReceivedAt }) => [
      `${anchor.namespace}:${anchor.value}`,
      kind,
      days,
      firstReceivedAt,
    ]);
    expect(anchors?.sort()).toEqual([
      ['crm:1', 'person', 2, 0],
      ['crm:2', 'person', 2, 1],
    ]);
    expect(view?.timeline.map(({ interactionId, role }) => `${interactionId} ${role}`)).toEqual([
      '4 buyer',
      '2 subject',
      '3 subject',
      '1 subject',
    ]);
    expect(
      view?.identifiers.map(({ namespace, value, kind, days }) =>
        [namespace, value, kind, days].join(' '),
      ),
    ).toEqual([
      'crm 1 person 2',
      'crm 2 person 2',
      'email x evidence 2',
      'cookie k device 1',
      'ip 9 context 1',
    ]);
    expect(view?.attributes.map(({ name, value, days }) => [name, value, days])).toEqual([
      ['name', 'Ann', 2],
      ['name', 'Anne', 1],
    ]);
  });

  test('possible matches: review edges and refused ones, with the reason', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'login:a address:home email:x'),
      visit('2', {}, 'crm:2 address:home'),
      visit('3', {}, 'login:b email:x'),
    );
    const [id] = (await customersOf(cluster, 'login:a')) as [string];
    const [neighbour] = await customersOf(cluster, 'crm:2');
    const [other] = await customersOf(cluster, 'login:b');
    const view = await cluster.getCustomer(id);
    const possibleSince = visit('1', {}).occurredAt;
    expect(view?.possibleMatches).toEqual([
      {
        customerId: other,
        certainty: probability(40),
        band: 'merge',
        reason: 'limit',
        possibleSince,
      },
      {
        customerId: neighbour,
        certainty: probability(6),
        band: 'review',
        reason: 'review',
        possibleSince,
      },
    ]);
    const back = await cluster.getCustomer(neighbour as string);
    expect(back?.possibleMatches).toEqual([
      {
        customerId: id,
        certainty: probability(6),
        band: 'review',
        reason: 'review',
        possibleSince,
      },
    ]);
  });
});

describe('explain', () => {
  beforeEach(async () => {
    await ingest(
      cluster,
      visit('1', {}, 'login:a email:x'),
      visit('2', {}, 'crm:2 email:x phone:5'),
      visit('3', {}, 'crm:3 phone:5'),
      visit('4', {}, 'login:b email:x'),
      visit('5', {}, 'crm:9'),
    );
  });

  test('two that are together -> the path and its weakest edge, with reasons', async () => {
    await cluster.command(link('cannot_link', 'login:b', 'crm:2'), { ack: 'durable' });
    await cluster.command(link('cannot_link', 'login:b', 'login:a'), { ack: 'durable' });
    const found = await cluster.explain(named('login:a'), named('crm:3'));
    if (found.kind !== 'joined') throw new Error(`found ${found.kind}`);
    expect(found.customerId).toBe((await customersOf(cluster, 'crm:3'))[0]);
    const ends = found.path.map(({ left, right }) => [left.value, right.value].sort().join('-'));
    expect(ends).toEqual(['2-a', '2-3']);
    expect(found.weakest).toEqual(found.path[1]);
    expect(found.weakest).toMatchObject({
      certainty: probability(24),
      outcome: 'accepted',
      refusal: null,
      reasons: [{ kind: 'shared_value', namespace: 'phone', supportDays: 1, decisionId: null }],
    });
  });

  test('one with itself -> joined by nothing; unknown -> not found', async () => {
    const same = await cluster.explain(named('login:a'), named('login:a'));
    expect(same).toMatchObject({ kind: 'joined', path: [], weakest: null });
    expect(await cluster.explain(named('login:z'), null)).toEqual({ kind: 'not_found' });
    expect(await cluster.explain(named('login:a'), named('login:z'))).toEqual({
      kind: 'not_found',
    });
  });

  test('two that are apart -> the refused edges with the reason; none when there is none', async () => {
    await cluster.command(link('must_link', 'login:a', 'crm:2'), { ack: 'durable' });
    const found = await cluster.explain(named('login:a'), named('login:b'));
    if (found.kind !== 'apart') throw new Error(`found ${found.kind}`);
    const [left] = await customersOf(cluster, 'login:a');
    const [right] = await customersOf(cluster, 'login:b');
    expect([found.leftCustomerId, found.rightCustomerId]).toEqual([left, right]);
    expect(new Set(found.refused.map(({ refusal }) => refusal))).toEqual(new Set(['limit:login']));
    expect(await cluster.explain(named('login:a'), named('crm:9'))).toMatchObject({
      kind: 'apart',
      refused: [],
    });
  });

  test('a cannot-link keeps two apart -> the explanation says so', async () => {
    await cluster.command(link('must_link', 'login:b', 'crm:9'), { ack: 'durable' });
    await cluster.command(link('cannot_link', 'crm:2', 'crm:3'), { ack: 'durable' });
    const found = await cluster.explain(named('crm:3'), named('crm:2'));
    expect(found).toMatchObject({
      kind: 'apart',
      refused: [{ outcome: 'refused', refusal: 'cannot_link' }],
    });
  });

  test('two that meet in the review band, or by a cannot-link alone -> both are listed', async () => {
    await ingest(cluster, visit('6', {}, 'crm:2 address:s'), visit('7', {}, 'crm:9 address:s'));
    await ingest(cluster, visit('8', {}, 'crm:8'), visit('9', {}, 'crm:7 address:t'));
    const near = await cluster.explain(named('crm:3'), named('crm:9'));
    expect(near).toMatchObject({
      kind: 'apart',
      refused: [{ outcome: 'review', certainty: probability(6), refusal: null }],
    });
    if (near.kind !== 'apart') throw new Error(`found ${near.kind}`);
    expect(near.refused[0]?.reasons).toMatchObject([
      { kind: 'shared_value', namespace: 'address' },
    ]);
    expect(await cluster.explain(named('crm:9'), named('crm:3'))).toMatchObject({
      refused: near.refused,
    });
    await cluster.command(link('cannot_link', 'crm:2', 'crm:9'), { ack: 'durable' });
    await cluster.command(link('cannot_link', 'crm:8', 'crm:9'), { ack: 'durable' });
    for (const [left, right] of [
      ['crm:3', 'crm:9'],
      ['crm:9', 'crm:8'],
    ] as const) {
      const found = await cluster.explain(named(left), named(right));
      if (found.kind !== 'apart') throw new Error(`found ${found.kind}`);
      expect(found.refused).toMatchObject([{ outcome: 'refused', refusal: 'cannot_link' }]);
      expect(found.refused[0]?.reasons.at(-1)?.decisionId).toMatch(/^decision-/);
    }
    expect(await cluster.explain(named('crm:7'), named('crm:9'))).toMatchObject({ refused: [] });
  });

  test('together at the floor, apart at a stricter view -> the edge below is named', async () => {
    const strict = { minCertainty: probability(30) };
    const found = await cluster.explain(named('crm:2'), named('crm:3'), strict);
    expect(found).toMatchObject({
      kind: 'apart',
      refused: [{ outcome: 'below_floor', certainty: probability(24), refusal: null }],
    });
  });

  test('how a customer came to be -> its edges in the order they joined, must-links named', async () => {
    await cluster.command(link('must_link', 'login:a', 'crm:2'), { ack: 'durable' });
    const how = await cluster.explain(named('crm:3'), null);
    if (how.kind !== 'how') throw new Error(`found ${how.kind}`);
    expect(how.customerId).toBe((await customersOf(cluster, 'login:a'))[0]);
    expect(how.steps.map(({ reasons }) => reasons[0]?.kind)).toEqual(['must_link', 'shared_value']);
    expect(how.steps[0]?.reasons[0]?.decisionId).toMatch(/^decision-/);
    expect(how.refused.every(({ refusal }) => refusal === 'limit:login')).toBe(true);
    expect(how.refused.length).toBeGreaterThan(0);
  });

  test('a selector that names nobody or not one profile -> invalid_argument with the field', async () => {
    for (const [left, right, field] of [
      [named('email:x'), null, 'left'],
      [named('telepathy:1'), null, 'left'],
      [named('login:a'), { kind: 'ref', ref: 'nonsense' } as const, 'right'],
    ] as const) {
      await expect(cluster.explain(left, right)).rejects.toMatchObject({
        code: 'invalid_argument',
        violations: [{ field }],
      });
    }
  });
});

describe('the shipped rules', () => {
  test('junk is dropped and told, the rest counts; malformed input is rejected with fields', async () => {
    const shipped = await openFresh({ rules: defaultRules() });
    const [dropped, rejected] = await shipped.ingest(
      [
        visit('1', {}, 'user_id:ann email:none@none.com phone:0000000000'),
        visit('', {}, 'user_id:bob telepathy:1'),
      ],
      { ack: 'durable' },
    );
    expect(dropped).toMatchObject({ kind: 'acknowledged' });
    const fields =
      dropped?.kind === 'acknowledged' ? dropped.dropped.map(({ field }) => field) : [];
    expect(fields).toEqual(['parties[0].identifiers[1].value', 'parties[0].identifiers[2].value']);
    expect(rejected).toMatchObject({ kind: 'rejected' });
    expect(JSON.stringify([dropped, rejected])).not.toMatch(/none@none|0000000000/);
    const [junk] = await shipped.resolve([identifier('email:none@none.com')]);
    expect(junk?.kind).toBe('invalid');
    expect(await customersOf(shipped, 'user_id:bob')).toEqual(['(not_found)']);
    await shipped.close();
  });
});
