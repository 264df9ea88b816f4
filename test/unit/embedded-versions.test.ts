/**
 * Changing the rules of an embedded cluster: a candidate is built beside the live version, measured,
 * then activated or dropped.
 */
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { FeedEvent } from '../../shared/protocol/cluster.ts';
import { testRules } from '../support/test-rules.ts';
import {
  customersOf,
  ingest,
  link,
  openFresh,
  openOver,
  RULES,
  visit,
} from './embedded-fixture.ts';

/** RULES with another declaration of some namespaces. */
function candidate(change: Readonly<Record<string, Partial<Rules['namespaces'][number]>>>): Rules {
  return testRules({
    namespaces: RULES.namespaces.map((entry) => ({ ...entry, ...change[entry.name] })),
  });
}

/** Emails tell nothing any more; addresses, too weak before, join. */
const OTHER = candidate({ email: { certainty: 3 }, address: { certainty: 40 } });

async function untilComplete(cluster: EmbeddedCluster): Promise<void> {
  for (;;) {
    const { shadow } = await cluster.versions.list();
    if (shadow === null) throw new Error('no shadow');
    if (shadow.isComplete && shadow.pending === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const WORLD = [
  visit('1', {}, 'login:a email:x'),
  visit('2', {}, 'login:b email:x address:s'),
  visit('3', {}, 'login:c address:s'),
  visit('4', {}, 'login:d'),
];
const ANCHORS = ['login:a', 'login:b', 'login:c', 'login:d', 'login:e'];

async function all(cluster: EmbeddedCluster): Promise<readonly (readonly string[])[]> {
  return Promise.all(ANCHORS.map((anchor) => customersOf(cluster, anchor)));
}

const loose = (): Rules => RULES;
const only = (rules: Rules) => ({ rules, isFitted: false });

describe('a candidate version', () => {
  test('tried, measured, activated -> the customers of a cluster that always had it', async () => {
    const cluster = await openFresh({ rules: withoutLoginLimit(loose()) });
    await ingest(cluster, ...WORLD);
    const before = await all(cluster);
    const other = withoutLoginLimit(OTHER);
    await cluster.versions.propose(only(other));
    await untilComplete(cluster);
    expect(await all(cluster)).toEqual(before);
    expect(await cluster.versions.report()).toMatchObject({
      isComplete: true,
      interactions: 4,
      interactionsMoved: 2,
      merged: 1,
      split: 1,
      live: { customers: 3, profiles: 4 },
      shadow: { customers: 3, profiles: 4 },
      profilesChanged: 2,
      mergedCustomers: [{ parties: 2, parts: [{ parties: 1 }, { parties: 1 }] }],
      splitCustomers: [{ customerId: before[0]?.[0], parties: 2 }],
    });
    await ingest(cluster, visit('5', {}, 'login:e address:s'));
    await cluster.versions.activate(other.version);
    const fresh = await openFresh({ rules: other });
    await ingest(fresh, ...WORLD);
    await fresh.ingest([visit('5', {}, 'login:e address:s')], { ack: 'durable', receivedAt: 0 });
    expect(await all(cluster)).toEqual(await all(fresh));
    expect((await cluster.status()).rulesVersion).toBe(other.version);
    await cluster.close();
    await fresh.close();
  });

  test('dropped -> nothing of it stays, and another can be tried', async () => {
    const store = new MemoryStore();
    const cluster = await openOver(store);
    await ingest(cluster, ...WORLD);
    const before = await all(cluster);
    await cluster.versions.propose(only(OTHER));
    await untilComplete(cluster);
    await expect(
      cluster.versions.propose(only(candidate({ phone: { certainty: 3 } }))),
    ).rejects.toThrow(/is being tried/);
    await cluster.versions.drop(OTHER.version);
    while ((await cluster.versions.list()).leaving.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(store.range('g', 'h')).toEqual([]);
    expect(store.range('p', 'q').filter(([key]) => /^p\d+\/(x\/|vm)/.test(key))).toEqual([]);
    expect(await all(cluster)).toEqual(before);
    await expect(cluster.versions.report()).rejects.toThrow(/propose one first/);
    expect((await cluster.versions.propose(only(OTHER))).versions.shadow).toMatchObject({
      generation: 3,
    });
    await cluster.close();
  });

  test('activated -> the former rows are gone, reopening keeps it, its feed tells the difference', async () => {
    const store = new MemoryStore();
    const rules = withoutLoginLimit(loose());
    const other = withoutLoginLimit(OTHER);
    const cluster = await openOver(store, { rules });
    const events: FeedEvent[] = [];
    const stop = new AbortController();
    const watching = (async () => {
      for await (const event of cluster.watch(null, { signal: stop.signal })) events.push(event);
    })();
    await ingest(cluster, ...WORLD);
    await cluster.versions.propose(only(other));
    await untilComplete(cluster);
    await cluster.versions.activate(other.version);
    while ((await cluster.versions.list()).leaving.length > 0 || store.get('c/sweep')) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(store.range('p', 'q')).toEqual([]);
    expect(store.range('l', 'm')).toEqual([]);
    const customers = await all(cluster);
    await cluster.close();
    stop.abort();
    await watching;
    expect(replayed(events)).toEqual(customers.slice(0, 4).map(([customer]) => customer));
    // Rules of a version that was live before are taken for the one that replaced it.
    const again = await openOver(store, { rules });
    expect(await all(again)).toEqual(customers);
    await again.close();
    await expect(openOver(store, { rules: candidate({ ip: { priority: 12 } }) })).rejects.toThrow(
      /rules try FILE/,
    );
  });

  test('a candidate that forgets a namespace, or is the live one -> refused with the reason', async () => {
    const cluster = await openFresh();
    const fewer = testRules({ namespaces: RULES.namespaces.filter(({ name }) => name !== 'ip') });
    await expect(cluster.versions.propose(only(fewer))).rejects.toThrow(/does not declare ip/);
    await expect(cluster.versions.propose(only(RULES))).rejects.toThrow(/is the live one already/);
    await expect(cluster.versions.activate('0000')).rejects.toThrow(/no version is being tried/);
    await cluster.close();
  });

  test('what ingress and stewards do while it is built shows in it', async () => {
    const rules = withoutLoginLimit(loose());
    const other = withoutLoginLimit(OTHER);
    const cluster = await openFresh({ rules });
    await ingest(cluster, ...WORLD);
    const proposing = cluster.versions.propose(only(other));
    await cluster.command(link('must_link', 'login:a', 'login:d'), { ack: 'durable' });
    await proposing;
    await cluster.command(link('cannot_link', 'login:b', 'login:c'), { ack: 'durable' });
    const retraction = {
      kind: 'retract_interaction',
      source: 'shop',
      interactionId: '1',
      decidedAt: 5,
      withdrawn: false,
    } as const;
    await cluster.command(retraction, { ack: 'durable' });
    await untilComplete(cluster);
    await cluster.versions.activate(other.version);
    const [a, b, c, d] = await all(cluster);
    expect(a).toEqual(d);
    expect(b).not.toEqual(c);
    await cluster.close();
  });
});

function withoutLoginLimit(rules: Rules): Rules {
  return testRules({
    namespaces: rules.namespaces.map((entry) =>
      entry.name === 'login' ? { ...entry, limit: null } : entry,
    ),
  });
}

/** Customers of the profiles in the order in which they were first told of. */
function replayed(events: readonly FeedEvent[]): readonly string[] {
  const customers = new Map<string, string>();
  for (const event of events) {
    if ('evidence' in event) continue;
    const { kind, profileRef, customerId, otherCustomerId } = event;
    const customer = kind === 'customer.merged' ? (otherCustomerId as string) : customerId;
    customers.set(profileRef, customer);
  }
  return [...customers.values()];
}
