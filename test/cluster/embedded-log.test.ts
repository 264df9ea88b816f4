/**
 * EmbeddedLog: the contract over LmdbStore, whose process cannot die alone, and over MemoryStore,
 * which can be crashed in place. kill -9 of the real thing: `embedded-crash.test.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EmbeddedLog } from '../../shared/engine/embedded-log.ts';
import { LmdbStore } from '../../shared/adapters/lmdb-store.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { type Store, StoreError } from '../../shared/adapters/store.ts';
import { Collector, describeLogContract } from './log-contract.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describeLogContract('EmbeddedLog over LMDB', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'selfsame-log-'));
  const stores: LmdbStore[] = [];
  return {
    async open() {
      const store = await LmdbStore.open(directory);
      stores.push(store);
      return new EmbeddedLog(store);
    },
    async dispose() {
      for (const store of stores) await store.close();
      rmSync(directory, { recursive: true });
    },
  };
});

describeLogContract('EmbeddedLog over memory', async () => {
  // A disk that flushes between turns of the event loop; a crash loses what it had not flushed.
  let store = new MemoryStore({ manualFlush: true });
  let failure: StoreError | null = null;
  let pump: NodeJS.Immediate;
  const flush = (): void => {
    if (failure === null) store.flush();
    pump = setImmediate(flush);
  };
  flush();
  return {
    async open() {
      if (failure !== null) store = store.crash();
      failure = null;
      return new EmbeddedLog(store);
    },
    async crash() {
      failure = new StoreError('io', 'the process died');
      store.fail(failure);
    },
    async dispose() {
      clearImmediate(pump);
    },
  };
});

describe('EmbeddedLog and its store', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'selfsame-log-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  async function withLog<T>(work: (log: EmbeddedLog, store: Store) => Promise<T>): Promise<T> {
    const store = await LmdbStore.open(directory);
    try {
      return await work(new EmbeddedLog(store), store);
    } finally {
      await store.close();
    }
  }

  test('reopened -> same epochs, bounds and entries, and appends go on', async () => {
    await withLog(async (log) => {
      await log.create(3, 1);
      await log.create(3, 2);
      for (let number = 1; number <= 20; number++) await log.append(3, 2, bytes(String(number)));
      await log.trim(3, 2, 8);
    });
    await withLog(async (log) => {
      expect(await log.currentEpoch(3)).toBe(2);
      expect(await log.bounds(3, 1)).toEqual({ firstSequence: 1, lastSequence: 0 });
      expect(await log.bounds(3, 2)).toEqual({ firstSequence: 8, lastSequence: 20 });
      expect(await log.append(3, 2, bytes('21'))).toBe(21);
      const collector = new Collector();
      log.subscribe(3, 2, 8, collector);
      await collector.has(14);
      expect(collector.entries.map((entry) => Buffer.from(entry.bytes).toString())).toEqual(
        Array.from({ length: 14 }, (_, index) => String(index + 8)),
      );
    });
  });

  test('staged entries and the state that follows from them -> one transaction', async () => {
    await withLog(async (log, store) => {
      const create = log.stageCreate(0, 1);
      const first = log.stage(0, 1, bytes('a'));
      const second = log.stage(0, 1, bytes('b'));
      expect([first.sequence, second.sequence]).toEqual([1, 2]);
      await store.commit([create, first.write, second.write, ['state', bytes('2')]]);
      expect(await log.bounds(0, 1)).toEqual({ firstSequence: 1, lastSequence: 2 });
    });
    await withLog(async (log, store) => {
      expect(await log.bounds(0, 1)).toEqual({ firstSequence: 1, lastSequence: 2 });
      expect(store.get('state')).toEqual(bytes('2'));
    });
  });

  test('the store refuses -> appends are unavailable or full, with the cause', async () => {
    for (const [storeCode, code] of [
      ['io', 'unavailable'],
      ['corrupt', 'unavailable'],
      ['disk_full', 'full'],
    ] as const) {
      const store = new MemoryStore();
      const log = new EmbeddedLog(store);
      await log.create(1, 1);
      store.fail(new StoreError(storeCode, 'the disk'));
      await expect(log.append(1, 1, bytes('x'))).rejects.toMatchObject({
        name: 'LogError',
        code,
        cause: expect.any(StoreError),
      });
    }
  });
});
