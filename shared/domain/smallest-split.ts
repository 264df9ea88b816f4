/**
 * Which edges hold two profiles of one customer together: those without which they would be two.
 *
 * Nothing is guessed: clustering is a pure function, so it is run again without the edges named.
 *  D1 a complete answer splits: clustered without its edges, the two are apart;
 *  D2 none of its edges is superfluous: with any one of them left, the two are together;
 *  D3 work is bounded by `runsMax`; an answer that it cut short says so.
 */
import { clusterComponent } from './clustering.ts';
import {
  type ClusterResult,
  type ComponentEdge,
  type ComponentMember,
  readLadder,
} from './component.ts';
import type { ProfileId } from './identifier.ts';
import type { QuarterBits, RulesIndex } from './rules.ts';

/** What one component is clustered from. */
export interface Situation {
  readonly rules: RulesIndex;
  readonly members: readonly ComponentMember[];
  readonly edges: readonly ComponentEdge[];
}

/** Two profiles, and the certainty of the view in which they are looked at. */
export interface Question {
  readonly left: ProfileId;
  readonly right: ProfileId;
  readonly minCertainty: QuarterBits;
}

export interface SmallestSplit {
  /** In the order they were found: the weakest of the path first. Empty for one profile with itself. */
  readonly edges: readonly ComponentEdge[];
  /** Whether D1 and D2 hold; false: the bound was reached before they could be made sure of. */
  readonly isComplete: boolean;
}

/** Most edges and members that all runs together read: some 100 ms (40 ms for 100,000 edges). */
const READS_MAX = 300_000;
const RUNS_MAX = 64;
const RUNS_MIN = 4;

/** How often a component may be clustered again for one answer. */
export function runsMax({ members, edges }: Situation): number {
  const affordable = Math.floor(READS_MAX / (members.length + edges.length + 1));
  return Math.max(RUNS_MIN, Math.min(RUNS_MAX, affordable));
}

export function clusterAgain({ rules, members, edges }: Situation): ClusterResult {
  return clusterComponent(rules, members, edges);
}

export function areTogether(result: ClusterResult, question: Question): boolean {
  const { left, right, minCertainty } = question;
  return founderIn(result, left, minCertainty) === founderIn(result, right, minCertainty);
}

export function founderIn(
  result: ClusterResult,
  profile: ProfileId,
  minCertainty: QuarterBits,
): ProfileId {
  const ladder = result.ladders.get(profile);
  return ladder === undefined ? profile : readLadder(profile, ladder, minCertainty).founder;
}

/** The only path between two profiles over accepted edges; empty when they are the same, or apart. */
export function pathBetween(
  accepted: readonly ComponentEdge[],
  from: ProfileId,
  to: ProfileId,
): readonly ComponentEdge[] {
  const neighbours = new Map<ProfileId, [ProfileId, ComponentEdge][]>();
  const connect = (one: ProfileId, other: ProfileId, edge: ComponentEdge): void => {
    const known = neighbours.get(one);
    if (known === undefined) neighbours.set(one, [[other, edge]]);
    else known.push([other, edge]);
  };
  for (const edge of accepted) {
    connect(edge.low, edge.high, edge);
    connect(edge.high, edge.low, edge);
  }
  const cameBy = new Map<ProfileId, readonly [ProfileId, ComponentEdge] | null>([[from, null]]);
  const queue = [from];
  for (const profile of queue) {
    if (profile === to) break;
    for (const [next, edge] of neighbours.get(profile) ?? []) {
      if (cameBy.has(next)) continue;
      cameBy.set(next, [profile, edge]);
      queue.push(next);
    }
  }
  const path: ComponentEdge[] = [];
  for (let at = cameBy.get(to) ?? null; at !== null; at = cameBy.get(at[0]) ?? null) {
    path.unshift(at[1]);
  }
  return path;
}

/** For two that are together: the edges that hold them together. */
export function smallestSplit(situation: Situation, question: Question): SmallestSplit {
  return new SplitSearch(situation, question).run();
}

class SplitSearch {
  readonly #situation: Situation;
  readonly #question: Question;
  #runsLeft: number;

  constructor(situation: Situation, question: Question) {
    this.#situation = situation;
    this.#question = question;
    this.#runsLeft = runsMax(situation);
  }

  run(): SmallestSplit {
    const first = this.#without(new Set());
    const path = first === null ? [] : this.#weakestFirst(first);
    // Half of the runs are kept for the case that no single edge does it.
    const singles = path.slice(0, Math.floor(this.#runsLeft / 2));
    for (const edge of singles) {
      const without = this.#without(new Set([edge]));
      if (without !== null && !areTogether(without, this.#question)) {
        return { edges: [edge], isComplete: true };
      }
    }
    return path.length === 0 ? { edges: [], isComplete: true } : this.#removeGreedily(path);
  }

  /** Removes the weakest edge of whatever path is left until there is none. */
  #removeGreedily(path: readonly ComponentEdge[]): SmallestSplit {
    const removed = new Set<ComponentEdge>();
    let weakest = path[0];
    while (weakest !== undefined) {
      removed.add(weakest);
      const without = this.#without(removed);
      if (without === null) return { edges: [...removed], isComplete: false };
      weakest = areTogether(without, this.#question) ? this.#weakestFirst(without)[0] : undefined;
    }
    return this.#putBack(removed);
  }

  /** Puts back what need not be removed, until that is so for none (D2). */
  #putBack(removed: Set<ComponentEdge>): SmallestSplit {
    let needed = 0;
    while (needed < removed.size) {
      needed = 0;
      for (const edge of Array.from(removed)) {
        removed.delete(edge);
        const without = this.#without(removed);
        if (without !== null && !areTogether(without, this.#question)) continue;
        removed.add(edge);
        if (without === null) return { edges: [...removed], isComplete: false };
        needed++;
      }
    }
    return { edges: [...removed], isComplete: true };
  }

  /** Clustered without some edges; null when no more runs are left. */
  #without(removed: ReadonlySet<ComponentEdge>): ClusterResult | null {
    if (this.#runsLeft === 0) return null;
    this.#runsLeft--;
    const edges = this.#situation.edges.filter((edge) => !removed.has(edge));
    return clusterAgain({ ...this.#situation, edges });
  }

  /** The path between the two, the edge that joined last first. */
  #weakestFirst({ accepted }: ClusterResult): readonly ComponentEdge[] {
    const path = new Set(pathBetween(accepted, this.#question.left, this.#question.right));
    return accepted.filter((edge) => path.has(edge)).toReversed();
  }
}
