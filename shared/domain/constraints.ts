/**
 * What forbids two clusters of a component to join (ARCHITECTURE S13), kept up to date as they do.
 *
 * Owns: each cluster's share in the constraints, and whether two clusters may join.
 * Does not own: gathering them (`gather-constraints.ts`), which edges are tried and in which order,
 * which are contested (`contest.ts`).
 *
 * A limit or exclusivity becomes a *quota*: at most `capacity` distinct values of one namespace (in
 * one bucket) a cluster. An exclusive namespace is a quota of one over all buckets that binds edges
 * of any priority.
 *
 *  C1 every answer depends only on the clusters' contents, never on which member is the root;
 *  C2 quotas are numbered in the order in which their reasons are reported;
 *  C3 `forbidden` is symmetric and names roots only.
 */
import type { RefusalReason } from './component.ts';

export interface Quota {
  readonly capacity: number;
  /** Binds edges whose priority number is at least this. */
  readonly fromPriority: number;
  readonly reason: RefusalReason;
  /**
   * Of an exclusive namespace: values -> those that the version's comparison does not call different
   * (one slip apart). None lacks a value that it has in another spelling. Null: all are different.
   */
  readonly close: ReadonlyMap<number, ReadonlySet<number>> | null;
}

/**
 * A cluster's share in the constraints. Quotas and values are small ascending number lists rather
 * than maps of sets: a refused edge costs little more than comparing the two lists.
 */
export interface ClusterContent {
  /** Quotas of which the cluster has a value, ascending. */
  readonly quotas: number[];
  /** For each of `quotas`: its distinct values as numbers unique over all quotas, ascending. */
  readonly values: number[][];
  /** Split number -> the cluster's label; null: one profile has two, which fit no other label. */
  readonly labels: Map<number, string | null>;
  /** Roots of the clusters that must stay apart from this one. */
  readonly forbidden: Set<number>;
}

const CANNOT_LINK: RefusalReason = { kind: 'cannot_link' };
const NO_VALUES: readonly number[] = [];

export class Constraints {
  readonly quotas: readonly Quota[];
  readonly #splits: readonly string[];
  readonly #contents: (ClusterContent | null)[];

  constructor(
    quotas: readonly Quota[],
    splits: readonly string[],
    contents: (ClusterContent | null)[],
  ) {
    this.quotas = quotas;
    this.#splits = splits;
    this.#contents = contents;
  }

  /** Null for a cluster that no constraint touches. */
  contentOf(root: number): ClusterContent | null {
    return this.#contents[root] ?? null;
  }

  /** The first reason, in the order of S13, why two clusters may not join; null when they may. */
  obstacle(
    left: number,
    right: number,
    edge: { readonly priority: number; readonly mustLink: boolean },
  ): RefusalReason | null {
    const a = this.contentOf(left);
    const b = this.contentOf(right);
    if (a === null || b === null) return null;
    if (a.forbidden.size > 0 && a.forbidden.has(right)) return CANNOT_LINK;
    const split = firstLabelConflict(a, b);
    if (split !== null) {
      return { kind: 'split_decision', decisionId: this.#splits[split] as string };
    }
    return edge.mustLink ? null : this.#firstQuotaBroken(a, b, edge.priority);
  }

  /** Moves the loser's content to the winner once the two clusters are one. */
  join(winner: number, loser: number): void {
    const gone = this.contentOf(loser);
    if (gone === null) return;
    const kept = this.contentOf(winner);
    this.#contents[loser] = null;
    for (const other of gone.forbidden) {
      const theirs = this.contentOf(other)?.forbidden;
      theirs?.delete(loser);
      theirs?.add(winner);
    }
    this.#contents[winner] = kept === null ? gone : unionOf(kept, gone);
  }

  #firstQuotaBroken(a: ClusterContent, b: ClusterContent, priority: number): RefusalReason | null {
    const [fewer, more] = a.quotas.length <= b.quotas.length ? [a, b] : [b, a];
    for (let index = 0; index < fewer.quotas.length; index++) {
      const number = fewer.quotas[index] as number;
      const quota = this.quotas[number] as Quota;
      if (quota.fromPriority > priority) continue;
      const values = fewer.values[index] as number[];
      const others = valuesOf(more, number);
      if (others.length === 0 || values.length + others.length <= quota.capacity) continue;
      if (quota.close !== null) {
        if (eachLacks(values, others, quota.close)) return quota.reason;
        continue;
      }
      const common = countCommon(values, others);
      if (common === values.length || common === others.length) continue;
      if (values.length + others.length - common > quota.capacity) return quota.reason;
    }
    return null;
  }
}

/** Least split number on which the two have different labels, or null. */
export function firstLabelConflict(a: ClusterContent, b: ClusterContent): number | null {
  if (a.labels.size === 0 || b.labels.size === 0) return null;
  const [fewer, more] = a.labels.size <= b.labels.size ? [a, b] : [b, a];
  let first: number | null = null;
  for (const [split, label] of fewer.labels) {
    const other = more.labels.get(split);
    if (other === undefined || (other === label && label !== null)) continue;
    if (first === null || split < first) first = split;
  }
  return first;
}

/** The values that a cluster has of a quota, ascending; none for a cluster without content. */
export function valuesOf(content: ClusterContent | null, quota: number): readonly number[] {
  if (content === null) return NO_VALUES;
  const { quotas } = content;
  let from = 0;
  let to = quotas.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((quotas[middle] as number) < quota) from = middle + 1;
    else to = middle;
  }
  return quotas[from] === quota ? (content.values[from] as number[]) : NO_VALUES;
}

/** How many numbers two ascending lists have in common. */
export function countCommon(a: readonly number[], b: readonly number[]): number {
  let common = 0;
  let inA = 0;
  let inB = 0;
  while (inA < a.length && inB < b.length) {
    const difference = (a[inA] as number) - (b[inB] as number);
    if (difference === 0) common++;
    if (difference <= 0) inA++;
    if (difference >= 0) inB++;
  }
  return common;
}

/** Whether each of two lists has a value that is different from every one of the other. */
export function eachLacks(
  a: readonly number[],
  b: readonly number[],
  close: ReadonlyMap<number, ReadonlySet<number>>,
): boolean {
  const isLacking = (have: readonly number[], wanted: number): boolean =>
    !have.includes(wanted) && !have.some((value) => close.get(wanted)?.has(value) === true);
  return a.some((value) => isLacking(b, value)) && b.some((value) => isLacking(a, value));
}

/** The numbers of either of two ascending lists, ascending, each once. */
export function mergeAscending(a: readonly number[], b: readonly number[]): number[] {
  const merged: number[] = [];
  let inA = 0;
  let inB = 0;
  while (inA < a.length || inB < b.length) {
    const nextA = a[inA] ?? Number.POSITIVE_INFINITY;
    const nextB = b[inB] ?? Number.POSITIVE_INFINITY;
    merged.push(Math.min(nextA, nextB));
    if (nextA <= nextB) inA++;
    if (nextB <= nextA) inB++;
  }
  return merged;
}

/** May reuse the parts of both. */
function unionOf(kept: ClusterContent, gone: ClusterContent): ClusterContent {
  for (const other of gone.forbidden) kept.forbidden.add(other);
  for (const [split, label] of gone.labels) kept.labels.set(split, label);
  if (gone.quotas.length === 0) return kept;
  const quotas = mergeAscending(kept.quotas, gone.quotas);
  const values = quotas.map((quota) =>
    mergeAscending(valuesOf(kept, quota), valuesOf(gone, quota)),
  );
  return { quotas, values, labels: kept.labels, forbidden: kept.forbidden };
}
