/**
 * Which admissible edges of a tie group are contested (ARCHITECTURE S13, step 1).
 *
 * An edge between clusters A and B is contested when an equal, admissible edge leads from A or B to
 * a third cluster C, and C may not join the union of A and B: what fits two equally well joins
 * neither. Comparing all triples of a dense group of n clusters would cost n^3, so:
 *  T1 cannot-links: C conflicts with one of A and B while an edge connects it to the other, so only
 *     the (few) forbidden clusters of A and B are looked up;
 *  T2 quotas and labels depend on a cluster's content alone: one neighbour of each distinct content
 *     stands for all. Neighbours with A's or B's own content break nothing: they add no value, and
 *     an equal label conflicts only when mixed, which counts as a content of its own;
 *  T3 neighbours are looked at only when their largest share could exceed a quota of A and B.
 */
import {
  type ClusterContent,
  type Constraints,
  countCommon,
  eachLacks,
  firstLabelConflict,
  mergeAscending,
  valuesOf,
} from './constraints.ts';

/** Two clusters with an admissible edge of the group between them. */
export interface ClusterPair {
  readonly left: number;
  readonly right: number;
}

/** One number a pair of roots, in either order, below `memberCount` squared. */
export function pairKey(left: number, right: number, memberCount: number): number {
  return left < right ? left * memberCount + right : right * memberCount + left;
}

/** The clusters that admissible edges of the group connect to one cluster, by distinct content. */
interface Neighbourhood {
  readonly byFingerprint: Map<string, ClusterContent>;
  /** Quota number -> most values any neighbour has of it. */
  readonly largest: Map<number, number>;
  hasLabels: boolean;
}

const NO_NEIGHBOURS: Neighbourhood = {
  byFingerprint: new Map(),
  largest: new Map(),
  hasLabels: false,
};

/**
 * Keys of the contested pairs. `pairs` holds each admissible pair of the group once, by `pairKey`;
 * pairs of two clusters without content may be left out: they neither are nor cause a contest.
 */
export function contestedPairs(
  constraints: Constraints,
  pairs: ReadonlyMap<number, ClusterPair>,
  priority: number,
  memberCount: number,
): ReadonlySet<number> {
  const contested = new Set<number>();
  if (pairs.size < 2) return contested;
  const search = new ContestSearch(constraints, pairs, priority, memberCount);
  for (const [key, pair] of pairs) if (search.isContested(pair)) contested.add(key);
  return contested;
}

class ContestSearch {
  readonly #constraints: Constraints;
  readonly #pairs: ReadonlyMap<number, ClusterPair>;
  readonly #priority: number;
  readonly #memberCount: number;
  readonly #fingerprints = new Map<number, string>();
  readonly #neighbourhoods = new Map<number, Neighbourhood>();

  constructor(
    constraints: Constraints,
    pairs: ReadonlyMap<number, ClusterPair>,
    priority: number,
    memberCount: number,
  ) {
    this.#constraints = constraints;
    this.#pairs = pairs;
    this.#priority = priority;
    this.#memberCount = memberCount;
    for (const { left, right } of pairs.values()) {
      this.#addNeighbour(left, right);
      this.#addNeighbour(right, left);
    }
  }

  isContested({ left, right }: ClusterPair): boolean {
    if (this.#meetsForbidden(left, right) || this.#meetsForbidden(right, left)) return true;
    const leftNear = this.#neighbourhoods.get(left) ?? NO_NEIGHBOURS;
    const rightNear = this.#neighbourhoods.get(right) ?? NO_NEIGHBOURS;
    if (!this.#couldBreak(left, right, leftNear, rightNear)) return false;
    return (
      this.#breaksWithAny(left, right, leftNear) || this.#breaksWithAny(left, right, rightNear)
    );
  }

  #addNeighbour(cluster: number, neighbour: number): void {
    const content = this.#constraints.contentOf(neighbour);
    if (content === null || (content.quotas.length === 0 && content.labels.size === 0)) return;
    let near = this.#neighbourhoods.get(cluster);
    if (near === undefined) {
      near = { byFingerprint: new Map(), largest: new Map(), hasLabels: false };
      this.#neighbourhoods.set(cluster, near);
    }
    const fingerprint = this.#fingerprintOf(neighbour, content);
    if (near.byFingerprint.has(fingerprint)) return;
    near.byFingerprint.set(fingerprint, content);
    near.hasLabels ||= content.labels.size > 0;
    for (const [index, quota] of content.quotas.entries()) {
      const size = content.values[index]?.length ?? 0;
      if (size > (near.largest.get(quota) ?? 0)) near.largest.set(quota, size);
    }
  }

  /** Text that two clusters share exactly when no quota and no split tells them apart. */
  #fingerprintOf(cluster: number, content: ClusterContent): string {
    const known = this.#fingerprints.get(cluster);
    if (known !== undefined) return known;
    // Values are numbered over all quotas, so they tell the quotas too.
    let fingerprint = content.values.join();
    if (content.labels.size > 0) {
      const labels = [...content.labels].sort(([left], [right]) => left - right);
      const isMixed = labels.some(([, label]) => label === null);
      fingerprint += JSON.stringify([labels, isMixed ? cluster : -1]);
    }
    this.#fingerprints.set(cluster, fingerprint);
    return fingerprint;
  }

  /** Whether an admissible edge leads from `from` to a cluster that `to` must stay apart from. */
  #meetsForbidden(from: number, to: number): boolean {
    for (const other of this.#constraints.contentOf(to)?.forbidden ?? []) {
      if (this.#pairs.has(pairKey(from, other, this.#memberCount))) return true;
    }
    return false;
  }

  #couldBreak(left: number, right: number, leftNear: Neighbourhood, rightNear: Neighbourhood) {
    const a = this.#constraints.contentOf(left);
    const b = this.#constraints.contentOf(right);
    const hasLabels = (a?.labels.size ?? 0) > 0 || (b?.labels.size ?? 0) > 0;
    if (hasLabels && (leftNear.hasLabels || rightNear.hasLabels)) return true;
    for (const content of [a, b]) {
      for (const quota of content?.quotas ?? []) {
        const own = valuesOf(a, quota).length + valuesOf(b, quota).length;
        const most = Math.max(leftNear.largest.get(quota) ?? 0, rightNear.largest.get(quota) ?? 0);
        if (most > 0 && own + most > this.#capacityOf(quota)) return true;
      }
    }
    return false;
  }

  #breaksWithAny(left: number, right: number, near: Neighbourhood): boolean {
    const a = this.#constraints.contentOf(left);
    const b = this.#constraints.contentOf(right);
    const leftPrint = this.#fingerprints.get(left);
    const rightPrint = this.#fingerprints.get(right);
    for (const [fingerprint, third] of near.byFingerprint) {
      if (fingerprint === leftPrint || fingerprint === rightPrint) continue;
      if (a !== null && firstLabelConflict(a, third) !== null) return true;
      if (b !== null && firstLabelConflict(b, third) !== null) return true;
      if (this.#breaksQuota(a, b, third)) return true;
    }
    return false;
  }

  /** Whether joining `third` to the union of two clusters breaks a quota. */
  #breaksQuota(a: ClusterContent | null, b: ClusterContent | null, third: ClusterContent) {
    for (const [index, quota] of third.quotas.entries()) {
      const capacity = this.#capacityOf(quota);
      const added = third.values[index] as number[];
      const inA = valuesOf(a, quota);
      const inB = valuesOf(b, quota);
      if (inA.length + inB.length + added.length <= capacity) continue;
      const union = mergeAscending(inA, inB);
      const close = this.#constraints.quotas[quota]?.close ?? null;
      if (close !== null) {
        if (eachLacks(union, added, close)) return true;
        continue;
      }
      const common = countCommon(union, added);
      const eachAdds = union.length > common && added.length > common;
      if (eachAdds && union.length + added.length - common > capacity) return true;
    }
    return false;
  }

  /** Capacity under the group's priority: infinite where the quota does not bind. */
  #capacityOf(quota: number): number {
    const entry = this.#constraints.quotas[quota];
    if (entry === undefined || entry.fromPriority > this.#priority) return Number.POSITIVE_INFINITY;
    return entry.capacity;
  }
}
