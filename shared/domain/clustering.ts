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
import { Cohesion } from './cohesion.ts';
import type {
  ClusterResult,
  ComponentEdge,
  ComponentMember,
  RefusalReason,
  RefusedEdge,
} from './component.ts';
import type { Constraints } from './constraints.ts';
import { type ClusterPair, contestedPairs, pairKey } from './contest.ts';
import { DisjointSet } from './disjoint-set.ts';
import { type IndexedEdge, sortGroup, type TieGroup, tieGroups } from './edge-order.ts';
import { constraintsOf } from './gather-constraints.ts';
import { compareText, type ProfileId } from './identifier.ts';
import { LADDER_ALONE, LadderBuilder } from './ladder.ts';
import type { RulesIndex } from './rules.ts';

const CONTESTED: RefusalReason = { kind: 'contested' };
const COHESION: RefusalReason = { kind: 'cohesion' };
/** An edge that no limit lets pass for its own good priority. */
const ANY_LIMIT = { priority: Number.MAX_SAFE_INTEGER, mustLink: false };

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
    return {
      ladders: new Map([[only.profile, LADDER_ALONE]]),
      accepted: [],
      refused: [],
      overruled: [],
    };
  }
  const sorted = members.toSorted((left, right) => compareText(left.profile, right.profile));
  const indexOf = new Map<ProfileId, number>();
  for (const [index, member] of sorted.entries()) indexOf.set(member.profile, index);
  const constraints = constraintsOf(rules, sorted, indexOf);
  const groups = tieGroups(edges, indexOf);
  const cohesion = rules.scorer === null ? null : new Cohesion(rules.scorer, sorted, groups);
  const run = new ClusterRun(sorted, constraints, cohesion);
  for (const group of groups) {
    if (run.isDone) break;
    run.takeGroup(group);
  }
  return run.finish();
}

/** The clusters of one component while its edges are taken in. */
class ClusterRun {
  readonly #constraints: Constraints | null;
  readonly #cohesion: Cohesion | null;
  readonly #count: number;
  readonly #sets: DisjointSet;
  readonly #ladders: LadderBuilder;
  /** Root -> number of the tie group in which its cluster last grew. */
  readonly #joinedIn: Int32Array;
  #groupNumber = 0;
  readonly #accepted: ComponentEdge[] = [];
  readonly #refused: RefusedEdge[] = [];
  readonly #overruled: RefusedEdge[] = [];

  constructor(
    members: readonly ComponentMember[],
    constraints: Constraints | null,
    cohesion: Cohesion | null,
  ) {
    this.#constraints = constraints;
    this.#cohesion = cohesion;
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
    const edges = group.edges.filter(({ low, high }) => sets.find(low) !== sets.find(high));
    const constraints = this.#constraints;
    // Step 1 does not depend on order and reads all edges: before sorting they lie side by side.
    const reasons =
      constraints === null || group.mustLink || edges.length < 2
        ? null
        : this.#judgeTies(constraints, group.priority, edges);
    for (const position of sortGroup(edges, this.#count)) {
      const indexed = edges[position] as IndexedEdge;
      if (constraints === null) this.#takeFreely(indexed);
      else this.#takeConstrained(constraints, indexed, reasons?.[position] ?? null);
    }
  }

  finish(): ClusterResult {
    return {
      ladders: this.#ladders.finish(),
      accepted: this.#accepted,
      refused: this.#refused,
      overruled: this.#overruled,
    };
  }

  /**
   * Step 1 of S13 for a group of several edges, none a must-link: for each edge `CONTESTED`, the
   * obstacle at the start of the group, or null.
   */
  #judgeTies(
    constraints: Constraints,
    priority: number,
    edges: readonly IndexedEdge[],
  ): readonly (RefusalReason | null)[] {
    const count = edges.length;
    const admissible = new Map<number, ClusterPair>();
    const keys = new Float64Array(count).fill(-1);
    const reasons: (RefusalReason | null)[] = edges.map(() => null);
    this.#groupNumber++;
    for (let position = 0; position < count; position++) {
      const { edge, low, high } = edges[position] as IndexedEdge;
      const left = this.#sets.find(low);
      const right = this.#sets.find(high);
      // Two clusters that no constraint touches neither are contested nor contest.
      if (constraints.contentOf(left) === null && constraints.contentOf(right) === null) continue;
      const reason = constraints.obstacle(left, right, edge);
      if (reason === null) {
        const key = pairKey(left, right, this.#count);
        keys[position] = key;
        if (!admissible.has(key)) admissible.set(key, { left, right });
      } else {
        reasons[position] = reason;
      }
    }
    const contested = contestedPairs(constraints, admissible, priority, this.#count);
    if (contested.size === 0) return reasons;
    return reasons.map((reason, position) =>
      contested.has(keys[position] as number) ? CONTESTED : reason,
    );
  }

  #takeFreely({ edge, low, high }: IndexedEdge): void {
    const left = this.#sets.find(low);
    const right = this.#sets.find(high);
    if (left === right) return;
    if (!this.#isCohesive(left, right, edge)) {
      this.#refused.push({ edge, reason: COHESION });
      return;
    }
    this.#ladders.join(left, right, low, high, edge.certainty);
    this.#accepted.push(edge);
  }

  #isCohesive(left: number, right: number, edge: ComponentEdge): boolean {
    if (this.#cohesion === null || edge.mustLink) return true;
    return this.#cohesion.holds(this.#sets, left, right);
  }

  /** `judged`: the edge's outcome of step 1. An obstacle holds while neither end has joined. */
  #takeConstrained(
    constraints: Constraints,
    { edge, low, high }: IndexedEdge,
    judged: RefusalReason | null,
  ): void {
    if (judged === CONTESTED) {
      this.#ladders.contest(low, high, edge.certainty);
      this.#refused.push({ edge, reason: judged });
      return;
    }
    const left = this.#sets.find(low);
    const right = this.#sets.find(high);
    if (left === right) return;
    const isUnchanged =
      this.#joinedIn[left] !== this.#groupNumber && this.#joinedIn[right] !== this.#groupNumber;
    const reason =
      (judged !== null && isUnchanged ? judged : constraints.obstacle(left, right, edge)) ??
      (this.#isCohesive(left, right, edge) ? null : COHESION);
    if (reason !== null) {
      this.#refused.push({ edge, reason });
      return;
    }
    if (edge.mustLink) {
      const broken = constraints.obstacle(left, right, ANY_LIMIT);
      if (broken !== null) this.#overruled.push({ edge, reason: broken });
    }
    const winner = this.#ladders.join(left, right, low, high, edge.certainty);
    this.#joinedIn[winner] = this.#groupNumber;
    constraints.join(winner, winner === left ? right : left);
    this.#accepted.push(edge);
  }
}
