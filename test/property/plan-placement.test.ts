/**
 * Goal: the planner never breaks its rules, ends in balance, and then stays as it is.
 * Method: random histories of shards that come, leave, die and catch up, with the planner in a loop
 * as the assigner runs it.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Assignment, emptyAssignment } from '../../shared/placement/assignment.ts';
import {
  type PlacementMember,
  planPlacement,
  UNIT_WEIGHT,
  weigh,
} from '../../shared/placement/plan-placement.ts';

const MOVES_MAX = 3;

/** Shards that do what the table says, one step late. */
class World {
  assignment: Assignment;
  readonly #weights: readonly number[];
  readonly #isLeaving = new Map<string, boolean>();
  readonly #silent = new Set<string>();
  /** Who owned what when the table was read last. */
  #owners: (string | null)[] = [];
  #standbys: (string | null)[] = [];

  constructor(weights: readonly number[]) {
    this.#weights = weights;
    this.assignment = emptyAssignment(weights.length);
  }

  get names(): string[] {
    return [...this.#isLeaving.keys()];
  }

  come(name: string): void {
    this.#isLeaving.set(name, false);
    this.#silent.delete(name);
  }

  /** Silent, but not forgotten, until it comes. */
  hush(name: string): void {
    if (this.#isLeaving.has(name)) this.#silent.add(name);
  }

  wake(): void {
    this.#silent.clear();
  }

  leave(name: string): void {
    if (this.#isLeaving.has(name)) this.#isLeaving.set(name, true);
  }

  die(name: string): void {
    this.#isLeaving.delete(name);
    this.#silent.delete(name);
    this.#owners = this.#owners.map((owner) => (owner === name ? null : owner));
    this.#standbys = this.#standbys.map((owner) => (owner === name ? null : owner));
  }

  members(): PlacementMember[] {
    const held = (names: readonly (string | null)[], name: string) =>
      names.flatMap((one, partition) => (one === name ? [partition] : []));
    return Array.from(this.#isLeaving, ([name, isLeaving]) => ({
      name,
      isLeaving,
      isSilent: this.#silent.has(name),
      owned: new Set(held(this.#owners, name)),
      followed: new Map(held(this.#standbys, name).map((partition) => [partition, 0])),
    }));
  }

  plan(shuffle: (members: PlacementMember[]) => PlacementMember[] = (all) => all): Assignment {
    return planPlacement({
      assignment: this.assignment,
      members: shuffle(this.members()),
      weights: this.#weights,
      cooling: new Set(),
      stalled: new Set(),
      movesMax: MOVES_MAX,
      caughtUpEntries: 0,
    });
  }

  /** One round of the assigner, and of the shards after it. */
  step(): boolean {
    const next = this.plan();
    const hasChanged = next !== this.assignment;
    this.assignment = next;
    // Who is silent did not read it, and does what it did before.
    const isThere = (name: string | null) =>
      name !== null && this.#isLeaving.has(name) && !this.#silent.has(name);
    this.#owners = next.seats.map(({ owner }) => (isThere(owner) ? owner : null));
    this.#standbys = next.seats.map(({ standby }) => (isThere(standby) ? standby : null));
    return hasChanged;
  }
}

const happening = fc.record({
  kind: fc.constantFrom('come', 'leave', 'die', 'hush', 'pass'),
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
});
const history = fc.array(happening, { maxLength: 30 });
const partitions = fc.integer({ min: 1, max: 40 });

function play(world: World, events: readonly { kind: string; name: string }[]): void {
  for (const { kind, name } of events) {
    if (kind === 'come') world.come(name);
    if (kind === 'leave') world.leave(name);
    if (kind === 'die') world.die(name);
    if (kind === 'hush') world.hush(name);
    const before = world.assignment;
    const there = world.members().filter(({ isLeaving, isSilent }) => !isLeaving && !isSilent);
    const staying = new Set(there.map((one) => one.name));
    world.step();
    // Planned moves of owners that stay are few at a time.
    const moved = world.assignment.seats.filter(({ owner }, partition) => {
      const former = before.seats[partition]?.owner ?? null;
      return former !== null && staying.has(former) && former !== owner;
    });
    expect(moved.length).toBeLessThanOrEqual(MOVES_MAX);
    const doubled = world.assignment.seats.filter(
      ({ owner, standby }) => owner !== null && owner === standby,
    );
    expect(doubled).toEqual([]);
  }
}

test('any history -> once nothing happens, the table settles, balanced by count, with standbys', () => {
  fc.assert(
    fc.property(partitions, history, (count, events) => {
      const world = new World(Array.from({ length: count }, () => UNIT_WEIGHT));
      play(world, events);
      world.wake();
      world.come('z');
      let rounds = 0;
      while (world.step()) expect(rounds++).toBeLessThan(300);
      const staying = world.members().filter(({ isLeaving }) => !isLeaving);
      const counts = staying.map(
        ({ name }) => world.assignment.seats.filter(({ owner }) => owner === name).length,
      );
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      expect(counts.reduce((sum, one) => sum + one, 0)).toBe(count);
      for (const { standby } of world.assignment.seats) {
        expect(standby === null).toBe(staying.length === 1);
      }
    }),
    { numRuns: 300 },
  );
});

test('weights of any kind -> settles; no two shards differ by more than a move could mend', () => {
  const rates = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(rates, history, (found, events) => {
      const weights = weigh(found, 200);
      const world = new World(weights);
      play(world, events);
      world.wake();
      world.come('z');
      let rounds = 0;
      while (world.step()) expect(rounds++).toBeLessThan(500);
      const load = (name: string) =>
        world.assignment.seats.reduce(
          (sum, { owner }, one) => sum + (owner === name ? (weights[one] ?? 0) : 0),
          0,
        );
      const names = world.members().flatMap(({ name, isLeaving }) => (isLeaving ? [] : [name]));
      const loads = names.map(load);
      const heaviest = Math.max(...weights);
      const mean = loads.reduce((sum, one) => sum + one, 0) / loads.length;
      const slack = Math.max(heaviest, 1500, mean / 10) + 1500;
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(2 * slack);
    }),
    { numRuns: 300 },
  );
});

test('the same members in another order -> the same table', () => {
  fc.assert(
    fc.property(partitions, history, (count, events) => {
      const world = new World(Array.from({ length: count }, () => UNIT_WEIGHT));
      play(world, events);
      expect(world.plan((all) => all.toReversed())).toEqual(world.plan());
    }),
    { numRuns: 200 },
  );
});

test('a shard is silent for a while -> what it owned moves, and all that it followed stays with it', () => {
  fc.assert(
    fc.property(partitions, fc.integer({ min: 1, max: 5 }), (count, rounds) => {
      const world = new World(Array.from({ length: count }, () => UNIT_WEIGHT));
      for (const name of ['a', 'b', 'c']) world.come(name);
      while (world.step());
      const before = world.assignment.seats;
      world.hush('b');
      for (let round = 0; round < rounds; round++) world.step();
      for (const [partition, { owner, standby }] of world.assignment.seats.entries()) {
        const former = before[partition];
        expect(owner).not.toBe('b');
        const isOwners = former?.owner === 'b';
        const isConcerned = isOwners || former?.standby === 'b';
        const other = isOwners ? former.standby : (former?.owner ?? null);
        expect(isConcerned ? [owner, standby] : []).toEqual(isConcerned ? [other, 'b'] : []);
      }
    }),
  );
});

test('owner and standby are silent -> the table waits for either, until the owner is forgotten', () => {
  const world = new World([UNIT_WEIGHT]);
  for (const name of ['a', 'b', 'c']) world.come(name);
  while (world.step());
  const [{ owner, standby }] = world.assignment.seats as [(typeof world.assignment.seats)[0]];
  world.hush(owner ?? '');
  world.hush(standby ?? '');
  world.step();
  expect(world.assignment.seats).toEqual([{ owner, standby }]);
  world.die(owner ?? '');
  world.step();
  expect([owner, standby]).not.toContain(world.assignment.seats[0]?.owner);
});

test('nobody there -> the table stays as it is', () => {
  const world = new World([UNIT_WEIGHT, UNIT_WEIGHT]);
  world.come('a');
  while (world.step());
  world.die('a');
  expect(world.plan()).toBe(world.assignment);
});

test('a shard dies -> only its partitions get another owner', () => {
  fc.assert(
    fc.property(partitions, (count) => {
      const world = new World(Array.from({ length: count }, () => UNIT_WEIGHT));
      for (const name of ['a', 'b', 'c']) world.come(name);
      while (world.step());
      const before = world.assignment.seats;
      world.die('b');
      world.step();
      for (const [partition, { owner }] of world.assignment.seats.entries()) {
        const former = before[partition];
        expect(owner).toBe(former?.owner === 'b' ? former.standby : former?.owner);
      }
    }),
  );
});
