/**
 * Goal: order does not matter (promise 2), at a size where components, hubs and devices meet their
 * caps. Permutations of a history of 10,000 events against the oracle.
 * Measured 2026-11-22, one of two cores, processor time: 4 s a permutation.
 */
import { test } from 'vitest';
import { sized } from '../support/long-form.ts';
import { expectSameOutcome, permutationOf } from './permutation.ts';

const PERMUTATIONS = sized(10, 20);
const EVENTS = 10_000;

test(`${PERMUTATIONS} permutations of ${EVENTS} events`, { timeout: 600_000 }, async () => {
  const expectOutcome = expectSameOutcome(7, EVENTS);
  for (let index = 0; index < PERMUTATIONS; index++) {
    await expectOutcome(permutationOf(index, 1000, 100));
  }
});
