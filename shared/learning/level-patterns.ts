/** Counts how often each combination of levels occurs, in flat arrays: a batch has millions of pairs. */
import type { PatternCount } from './fit-model.ts';

const SLOTS_START = 2 ** 10;

export class LevelPatterns {
  readonly #width: number;
  /** Levels of pattern p: from `p * width` on. Patterns are numbered as they are first met. */
  #rows: Uint8Array;
  readonly #counts: number[] = [];
  /** Open addressing, linear probing; -1: free. */
  #slots = new Int32Array(SLOTS_START).fill(-1);

  /** `width`: comparisons of the model. */
  constructor(width: number) {
    this.#width = width;
    this.#rows = new Uint8Array(width * (SLOTS_START / 2));
  }

  /** Number of the pattern. */
  add(levels: Uint8Array): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(levels, 0, this.#width) & mask;
    for (;;) {
      const pattern = this.#slots[slot] as number;
      if (pattern < 0) return this.#addNew(levels, slot);
      if (this.#isAt(pattern, levels)) {
        this.#counts[pattern]!++;
        return pattern;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** By number. */
  get patterns(): Uint8Array[] {
    return this.#counts.map((_, pattern) => this.#levelsOf(pattern));
  }

  /** Each counted pair stands for `weight`. */
  counts(weight: number): PatternCount[] {
    return this.#counts.map((count, pattern) => ({
      levels: Array.from(this.#levelsOf(pattern)),
      count: count * weight,
    }));
  }

  #levelsOf(pattern: number): Uint8Array {
    return this.#rows.subarray(pattern * this.#width, (pattern + 1) * this.#width);
  }

  #isAt(pattern: number, levels: Uint8Array): boolean {
    const start = pattern * this.#width;
    for (let index = 0; index < this.#width; index++) {
      if (this.#rows[start + index] !== levels[index]) return false;
    }
    return true;
  }

  #addNew(levels: Uint8Array, slot: number): number {
    const pattern = this.#counts.push(1) - 1;
    this.#slots[slot] = pattern;
    this.#rows.set(levels, pattern * this.#width);
    if (this.#counts.length * 2 >= this.#slots.length) this.#grow();
    return pattern;
  }

  #grow(): void {
    const rows = new Uint8Array(this.#rows.length * 2);
    rows.set(this.#rows);
    this.#rows = rows;
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let pattern = 0; pattern < this.#counts.length; pattern++) {
      let slot = hashOf(rows, pattern * this.#width, this.#width) & mask;
      while (slots[slot] !== -1) slot = (slot + 1) & mask;
      slots[slot] = pattern;
    }
    this.#slots = slots;
  }
}

/** FNV-1a (Fowler, Noll, Vo 1991) with its high bits mixed into the low ones. */
function hashOf(bytes: Uint8Array, start: number, width: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < width; index++) {
    hash = Math.imul(hash ^ (bytes[start + index] as number), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
