/**
 * MemoryStore: the contract, and what the simulator steers: durability by hand, crashes.
 */
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { StoreError } from '../../shared/adapters/store.ts';
import { describeStoreContract } from './store-contract.ts';

describeStoreContract('MemoryStore', async () => {
  let store = new MemoryStore();
  let isFirst = true;
  return {
    async open() {
      if (!isFirst) store = store.crash();
      isFirst = false;
      return store;
    },
    async dispose() {},
  };
});

const one = Uint8Array.of(1);
const two = Uint8Array.of(2);

function manualStore(): { store: MemoryStore; durable: number[] } {
  const durable: number[] = [];
  const onDurable = (commit: number): void => void durable.push(commit);
  return { store: new MemoryStore({ manualFlush: true, onDurable }), durable };
}

describe('MemoryStore with manual flush', () => {
  test('commits are durable only when flushed, in order, told synchronously', () => {
    const { store, durable } = manualStore();
    expect([1, 2, 3].map((n) => store.commitSync([[`k${n}`, one]]))).toEqual([1, 2, 3]);
    expect(store.durableThrough).toBe(0);
    expect(store.flush(2)).toBe(2);
    expect(durable).toEqual([1, 2]);
    expect(store.flush()).toBe(3);
    expect(durable).toEqual([1, 2, 3]);
  });

  test('the promise resolves on flush, not before', async () => {
    const { store } = manualStore();
    let isDurable = false;
    const durable = store.commit([['a', one]]).then(() => {
      isDurable = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDurable).toBe(false);
    store.flush();
    await durable;
    expect(isDurable).toBe(true);
  });

  test.each([
    ['power failure -> flushed commits only', undefined, { a: 1 }, 1],
    ['torn between -> a longer prefix', 2, { a: 2, b: 1 }, 2],
    ['process kill -> everything', 3, { b: 2, c: 1 }, 3],
  ] as const)('crash: %s', (_, survivesThrough, wanted, through) => {
    const { store } = manualStore();
    store.commitSync([['a', one]]);
    store.flush();
    store.commitSync([
      ['a', two],
      ['b', one],
    ]);
    store.commitSync([
      ['c', two],
      ['c', one],
      ['a', null],
      ['b', two],
    ]);
    const found = store.crash(survivesThrough === undefined ? {} : { survivesThrough });
    const rows = found.range('', '~').map(([key, value]) => [key, value[0]]);
    expect(Object.fromEntries(rows)).toEqual(wanted);
    expect([found.lastCommit, found.durableThrough]).toEqual([through, through]);
    expect(() => store.get('a')).toThrow(expect.objectContaining({ code: 'closed' }));
    expect(found.commitSync([['z', one]])).toBe(through + 1);
  });

  test('a durable commit cannot be lost', () => {
    const { store } = manualStore();
    store.commitSync([['a', one]]);
    store.flush();
    expect(() => store.crash({ survivesThrough: 0 })).toThrow(RangeError);
  });

  test('an injected failure -> open commits reject, all is refused, restarting mends', async () => {
    const { store } = manualStore();
    store.commitSync([['a', one]]);
    store.flush();
    const open = store.commit([['a', two]]);
    store.fail(new StoreError('disk_full', 'no space (injected)'));
    await expect(open).rejects.toMatchObject({ code: 'disk_full' });
    expect(() => store.get('a')).toThrow(expect.objectContaining({ code: 'disk_full' }));
    expect(store.crash().get('a')).toEqual(one);
  });
});
