/** Counters of a cluster's status: what its partitions counted, summed by name. */

/** Counts by name, of one partition, since its present owner took it. Names in camelCase. */
export type PartitionCounters = Readonly<Partial<Record<string, number>>>;

/** Sums by name, in order of the names, which become snake_case as everywhere outside the code. */
export function statusCounters(partitions: Iterable<PartitionCounters>): Record<string, number> {
  const sums = new Map<string, number>();
  for (const counters of partitions) {
    for (const [name, value = 0] of Object.entries(counters)) {
      const told = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      sums.set(told, (sums.get(told) ?? 0) + value);
    }
  }
  return Object.fromEntries(Array.from(sums).sort(([a], [b]) => (a < b ? -1 : 1)));
}
