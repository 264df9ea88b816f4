/**
 * Disjoint sets over 0..count-1 with enumerable members.
 *
 * Union by size with path halving (Tarjan and van Leeuwen, "Worst-case analysis of set union
 * algorithms", JACM 1984). Which element is the root shows in no output: callers name clusters by
 * founder, never by root.
 */
export class DisjointSet {
  readonly #parent: Int32Array;
  readonly #size: Int32Array;
  /** Members of a set form a chain from its root; -1 ends it. */
  readonly #next: Int32Array;
  readonly #tail: Int32Array;
  #setCount: number;

  constructor(count: number) {
    this.#parent = new Int32Array(count);
    this.#tail = new Int32Array(count);
    for (let index = 0; index < count; index++) {
      this.#parent[index] = index;
      this.#tail[index] = index;
    }
    this.#size = new Int32Array(count).fill(1);
    this.#next = new Int32Array(count).fill(-1);
    this.#setCount = count;
  }

  /** Number of sets; 1 means that every further union is redundant. */
  get setCount(): number {
    return this.#setCount;
  }

  /** Root of the set of `element`. */
  find(element: number): number {
    const parent = this.#parent;
    let current = element;
    let above = parent[current] as number;
    while (above !== current) {
      const grand = parent[above] as number;
      parent[current] = grand;
      current = grand;
      above = parent[current] as number;
    }
    return current;
  }

  /** Members of the set with this root. */
  sizeOf(root: number): number {
    return this.#size[root] as number;
  }

  /** Joins the sets of two different roots; returns the root that stays, one of the two. */
  union(left: number, right: number): number {
    const leftSize = this.#size[left] as number;
    const rightSize = this.#size[right] as number;
    const winner = leftSize >= rightSize ? left : right;
    const loser = winner === left ? right : left;
    this.#parent[loser] = winner;
    this.#size[winner] = leftSize + rightSize;
    this.#next[this.#tail[winner] as number] = loser;
    this.#tail[winner] = this.#tail[loser] as number;
    this.#setCount--;
    return winner;
  }

  /** Calls `visit` for each member of the set with this root; order is not meaningful. */
  forEachMember(root: number, visit: (member: number) => void): void {
    for (let member = root; member !== -1; member = this.#next[member] as number) visit(member);
  }
}
