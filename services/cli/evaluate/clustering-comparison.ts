/**
 * How well one clustering of some records agrees with another one (the truth).
 *
 * Works on the contingency table of the two, so the cost is linear in the number of records: pairs
 * are counted as n (n - 1) / 2 of cell and cluster sizes and never listed. Counts are doubles, exact
 * while below 2^53, that is up to 134 million records even in one cluster; more is refused.
 *
 * Conventions where a ratio would be 0 / 0: nothing claimed is nothing wrong (precision 1), nothing
 * to find is nothing missed (recall 1).
 */

/** Label of each record in both clusterings: dense indices 0..count - 1, aligned by position. */
export interface LabelledRecords {
  readonly found: ArrayLike<number>;
  readonly foundCount: number;
  readonly truth: ArrayLike<number>;
  readonly truthCount: number;
}

/** Each 0..1. */
export interface Quality {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface ClusteringComparison {
  readonly records: number;
  readonly foundClusters: number;
  readonly truthClusters: number;
  /** Clusters that hold exactly the same records on both sides. */
  readonly identicalClusters: number;
  readonly foundPairs: number;
  readonly truthPairs: number;
  /** Pairs together on both sides. */
  readonly commonPairs: number;
  /** Share of pairs: found pairs that are true, true pairs that are found. */
  readonly pairwise: Quality;
  /**
   * Mean over records of the share of the record's cluster that is its own entity's, and of the
   * entity that is in its cluster (Bagga and Baldwin, "Algorithms for Scoring Coreference Chains",
   * LREC 1998); F1 is the harmonic mean of the two means.
   */
  readonly bCubed: Quality;
}

/** n (n - 1) / 2 is below 2^53 up to this number of records. */
const RECORDS_MAX = 134_217_728;

/**
 * Compares `found` with `truth`. Every label below the counts must occur at least once.
 *
 * Throws a RangeError when the two differ in length or hold more than 134,217,728 records.
 */
export function compareClusterings(labels: LabelledRecords): ClusteringComparison {
  const records = labels.found.length;
  if (labels.truth.length !== records) throw new RangeError('clusterings differ in length');
  if (records > RECORDS_MAX) throw new RangeError(`more than ${RECORDS_MAX} records`);
  const foundSizes = sizesOf(labels.found, labels.foundCount);
  const truthSizes = sizesOf(labels.truth, labels.truthCount);

  let commonPairs = 0;
  let identicalClusters = 0;
  let precisionSum = 0;
  let recallSum = 0;
  forEachCell(labels, foundSizes, (foundLabel, truthLabel, count) => {
    const foundSize = foundSizes[foundLabel] ?? 0;
    const truthSize = truthSizes[truthLabel] ?? 0;
    commonPairs += pairsOf(count);
    precisionSum += count * (count / foundSize);
    recallSum += count * (count / truthSize);
    if (count === foundSize && count === truthSize) identicalClusters += 1;
  });

  const foundPairs = sumOfPairs(foundSizes);
  const truthPairs = sumOfPairs(truthSizes);
  return {
    records,
    foundClusters: labels.foundCount,
    truthClusters: labels.truthCount,
    identicalClusters,
    foundPairs,
    truthPairs,
    commonPairs,
    pairwise: quality(ratio(commonPairs, foundPairs), ratio(commonPairs, truthPairs)),
    bCubed: quality(ratio(precisionSum, records), ratio(recallSum, records)),
  };
}

function pairsOf(size: number): number {
  return (size * (size - 1)) / 2;
}

function sumOfPairs(sizes: Uint32Array): number {
  let pairs = 0;
  for (const size of sizes) pairs += pairsOf(size);
  return pairs;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function quality(precision: number, recall: number): Quality {
  const sum = precision + recall;
  return { precision, recall, f1: sum === 0 ? 0 : (2 * precision * recall) / sum };
}

function sizesOf(labels: ArrayLike<number>, count: number): Uint32Array {
  const sizes = new Uint32Array(count);
  for (let record = 0; record < labels.length; record++) {
    const label = labels[record] ?? 0;
    sizes[label] = (sizes[label] ?? 0) + 1;
  }
  return sizes;
}

/**
 * Calls `visit` for each non-empty cell of the contingency table, by ascending found label.
 * Records are brought into the order of their found cluster by a counting sort; within a cluster
 * one counter per truth label suffices, reset by the labels seen.
 */
function forEachCell(
  labels: LabelledRecords,
  foundSizes: Uint32Array,
  visit: (foundLabel: number, truthLabel: number, count: number) => void,
): void {
  const truthByFound = sortByFound(labels, foundSizes);
  const counts = new Uint32Array(labels.truthCount);
  let start = 0;
  for (let foundLabel = 0; foundLabel < foundSizes.length; foundLabel++) {
    const end = start + (foundSizes[foundLabel] ?? 0);
    const seen: number[] = [];
    for (let position = start; position < end; position++) {
      const truthLabel = truthByFound[position] ?? 0;
      const count = counts[truthLabel] ?? 0;
      if (count === 0) seen.push(truthLabel);
      counts[truthLabel] = count + 1;
    }
    for (const truthLabel of seen) {
      visit(foundLabel, truthLabel, counts[truthLabel] ?? 0);
      counts[truthLabel] = 0;
    }
    start = end;
  }
}

function sortByFound(labels: LabelledRecords, foundSizes: Uint32Array): Uint32Array {
  const next = new Uint32Array(foundSizes.length);
  for (let label = 1; label < foundSizes.length; label++) {
    next[label] = (next[label - 1] ?? 0) + (foundSizes[label - 1] ?? 0);
  }
  const sorted = new Uint32Array(labels.found.length);
  for (let record = 0; record < labels.found.length; record++) {
    const foundLabel = labels.found[record] ?? 0;
    const position = next[foundLabel] ?? 0;
    sorted[position] = labels.truth[record] ?? 0;
    next[foundLabel] = position + 1;
  }
  return sorted;
}
