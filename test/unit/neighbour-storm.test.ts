/**
 * Goal: an anchor that joins one profile with a crowd within an hour is a storm, and what brought the
 * crowd is held (ARCHITECTURE S22), whichever end of the edges the crowd meets at.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { profileIdOf } from '../../shared/ingress/hashing.ts';
import type { OrderStanding, OrderSubject } from '../../shared/protocol/cluster.ts';
import { testRules } from '../support/test-rules.ts';
import { customersOf, openFresh, RULES, visit } from './embedded-fixture.ts';

const STORM = 24;
const rules = testRules({
  ...RULES,
  namespaces: RULES.namespaces.map((entry) => ({ ...entry, limit: null })),
  stormHolders: STORM,
});
const persons = Array.from({ length: 40 }, (_, index) => index);

let cluster: EmbeddedCluster;
afterEach(() => cluster.close());

/** Everyone known, each a customer. */
async function openKnown(now?: () => number): Promise<void> {
  cluster = await openFresh({ rules, ...(now === undefined ? {} : { now }) });
  const known = persons.map((index) => from('web', visit(`k${index}`, {}, `login:${index}`)));
  await cluster.ingest(known, { ack: 'durable' });
}

const from = (source: string, input: InteractionInput): InteractionInput => ({ ...input, source });

async function customers(): Promise<number> {
  const all = await Promise.all(persons.map((index) => customersOf(cluster, `login:${index}`)));
  return new Set(all.flat()).size;
}

function give(subject: OrderSubject, standing: OrderStanding): Promise<unknown> {
  const facts = { decidedAt: Date.now() + 1, decidedBy: 'steward-7', reason: 'looked at it' };
  return cluster.command(
    { kind: 'order_evidence', subject, standing, ...facts },
    { ack: 'durable' },
  );
}

/** One whose profile is less or greater than those of all persons: the lesser of a pair owns its edge. */
function valueOf(namespace: string, which: 'least' | 'greatest'): string {
  const known = persons.map((index) => profileIdOf('login', `${index}`));
  for (let number = 0; ; number++) {
    const id = profileIdOf(namespace, `stamped-${number}`);
    if (known.every((one) => (which === 'least' ? id < one : id > one))) {
      return `${namespace}:stamped-${number}`;
    }
  }
}

/** `crm` outranks `login` and names the profile of each row; `loyalty` is outranked by it. */
describe.each([
  ['the profile of all rows, the lesser of each pair', valueOf('crm', 'least')],
  ['the profile of all rows, the greater of each pair', valueOf('crm', 'greatest')],
  ['the other anchor of each row, the lesser of each pair', valueOf('loyalty', 'least')],
  ['the other anchor of each row, the greater of each pair', valueOf('loyalty', 'greatest')],
])('one anchor on many customers, %s', (_, stamped) => {
  const row = (index: number): InteractionInput =>
    from('billing', visit(`b${index}`, {}, `login:${index} ${stamped}`));

  test.each<[string, OrderSubject]>([
    ['bad-1', { kind: 'delivery', source: 'billing', delivery: 'bad-1' }],
    ['', { kind: 'source', source: 'billing' }],
  ])('came as delivery "%s" -> that is held, nothing is joined', async (delivery, subject) => {
    await openKnown();
    // One by one, so that most of what storms is joined before it does.
    for (const index of persons) {
      await cluster.ingest([{ ...row(index), delivery }], { ack: 'durable' });
    }
    const orders = await cluster.listOrders();
    expect(orders).toMatchObject([{ subject, standing: 'held', decidedBy: 'breaker' }]);
    expect(orders[0]?.reason).toMatch(/^within an hour it joined one .* with 2\d other anchors$/);
    expect(await customers()).toBe(persons.length);
    await give(subject, 'released');
    expect(await customers()).toBe(1);
    await give(subject, 'rejected');
    expect(await customers()).toBe(persons.length);
  });

  test('an innocent delivery of the same hour -> goes on, also when it has one such row', async () => {
    await openKnown();
    const good = [row(0), from('billing', visit('g', {}, 'login:1 login:2'))];
    const bad = persons.slice(3).map((index) => ({ ...row(index), delivery: 'bad' }));
    await cluster.ingest(bad.slice(0, 6), { ack: 'durable' });
    const innocent = good.map((one) => ({ ...one, delivery: 'good' }));
    await cluster.ingest(innocent, { ack: 'durable' });
    await cluster.ingest(bad.slice(6), { ack: 'durable' });
    expect(await cluster.listOrders()).toMatchObject([{ subject: { delivery: 'bad' } }]);
    // Logins 1 and 2 are one customer by the good delivery.
    expect(await customers()).toBe(persons.length - 1);
  });

  test('many small deliveries -> each that brought a part of it is held', async () => {
    await openKnown();
    for (const index of persons) {
      const delivery = `part-${Math.floor(index / 4)}`;
      await cluster.ingest([{ ...row(index), delivery }], { ack: 'durable' });
    }
    // But the first, of which nobody kept count.
    const held = (await cluster.listOrders()).map(({ subject }) =>
      subject.kind === 'delivery' ? subject.delivery : subject.kind,
    );
    expect(held.sort()).toEqual(persons.slice(0, 9).map((index) => `part-${index + 1}`));
    expect(await customers()).toBe(persons.length - 3);
  });

  test('no more than that in each hour -> no storm', async () => {
    let now = Date.UTC(2026, 0, 1);
    await openKnown(() => now);
    for (const index of persons) {
      await cluster.ingest([row(index)], { ack: 'durable' });
      now += 240_000;
    }
    expect(await cluster.listOrders()).toEqual([]);
    expect(await customers()).toBe(1);
  });

  test('everyone an anchor of their own -> no storm', async () => {
    await openKnown();
    const own = persons.map((index) =>
      from('billing', visit(`b${index}`, {}, `login:${index} ${stamped}-${index}`)),
    );
    await cluster.ingest(
      own.map((one) => ({ ...one, delivery: 'good' })),
      { ack: 'durable' },
    );
    expect(await cluster.listOrders()).toEqual([]);
    expect(await customersOf(cluster, `${stamped}-7`)).toEqual(
      await customersOf(cluster, 'login:7'),
    );
  });
});
