/**
 * The life of an embedded cluster: tokens, deadlines, overload, a failing store, closing, and what
 * must not change under existing data.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { StoreError } from '../../shared/adapters/store.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import type { IngestResult } from '../../shared/protocol/cluster.ts';
import { testRules } from '../support/test-rules.ts';
import {
  customersOf,
  identifier,
  ingest,
  link,
  openFresh,
  openOver,
  visit,
} from './embedded-fixture.ts';

const DURABLE = { ack: 'durable' } as const;
let store: MemoryStore;
let cluster: EmbeddedCluster;
beforeEach(async () => {
  store = new MemoryStore();
  cluster = await openOver(store);
});
afterEach(() => cluster.close());

const ASKED = [{ namespace: 'login', value: 'a' }];

function tokenOf(result: IngestResult | undefined) {
  if (result?.kind !== 'acknowledged') throw new Error('not acknowledged');
  return result.token;
}

describe('tokens', () => {
  test('a read with the token of an acknowledged write -> sees it', async () => {
    const [result] = await cluster.ingest([visit('1', {}, 'login:a')], DURABLE);
    const token = tokenOf(result);
    const [found] = await cluster.resolve(ASKED, { token, tokenLevel: 'settled' });
    expect(found?.kind).toBe('found');
  });

  test('a token of the future or of no partition -> failed_precondition', async () => {
    const [result] = await cluster.ingest([visit('1', {}, 'login:a')], DURABLE);
    const token = tokenOf(result);
    for (const change of [{ sequence: 10_000 }, { epoch: 5 }, { partition: 99 }]) {
      await expect(
        cluster.resolve(ASKED, { token: { ...token, ...change } }),
      ).rejects.toMatchObject({ code: 'failed_precondition' });
    }
  });
});

describe('bounds', () => {
  test('a deadline that has passed, or a cancelled call -> nothing is done', async () => {
    const before = await cluster.status();
    const late = { deadlineMs: Date.now() - 1 };
    const cancelled = { signal: AbortSignal.abort() };
    for (const [options, code] of [
      [late, 'deadline_exceeded'],
      [cancelled, 'cancelled'],
    ] as const) {
      for (const call of [
        () => cluster.ingest([visit('1', {}, 'login:a')], { ...DURABLE, ...options }),
        () => cluster.command(link('must_link', 'login:a', 'login:b'), { ...DURABLE, ...options }),
        () => cluster.resolve(ASKED, options),
        () => cluster.getCustomer('c', options),
        () => cluster.settle(options),
      ]) {
        await expect(call()).rejects.toMatchObject({ code });
      }
    }
    await cluster.settle();
    expect(await cluster.status()).toEqual(before);
  });

  test('no answer before the deadline -> deadline_exceeded; the work goes on', async () => {
    const disk = new MemoryStore({ manualFlush: true });
    const opening = openOver(disk);
    const flushing = setInterval(() => disk.flush(), 1);
    const slow = await opening;
    clearInterval(flushing);
    const options = { ...DURABLE, deadlineMs: Date.now() + 30 };
    await expect(slow.ingest([visit('1', {}, 'login:a')], options)).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    // On a busy machine the round may begin only now.
    const flushingAgain = setInterval(() => disk.flush(), 1);
    await slow.settle();
    expect((await slow.resolve(ASKED))[0]?.kind).toBe('found');
    await slow.close();
    clearInterval(flushingAgain);
  });

  test('more waiting than allowed -> overloaded with a delay; what was taken is kept', async () => {
    const small = await openFresh({ maxWaiting: 10 });
    const batch = (from: number) =>
      Array.from({ length: 8 }, (_, index) => visit(`${from + index}`, {}, `crm:${from + index}`));
    const taken = small.ingest(batch(0), DURABLE);
    await expect(small.ingest(batch(100), DURABLE)).rejects.toMatchObject({
      code: 'overloaded',
      retryable: true,
      retryAfterMs: expect.any(Number),
    });
    expect(await taken).toHaveLength(8);
    // Alone, a batch larger than the queue is taken: refused it could never be sent.
    expect(await small.ingest([...batch(200), ...batch(300)], DURABLE)).toHaveLength(16);
    expect(await customersOf(small, 'crm:100')).toEqual(['(not_found)']);
    await small.close();
  });

  test('settle under steady ingest -> resolves though the queue never empties', async () => {
    let isStopped = false;
    let sent = 0;
    const steady = (async () => {
      while (!isStopped) {
        const batch = Array.from({ length: 20 }, () => visit(`${sent++}`, {}, `crm:${sent % 7}`));
        void cluster.ingest(batch, DURABLE);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let turn = 0; turn < 5; turn++) {
      const sentBefore = sent;
      while (sent < sentBefore + 60) await new Promise((resolve) => setImmediate(resolve));
      await cluster.settle({ deadlineMs: Date.now() + 4_000 });
    }
    isStopped = true;
    await steady;
    await cluster.settle();
  });
});

describe('the store fails', () => {
  test('writes and reads are unavailable with the cause, status is stuck, close works', async () => {
    await ingest(cluster, visit('1', {}, 'login:a'));
    store.fail(new StoreError('disk_full', 'no space left in /data'));
    const write = cluster.ingest([visit('2', {}, 'login:b')], DURABLE);
    await expect(write).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('no space left in /data'),
      cause: { code: 'disk_full' },
    });
    await expect(cluster.ingest([visit('3', {}, 'login:c')], DURABLE)).rejects.toMatchObject({
      code: 'unavailable',
    });
    for (const text of ['login:a', 'login:b']) {
      await expect(cluster.resolve([identifier(text)])).rejects.toMatchObject({
        code: 'unavailable',
      });
    }
    await expect(cluster.settle()).rejects.toBeInstanceOf(Error);
    const { partitions } = await cluster.status();
    expect(new Set(partitions.map(({ state }) => state))).toEqual(new Set(['stuck']));
  });

  test('while several rounds are open -> each caller is told, nothing is left unhandled', async () => {
    const disk = new MemoryStore({ manualFlush: true });
    const opening = openOver(disk);
    const flushing = setInterval(() => disk.flush(), 1);
    const slow = await opening;
    clearInterval(flushing);
    const calls: Promise<unknown>[] = [];
    for (let call = 0; call < 6; call++) {
      calls.push(slow.ingest([visit(`${call}`, {}, `crm:${call}`)], DURABLE));
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    disk.fail(new StoreError('io', 'the disk is gone'));
    const ends = await Promise.allSettled(calls);
    expect(ends.map(({ status }) => status)).toEqual(Array(6).fill('rejected'));
    await slow.close();
    const found = await openOver(disk.crash({ manualFlush: false }));
    expect(await customersOf(found, 'crm:0')).toEqual(['(not_found)']);
    await found.close();
  });
});

describe('closing', () => {
  test('what was taken is acknowledged, later calls are unavailable, none hangs', async () => {
    const ends: Promise<unknown>[] = [];
    let isClosing = false;
    for (let round = 0; round < 30; round++) {
      ends.push(
        cluster.ingest([visit(`${round}`, {}, `crm:${round}`)], DURABLE).then(
          () => 'acknowledged',
          (error: { readonly code: string }) => error.code,
        ),
      );
      if (round === 15) {
        void cluster.close();
        isClosing = true;
      }
      if (round % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(isClosing).toBe(true);
    await cluster.close();
    expect(await Promise.all(ends)).toEqual([
      ...Array(16).fill('acknowledged'),
      ...Array(14).fill('unavailable'),
    ]);
    await expect(cluster.resolve(ASKED)).rejects.toMatchObject({ code: 'unavailable' });
    const again = await openOver(store);
    expect(await customersOf(again, 'crm:15')).not.toEqual(['(not_found)']);
    await again.close();
  });
});

describe('reopening', () => {
  test('the same data -> the same customers, ids and positions', async () => {
    const inputs = Array.from({ length: 40 }, (_, n) =>
      visit(`${n}`, {}, `crm:${n} email:e${n % 9}`),
    );
    await ingest(cluster, ...inputs);
    const anchors = inputs.map((_, n) => `crm:${n}`);
    const read = (from: EmbeddedCluster) =>
      Promise.all(anchors.map((text) => customersOf(from, text)));
    const customers = await read(cluster);
    const { partitions } = await cluster.status();
    await cluster.close();
    const again = await openOver(store);
    expect(await read(again)).toEqual(customers);
    expect((await again.status()).partitions).toEqual(partitions);
    await ingest(again, ...inputs);
    expect(await read(again)).toEqual(customers);
    await again.close();
  });

  test('another partition count, rules version or id key -> refused, saying which', async () => {
    await cluster.close();
    for (const [change, what] of [
      [{ partitions: 8 }, 'partition count 7, not 8'],
      [{ rules: defaultRules() }, 'rules version'],
      [{ idKey: Buffer.alloc(16) }, 'id key'],
    ] as const) {
      await expect(openOver(store, change)).rejects.toMatchObject({
        code: 'failed_precondition',
        message: expect.stringContaining(what),
      });
    }
    const again = await openOver(store);
    await again.close();
  });

  test('options that cannot be -> refused before anything is stored', async () => {
    const fresh = new MemoryStore();
    for (const change of [
      { partitions: 0 },
      { partitions: 4097 },
      { partitions: 1.5 },
      { idKey: Buffer.alloc(5) },
    ]) {
      await expect(openOver(fresh, change)).rejects.toMatchObject({ code: 'invalid_argument' });
    }
    // The test rules name a normaliser that this program does not have.
    await expect(openOver(fresh, { rules: testRules() })).rejects.toMatchObject({
      code: 'rules_unsupported',
    });
    expect(fresh.size).toBe(0);
    const opened = await openOver(fresh);
    await opened.close();
  });
});
