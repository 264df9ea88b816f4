/**
 * Questions to partitions: whoever stands still or is gone costs one hedge at most, not an attempt.
 * Responders stand in for shards; the bus is the one of a single process.
 */
import { expect, test } from 'vitest';
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import { NatsQueries } from '../../shared/cluster/nats-queries.ts';
import { decode, encode } from '../../shared/protocol/codec.ts';
import { ownerSubject, standbySubject } from '../../shared/protocol/ingress-call.ts';
import { MarkTable, type PartitionMark } from '../../shared/protocol/marks.ts';
import type { AskedQuestion, QueryRequest } from '../../shared/protocol/query.ts';

const PARTITION = 3;
const REQUEST: QueryRequest = [[], [], [], [], 0];
/** Far below the 2 s that an attempt lasts. */
const AT_ONCE_MS = 1500;

function mark(owner: string, term: number, durable = 0): PartitionMark {
  const nothing = { lowOrigin: null, outbox: 0, pressure: 0, quarantined: 0, isStuck: false };
  const common = { links: [], confirmed: [], counters: null, told: null };
  const log = { partition: PARTITION, epoch: 1, term, owner, durable, applied: 0, last: 0 };
  return { ...log, ...nothing, ...common };
}

/** `lag` tells who answered. */
function answer(lag: number): Uint8Array {
  return encode([lag, [[], [], [], [], []]]);
}

const silent = (): Promise<Uint8Array> => new Promise(() => undefined);

class World {
  readonly bus = new MemoryBus();
  readonly marks = new MarkTable();
  readonly queries = new NatsQueries(this.bus, this.marks);

  owner(name: string, handler: () => Promise<Uint8Array>) {
    return this.bus.respond(ownerSubject(PARTITION, name), 'owner', handler);
  }

  standby(handler: (question: AskedQuestion) => Promise<Uint8Array>) {
    return this.bus.respond(standbySubject(PARTITION), 'standby', (bytes) =>
      handler(decode(bytes) as AskedQuestion),
    );
  }

  /** Milliseconds until the answer. */
  async ask(): Promise<number> {
    const from = performance.now();
    await this.queries.ask(PARTITION, REQUEST, { deadlineMs: Date.now() + 10_000 });
    return performance.now() - from;
  }
}

test('nobody owns it -> said so before the deadline, while the caller still hears it', async () => {
  const { queries } = new World();
  const deadlineMs = Date.now() + 3_000;
  const asked = queries.ask(PARTITION, REQUEST, { deadlineMs });
  await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
  expect(Date.now()).toBeLessThan(deadlineMs);
  expect(Date.now()).toBeGreaterThan(deadlineMs - 1_500);
});

test('an owner that stands still -> the follower answers, later questions at once', async () => {
  const world = new World();
  world.marks.take(mark('a', 1));
  let isOwnerSilent = true;
  world.owner('a', () => (isOwnerSilent ? silent() : Promise.resolve(answer(0))));
  world.standby(() => Promise.resolve(answer(7)));
  expect(await world.ask()).toBeLessThan(AT_ONCE_MS);
  expect([world.queries.standbyAnswers, world.queries.standbyLag]).toEqual([1, 7]);
  // The hedge of 100 ms is not waited for again.
  const times: number[] = [];
  for (let count = 0; count < 5; count++) times.push(await world.ask());
  expect(Math.min(...times)).toBeLessThan(60);
  expect(world.queries.standbyAnswers).toBe(6);
  // It is asked all the same, and believed again once it answers.
  isOwnerSilent = false;
  await world.ask();
  const known = world.queries.standbyAnswers;
  for (let count = 0; count < 5; count++) await world.ask();
  expect(world.queries.standbyAnswers).toBe(known);
});

test('nobody follows yet, and marks name the next owner -> it is asked within the attempt', async () => {
  const world = new World();
  world.marks.take(mark('a', 1));
  world.owner('a', silent);
  world.owner('b', () => Promise.resolve(answer(0)));
  setTimeout(() => world.marks.take(mark('b', 2)), 150);
  expect(await world.ask()).toBeLessThan(AT_ONCE_MS);
});

test('one of two followers stands still -> the other one is asked', async () => {
  const world = new World();
  world.marks.take(mark('a', 1));
  world.owner('a', silent);
  world.standby(silent);
  world.standby(() => Promise.resolve(answer(1)));
  expect(await world.ask()).toBeLessThan(AT_ONCE_MS);
});

test('a follower behind the marks -> it is asked until it has what they told', async () => {
  const world = new World();
  world.marks.take(mark('a', 1, 5));
  let has = 3;
  world.standby(async ([, atLeast]) => (atLeast > has++ ? encode(null) : answer(0)));
  expect(await world.ask()).toBeLessThan(AT_ONCE_MS);
  expect(has).toBeGreaterThan(5);
});
