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
 * list. Throws when an edge names a profile that is no member (a bug of the caller).
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
  const run = new ClusterRun(sorted, constraints);
  for (const group of tieGroups(edges, indexOf)) {
    if (run.isDone) break;
    run.takeGroup(group);
  }
  return run.finish();
}

/** The clusters of one component while its edges are taken in. */
class ClusterRun {
  readonly #constraints: Constraints | null;
  readonly #count: number;
  readonly #sets: DisjointSet;
  readonly #ladders: LadderBuilder;
  /** Root -> number of the tie group in which its cluster last grew. */
  readonly #joinedIn: Int32Array;
  #groupNumber = 0;
  readonly #accepted: ComponentEdge[] = [];
  readonly #refused: { readonly edge: ComponentEdge; readonly reason: RefusalReason }[] = [];

  constructor(members: readonly ComponentMember[], constraints: Constraints | null) {
    this.#constraints = constraints;
    this.#count = members.length;
    this.#sets = new DisjointSet(members.length);
    this.#joinedIn = new Int32Array(members.length).fill(-1);
    this.#ladders = new LadderBuilder(members, this.#sets);
  }

  /** One cluster is left: all further edges are redundant. */
  get isDone(): boolean {
    return this.#sets.setCount <= 1;
  }

  takeGroup(group: TieGroup): void {
    const sets = this.#sets;
    // The ends of the others have met before this group.
    const separating = group.edges.filter(({ low, high }) => sets.find(low) !== sets.find(high));
    const edges = sortGroup(separating, this.#count);
    const constraints = this.#constraints;
    if (constraints === null) {
      for (const edge of edges) this.#takeFreely(edge);
    } else if (group.mustLink || edges.length < 2) {
      for (const edge of edges) this.#takeConstrained(constraints, edge, null);
    } else {
      this.#takeTies(constraints, group.priority, edges);
    }
  }

  finish(): ClusterResult {
    return {
      ladders: this.#ladders.finish(),
      accepted: this.#accepted,
      refused: this.#refused,
    };
  }

  /** Both steps of S13 for a group of several edges, none a must-link. */
  #takeTies(constraints: Constraints, priority: number, edges: readonly IndexedEdge[]): void {
    const admissible = new Map<number, ClusterPair>();
    const keys = new Float64Array(edges.length).fill(-1);
    const startReasons: (RefusalReason | null)[] = edges.map(() => null);
    this.#groupNumber++;
    for (const [position, { edge, low, high }] of edges.entries()) {
      const left = this.#sets.find(low);
      const right = this.#sets.find(high);
      // Two clusters that no constraint touches neither are contested nor contest.
      if (constraints.contentOf(left) === null && constraints.contentOf(right) === null) continue;
      const key = pairKey(left, right, this.#count);
      if (!admissible.has(key)) {
        const reason = constraints.obstacle(left, right, edge);
        startReasons[position] = reason;
        if (reason !== null) continue;
        admissible.set(key, { left, right });
      }
      keys[position] = key;
    }
    const contested = contestedPairs(constraints, admissible, priority, this.#count);
    for (const [position, indexed] of edges.entries()) {
      if (contested.has(keys[position] as number)) {
        this.#refused.push({ edge: indexed.edge, reason: CONTESTED });
      } else {
        this.#takeConstrained(constraints, indexed, startReasons[position] ?? null);
      }
    }
  }

  #takeFreely({ edge, low, high }: IndexedEdge): void {
    const left = this.#sets.find(low);
    const right = this.#sets.find(high);
    if (left === right) return;
    this.#ladders.join(left, right, low, high, edge.certainty);
    this.#accepted.push(edge);
  }

  /** `startReason`: the obstacle at the start of the group, which holds while no end has joined. */
  #takeConstrained(
    constraints: Constraints,
    { edge, low, high }: IndexedEdge,
    startReason: RefusalReason | null,
  ): void {
    const left = this.#sets.find(low);
    const right = this.#sets.find(high);
    if (left === right) return;
    const hasJoined =
      this.#joinedIn[left] === this.#groupNumber || this.#joinedIn[right] === this.#groupNumber;
    const reason =
      hasJoined || startReason === null ? constraints.obstacle(left, right, edge) : startReason;
    if (reason !== null) {
      this.#refused.push({ edge, reason });
      return;
    }
    const winner = this.#ladders.join(left, right, low, high, edge.certainty);
    this.#joinedIn[winner] = this.#groupNumber;
    constraints.join(winner, winner === left ? right : left);
    this.#accepted.push(edge);
  }
}
