/**
 * EmbeddedEngine: logs checked against state on opening, trimming, placements, rounds. Its answers
 * are compared with the oracle's in `test/property`, its crashes in `test/cluster`.
 */
import { describe, expect, test } from 'vitest';
import { partitionPrefix } from '../../shared/engine/partition.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { StoreWrite } from '../../shared/adapters/store.ts';
import { makeHistory } from '../support/history.ts';
import type { OracleEvent } from '../support/oracle-events.ts';
import { runOracle } from '../support/oracle.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { testRules } from '../support/test-rules.ts';
import { newEngine, outcomeByOracle, outcomeOf } from '../property/engine-run.ts';

const RULES = testRules();
const RUN = { partitions: 3, batch: 5 } as const;
const history = makeHistory(31, { events: 120, persons: 9 });

/** Opens, runs the events through, closes; returns the epochs of the partitions. */
async function run(store: MemoryStore, events: readonly OracleEvent[]): Promise<number[]> {
  const engine = newEngine(store, RULES, RUN);
  await engine.open();
  const placements = await engine.submit(events.map((event) => [0, messageOf(event)] as const));
  await engine.close();
  expect(placements).toHaveLength(events.length);
  return engine.partitions.map(({ position }) => position.epoch);
}

function logRows(store: MemoryStore, partition: number) {
  const prefix = `l${String(partition).padStart(4, '0')}/`;
  return store.range(prefix, `${prefix}\x7f`);
}

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[copy.length >> 1] = (copy[copy.length >> 1] as number) ^ 4;
  return copy;
}

describe('opening', () => {
  test('a log that fits its state -> the same epoch, and what follows is right', async () => {
    const store = new MemoryStore();
    await run(store, history.slice(0, 60));
    expect(await run(store, history.slice(60))).toEqual([1, 1, 1, 1]);
    const oracle = outcomeByOracle(runOracle(RULES, history));
    expect(outcomeOf(store, RUN.partitions)).toEqual(oracle);
  });

  const DAMAGE: readonly (readonly [
    name: string,
    damage: (rows: ReturnType<typeof logRows>) => readonly StoreWrite[],
  ])[] = [
    ['lost its last entry', (rows) => [[rows.at(-1)?.[0] ?? '', null]]],
    [
      'has a flipped bit in its last entry',
      (rows) => {
        const [key, bytes] = rows.at(-1) ?? ['', new Uint8Array(1)];
        return [[key, flipped(bytes)]];
      },
    ],
    ['is gone', (rows) => rows.map(([key]) => [key, null])],
    [
      'is ahead',
      (rows) => {
        const [key, bytes] = rows.at(-1) ?? ['', new Uint8Array(1)];
        const next = Number(key.slice(-12)) + 1;
        return [[key.slice(0, -12) + String(next).padStart(12, '0'), bytes]];
      },
    ],
  ];

  test.for(DAMAGE)(
    'a log that %s -> the next epoch, from the state; others stay',
    async ([, damage]) => {
      const store = new MemoryStore();
      await run(store, history.slice(0, 60));
      await store.commit(damage(logRows(store, 1)));
      expect(await run(store, history.slice(60))).toEqual([1, 2, 1, 1]);
      expect(await run(store, history)).toEqual([1, 2, 1, 1]);
      const oracle = outcomeByOracle(runOracle(RULES, history));
      expect(outcomeOf(store, RUN.partitions)).toEqual(oracle);
    },
  );

  test('a log without its state -> refused: nothing may be written over it', async () => {
    const store = new MemoryStore();
    await run(store, history.slice(0, 60));
    const prefix = partitionPrefix(2);
    await store.commit(store.range(prefix, `${prefix}\x7f`).map(([key]) => [key, null]));
    const engine = newEngine(store, RULES, RUN);
    await expect(engine.open()).rejects.toMatchObject({
      code: 'log_mismatch',
      message: expect.stringContaining('partition 2'),
    });
  });
});

describe('rounds', () => {
  test('placements name the entry, and rise; logs keep what they are told to keep', async () => {
    const store = new MemoryStore();
    const engine = newEngine(store, RULES, { partitions: 1, batch: 1 });
    await engine.open();
    const placements = [];
    for (const event of history) {
      placements.push(...(await engine.submit([[0, messageOf(event)]])));
    }
    await engine.close();
    const sequences = placements.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((left, right) => left - right));
    expect(new Set(sequences).size).toBe(history.length);
    // The marker row, the 10 kept behind the applied one, and that one.
    expect(logRows(store, 0)).toHaveLength(12);
  });

  test('several callers in one turn of the event loop -> one round, one commit', async () => {
    const store = new MemoryStore();
    const engine = newEngine(store, RULES, { partitions: 3, batch: 1000 });
    await engine.open();
    const before = store.lastCommit;
    await Promise.all(history.map((event) => engine.submit([[0, messageOf(event)]])));
    expect(store.lastCommit).toBe(before + 1);
    await engine.close();
    const oracle = outcomeByOracle(runOracle(RULES, history));
    expect(outcomeOf(store, RUN.partitions)).toEqual(oracle);
  });

  test('partitions that a round does not touch write nothing', async () => {
    const store = new MemoryStore();
    const engine = newEngine(store, RULES, { partitions: 64, batch: 10 });
    await engine.open();
    const stored: StoreWrite[][] = [];
    const { commit } = store;
    store.commit = (writes) => {
      stored.push([...writes]);
      return commit.call(store, writes);
    };
    const [event] = history.filter(({ kind }) => kind === 'interaction');
    await engine.submit([[0, messageOf(event as OracleEvent)]]);
    await engine.close();
    const touched = new Set(stored.flat().map(([key]) => key.slice(0, 5)));
    expect(touched.size).toBeGreaterThan(0);
    expect(touched.size).toBeLessThan(32);
  });
});
