/** Reads at intervals: one at a time, none that began too early counts, failures are repeated. */
import { expect, test } from 'vitest';
import { PolledRead } from '../../shared/cluster/polled-read.ts';
import { ManualClock } from '../support/manual-clock.ts';

const INTERVAL_MS = 300;

/** Reads that end when they are told to. */
class Reads {
  readonly ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  readonly clock = new ManualClock();
  readonly polled = new PolledRead(
    () => new Promise((resolve, reject) => this.ends.push({ resolve, reject })),
    INTERVAL_MS,
    this.clock,
  );

  get begun(): number {
    return this.ends.length;
  }

  async passInterval(): Promise<void> {
    this.clock.advance(INTERVAL_MS);
    await settled();
  }
}

/** What follows from a promise that was resolved has followed. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('asked while a read is under way -> another one, which all who ask meanwhile share', async () => {
  const reads = new Reads();
  const done: string[] = [];
  void reads.polled.refresh().then(() => done.push('first'));
  await settled();
  for (const name of ['second', 'third']) void reads.polled.refresh().then(() => done.push(name));
  await settled();
  expect(reads.begun).toBe(1);
  reads.ends[0]?.resolve();
  await settled();
  expect([reads.begun, done]).toEqual([2, ['first']]);
  reads.ends[1]?.resolve();
  await settled();
  expect(done).toEqual(['first', 'second', 'third']);
});

test('at intervals -> the next one only after the last has ended, also when it failed', async () => {
  const reads = new Reads();
  reads.polled.start();
  expect(reads.begun).toBe(0);
  await reads.passInterval();
  await reads.passInterval();
  expect(reads.begun).toBe(1);
  reads.ends[0]?.reject(new Error('away'));
  await settled();
  await reads.passInterval();
  expect(reads.begun).toBe(2);
});

test('a read that was asked for and fails -> told; the next one is another one', async () => {
  const reads = new Reads();
  const first = reads.polled.refresh();
  await settled();
  reads.ends[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  const second = reads.polled.refresh();
  await settled();
  reads.ends[1]?.resolve();
  await expect(second).resolves.toBeUndefined();
});

test('closed -> no read begins any more', async () => {
  const reads = new Reads();
  reads.polled.start();
  await reads.passInterval();
  reads.polled.close();
  expect(reads.polled.isClosed).toBe(true);
  reads.ends[0]?.resolve();
  await settled();
  await reads.passInterval();
  expect(reads.begun).toBe(1);
});
