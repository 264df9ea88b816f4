/**
 * Goal: orders about a source or a rule, and the merge-storm breaker that gives them by itself
 * (ARCHITECTURE S22): what joins too much is paused, all else goes on, and a steward judges.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { OrderStanding, OrderSubject } from '../../shared/protocol/cluster.ts';
import { testRules } from '../support/test-rules.ts';
import { customersOf, ingest, openFresh, RULES, visit } from './embedded-fixture.ts';

let cluster: EmbeddedCluster;
beforeEach(async () => {
  cluster = await openFresh();
});
afterEach(() => cluster.close());

const EMAIL: OrderSubject = { kind: 'rule', namespace: 'email' };
const SHOP: OrderSubject = { kind: 'source', source: 'shop' };

function give(subject: OrderSubject, standing: OrderStanding, decidedAt: number) {
  const facts = { decidedAt, decidedBy: 'steward-7', reason: 'looks odd' };
  return cluster.command(
    { kind: 'order_evidence', subject, standing, ...facts },
    { ack: 'durable' },
  );
}

const from = (source: string, input: InteractionInput): InteractionInput => ({ ...input, source });

async function areTogether(left: string, right: string): Promise<boolean> {
  return (await customersOf(cluster, left))[0] === (await customersOf(cluster, right))[0];
}

describe('orders about a rule', () => {
  test('held -> its pairs count for nothing, other rules go on; released -> as before', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1 email:x'),
      visit('2', {}, 'crm:2 email:x'),
      visit('3', {}, 'crm:3 phone:7'),
      visit('4', {}, 'crm:4 phone:7'),
    );
    const [whole] = await customersOf(cluster, 'crm:2');
    await give(EMAIL, 'held', 5);
    expect(await areTogether('crm:1', 'crm:2')).toBe(false);
    expect(await areTogether('crm:3', 'crm:4')).toBe(true);
    // The value is judged by nobody: a look-up by it still names both.
    expect(await customersOf(cluster, 'email:x')).toHaveLength(2);
    await ingest(cluster, visit('5', {}, 'crm:5 email:x'), visit('6', {}, 'crm:6 email:y crm:1'));
    expect(await areTogether('crm:1', 'crm:5')).toBe(false);
    await give(EMAIL, 'released', 6);
    expect(await customersOf(cluster, 'crm:2')).toEqual([whole]);
    expect(await areTogether('crm:1', 'crm:5')).toBe(true);
  });

  test('an order before the first value -> heeded; namespaces that propose nothing -> refused', async () => {
    await give(EMAIL, 'rejected', 5);
    await ingest(cluster, visit('1', {}, 'crm:1 email:x'), visit('2', {}, 'crm:2 email:x'));
    expect(await areTogether('crm:1', 'crm:2')).toBe(false);
    expect(await cluster.listOrders()).toMatchObject([{ subject: EMAIL, standing: 'rejected' }]);
    for (const namespace of ['ip', 'unknown']) {
      expect(await give({ kind: 'rule', namespace }, 'held', 6)).toMatchObject({
        kind: 'rejected',
        violations: [{ field: 'rule' }],
      });
    }
  });
});

test('downstream -> the feed tells of rules and sources by name', async () => {
  const stop = new AbortController();
  const events = cluster.watch(null, { signal: stop.signal })[Symbol.asyncIterator]();
  const first = events.next();
  await give(EMAIL, 'held', 5);
  expect((await first).value).toMatchObject({ kind: 'evidence.held', evidence: EMAIL });
  await give(SHOP, 'rejected', 5);
  expect((await events.next()).value).toMatchObject({ kind: 'evidence.rejected', evidence: SHOP });
  stop.abort();
});

describe('orders about a source', () => {
  test('held -> shown and joins nothing; rejected -> never there; released -> back', async () => {
    await ingest(
      cluster,
      from('web', visit('1', {}, 'crm:1 email:x')),
      visit('2', {}, 'crm:2 email:x'),
    );
    await give(SHOP, 'held', 5);
    expect(await areTogether('crm:1', 'crm:2')).toBe(false);
    await ingest(
      cluster,
      visit('3', {}, 'crm:3 email:x'),
      from('web', visit('4', {}, 'crm:4 email:x')),
    );
    expect(await areTogether('crm:1', 'crm:3')).toBe(false);
    expect(await areTogether('crm:1', 'crm:4')).toBe(true);
    await give(SHOP, 'rejected', 6);
    expect(await customersOf(cluster, 'crm:3')).toEqual(['(not_found)']);
    await give(SHOP, 'released', 7);
    expect(await areTogether('crm:1', 'crm:3')).toBe(true);
  });

  test('of source and delivery the stricter counts', async () => {
    await ingest(cluster, { ...visit('1', {}, 'crm:1'), delivery: 'f' }, visit('2', {}, 'crm:2'));
    const delivery: OrderSubject = { kind: 'delivery', source: 'shop', delivery: 'f' };
    await give(SHOP, 'rejected', 5);
    await give(delivery, 'released', 6);
    expect(await customersOf(cluster, 'crm:1')).toEqual(['(not_found)']);
    await give(SHOP, 'released', 7);
    await give(delivery, 'rejected', 7);
    expect(await customersOf(cluster, 'crm:1')).toEqual(['(not_found)']);
    expect(await customersOf(cluster, 'crm:2')).not.toEqual(['(not_found)']);
  });
});

describe('the merge-storm breaker', () => {
  const rules = testRules({
    ...RULES,
    namespaces: RULES.namespaces.map((entry) => ({ ...entry, limit: null, holderCap: 20 })),
    stormHolders: 20,
  });
  const persons = Array.from({ length: 48 }, (_, index) => index);

  beforeEach(async () => {
    await cluster.close();
    cluster = await openFresh({ rules });
  });

  test('a source that joins many pairs by no one value -> held, and nothing else', async () => {
    const known = persons.map((index) => visit(`k${index}`, {}, `crm:${index} email:e${index}`));
    await cluster.ingest(known, { ack: 'durable' });
    const emails = persons.map((index) => `email:e${index}`).join(' ');
    const bad = from('kiosk', visit('b', {}, `login:branch ${emails}`));
    await cluster.ingest([bad], { ack: 'durable' });
    const [held, ...others] = await cluster.listOrders();
    expect(held).toMatchObject({
      subject: { kind: 'source', source: 'kiosk' },
      standing: 'held',
      decidedBy: 'breaker',
    });
    expect(others).toEqual([]);
    expect(await areTogether('crm:7', 'crm:8')).toBe(false);
    // Everything else goes on.
    await cluster.ingest([visit('g', {}, 'loyalty:g email:e7')], { ack: 'durable' });
    expect(await areTogether('crm:7', 'loyalty:g')).toBe(true);
  });

  test('a rule by which strangers share values -> held, and nothing else', async () => {
    // As when a normaliser cuts numbers short: of each source a little, of each value not too many.
    const cut = persons.map((index) =>
      from(`s${index}`, visit(`${index}`, {}, `crm:${index} phone:${index % 4}`)),
    );
    for (const one of cut) await cluster.ingest([one], { ack: 'durable' });
    const orders = await cluster.listOrders();
    expect(orders).toMatchObject([
      { subject: { kind: 'rule', namespace: 'phone' }, standing: 'held', decidedBy: 'breaker' },
    ]);
    expect(await areTogether('crm:0', 'crm:4')).toBe(false);
    await cluster.ingest([visit('a', {}, 'crm:0 email:z'), visit('b', {}, 'crm:b email:z')], {
      ack: 'durable',
    });
    expect(await areTogether('crm:0', 'crm:b')).toBe(true);
    // Released, all of it counts; judged once, it is not held again.
    await give({ kind: 'rule', namespace: 'phone' }, 'released', Date.now() + 1);
    expect(await areTogether('crm:0', 'crm:4')).toBe(true);
    const more = persons.map((index) =>
      visit(`m${index}`, {}, `loyalty:${index} phone:${(index % 4) + 4}`),
    );
    await cluster.ingest(more.slice(0, 12), { ack: 'durable' });
    expect((await cluster.listOrders()).filter(({ subject }) => subject.kind === 'rule')).toEqual(
      [],
    );
  });

  test('a rule by which each finds one other -> not held', async () => {
    for (const side of ['crm', 'loyalty']) {
      for (let index = 0; index < 192; index++) {
        const one = visit(`${side}${index}`, {}, `${side}:${index} phone:${index}`);
        await cluster.ingest([from(`s${index}`, one)], { ack: 'durable' });
      }
    }
    expect(await cluster.listOrders()).toEqual([]);
    expect(await areTogether('crm:7', 'loyalty:7')).toBe(true);
  });
});
