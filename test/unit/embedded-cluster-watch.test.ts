/** The change feed of an embedded cluster: what is told, from where it resumes, when it refuses. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type {
  Command,
  CustomerEvent,
  EvidenceEvent,
  FeedEvent,
} from '../../shared/protocol/cluster.ts';
import { customersOf, ingest, openFresh, openOver, visit } from './embedded-fixture.ts';

let store: MemoryStore;
let cluster: EmbeddedCluster;
let abort: AbortController;
beforeEach(async () => {
  store = new MemoryStore();
  cluster = await openOver(store);
  abort = new AbortController();
});
afterEach(async () => {
  abort.abort();
  await cluster.close();
});

const isOfCustomer = (event: FeedEvent): event is CustomerEvent => !('evidence' in event);
const isOfEvidence = (event: FeedEvent): event is EvidenceEvent => 'evidence' in event;

/** Reads events of a sort until `count` of them came. */
async function read<Event extends FeedEvent>(
  isWanted: (event: FeedEvent) => event is Event,
  from: string | null,
  count: number,
  of: EmbeddedCluster,
): Promise<Event[]> {
  const events: Event[] = [];
  if (count === 0) return events;
  for await (const event of of.watch(from, { signal: abort.signal })) {
    if (isWanted(event) && events.push(event) === count) break;
  }
  return events;
}

const take = (from: string | null, count: number, of = cluster): Promise<CustomerEvent[]> =>
  read(isOfCustomer, from, count, of);

const retract = (interactionId: string) =>
  cluster.command(
    { kind: 'retract_interaction', source: 'shop', interactionId, decidedAt: 1, withdrawn: false },
    { ack: 'durable' },
  );

describe('what is told', () => {
  test('created, merged into the older, split off again, with the ids that readers see', async () => {
    const watching = take(null, 5);
    await ingest(cluster, visit('1', {}, 'crm:1'), visit('2', {}, 'crm:2'));
    const [older] = await customersOf(cluster, 'crm:1');
    const [younger] = await customersOf(cluster, 'crm:2');
    await cluster.ingest([visit('3', {}, 'crm:1 crm:2')], { ack: 'durable', receivedAt: 9 });
    await retract('3');
    await retract('2');
    await cluster.ingest([visit('4', {}, 'crm:4')], { ack: 'durable', receivedAt: 9 });
    const events = await watching;
    expect(events.map((event) => [event.kind, event.customerId, event.otherCustomerId])).toEqual([
      ['customer.created', older, null],
      ['customer.created', younger, null],
      ['customer.merged', younger, older],
      ['customer.split', younger, older],
      ['customer.created', (await customersOf(cluster, 'crm:4'))[0], null],
    ]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(5);
  });

  test('one round brings a customer of three -> one created, two moved to it', async () => {
    await cluster.ingest(
      [1, 2, 3].map((index) => visit(`${index}`, {}, `crm:${index} email:x`)),
      { ack: 'durable' },
    );
    const events = await take('0', 3);
    const [id] = await customersOf(cluster, 'email:x');
    expect(events.map(({ kind }) => kind).sort()).toEqual([
      'customer.created',
      'profile.moved',
      'profile.moved',
    ]);
    expect(new Set(events.map(({ customerId }) => customerId))).toEqual(new Set([id]));
  });

  test('what changes nobody, repeats included, tells nothing', async () => {
    const first = visit('1', {}, 'crm:1 email:x');
    await ingest(cluster, first, first, visit('2', {}, 'crm:1 email:x'));
    await ingest(cluster, visit('3', {}, 'crm:3'));
    const events = await take('0', 2);
    expect(events.map(({ kind }) => kind)).toEqual(['customer.created', 'customer.created']);
  });

  test('replaying the feed gives every profile the customer that readers see', async () => {
    const inputs = Array.from({ length: 60 }, (_, index) =>
      visit(`${index}`, {}, `crm:${index % 17} email:e${(index * 7) % 23}`),
    );
    await ingest(cluster, ...inputs);
    for (const index of [3, 17, 20, 21, 44]) await retract(`${index}`);
    await ingest(cluster, visit('last', {}, 'login:last'));
    const [last] = await customersOf(cluster, 'login:last');
    const current = new Map<string, string>();
    for await (const event of cluster.watch('0', { signal: abort.signal })) {
      if (!isOfCustomer(event)) continue;
      const { kind, profileRef, customerId, otherCustomerId } = event;
      current.set(profileRef, kind === 'customer.merged' ? (otherCustomerId ?? '') : customerId);
      if (customerId === last) break;
    }
    for (const [profileRef, customerId] of current) {
      expect((await cluster.getCustomer(profileRef))?.customerId).toBe(customerId);
    }
    expect(current.size).toBeGreaterThan(17);
  });
});

describe('what is told of evidence', () => {
  test('a value turns generic, counts again, is held, rejected, released -> each by reference', async () => {
    const watching = read(isOfEvidence, '0', 6, cluster);
    const crowd = [1, 2, 3, 4, 5].map((index) => visit(`${index}`, {}, `crm:${index} email:info`));
    await ingest(cluster, ...crowd);
    const [generic] = await cluster.resolve([{ namespace: 'email', value: 'info' }]);
    await retract('5');
    for (const [decidedAt, standing] of [
      [1, 'held'],
      [2, 'held'],
      [3, 'rejected'],
      [4, 'released'],
    ] as const) {
      await order({ kind: 'value', namespace: 'email', value: 'info' }, standing, decidedAt);
    }
    await ingest(cluster, visit('6', {}, 'crm:6 email:info'));
    const events = await watching;
    expect(events.map(({ kind }) => kind)).toEqual([
      'evidence.generic',
      'evidence.counted',
      'evidence.held',
      'evidence.rejected',
      'evidence.counted',
      'evidence.generic',
    ]);
    const valueRef = generic?.kind === 'generic' ? generic.valueRef : '';
    expect(valueRef).toMatch(/^v[a-z2-7]{26}$/);
    for (const { evidence } of events) {
      expect(evidence).toEqual({ kind: 'value', namespace: 'email', valueRef });
    }
    expect(JSON.stringify(events)).not.toContain('info');
    const orders = await cluster.listOrders({ released: true });
    expect(orders.map((view) => view.valueRef)).toEqual([valueRef]);
  });

  test('a delivery is held, rejected, released -> told with its label, after its interactions left', async () => {
    const visits = ['1', '2', '3'].map((id) => ({
      ...visit(id, {}, `crm:${id} email:x`),
      delivery: 'monday',
    }));
    await ingest(cluster, ...visits);
    const subject = { kind: 'delivery', source: 'shop', delivery: 'monday' } as const;
    const watching = read(isOfEvidence, '0', 3, cluster);
    await order(subject, 'held', 1);
    await order(subject, 'rejected', 2);
    await order(subject, 'released', 3);
    const events = await watching;
    expect(events.map(({ kind, evidence }) => [kind, evidence])).toEqual([
      ['evidence.held', subject],
      ['evidence.rejected', subject],
      ['evidence.counted', subject],
    ]);
  });

  async function order(
    subject: Extract<Command, { kind: 'order_evidence' }>['subject'],
    standing: Extract<Command, { kind: 'order_evidence' }>['standing'],
    decidedAt: number,
  ): Promise<void> {
    const facts = { decidedAt, decidedBy: 'steward-7', reason: '' };
    const command: Command = { kind: 'order_evidence', subject, standing, ...facts };
    await cluster.command(command, { ack: 'durable' });
  }
});

describe('resuming', () => {
  test('after a token -> exactly what followed, with the same ids, after a restart too', async () => {
    await ingest(cluster, ...[1, 2, 3, 4, 5].map((n) => visit(`${n}`, {}, `crm:${n}`)));
    const all = await take('0', 5);
    expect(await take(all[1]?.resumeToken ?? '', 3)).toEqual(all.slice(2));
    await cluster.close();
    cluster = await openOver(store);
    expect(await take(all[1]?.resumeToken ?? '', 3)).toEqual(all.slice(2));
    const waiting = take(all[4]?.resumeToken ?? '', 1);
    await ingest(cluster, visit('6', {}, 'crm:6'));
    expect((await waiting)[0]?.resumeToken).toBe('6');
  });

  test('trimmed away, ahead of the feed, or no token at all -> refused as such', async () => {
    const small = await openFresh({ keptEvents: 3 });
    await ingest(small, ...[1, 2, 3, 4, 5, 6].map((n) => visit(`${n}`, {}, `crm:${n}`)));
    const watch = (token: string) => take(token, 1, small);
    for (const token of ['0', '2', '7', '99']) {
      await expect(watch(token)).rejects.toMatchObject({ code: 'resume_token_expired' });
    }
    expect((await take('3', 3, small)).map(({ resumeToken }) => resumeToken)).toEqual([
      '4',
      '5',
      '6',
    ]);
    for (const token of ['', 'x', '-1', '1.5', '9'.repeat(16)]) {
      await expect(watch(token)).rejects.toMatchObject({
        code: 'invalid_argument',
        violations: [{ field: 'resume_token' }],
      });
    }
    await small.close();
  });

  test('a watcher slower than the feed is trimmed -> told, not skipped', async () => {
    const small = await openFresh({ keptEvents: 3 });
    await ingest(small, visit('0', {}, 'crm:0'));
    const events = small.watch('0', { signal: abort.signal })[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ resumeToken: '1' });
    await ingest(small, ...[1, 2, 3, 4, 5, 6].map((n) => visit(`${n}`, {}, `crm:${n}`)));
    await expect(events.next()).rejects.toMatchObject({ code: 'resume_token_expired' });
    await small.close();
  });
});

describe('ends and durability', () => {
  test('aborted while waiting, or the cluster closes -> the watch ends', async () => {
    const aborted = take(null, 1);
    const closed = take(null, 1);
    abort.abort();
    expect(await aborted).toEqual([]);
    abort = new AbortController();
    const other = take(null, 1);
    await cluster.close();
    expect(await closed).toEqual([]);
    expect(await other).toEqual([]);
  });

  test('an event is told when it is durable: a crash before leaves its number unused', async () => {
    const disk = new MemoryStore({ manualFlush: true });
    const opening = openOver(disk);
    const flushing = setInterval(() => disk.flush(), 1);
    const first = await opening;
    await ingest(first, visit('1', {}, 'crm:1'));
    clearInterval(flushing);
    const told: string[] = [];
    const watching = (async () => {
      for await (const event of first.watch('0', { signal: abort.signal })) {
        if (isOfCustomer(event)) told.push(event.profileRef);
      }
    })();
    const lost = first.ingest([visit('2', {}, 'crm:2')], { ack: 'durable' });
    lost.catch(() => undefined);
    while (disk.lastCommit === disk.durableThrough) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    await watching;
    expect(told).toHaveLength(1);
    const second = await openOver(disk.crash({ manualFlush: false }));
    await ingest(second, visit('3', {}, 'crm:3'));
    abort = new AbortController();
    const again = await take('0', 2, second);
    expect(again.map(({ profileRef }) => profileRef)[0]).toBe(told[0]);
    expect(await customersOf(second, 'crm:2')).toEqual(['(not_found)']);
    await second.close();
  });
});
