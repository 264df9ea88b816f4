/**
 * Goal: an explanation of why two are apart names what they have in common and what counts for
 * nothing all the same, with the reason, and nothing that counts or that only one of them has.
 * Method: the same question before, while and after each reason holds, in an embedded cluster.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { Command, OrderStanding, OrderSubject } from '../../shared/protocol/cluster.ts';
import type { UncountedEvidence } from '../../shared/protocol/explanations.ts';
import { scoredTestRules } from '../support/test-rules.ts';
import { identifier, ingest, link, named, openFresh, visit } from './embedded-fixture.ts';

let cluster: EmbeddedCluster;
beforeEach(async () => {
  cluster = await openFresh();
});
afterEach(() => cluster.close());

const VALUE_REF = expect.stringMatching(/^v[a-z2-7]{26}$/);

/** Of `crm:1` and `crm:2`, or of others; null: they are not apart. */
async function uncounted(
  left = 'crm:1',
  right = 'crm:2',
): Promise<readonly UncountedEvidence[] | null> {
  const found = await cluster.explain(named(left), named(right));
  return found.kind === 'apart' ? found.uncounted : null;
}

async function told(command: Command): Promise<void> {
  expect(await cluster.command(command, { ack: 'durable' })).toMatchObject({
    kind: 'acknowledged',
  });
}

const order = (subject: OrderSubject, standing: OrderStanding, decidedAt: number): Promise<void> =>
  told({
    kind: 'order_evidence',
    subject,
    standing,
    decidedAt,
    decidedBy: 'steward-7',
    reason: 'looks odd',
  });

const of = (
  namespace: string,
  reason: UncountedEvidence['reason'],
  more: Partial<UncountedEvidence> = {},
): unknown => ({
  namespace,
  reason,
  holders: 0,
  valueRef: null,
  source: '',
  delivery: '',
  ...more,
});

const couple = (value: string): InteractionInput[] => [
  visit('1', {}, `crm:1 ${value}`),
  visit('2', {}, `crm:2 ${value}`),
];

describe('uncounted evidence', () => {
  test('nothing in common, a review edge, a pair kept apart -> none', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1 address:a email:x'),
      visit('2', {}, 'crm:2 address:a email:y'),
      visit('3', {}, 'crm:3 email:z'),
      visit('4', {}, 'crm:4 email:x'),
    );
    expect(await uncounted()).toEqual([]);
    expect(await uncounted('crm:1', 'crm:3')).toEqual([]);
    expect(await uncounted('crm:1', 'crm:4')).toBeNull();
    await told(link('cannot_link', 'crm:1', 'crm:4'));
    expect(await uncounted('crm:1', 'crm:4')).toEqual([]);
  });

  test('a value of too many -> generic, with how many; of fewer again -> joined', async () => {
    const visits = ['1', '2', '3', '4', '5'].map((id) => visit(id, {}, `crm:${id} email:x ip:9`));
    await ingest(cluster, ...visits);
    expect(await uncounted()).toEqual([
      of('email', 'generic', { holders: 5, valueRef: VALUE_REF }),
    ]);
    const [resolution] = await cluster.resolve([identifier('email:x')]);
    const [first] = (await uncounted()) ?? [];
    expect(resolution).toMatchObject({ kind: 'generic', valueRef: first?.valueRef });
    await told({
      kind: 'retract_interaction',
      source: 'shop',
      interactionId: '5',
      decidedAt: 9,
      withdrawn: false,
    });
    expect(await uncounted()).toBeNull();
  });

  test('a value held or rejected -> said so, also between other profiles of the two', async () => {
    await ingest(cluster, ...couple('email:x'), visit('3', {}, 'crm:2 login:z'));
    const value: OrderSubject = { kind: 'value', ...identifier('email:x') };
    await order(value, 'held', 5);
    const held = of('email', 'held', { holders: 2, valueRef: VALUE_REF });
    expect(await uncounted()).toEqual([held]);
    expect(await uncounted('crm:1', 'login:z')).toEqual([held]);
    await order(value, 'rejected', 6);
    expect(await uncounted()).toMatchObject([{ namespace: 'email', reason: 'rejected' }]);
    await order(value, 'released', 7);
    expect(await uncounted()).toBeNull();
  });

  test('a rule held or rejected -> said so', async () => {
    await ingest(cluster, ...couple('email:x'));
    await order({ kind: 'rule', namespace: 'email' }, 'held', 5);
    expect(await uncounted()).toEqual([of('email', 'rule_held')]);
    await order({ kind: 'rule', namespace: 'email' }, 'rejected', 6);
    expect(await uncounted()).toEqual([of('email', 'rule_rejected')]);
  });

  test('a delivery or a source held -> named, where what it brought would meet', async () => {
    const inFile = { ...visit('2', {}, 'crm:2 email:x'), delivery: 'file-7' };
    await ingest(cluster, visit('1', {}, 'crm:1 email:x'), inFile, visit('3', {}, 'crm:3 email:y'));
    await order({ kind: 'delivery', source: 'shop', delivery: 'file-7' }, 'held', 5);
    const delivery = of('', 'delivery_held', { source: 'shop', delivery: 'file-7' });
    expect(await uncounted()).toEqual([delivery]);
    expect(await uncounted('crm:2', 'crm:1')).toEqual([delivery]);
    expect(await uncounted('crm:2', 'crm:3')).toEqual([]);
    await order({ kind: 'delivery', source: 'shop', delivery: 'file-7' }, 'released', 6);
    await order({ kind: 'source', source: 'shop' }, 'held', 7);
    expect(await uncounted()).toEqual([of('', 'delivery_held', { source: 'shop' }), delivery]);
  });

  test('an identifier taken back from one of the two -> said so; from a third -> not', async () => {
    await ingest(cluster, ...couple('email:x'), visit('3', {}, 'crm:3 email:y'));
    const retract = (profile: string, value: string, decidedAt: number): Command => ({
      kind: 'retract_identifier',
      profile: named(profile),
      ...identifier(value),
      decidedAt,
      withdrawn: false,
    });
    await told(retract('crm:3', 'email:y', 4));
    expect(await uncounted()).toBeNull();
    await told(retract('crm:2', 'email:x', 5));
    expect(await uncounted()).toEqual([of('email', 'retracted')]);
    expect(await uncounted('crm:1', 'crm:3')).toEqual([]);
  });

  test('an anchor of one party, a device taken back -> said so', async () => {
    await ingest(
      cluster,
      visit('1', { day: 1 }, 'crm:1 loyalty:l cookie:c'),
      visit('2', { day: 2 }, 'crm:1 cookie:c'),
    );
    expect(await uncounted('crm:1', 'loyalty:l')).toBeNull();
    for (const value of ['loyalty:l', 'cookie:c']) {
      const facts = { profile: named('crm:1'), decidedAt: 5, withdrawn: false };
      await told({ kind: 'retract_identifier', ...identifier(value), ...facts });
    }
    expect(await uncounted('crm:1', 'loyalty:l')).toEqual([of('loyalty', 'retracted')]);
    await ingest(cluster, visit('3', {}, 'crm:2 cookie:c'));
    expect(await uncounted()).toEqual([of('cookie', 'retracted')]);
  });

  test('a device of more persons than connect -> so many', async () => {
    const visits = ['1', '2', '3'].flatMap((id) =>
      [1, 2].map((day) => visit(`${id}-${day}`, { day }, `crm:${id} cookie:c`)),
    );
    await ingest(cluster, ...visits);
    expect(await uncounted()).toEqual([of('cookie', 'over_cap', { holders: 3 })]);
    // At the cap it counts.
    const two = ['4', '5'].flatMap((id) =>
      [1, 2].map((day) => visit(`${id}-${day}`, { day }, `crm:${id} cookie:d`)),
    );
    await ingest(cluster, ...two);
    expect((await uncounted('crm:4', 'crm:5')) ?? []).toEqual([]);
    await ingest(cluster, visit('9', {}, 'crm:9'));
    expect(await uncounted('crm:1', 'crm:9')).toEqual([]);
  });

  test('several at once -> all of them, by namespace', async () => {
    const values = ['email:x', 'email:y', 'phone:7', 'passport:p'];
    const visits = ['1', '2', '3', '4', '5'].map((id) =>
      visit(id, {}, `crm:${id} ${values.join(' ')}`),
    );
    await ingest(cluster, ...visits);
    const found = (await uncounted())?.map(({ namespace, reason }) => `${namespace} ${reason}`);
    expect(found).toEqual(['email generic', 'email generic', 'passport generic', 'phone generic']);
  });

  test('a derived key that too many hold -> over its cap; what is asked says that nothing counts', async () => {
    await cluster.close();
    const namespaces = scoredTestRules().namespaces.map((entry) => ({
      ...entry,
      normaliser: 'trim',
    }));
    cluster = await openFresh({ rules: scoredTestRules({ namespaces }) });
    const born = (id: string, name: string): InteractionInput =>
      visit(id, { attributes: { name, birth_date: '1951-03-14' } }, `crm:${id}`);
    const names = [
      'Ada Lovel',
      'Bo Quist',
      'Cy Young',
      'Di Ross',
      'Ed Stone',
      'Flo Tarn',
      'Gus Ulm',
    ];
    await ingest(cluster, ...names.map((name, index) => born(String(index + 1), name)));
    expect(await uncounted()).toEqual([
      of('key_birth', 'over_cap', { holders: 7, valueRef: VALUE_REF }),
    ]);
    const found = await cluster.explain(named('crm:1'), named('crm:2'));
    expect(found).toMatchObject({ kind: 'apart', asked: { outcome: 'uncounted' } });
    await ingest(cluster, visit('8', {}, 'crm:8'));
    expect(await cluster.explain(named('crm:1'), named('crm:8'))).toMatchObject({
      asked: { outcome: 'no_common_key' },
    });
  });
});
