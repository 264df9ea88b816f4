/**
 * Contract suite of the Store port: every implementation passes it unchanged.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { Store, StoreWrite } from '../../shared/adapters/store.ts';

/** One place to keep rows in, opened any number of times, one after the other. */
export interface StoreHome {
  /** Opens the store with what the last commits left there. */
  open(): Promise<Store>;
  dispose(): Promise<void>;
}

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString('latin1');
const put = (key: string, value: string): StoreWrite => [key, bytes(value)];
const remove = (key: string): StoreWrite => [key, null];

function rows(store: Store, ...args: Parameters<Store['range']>): string[] {
  return store.range(...args).map(([key, value]) => `${key}=${text(value)}`);
}

export function describeStoreContract(name: string, makeHome: () => Promise<StoreHome>): void {
  describe(`store contract: ${name}`, () => {
    let home: StoreHome | undefined;
    const stores: Store[] = [];

    async function open(): Promise<Store> {
      home ??= await makeHome();
      const store = await home.open();
      stores.push(store);
      return store;
    }

    afterEach(async () => {
      for (const store of stores.splice(0)) await store.close();
      await home?.dispose();
      home = undefined;
    });

    test('a commit is readable at once, before it is durable', async () => {
      const store = await open();
      const durable = store.commit([put('a', '1'), put('b', '2')]);
      expect(text(store.get('a'))).toBe('1');
      expect(rows(store, 'a', 'z')).toEqual(['a=1', 'b=2']);
      expect(store.get('c')).toBeUndefined();
      await durable;
      expect(text(store.get('a'))).toBe('1');
      expect(rows(store, 'a', 'z')).toEqual(['a=1', 'b=2']);
    });

    test('later writes of a key in one commit win, and null deletes', async () => {
      const store = await open();
      await store.commit([put('a', '1'), put('b', '1'), put('c', '1')]);
      const durable = store.commit([put('a', '2'), put('a', '3'), remove('b'), remove('absent')]);
      expect(rows(store, '', 'z')).toEqual(['a=3', 'c=1']);
      expect(store.get('b')).toBeUndefined();
      await durable;
      expect(rows(store, '', 'z')).toEqual(['a=3', 'c=1']);
      await store.commit([remove('a'), put('a', '4')]);
      expect(text(store.get('a'))).toBe('4');
    });

    test('many commits in flight -> the last one wins, all resolve in order', async () => {
      const store = await open();
      const resolved: number[] = [];
      const open20 = Array.from({ length: 20 }, (_, index) =>
        store
          .commit([put('k', `${index}`), put(`row${index}`, 'x')])
          .then(() => void resolved.push(index)),
      );
      expect(text(store.get('k'))).toBe('19');
      await Promise.all(open20);
      expect(resolved).toEqual(Array.from({ length: 20 }, (_, index) => index));
      expect(text(store.get('k'))).toBe('19');
      expect(store.range('row', 'rox')).toHaveLength(20);
    });

    test.each([
      ['from <= key < to', ['b', 'd'], ['b=1', 'c=1']],
      ['limit counts rows found', ['a', 'z', { limit: 2 }], ['a=1', 'b=1']],
      ['reverse from the top', ['a', 'e', { reverse: true, limit: 2 }], ['d=1', 'c=1']],
      ['reverse excludes to, includes from', ['b', 'd', { reverse: true }], ['c=1', 'b=1']],
      ['bounds between keys', ['a0', 'c0'], ['b=1', 'c=1']],
      ['empty interval', ['c', 'c'], []],
      ['crossed bounds', ['d', 'b'], []],
      ['limit 0', ['a', 'z', { limit: 0 }], []],
      ['nothing there', ['x', 'z'], []],
    ] as [string, Parameters<Store['range']>, string[]][])('range: %s', async (_, args, wanted) => {
      const store = await open();
      const durable = store.commit(['e', 'c', 'a', 'd', 'b'].map((key) => put(key, '1')));
      expect(rows(store, ...args)).toEqual(wanted);
      await durable;
      expect(rows(store, ...args)).toEqual(wanted);
    });

    test('a range over stored and pending rows equals a plain sorted map', async () => {
      const store = await open();
      const model = new Map<string, string>();
      let seed = 12345;
      // Numerical Recipes' linear congruential generator: the same run every time.
      const next = (below: number): number => {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        return Math.floor((seed / 2 ** 32) * below);
      };
      for (let round = 0; round < 60; round++) {
        const writes: StoreWrite[] = [];
        for (let index = 0; index < 1 + next(12); index++) {
          const key = `k${String(next(80)).padStart(2, '0')}`;
          if (next(3) === 0) {
            writes.push(remove(key));
            model.delete(key);
          } else {
            writes.push(put(key, `${round}.${index}`));
            model.set(key, `${round}.${index}`);
          }
        }
        const durable = store.commit(writes);
        if (next(4) === 0) await durable;
        const from = `k${String(next(80)).padStart(2, '0')}`;
        const to = `k${String(next(80)).padStart(2, '0')}`;
        const reverse = next(2) === 0;
        const limit = 1 + next(20);
        const wanted = [...model].filter(([key]) => from <= key && key < to).sort();
        if (reverse) wanted.reverse();
        expect(rows(store, from, to, { limit, reverse })).toEqual(
          wanted.slice(0, limit).map(([key, value]) => `${key}=${value}`),
        );
        const probe = `k${String(next(80)).padStart(2, '0')}`;
        expect(text(store.get(probe))).toBe(model.get(probe));
      }
    });

    test('keys order by code unit, values keep every byte and any size', async () => {
      const store = await open();
      const all = Uint8Array.from({ length: 256 }, (_, index) => index);
      const large = new Uint8Array(300_000).fill(7);
      await store.commit([
        ['\x01', all],
        ['A', bytes('')],
        ['a', large],
        ['~'.repeat(200), bytes('long key')],
      ]);
      expect(store.range('', '\x7f').map(([key]) => key)).toEqual([
        '\x01',
        'A',
        'a',
        '~'.repeat(200),
      ]);
      expect(Buffer.from(store.get('\x01') ?? []).equals(all)).toBe(true);
      expect(store.get('A')).toHaveLength(0);
      expect(Buffer.from(store.get('a') ?? []).equals(large)).toBe(true);
      expect(text(store.get('~'.repeat(200)))).toBe('long key');
    });

    test('a value read stays as it was while others are read and written', async () => {
      const store = await open();
      await store.commit([put('a', 'aaaa'), put('b', 'bbbb')]);
      const first = store.get('a');
      store.get('b');
      await store.commit([put('a', 'cccc')]);
      store.get('a');
      expect(text(first)).toBe('aaaa');
    });

    test.each([
      ['empty', ''],
      ['not ASCII', 'caf\u00e9'],
      ['too long', 'x'.repeat(201)],
    ])('a key that is %s -> refused, nothing of the commit is applied', async (_, key) => {
      const store = await open();
      await expect(store.commit([put('ok', '1'), put(key, '1')])).rejects.toThrow(/store key/);
      expect(store.get('ok')).toBeUndefined();
      await store.commit([put('ok', '2')]);
      expect(text(store.get('ok'))).toBe('2');
    });

    test('an empty commit resolves', async () => {
      const store = await open();
      await store.commit([]);
      expect(store.range('', '\x7f')).toEqual([]);
    });

    test('close waits for open commits; the next open shows all of them', async () => {
      const store = await open();
      const commits = [1, 2, 3].map((index) => store.commit([put(`k${index}`, 'v')]));
      await store.close();
      await Promise.all(commits);
      const again = await open();
      expect(rows(again, 'k', 'l')).toEqual(['k1=v', 'k2=v', 'k3=v']);
      await again.commit([put('k4', 'v')]);
      expect(again.range('k', 'l')).toHaveLength(4);
    });

    test('after close everything is refused as closed', async () => {
      const store = await open();
      await store.close();
      await store.close();
      const closed = expect.objectContaining({ name: 'StoreError', code: 'closed' });
      expect(() => store.get('a')).toThrow(closed);
      expect(() => store.range('a', 'b')).toThrow(closed);
      await expect(store.commit([put('a', '1')])).rejects.toEqual(closed);
    });
  });
}
