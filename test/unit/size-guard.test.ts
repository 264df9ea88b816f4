/**
 * Goal: the size guard lets in what has room again, whichever side shrank, and nobody while a delivery
 * is being taken back (ARCHITECTURE S17, `shared/domain/actors/size-guard.ts`).
 */
import { afterEach, expect, test } from 'vitest';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { Command } from '../../shared/protocol/cluster.ts';
import { testRules } from '../support/test-rules.ts';
import { customersOf, openFresh, RULES, visit } from './embedded-fixture.ts';

const CAP = 100;
const COUNT = 400;
const rules = testRules({
  ...RULES,
  namespaces: RULES.namespaces.map((entry) => ({ ...entry, limit: null })),
  componentCap: CAP,
});
const persons = Array.from({ length: COUNT }, (_, index) => index);

let cluster: EmbeddedCluster;
afterEach(() => cluster.close());

async function sizes(): Promise<number[]> {
  const all = await Promise.all(persons.map((index) => customersOf(cluster, `login:${index}`)));
  const counts = new Map<string, number>();
  for (const [customer = ''] of all) counts.set(customer, (counts.get(customer) ?? 0) + 1);
  return Array.from(counts.values()).sort((left, right) => right - left);
}

const counters = async () => (await cluster.status()).counters;

test.each(['crm:hub', 'loyalty:hub'])(
  '%s on many, taken back -> nobody is let in meanwhile',
  async (hub) => {
    cluster = await openFresh({ rules });
    const known = persons.map((index) => visit(`k${index}`, {}, `login:${index}`));
    await cluster.ingest(known, { ack: 'durable' });
    const bad = persons.map((index) => ({
      ...visit(`b${index}`, {}, `login:${index} ${hub}`),
      delivery: 'bad',
    }));
    await cluster.ingest(bad, { ack: 'durable' });
    expect((await sizes())[0]).toBe(CAP - 1);
    const before = await counters();
    const order: Command = {
      kind: 'order_evidence',
      subject: { kind: 'delivery', source: 'shop', delivery: 'bad' },
      standing: 'held',
      decidedAt: 1,
      decidedBy: 'steward-7',
      reason: 'one account',
    };
    await cluster.command(order, { ack: 'durable' });
    const after = await counters();
    expect(after['joins']).toBe(before['joins']);
    expect((await sizes())[0]).toBe(1);
  },
);

test.each(['crm:hub', 'loyalty:hub'])(
  'members of %s leave -> as many of those held come in',
  async (hub) => {
    cluster = await openFresh({ rules });
    const all = persons.map((index) => visit(`b${index}`, {}, `login:${index} ${hub}`));
    await cluster.ingest(all, { ack: 'durable' });
    const [hubCustomer] = await customersOf(cluster, hub);
    const inside: number[] = [];
    for (const index of persons) {
      const [customer] = await customersOf(cluster, `login:${index}`);
      if (customer === hubCustomer) inside.push(index);
    }
    expect(inside).toHaveLength(CAP - 1);
    for (const index of inside.slice(0, 7)) {
      const retraction: Command = {
        kind: 'retract_interaction',
        source: 'shop',
        interactionId: `b${index}`,
        decidedAt: 1,
        withdrawn: false,
        decidedBy: 'steward-7',
        reason: 'not theirs',
      };
      await cluster.command(retraction, { ack: 'durable' });
    }
    expect((await sizes())[0]).toBe(CAP - 1);
  },
);
