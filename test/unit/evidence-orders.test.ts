/**
 * Goal: what is held counts for nothing, what is rejected is as if it had never been there, what is
 * released counts again (ARCHITECTURE S22); the breaker holds what spreads like a storm.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { Command, OrderStanding, OrderSubject } from '../../shared/protocol/cluster.ts';
import { testRules } from '../support/test-rules.ts';
import { customersOf, ingest, named, openFresh, RULES, visit } from './embedded-fixture.ts';

let cluster: EmbeddedCluster;
beforeEach(async () => {
  cluster = await openFresh();
});
afterEach(() => cluster.close());

const VALUE: OrderSubject = { kind: 'value', namespace: 'email', value: 'x' };
const FILE: OrderSubject = { kind: 'delivery', source: 'shop', delivery: 'file-7' };

async function order(
  subject: OrderSubject,
  standing: OrderStanding,
  decidedAt: number,
): Promise<void> {
  const facts = { decidedAt, decidedBy: 'steward-7', reason: 'looks odd' };
  const command: Command = { kind: 'order_evidence', subject, standing, ...facts };
  expect(await cluster.command(command, { ack: 'durable' })).toMatchObject({
    kind: 'acknowledged',
  });
}

async function areTogether(left: string, right: string): Promise<boolean> {
  return (await customersOf(cluster, left))[0] === (await customersOf(cluster, right))[0];
}

const inFile = (input: InteractionInput): InteractionInput => ({ ...input, delivery: 'file-7' });

describe('orders about a value', () => {
  test('held -> joins nothing and names nobody; released -> as before', async () => {
    await ingest(cluster, visit('1', {}, 'crm:1 email:x'), visit('2', {}, 'crm:2 email:x'));
    const [whole] = await customersOf(cluster, 'crm:1');
    await order(VALUE, 'held', 5);
    expect(await areTogether('crm:1', 'crm:2')).toBe(false);
    expect(await customersOf(cluster, 'email:x')).toEqual(['(generic)']);
    await cluster.ingest([visit('3', {}, 'crm:3 email:x')], { ack: 'durable', receivedAt: 9 });
    await order(VALUE, 'released', 4);
    expect(await areTogether('crm:1', 'crm:3')).toBe(false);
    await order(VALUE, 'released', 6);
    expect(await customersOf(cluster, 'email:x')).toEqual([whole]);
    expect(await areTogether('crm:1', 'crm:3')).toBe(true);
  });

  test('a held value is in no limit -> another value joins', async () => {
    // A passport is exclusive: two of them keep apart whom the email joins.
    await ingest(
      cluster,
      visit('1', {}, 'crm:1 email:x passport:one'),
      visit('2', {}, 'crm:2 email:x passport:two'),
    );
    expect(await areTogether('crm:1', 'crm:2')).toBe(false);
    await order({ kind: 'value', namespace: 'passport', value: 'two' }, 'rejected', 5);
    expect(await areTogether('crm:1', 'crm:2')).toBe(true);
  });

  test('before anybody holds it -> counts from the first holder on', async () => {
    await order(VALUE, 'rejected', 5);
    await ingest(cluster, visit('1', {}, 'crm:1 email:x'), visit('2', {}, 'crm:2 email:x'));
    expect(await areTogether('crm:1', 'crm:2')).toBe(false);
  });

  test('no evidence -> refused', async () => {
    for (const namespace of ['crm', 'ip', 'unheard']) {
      const subject: OrderSubject = { kind: 'value', namespace, value: '1' };
      const facts = { decidedAt: 1, decidedBy: 'steward-7', reason: '' };
      const command: Command = { kind: 'order_evidence', subject, standing: 'held', ...facts };
      const result = await cluster.command(command, { ack: 'durable' });
      expect(result).toMatchObject({ kind: 'rejected', violations: [{ field: 'value' }] });
    }
  });
});

describe('orders about a delivery', () => {
  test('rejected -> whole again as before it, late arrivals too; released -> it counts', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1'),
      visit('2', {}, 'crm:2'),
      inFile(visit('3', {}, 'crm:1 email:x')),
      inFile(visit('4', {}, 'crm:2 email:x')),
    );
    expect(await areTogether('crm:1', 'crm:2')).toBe(true);
    await order(FILE, 'rejected', 5);
    expect(await areTogether('crm:1', 'crm:2')).toBe(false);
    expect(await customersOf(cluster, 'email:x')).toEqual(['(not_found)']);
    await ingest(cluster, inFile(visit('5', {}, 'crm:3 email:x')));
    expect(await customersOf(cluster, 'crm:3')).toEqual(['(not_found)']);
    await order(FILE, 'released', 6);
    expect(await areTogether('crm:1', 'crm:3')).toBe(true);
  });

  test('held -> its observations are shown and connect nothing', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1 email:x'),
      inFile(visit('2', { attributes: { name: 'Ann' } }, 'crm:2 loyalty:9 email:x')),
    );
    await order(FILE, 'held', 5);
    expect(await areTogether('crm:1', 'crm:2')).toBe(false);
    const [customer = ''] = await customersOf(cluster, 'crm:2');
    const view = await cluster.getCustomer(customer);
    expect(view?.profiles).toHaveLength(1);
    expect(view?.timeline).toHaveLength(1);
    expect(view?.attributes).toMatchObject([{ name: 'name', value: 'Ann' }]);
  });

  test('a correction in a rejected delivery -> the version before it is live again', async () => {
    await ingest(cluster, visit('1', { revision: 1 }, 'crm:1 email:x'));
    await ingest(cluster, inFile(visit('1', { revision: 2 }, 'crm:2 email:y')));
    expect(await customersOf(cluster, 'email:x')).toEqual(['(not_found)']);
    await order(FILE, 'rejected', 5);
    expect(await customersOf(cluster, 'email:y')).toEqual(['(not_found)']);
    expect(await customersOf(cluster, 'email:x')).toEqual(await customersOf(cluster, 'crm:1'));
  });

  test('more interactions than a slice -> all of them', async () => {
    const many = Array.from({ length: 150 }, (_, index) =>
      inFile(visit(`${index}`, {}, `crm:${index} phone:${index % 75}`)),
    );
    await cluster.ingest(many, { ack: 'durable', receivedAt: 1 });
    expect(await areTogether('crm:7', 'crm:82')).toBe(true);
    await order(FILE, 'rejected', 5);
    const all = many.map((_, index) => ({ namespace: 'crm', value: `${index}` }));
    const answers = await cluster.resolve(all);
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['not_found']));
    await order(FILE, 'released', 6);
    expect(await areTogether('crm:7', 'crm:82')).toBe(true);
  });

  test('downstream -> the feed tells of the delivery and of the split, and the old id is back', async () => {
    await ingest(cluster, visit('1', {}, 'crm:1'), visit('2', {}, 'crm:2'));
    const [old] = await customersOf(cluster, 'crm:2');
    await ingest(cluster, inFile(visit('3', {}, 'crm:1 email:x')));
    await ingest(cluster, inFile(visit('4', {}, 'crm:2 email:x')));
    const [whole] = await customersOf(cluster, 'crm:2');
    expect(whole).not.toBe(old);
    const stop = new AbortController();
    const events = cluster.watch(null, { signal: stop.signal })[Symbol.asyncIterator]();
    const first = events.next();
    await order(FILE, 'rejected', 5);
    expect((await first).value).toMatchObject({ kind: 'evidence.rejected' });
    expect((await events.next()).value).toMatchObject({
      kind: 'customer.split',
      customerId: old,
      otherCustomerId: whole,
    });
    stop.abort();
    expect(await customersOf(cluster, 'crm:2')).toEqual([old]);
  });
});

describe('the merge-storm breaker', () => {
  const rules = testRules({ ...RULES, stormHolders: 5 });

  test('a value that storms -> held, listed with where it came from, judged by a steward', async () => {
    await cluster.close();
    cluster = await openFresh({ rules });
    await ingest(cluster, visit('0', {}, 'crm:0 phone:5'));
    const storm = Array.from({ length: 12 }, (_, index) =>
      inFile(visit(`s${index}`, {}, `crm:${index} phone:5`)),
    );
    await cluster.ingest(storm, { ack: 'durable' });
    const [held] = await cluster.listOrders();
    expect(held).toMatchObject({
      subject: { kind: 'value', namespace: 'phone', value: '5' },
      standing: 'held',
      decidedBy: 'breaker',
      origins: [{ source: 'shop', delivery: 'file-7' }],
    });
    // With few holders left it stays held: nothing joins before a steward has judged.
    await order(FILE, 'rejected', 5);
    await ingest(cluster, visit('n', {}, 'crm:n phone:5'));
    expect(await areTogether('crm:0', 'crm:n')).toBe(false);
    await order({ kind: 'value', namespace: 'phone', value: '5' }, 'released', Date.now() + 1);
    expect(await areTogether('crm:0', 'crm:n')).toBe(true);
    expect((await cluster.listOrders()).map(({ subject }) => subject)).toEqual([FILE]);
    expect(await cluster.listOrders({ released: true })).toHaveLength(2);
    // Judged once, the value may spread as it likes.
    const again = Array.from({ length: 12 }, (_, index) =>
      visit(`a${index}`, {}, `loyalty:${index} phone:5`),
    );
    await cluster.ingest(again, { ack: 'durable' });
    expect((await cluster.listOrders()).map(({ subject }) => subject)).toEqual([FILE]);
    expect((await cluster.status()).counters['storms_held']).toBe(1);
  });

  test('a delivery that joins many pairs, by no one value -> held; an honest one -> not', async () => {
    await cluster.close();
    cluster = await openFresh({ rules: testRules({ ...RULES, stormHolders: 40 }) });
    const load = (delivery: string, inputs: readonly InteractionInput[]) =>
      cluster.ingest(
        inputs.map((input) => ({ ...input, delivery })),
        { ack: 'durable' },
      );
    const numbers = Array.from({ length: 45 }, (_, index) => index);
    // Known before; a file that finds each of them once: more pairs than would storm, but one each.
    await ingest(
      cluster,
      ...numbers.map((index) => visit(`k${index}`, {}, `crm:${index} phone:home-${index}`)),
    );
    await load(
      'honest',
      numbers.map((index) => visit(`h${index}`, {}, `loyalty:${index} phone:home-${index}`)),
    );
    expect(await areTogether('crm:7', 'loyalty:7')).toBe(true);
    expect(await cluster.listOrders()).toEqual([]);
    // One row names a whole branch as one person: each value is shared by two only.
    const emails = numbers.map((index) => `email:e${index}`).join(' ');
    await load(
      'before',
      numbers.map((index) => visit(`e${index}`, {}, `crm:${index} email:e${index}`)),
    );
    await load('bad', [visit('b', {}, `login:branch ${emails}`)]);
    const [held] = await cluster.listOrders();
    expect(held).toMatchObject({
      subject: { kind: 'delivery', source: 'shop', delivery: 'bad' },
      standing: 'held',
      decidedBy: 'breaker',
    });
    expect(await areTogether('crm:7', 'crm:8')).toBe(false);
    expect(await areTogether('crm:7', 'login:branch')).toBe(false);
    const [customer = ''] = await customersOf(cluster, 'login:branch');
    expect((await cluster.getCustomer(customer))?.profiles).toHaveLength(1);
  });

  test('slow growth -> generic, not held', async () => {
    await cluster.close();
    let now = Date.UTC(2026, 0, 1);
    cluster = await openFresh({ rules, now: () => now });
    for (let index = 0; index < 20; index++) {
      await ingest(cluster, visit(`${index}`, {}, `crm:${index} phone:5`));
      now += 1_000_000;
    }
    expect(await cluster.listOrders()).toEqual([]);
    expect(await customersOf(cluster, 'phone:5')).toEqual(['(generic)']);
    expect(await cluster.explain(named('crm:0'), named('crm:1'))).toMatchObject({ kind: 'apart' });
  });
});
