/**
 * Canonical constrained clustering of one component (ARCHITECTURE S13 to S15).
 *
 * A pure function of rules, members and edges; the order of neither input shows:
 *  K1 edges are tried in canonical order, tie group by tie group;
 *  K2 each edge is judged once: accepted, redundant (its ends had already met) or refused;
 *  K3 accepted edges form a forest, so views at rising certainties nest.
 *
 * Cost: O(E) to bucket the edges, then O(log) for each edge that is not yet redundant when its tie
 * group is reached; clustering stops when one cluster is left.
 */
import type { ClusterResult, ComponentEdge, ComponentMember, RefusalReason } from './component.ts';
import type { Constraints } from './constraints.ts';
import { type ClusterPair, contestedPairs, pairKey } from './contest.ts';
import { DisjointSet } from './disjoint-set.ts';
import { type IndexedEdge, sortGroup, type TieGroup, tieGroups } from './edge-order.ts';
import { constraintsOf } from './gather-constraints.ts';
import { compareText, type ProfileId } from './identifier.ts';
import { LADDER_ALONE, LadderBuilder } from './ladder.ts';
import type { RulesIndex } from './rules.ts';

const CONTESTED: RefusalReason = { kind: 'contested' };

/**
 * Clusters one component.
 *
 * `edges` are at or above the cluster floor, at most one a pair, with both ends among `members`.
 * Ladders come by profile id; `refused` in canonical edge order. Redundant edges are in neither
 * list. Throws on an edge that names a profile that is no member (a bug of the caller), unless all
 * members are one cluster before it is reached.
 */
export function clusterComponent(
  rules: RulesIndex,
  members: readonly ComponentMember[],
  edges: readonly ComponentEdge[],
): ClusterResult {
  const only = members[0];
  if (members.length === 1 && only !== undefined && edges.length === 0) {
    return { ladders: new Map([[only.profile, LADDER_ALONE]]), accepted: [], refused: [] };
  }
  const sorted = members.toSorted((left, right) => compareText(left.profile, right.profile));
  const indexOf = new Map<ProfileId, number>();
  for (const [index, member] of sorted.entries()) indexOf.set(member.profile, index);
  const constraints = constraintsOf(rules, sorted, indexOf);
  const run = new ClusterRun(sorted, indexOf, constraints);
  for (const group of tieGroups(edges)) {
    if (run.isDone) break;
    run.takeGroup(group);
  }
  return run.finish();
}

/** The clusters of one component while its edges are taken in. */
class ClusterRun {
  readonly #indexOf: ReadonlyMap<ProfileId, number>;
  readonly #constraints: Constraints | null;
  readonly #count: number;
  readonly #sets: DisjointSet;
  readonly #ladders: LadderBuilder;
  readonly #accepted: ComponentEdge[] = [];
  readonly #refused: { readonly edge: ComponentEdge; readonly reason: RefusalReason }[] = [];

  constructor(
    members: readonly ComponentMember[],
    indexOf: ReadonlyMap<ProfileId, number>,
    constraints: Constraints | null,
  ) {
    this.#indexOf = indexOf;
    this.#constraints = constraints;
    this.#count = members.length;
    this.#sets = new DisjointSet(members.length);
    this.#ladders = new LadderBuilder(members, this.#sets);
  }

  /** One cluster is left: all further edges are redundant. */
  get isDone(): boolean {
    return this.#sets.setCount <= 1;
  }

  takeGroup(group: TieGroup): void {
    const edges = sortGroup(this.#separatingEdges(group.edges), this.#count);
    const constraints = this.#constraints;
    if (constraints === null) {
      for (const edge of edges) this.#takeFreely(edge);
      return;
    }
    const contested = this.#contestedEdges(constraints, group, edges);
    for (const indexed of edges) {
      if (contested.has(indexed)) this.#refused.push({ edge: indexed.edge, reason: CONTESTED });
      else this.#takeConstrained(constraints, indexed);
    }
  }

  finish(): ClusterResult {
    return {
      ladders: this.#ladders.finish(),
      accepted: this.#accepted,
      refused: this.#refused,
    };
  }

  /** The edges whose ends have not met before this group. */
  #separatingEdges(edges: readonly ComponentEdge[]): readonly IndexedEdge[] {
    const separating: IndexedEdge[] = [];
    for (const edge of edges) {
      const low = this.#indexOf.get(edge.low);
      const high = this.#indexOf.get(edge.high);
      if (low === undefined || high === undefined) {
        throw new Error('clusterComponent: an edge names a profile that is not a member');
      }
      if (this.#sets.find(low) !== this.#sets.find(high)) separating.push({ edge, low, high });
    }
    return separating;
  }

  /** Step 1 of S13, judged on the clusters at the start of the group. */
  #contestedEdges(
    constraints: Constraints,
    group: TieGroup,
    edges: readonly IndexedEdge[],
  ): ReadonlySet<IndexedEdge> {
    const contested = new Set<IndexedEdge>();
    if (group.mustLink || edges.length < 2) return contested;
    const admissible = new Map<number, ClusterPair>();
    const inadmissible = new Set<number>();
    const keys = edges.map(({ edge, low, high }) => {
      const left = this.#sets.find(low);
      const right = this.#sets.find(high);
      const key = pairKey(left, right, this.#count);
      if (admissible.has(key) || inadmissible.has(key)) return key;
      // Two clusters that no constraint touches neither are contested nor contest.
      if (constraints.contentOf(left) === null && constraints.contentOf(right) === null) return -1;
      if (constraints.obstacle(left, right, edge) === null) admissible.set(key, { left, right });
      else inadmissible.add(key);
      return key;
    });
    const pairs = contestedPairs(constraints, admissible, group.priority, this.#count);
    for (const [index, edge] of edges.entries()) {
      if (pairs.has(keys[index] as number)) contested.add(edge);
    }
    return contested;
  }

  #takeFreely({ edge, low, high }: IndexedEdge): void {
    const left = this.#sets.find(low);
    const right = this.#sets.find(high);
    if (left === right) return;
    this.#ladders.join(left, right, low, high, edge.certainty);
    this.#accepted.push(edge);
  }

  #takeConstrained(constraints: Constraints, { edge, low, high }: IndexedEdge): void {
    const left = this.#sets.find(low);
    const right = this.#sets.find(high);
    if (left === right) return;
    const reason = constraints.obstacle(left, right, edge);
    if (reason !== null) {
      this.#refused.push({ edge, reason });
      return;
    }
    const winner = this.#ladders.join(left, right, low, high, edge.certainty);
    constraints.join(winner, winner === left ? right : left);
    this.#accepted.push(edge);
  }
}
