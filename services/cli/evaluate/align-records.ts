/**
 * Brings two cluster files onto one list of records, so that their clusterings can be compared.
 */
import type { LabelledRecords } from './clustering-comparison.ts';
import type { ClusterFile } from './cluster-file.ts';

export interface AlignedRecords extends LabelledRecords {
  /** Records of the found file that the truth does not have, and the reverse. */
  readonly onlyFound: number;
  readonly onlyTruth: number;
}

/**
 * Records in both files are compared. Those in one file only are left out and counted, or, with
 * `missingAsSingletons`, compared as if the other file held them in a cluster of their own.
 */
export function alignRecords(
  found: ClusterFile,
  truth: ClusterFile,
  missingAsSingletons: boolean,
): AlignedRecords {
  const foundLabels = new DenseLabels();
  const truthLabels = new DenseLabels();
  let onlyFound = 0;
  let onlyTruth = 0;
  for (const [record, label] of found.labelByRecord) {
    const truthLabel = truth.labelByRecord.get(record);
    if (truthLabel === undefined) onlyFound += 1;
    if (truthLabel === undefined && !missingAsSingletons) continue;
    foundLabels.add(label);
    if (truthLabel === undefined) truthLabels.addSingleton();
    else truthLabels.add(truthLabel);
  }
  for (const [record, label] of truth.labelByRecord) {
    if (found.labelByRecord.has(record)) continue;
    onlyTruth += 1;
    if (!missingAsSingletons) continue;
    truthLabels.add(label);
    foundLabels.addSingleton();
  }
  return {
    found: foundLabels.labels,
    foundCount: foundLabels.count,
    truth: truthLabels.labels,
    truthCount: truthLabels.count,
    onlyFound,
    onlyTruth,
  };
}

/** Renumbers labels in order of first use, so that clusters without a compared record vanish. */
class DenseLabels {
  readonly labels: number[] = [];
  count = 0;
  readonly #denseByLabel = new Map<number, number>();

  add(label: number): void {
    let dense = this.#denseByLabel.get(label);
    if (dense === undefined) {
      dense = this.count++;
      this.#denseByLabel.set(label, dense);
    }
    this.labels.push(dense);
  }

  addSingleton(): void {
    this.labels.push(this.count++);
  }
}
