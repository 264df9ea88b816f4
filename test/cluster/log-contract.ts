/**
 * Contract suite of the Log port: every implementation passes it unchanged.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Log, LogEntry, LogSubscription } from '../../shared/adapters/log.ts';

/** An empty place for logs, used by one test. */
export interface LogHome {
  /** The log under test; after `crash` a new one on what the crash left. */
  open(): Promise<Log>;
  /** kill -9 of whatever keeps the log, and its restart. Absent: it cannot die alone. */
  crash?(): Promise<void>;
  dispose(): Promise<void>;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (value: Uint8Array | null): string | null =>
  value === null ? null : Buffer.from(value).toString();
const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;

/** Waits for a condition; says what it waited for, and the state, when it never holds. */
export async function waitFor(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  state: () => unknown = () => '',
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms for: ${what}; state: ${JSON.stringify(state())}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A subscriber that keeps everything and checks that batches never overlap. */
export class Collector {
  readonly entries: LogEntry[] = [];
  readonly lost: string[] = [];
  batchCountMax = 0;
  #isHandling = false;
  readonly #delayMs: number;

  constructor(delayMs = 0) {
    this.#delayMs = delayMs;
  }

  get sequences(): number[] {
    return this.entries.map((entry) => entry.sequence);
  }

  async onEntries(entries: readonly LogEntry[]): Promise<void> {
    if (this.#isHandling) throw new Error('a batch came while another was being handled');
    if (entries.length === 0) throw new Error('an empty batch');
    this.#isHandling = true;
    this.entries.push(...entries);
    this.batchCountMax = Math.max(this.batchCountMax, entries.length);
    if (this.#delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#delayMs));
    this.#isHandling = false;
  }

  onLost(reason: string): void {
    this.lost.push(reason);
  }

  /** Waits until `count` entries came. */
  async has(count: number): Promise<void> {
    const state = (): unknown => ({ entries: this.entries.length, lost: this.lost });
    await waitFor(`${count} entries`, () => this.entries.length >= count, state);
  }

  async isLost(): Promise<void> {
    const state = (): unknown => ({ entries: this.entries.length });
    await waitFor('onLost', () => this.lost.length > 0, state);
  }
}

const count = (to: number, from = 1): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

export function describeLogContract(name: string, makeHome: () => Promise<LogHome>): void {
  describe(`log contract: ${name}`, () => {
    let home: LogHome;
    let log: Log;
    const subscriptions: LogSubscription[] = [];

    beforeEach(async () => {
      home = await makeHome();
      log = await home.open();
    });
    afterEach(async () => {
      for (const subscription of subscriptions.splice(0)) subscription.close();
      await log.close();
      await home.dispose();
    });

    function subscribe(epoch: number, from: number, collector: Collector): LogSubscription {
      const subscription = log.subscribe(1, epoch, from, collector);
      subscriptions.push(subscription);
      return subscription;
    }

    async function appendMany(texts: readonly (string | number)[], epoch = 1): Promise<number[]> {
      return Promise.all(texts.map((value) => log.append(1, epoch, bytes(String(value)))));
    }

    test('epochs: 0 before any, then the highest; creating again changes nothing', async () => {
      expect(await log.currentEpoch(1)).toBe(0);
      await log.create(1, 1);
      await log.append(1, 1, bytes('kept'));
      await log.create(1, 1);
      expect(text(await log.read(1, 1, 1))).toBe('kept');
      await log.create(1, 2);
      await log.create(1, 10);
      await log.create(7, 3);
      const epochs = await Promise.all([1, 2, 7].map((partition) => log.currentEpoch(partition)));
      expect(epochs).toEqual([10, 0, 3]);
    });

    test('bounds: null for no log, 1..0 for an empty one, then what it holds', async () => {
      expect(await log.bounds(1, 1)).toBeNull();
      await log.create(1, 1);
      expect(await log.bounds(1, 1)).toEqual({ firstSequence: 1, lastSequence: 0 });
      await appendMany(['a', 'b']);
      expect(await log.bounds(1, 1)).toEqual({ firstSequence: 1, lastSequence: 2 });
    });

    test('appends in flight get contiguous sequences in the order of the calls', async () => {
      await log.create(1, 1);
      expect(await appendMany(count(500))).toEqual(count(500));
      expect(text(await log.read(1, 1, 250))).toBe('250');
      expect(await log.read(1, 1, 501)).toBeNull();
    });

    test('logs of other partitions and epochs are apart', async () => {
      await Promise.all([log.create(1, 1), log.create(1, 2), log.create(2, 1)]);
      await log.append(1, 1, bytes('11'));
      await log.append(1, 2, bytes('12'));
      await log.append(2, 1, bytes('21'));
      expect(text(await log.read(1, 1, 1))).toBe('11');
      expect(text(await log.read(1, 2, 1))).toBe('12');
      expect(text(await log.read(2, 1, 1))).toBe('21');
      expect(await log.bounds(1, 1)).toEqual({ firstSequence: 1, lastSequence: 1 });
    });

    test('entries keep every byte, from none to the largest; more is too_large', async () => {
      await log.create(1, 1);
      const all = Uint8Array.from({ length: 256 }, (_, index) => index);
      const largest = new Uint8Array(log.maxEntryBytes).fill(9);
      await log.append(1, 1, all);
      await log.append(1, 1, new Uint8Array(0));
      await log.append(1, 1, largest);
      expect(Buffer.from((await log.read(1, 1, 1)) ?? []).equals(all)).toBe(true);
      expect(await log.read(1, 1, 2)).toHaveLength(0);
      expect(Buffer.from((await log.read(1, 1, 3)) ?? []).equals(largest)).toBe(true);
      const larger = new Uint8Array(log.maxEntryBytes + 1);
      await expect(log.append(1, 1, larger)).rejects.toMatchObject({ code: 'too_large' });
      const collector = new Collector();
      subscribe(1, 1, collector);
      await collector.has(3);
      expect(collector.entries.map((entry) => entry.bytes.length)).toEqual([
        256,
        0,
        log.maxEntryBytes,
      ]);
    });

    test('no such log -> appending and trimming say so, a subscription is lost', async () => {
      await expect(log.append(1, 9, bytes('x'))).rejects.toMatchObject({ code: 'no_such_log' });
      await expect(log.trim(1, 9, 5)).rejects.toMatchObject({ code: 'no_such_log' });
      const collector = new Collector();
      subscribe(9, 1, collector);
      await collector.isLost();
      expect(collector.lost).toHaveLength(1);
      expect(collector.entries).toEqual([]);
    });

    test('a subscription gets what is there, then what comes', async () => {
      await log.create(1, 1);
      await appendMany(count(300));
      const collector = new Collector();
      subscribe(1, 1, collector);
      await collector.has(300);
      await appendMany(count(600, 301));
      await collector.has(600);
      expect(collector.sequences).toEqual(count(600));
      expect(collector.entries.map((entry) => Number(text(entry.bytes)))).toEqual(count(600));
      expect(collector.lost).toEqual([]);
    });

    test('a subscription from the middle, and from just behind the end', async () => {
      await log.create(1, 1);
      await appendMany(count(10));
      const middle = new Collector();
      const behind = new Collector();
      subscribe(1, 6, middle);
      subscribe(1, 11, behind);
      await middle.has(5);
      await log.append(1, 1, bytes('11'));
      await behind.has(1);
      await middle.has(6);
      expect([middle.sequences, behind.sequences]).toEqual([count(11, 6), [11]]);
    });

    test('from beyond the end -> lost: the log is behind what the caller has seen', async () => {
      await log.create(1, 1);
      await appendMany(count(3));
      const collector = new Collector();
      subscribe(1, 5, collector);
      await collector.isLost();
      expect(collector.entries).toEqual([]);
    });

    test('a slow subscriber gets everything, one batch at a time', async () => {
      await log.create(1, 1);
      const collector = new Collector(3);
      subscribe(1, 1, collector);
      await appendMany(count(3_000));
      await collector.has(3_000);
      expect(collector.sequences).toEqual(count(3_000));
      expect(collector.lost).toEqual([]);
    });

    test('a closed subscription gets nothing more, not even onLost', async () => {
      await log.create(1, 1);
      await appendMany(count(5));
      const closed = new Collector();
      const other = new Collector();
      const subscription = subscribe(1, 1, closed);
      subscribe(1, 1, other);
      await closed.has(5);
      subscription.close();
      subscription.close();
      await appendMany(count(10, 6));
      await other.has(10);
      await log.remove(1, 1);
      await other.isLost();
      expect([closed.sequences, closed.lost]).toEqual([count(5), []]);
    });

    test('a subscriber that throws -> lost, nothing more is delivered', async () => {
      await log.create(1, 1);
      await appendMany(count(5));
      const lost: string[] = [];
      let batches = 0;
      const subscription = log.subscribe(1, 1, 1, {
        onEntries: () => {
          batches++;
          return Promise.reject(new Error('broken'));
        },
        onLost: (reason) => void lost.push(reason),
      });
      subscriptions.push(subscription);
      await waitFor('onLost', () => lost.length > 0);
      await appendMany(count(10, 6));
      expect([batches, lost.length]).toEqual([1, 1]);
    });

    test('trim drops what is below, and never the last entry', async () => {
      await log.create(1, 1);
      await appendMany(count(10));
      await log.trim(1, 1, 4);
      expect(await log.bounds(1, 1)).toEqual({ firstSequence: 4, lastSequence: 10 });
      expect(await log.read(1, 1, 3)).toBeNull();
      expect(text(await log.read(1, 1, 4))).toBe('4');
      await log.trim(1, 1, 2);
      expect(await log.bounds(1, 1)).toEqual({ firstSequence: 4, lastSequence: 10 });
      await log.trim(1, 1, 1_000);
      expect(await log.bounds(1, 1)).toEqual({ firstSequence: 10, lastSequence: 10 });
      expect(await log.append(1, 1, bytes('11'))).toBe(11);
      const collector = new Collector();
      subscribe(1, 1, collector);
      await collector.has(2);
      expect(collector.sequences).toEqual([10, 11]);
    });

    test('remove -> the log is gone, subscriptions are lost, repeating it is fine', async () => {
      await log.create(1, 1);
      await log.create(1, 2);
      await appendMany(['x'], 2);
      const collector = new Collector();
      subscribe(2, 1, collector);
      await collector.has(1);
      await log.remove(1, 2);
      await log.remove(1, 2);
      await collector.isLost();
      expect(await log.currentEpoch(1)).toBe(1);
      expect(await log.bounds(1, 2)).toBeNull();
      await expect(log.append(1, 2, bytes('x'))).rejects.toMatchObject({ code: 'no_such_log' });
    });

    test('after close everything is refused as closed', async () => {
      await log.create(1, 1);
      await log.close();
      await log.close();
      for (const call of [
        () => log.append(1, 1, bytes('x')),
        () => log.create(1, 2),
        () => log.bounds(1, 1),
        () => log.read(1, 1, 1),
        () => log.currentEpoch(1),
      ]) {
        await expect(call()).rejects.toMatchObject({ name: 'LogError', code: 'closed' });
      }
    });

    test('crash -> what was acknowledged is there, subscriptions lost, it goes on', async () => {
      if (home.crash === undefined) return;
      await log.create(1, 1);
      const acknowledged = new Map<number, string>();
      const collector = new Collector();
      subscribe(1, 1, collector);
      let isStopped = false;
      let number = 0;
      const failures: unknown[] = [];
      const writer = (async () => {
        while (!isStopped) {
          const batch = Array.from({ length: 50 }, async () => {
            const value = String(++number);
            try {
              acknowledged.set(await log.append(1, 1, bytes(value)), value);
            } catch (error) {
              failures.push(codeOf(error));
              isStopped = true;
            }
          });
          await Promise.all(batch);
        }
      })();
      await collector.has(500);
      await home.crash();
      await writer;
      await collector.isLost();
      expect(new Set(failures)).toEqual(new Set(['unavailable']));
      log = await home.open();
      const bounds = await log.bounds(1, 1);
      expect(bounds?.lastSequence).toBeGreaterThanOrEqual(Math.max(...acknowledged.keys()));
      const again = new Collector();
      subscribe(1, 1, again);
      const last = await log.append(1, 1, bytes('after'));
      await again.has(last);
      expect(again.sequences).toEqual(count(last));
      for (const [sequence, value] of acknowledged) {
        expect(text(again.entries[sequence - 1]?.bytes ?? null)).toBe(value);
      }
      expect(collector.sequences).toEqual(count(collector.entries.length));
      expect([await log.currentEpoch(1), again.lost]).toEqual([1, []]);
    });
  });
}
