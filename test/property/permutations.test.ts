/**
 * Goal: order does not matter (promise 2). 1,000 permutations of a history of 200 events end in
 * the very customers of the oracle, with the partition count and the batch size changing from one
 * to the next. The 20 of a long history: `permutations-long.test.ts`.
 * Measured 2026-11-22, one of two cores, processor time: 35 ms a permutation.
 */
import { test } from 'vitest';
import { expectSameOutcome, permutationOf } from './permutation.ts';

const PERMUTATIONS = 1000;
/** Events, decisions and retractions included; several histories, so that one is not special. */
const EVENTS = 200;
const HISTORIES = 4;

test.for(Array.from({ length: HISTORIES }, (_, index) => index + 1))(
  `${PERMUTATIONS / HISTORIES} permutations of history %i -> the oracle's customers`,
  { timeout: 300_000 },
  async (seed) => {
    const expectOutcome = expectSameOutcome(seed, EVENTS);
    for (let index = 0; index < PERMUTATIONS / HISTORIES; index++) {
      await expectOutcome(permutationOf(index, 200));
    }
  },
);
