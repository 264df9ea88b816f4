/**
 * The demo's own source of chance: one seed gives one world, on every machine and Node version.
 *
 * sfc32 (C. Doty-Humphrey, PractRand; public domain), seeded by splitmix32. `Math.random` and the
 * clock are never used in this folder; a call more or less anywhere changes everything after it,
 * so independent concerns (population, stream, story) each take a generator of their own (`fork`).
 */
export interface Random {
  /** Uniform in [0, 1) with 32 bits. */
  next(): number;
  /** Uniform integer in low..high, both included. */
  int(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** A generator of its own, named so that adding one does not disturb the others. */
  fork(name: string): Random;
}

/** Entries with their weights, ready to be drawn in O(log n). */
export interface Weighted<Item> {
  draw(random: Random): Item;
}

/** Requires at least one entry and a positive total weight. */
export function weighted<Item>(
  entries: readonly (readonly [item: Item, weight: number])[],
): Weighted<Item> {
  const bounds = new Float64Array(entries.length);
  let total = 0;
  for (const [index, [, weight]] of entries.entries()) {
    total += weight;
    bounds[index] = total;
  }
  const last = entries.at(-1);
  if (last === undefined || !(total > 0)) throw new RangeError('weights must have a positive sum');
  return {
    draw(random) {
      const target = random.next() * total;
      let low = 0;
      let high = bounds.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((bounds[middle] ?? 0) > target) high = middle;
        else low = middle + 1;
      }
      return (entries[low] ?? last)[0];
    },
  };
}

/** 32-bit FNV-1a of a text: turns names into seeds. */
function textSeed(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/** `seed` may be any finite number; its text is what counts, so that 1 and 1.5 differ. */
export function createRandom(seed: number | string): Random {
  const word = splitmix32(textSeed(String(seed)));
  let a = word();
  let b = word();
  let c = word();
  let counter = 1;
  const next = (): number => {
    const output = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + output;
    c |= 0;
    return (output >>> 0) / 4294967296;
  };
  for (let round = 0; round < 12; round++) next();
  return {
    next,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}
