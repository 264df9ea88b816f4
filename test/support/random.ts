/**
 * Seeded pseudo-random numbers for tests: the same seed gives the same numbers on every machine.
 *
 * xoshiro128** 1.1 (D. Blackman, S. Vigna, 2018), its state filled by splitmix32 (the 32-bit
 * finaliser of MurmurHash3 over a Weyl sequence). Not for secrets.
 */

export interface Random {
  /** Uniform integer in 0..2^32-1. */
  next(): number;
  /** Uniform integer in 0..bound-1; `bound` is 1..2^32. */
  below(bound: number): number;
  /** True with the given probability, 0..1. */
  chance(probability: number): boolean;
  /** One item of a list that is not empty; throws RangeError otherwise. */
  pick<Item>(items: readonly Item[]): Item;
  /** A shuffled copy (Fisher-Yates). */
  shuffle<Item>(items: readonly Item[]): Item[];
  /** An independent generator: what it draws later does not depend on draws made here. */
  fork(): Random;
}

function splitmix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}

function rotateLeft(word: number, bits: number): number {
  return ((word << bits) | (word >>> (32 - bits))) >>> 0;
}

/** The bare generator, from four 32-bit words that are not all zero. */
export function xoshiro128(...state: [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5) >>> 0, 7), 9) >>> 0;
    const shifted = (b << 9) >>> 0;
    c = (c ^ a) >>> 0;
    d = (d ^ b) >>> 0;
    b = (b ^ c) >>> 0;
    a = (a ^ d) >>> 0;
    c = (c ^ shifted) >>> 0;
    d = rotateLeft(d, 11);
    return result;
  };
}

/** A generator for an integer seed (its low 32 bits count). */
export function createRandom(seed: number): Random {
  const fill = splitmix32(seed);
  const next = xoshiro128(fill(), fill(), fill(), fill());
  const random: Random = {
    next,
    below(bound) {
      if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
        throw new RangeError(`below(${bound}): the bound must be an integer in 1..2^32`);
      }
      return Math.floor((next() / 2 ** 32) * bound);
    },
    chance(probability) {
      return next() / 2 ** 32 < probability;
    },
    pick(items) {
      if (items.length === 0) throw new RangeError('pick: the list is empty');
      return items[random.below(items.length)] as (typeof items)[number];
    },
    shuffle(items) {
      const shuffled = [...items];
      for (let index = shuffled.length - 1; index > 0; index--) {
        const other = random.below(index + 1);
        const kept = shuffled[index] as (typeof items)[number];
        shuffled[index] = shuffled[other] as (typeof items)[number];
        shuffled[other] = kept;
      }
      return shuffled;
    },
    fork() {
      return createRandom(next());
    },
  };
  return random;
}
