/**
 * A sum of counters whose owners come and go. The sum never falls: what an owner counted stays when
 * it goes, so that a partition that moves away does not look like a restart of the process.
 */
export class RisingSum {
  readonly #last = new WeakMap<object, number>();
  #total = 0;

  /** Takes the present count of each owner; a count that fell (rolled back) adds nothing. */
  of(counts: readonly (readonly [owner: object, count: number])[]): number {
    for (const [owner, count] of counts) {
      const last = this.#last.get(owner) ?? 0;
      if (count > last) {
        this.#total += count - last;
        this.#last.set(owner, count);
      }
    }
    return this.#total;
  }
}
