/**
 * Goal: seeded numbers are the published generator's and repeatable. Method: reference vector.
 */
import { describe, expect, test } from 'vitest';
import { createRandom, xoshiro128 } from '../support/random.ts';

describe('seeded random numbers', () => {
  // Reference: rand_xoshiro, whose vector was made with xoshiro128starstar.c version 1.1.
  test('state 1, 2, 3, 4 -> the published numbers', () => {
    const next = xoshiro128(1, 2, 3, 4);
    const drawn = Array.from({ length: 6 }, () => next());
    expect(drawn).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
  });

  test('same seed -> same numbers, neighbouring seeds -> others', () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 4 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  test('below -> every number under the bound, about equally often', () => {
    const random = createRandom(1);
    const counts = [0, 0, 0, 0, 0];
    for (let draw = 0; draw < 5000; draw++) {
      const drawn = random.below(5);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    expect(counts).toHaveLength(5);
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(() => random.below(0)).toThrow(RangeError);
    expect(() => random.pick([])).toThrow(RangeError);
  });

  test('shuffle -> a permutation of a copy', () => {
    const items = [1, 2, 3, 4, 5, 6, 7, 8];
    const shuffled = createRandom(3).shuffle(items);
    expect(items).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort()).toEqual(items);
  });

  test('fork -> what it draws does not depend on later draws of its parent', () => {
    const one = createRandom(5);
    const two = createRandom(5);
    const forkOfOne = one.fork();
    const forkOfTwo = two.fork();
    two.next();
    expect(forkOfOne.next()).toBe(forkOfTwo.next());
  });
});
