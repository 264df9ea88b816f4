/**
 * The assigner with shards that do what its table says, on a clock that the test moves: who comes, who
 * was only silent, and what happens when two of them are there.
 */
import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Assigner, LEASE_MS } from '../../services/coordinator/assigner.ts';
import type { Clock } from '../../shared/adapters/clock.ts';
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import {
  type AssignmentLog,
  AssignmentReader,
  type FencedEntry,
} from '../../shared/cluster/assignment-log.ts';
import { rolesOf } from '../../shared/placement/assignment.ts';
import { type Beat, BEAT_MS, BEAT_SUBJECT, FORGOTTEN_MS } from '../../shared/placement/beat.ts';
import { encode } from '../../shared/protocol/codec.ts';

const PARTITIONS = 6;
/** Of the assigner: no balancing move of what moved this short ago. */
const COOLING_MS = 20_000;

/** The globals, as the fake timers have them at the time of the call. */
const FAKE_CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Two streams, each written after the entry that must be its last. */
class FencedStreams
  implements Pick<AssignmentLog, 'lastTable' | 'lastLease' | 'writeTable' | 'writeLease'>
{
  readonly tables: string[] = [''];
  readonly leases: string[] = [''];

  lastTable = (): Promise<FencedEntry> => last(this.tables);
  lastLease = (): Promise<FencedEntry> => last(this.leases);
  writeTable = (text: string, after: number) => write(this.tables, text, after);
  writeLease = (text: string, after: number) => write(this.leases, text, after);
}

async function last(stream: readonly string[]): Promise<FencedEntry> {
  return { sequence: stream.length, text: stream.at(-1) ?? '' };
}

async function write(stream: string[], text: string, after: number): Promise<number | null> {
  return stream.length === after ? stream.push(text) : null;
}

class World {
  readonly bus = new MemoryBus();
  readonly streams = new FencedStreams();
  readonly log = this.streams as unknown as AssignmentLog;
  readonly reader = new AssignmentReader(this.log, this.bus, FAKE_CLOCK);
  readonly assigners: Assigner[] = [];
  readonly #shards = new Map<string, { incarnation: string; isSilent: boolean }>();
  readonly #timer = setInterval(() => this.#beat(), BEAT_MS);

  lead(): Assigner {
    const { bus, log } = this;
    const reader = new AssignmentReader(log, bus, FAKE_CLOCK);
    const logger = pino({ level: 'silent' });
    const seats = () => PARTITIONS;
    const assigner = new Assigner({ log, reader, bus, seats, logger, clock: FAKE_CLOCK });
    this.assigners.push(assigner);
    return assigner;
  }

  come(name: string, incarnation = `${name}1`): void {
    this.#shards.set(name, { incarnation, isSilent: false });
    this.#beat();
  }

  get size(): number {
    return this.#shards.size;
  }

  hush(name: string, isSilent: boolean): void {
    const shard = this.#shards.get(name);
    if (shard !== undefined) shard.isSilent = isSilent;
  }

  owned(name: string): number {
    return this.reader.assignment.seats.filter(({ owner }) => owner === name).length;
  }

  close(): void {
    clearInterval(this.#timer);
    this.reader.close();
    for (const assigner of this.assigners) void assigner.close();
  }

  #beat(): void {
    const { revision } = this.reader.assignment;
    for (const [name, { incarnation, isSilent }] of this.#shards) {
      if (isSilent) continue;
      const seats = Array.from(rolesOf(this.reader.assignment, name), ([partition, role]) => {
        const state = role === 'owner' ? ('owned' as const) : ('followed' as const);
        return { partition, state, lag: 0, rate: 0 };
      });
      const beat: Beat = { name, incarnation, revision, isLeaving: false, utilisation: 0, seats };
      this.bus.publish(BEAT_SUBJECT, encode(beat));
    }
  }
}

let world: World;
beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});
afterEach(() => {
  world.close();
  vi.useRealTimers();
});

async function someShards(): Promise<void> {
  world.lead();
  world.come('a');
  world.come('b');
  await vi.advanceTimersByTimeAsync(5000);
  const share = PARTITIONS / world.size;
  expect([world.owned('a'), world.owned('b')]).toEqual([share, share]);
}

/** Two of three fall silent, so four of six partitions move to the first. */
async function aloneOfThree(): Promise<void> {
  world.come('c');
  await someShards();
  world.hush('b', true);
  world.hush('c', true);
  await vi.advanceTimersByTimeAsync(2000);
  // What one of them owned and the other one followed waits for either until they are forgotten.
  expect(world.owned('a')).toBe(4);
  await vi.advanceTimersByTimeAsync(FORGOTTEN_MS);
  expect(world.owned('a')).toBe(PARTITIONS);
}

test('shards die, their next processes come -> they have work again at once', async () => {
  await aloneOfThree();
  world.come('b', 'b2');
  world.come('c', 'c2');
  await vi.advanceTimersByTimeAsync(5000);
  expect(['a', 'b', 'c'].map((name) => world.owned(name))).toEqual([2, 2, 2]);
});

test('shards were only silent -> what moved stays for a while', async () => {
  await aloneOfThree();
  world.hush('b', false);
  world.hush('c', false);
  await vi.advanceTimersByTimeAsync(COOLING_MS / 4);
  expect(world.owned('a')).toBe(4);
  await vi.advanceTimersByTimeAsync(COOLING_MS);
  expect(world.owned('a')).toBe(2);
});

test('two assigners -> one leads; it ends -> the other leads after the lease', async () => {
  await someShards();
  const [first] = world.assigners as [Assigner];
  const second = world.lead();
  await vi.advanceTimersByTimeAsync(LEASE_MS);
  expect([first.isLeader, second.isLeader]).toEqual([true, false]);
  const written = world.streams.tables.length;
  await first.close();
  await vi.advanceTimersByTimeAsync(LEASE_MS + 1000);
  expect(second.isLeader).toBe(true);
  // And changes nothing, for nothing has happened.
  await vi.advanceTimersByTimeAsync(5000);
  expect(world.streams.tables.length).toBe(written);
});

test('nobody can lead -> the table stays, whatever happens to shards', async () => {
  await someShards();
  world.streams.leases.length = 0;
  const written = world.streams.tables.length;
  await vi.advanceTimersByTimeAsync(LEASE_MS);
  world.hush('b', true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(world.streams.tables.length).toBe(written);
  expect([world.owned('a'), world.owned('b')]).toEqual([3, 3]);
  world.streams.leases.push('');
  await vi.advanceTimersByTimeAsync(LEASE_MS + 3000);
  expect(world.owned('a')).toBe(PARTITIONS);
});
