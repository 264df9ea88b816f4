/**
 * How many shards there should be. Laws over generated load, and the closed loop: a cluster whose
 * load follows from work and number of shards, which gets as many as it was told to have.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ClusterLoad,
  saturationOf,
  SCALING_LIMITS,
  type ScalingState,
  type ShardLoad,
  stepScaling,
} from '../../services/coordinator/scaling/desired-shards.ts';

const PARTITIONS = 64;

const shardLoad: fc.Arbitrary<ShardLoad> = fc.record({
  backlogSeconds: fc.double({ min: 0, max: 600, noNaN: true }),
  mailboxRatio: fc.double({ min: 0, max: 1, noNaN: true }),
  eventLoopRatio: fc.double({ min: 0, max: 1, noNaN: true }),
});
const clusterLoad: fc.Arbitrary<ClusterLoad> = fc.record({
  shards: fc.array(shardLoad, { maxLength: 20 }),
  partitions: fc.constant(PARTITIONS),
  isMoving: fc.boolean(),
});

/** Folds a history of loads, one a second; all states that came to be. */
function fold(loads: readonly ClusterLoad[]): ScalingState[] {
  const states: ScalingState[] = [];
  let state: ScalingState | null = null;
  for (const [second, load] of loads.entries()) {
    state = stepScaling(state, load, second * 1000);
    if (state !== null) states.push(state);
  }
  return states;
}

/** `work` in event loops; a shard has one, and what it cannot do waits. */
function runClosedLoop(work: (second: number) => number, shards: number, seconds: number) {
  let count = shards;
  let backlog = 0;
  let state: ScalingState | null = null;
  const counts: number[] = [];
  for (let second = 0; second < seconds; second++) {
    const wanted = work(second);
    backlog = Math.max(0, backlog + wanted - count);
    const load: ShardLoad = {
      backlogSeconds: Math.min(600, backlog / count),
      mailboxRatio: 0,
      eventLoopRatio: Math.min(1, (wanted + backlog) / count),
    };
    const all = Array.from({ length: count }, () => load);
    state = stepScaling(
      state,
      { shards: all, partitions: PARTITIONS, isMoving: false },
      second * 1e3,
    );
    count = state?.desired ?? count;
    counts.push(count);
  }
  return counts;
}

function turnsOf(counts: readonly number[]): number {
  let turns = 0;
  let direction = 0;
  for (const [index, count] of counts.entries()) {
    const change = Math.sign(count - (counts[index - 1] ?? count));
    if (change === 0) continue;
    if (direction !== 0 && change !== direction) turns++;
    direction = change;
  }
  return turns;
}

describe('laws', () => {
  test('any history -> at least 1, at most twice what is there or was told', () => {
    fc.assert(
      fc.property(fc.array(clusterLoad, { maxLength: 60 }), (loads) => {
        const most = Math.max(1, ...loads.map(({ shards }) => shards.length)) * 2;
        for (const { desired } of fold(loads)) {
          expect(desired).toBeGreaterThanOrEqual(1);
          expect(desired).toBeLessThanOrEqual(Math.max(most, 20));
        }
      }),
    );
  });

  test('partitions are moved -> the number stays', () => {
    fc.assert(
      fc.property(fc.array(clusterLoad, { minLength: 1, maxLength: 100 }), (loads) => {
        const states = fold(loads.map((load) => ({ ...load, isMoving: true })));
        const told = states.map(({ desired }) => desired);
        // For a minute exactly; then what is there may stop a fall, and no load may raise it more.
        expect(new Set(told.slice(0, 60)).size).toBeLessThanOrEqual(1);
        const there = loads.map(({ shards }) => shards.length);
        expect(Math.max(0, ...told)).toBeLessThanOrEqual(Math.max(0, ...there));
        expect(told.every((count, index) => count >= (told[index - 1] ?? 0))).toBe(true);
      }),
    );
  });

  test('a fall -> only to what was enough all through the window, never while partitions move', () => {
    fc.assert(
      fc.property(fc.array(clusterLoad, { minLength: 130, maxLength: 400 }), (loads) => {
        const states = fold(loads);
        for (const [index, state] of states.entries()) {
          const before = states[index - 1];
          if (before === undefined || state.desired >= before.desired) continue;
          expect(state.movingSinceMs).toBe(null);
          const recent = state.wanted.map(([, count]) => count);
          expect(Math.max(...recent)).toBe(state.desired);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('every shard is busy, without any backlog -> no fall, for hours', () => {
    const busy = { backlogSeconds: 0, mailboxRatio: 0, eventLoopRatio: 0.6 };
    const shards = Array.from({ length: 4 }, () => busy);
    const loads = Array.from({ length: 7200 }, () => ({ shards, partitions: 64, isMoving: false }));
    expect(new Set(fold(loads).map(({ desired }) => desired))).toEqual(new Set([4]));
  });

  test('each signal alone at twice its target -> over 1', () => {
    const none = { backlogSeconds: 0, mailboxRatio: 0, eventLoopRatio: 0 };
    for (const name of ['backlogSeconds', 'mailboxRatio', 'eventLoopRatio'] as const) {
      const shard = { ...none, [name]: SCALING_LIMITS[name] * 2 };
      expect(saturationOf(shard, SCALING_LIMITS)).toBeGreaterThan(1);
      expect(saturationOf({ ...none, [name]: SCALING_LIMITS[name] }, SCALING_LIMITS)).toBeCloseTo(
        1,
      );
    }
  });
});

describe('closed loop', () => {
  test('constant work -> settles where the load is at most its target, without turning back', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 30, noNaN: true }),
        fc.integer({ min: 1, max: 30 }),
        (work, shards) => {
          const counts = runClosedLoop(() => work, shards, 7200);
          const last = counts.at(-1) ?? 0;
          expect(new Set(counts.slice(-1800)).size).toBe(1);
          expect(work / last).toBeLessThanOrEqual(
            SCALING_LIMITS.eventLoopRatio * SCALING_LIMITS.upRatio,
          );
          // Backlog of the beginning may ask for more than the work alone needs: up, then down, once.
          expect(turnsOf(counts)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('work that trembles by 10 % -> no flapping', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 20, noNaN: true }), fc.integer(), (work, seed) => {
        let value = seed >>> 0;
        const tremble = () => {
          value = (Math.imul(value, 1664525) + 1013904223) >>> 0;
          return work * (0.9 + (0.2 * value) / 2 ** 32);
        };
        expect(turnsOf(runClosedLoop(tremble, Math.ceil(work / 0.6), 7200))).toBeLessThanOrEqual(1);
      }),
      { numRuns: 15 },
    );
  });
});
