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
}

/** A cluster's share in the constraints; null for clusters that none can touch. */
export interface ClusterContent {
  /** Quota number -> distinct values. */
  readonly values: Map<number, Set<string>>;
  /** Split number -> the cluster's label; null: one profile has two, which fit no other label. */
  readonly labels: Map<number, string | null>;
  /** Roots of the clusters that must stay apart from this one. */
  readonly forbidden: Set<number>;
}

const CANNOT_LINK: RefusalReason = { kind: 'cannot_link' };

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
    if (a.forbidden.has(right)) return CANNOT_LINK;
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
    if (kept === null) {
      this.#contents[winner] = gone;
      return;
    }
    for (const other of gone.forbidden) kept.forbidden.add(other);
    for (const [split, label] of gone.labels) kept.labels.set(split, label);
    for (const [quota, values] of gone.values) {
      const ours = kept.values.get(quota);
      if (ours === undefined) kept.values.set(quota, values);
      else for (const value of values) ours.add(value);
    }
  }

  #firstQuotaBroken(a: ClusterContent, b: ClusterContent, priority: number): RefusalReason | null {
    const [fewer, more] = a.values.size <= b.values.size ? [a, b] : [b, a];
    let first = this.quotas.length;
    for (const [number, values] of fewer.values) {
      if (number >= first) continue;
      const others = more.values.get(number);
      const quota = this.quotas[number] as Quota;
      if (others === undefined || quota.fromPriority > priority) continue;
      if (values.size + others.size <= quota.capacity) continue;
      const common = countCommon(values, others);
      if (common === values.size || common === others.size) continue;
      if (values.size + others.size - common > quota.capacity) first = number;
    }
    return this.quotas[first]?.reason ?? null;
  }
}

/** Least split number on which the two have different labels, or null. */
export function firstLabelConflict(a: ClusterContent, b: ClusterContent): number | null {
  const [fewer, more] = a.labels.size <= b.labels.size ? [a, b] : [b, a];
  let first: number | null = null;
  for (const [split, label] of fewer.labels) {
    const other = more.labels.get(split);
    if (other === undefined || (other === label && label !== null)) continue;
    if (first === null || split < first) first = split;
  }
  return first;
}

function countCommon(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [fewer, more] = a.size <= b.size ? [a, b] : [b, a];
  let common = 0;
  for (const value of fewer) if (more.has(value)) common++;
  return common;
}
