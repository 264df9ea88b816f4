/**
 * Cohesion: two clusters join only if their members, all taken together, look like one person
 * (ARCHITECTURE S13). It stops chains in which each link is plausible and the ends are not: neither
 * may the cross pairs speak against it in sum, nor everything known of the one side against
 * everything known of the other, for a record that knows little cannot vouch for a conflict.
 */
import type { ComponentMember } from './component.ts';
import type { DisjointSet } from './disjoint-set.ts';
import type { IndexedEdge } from './edge-order.ts';
import type { Digest, PairScorer } from './matching/digest.ts';

/** Most cross pairs looked at; beyond, of each side the members with the least ids. */
const CROSS_PAIRS_MAX = 256;
/** Members of a side whose facts are taken together, those with the least ids. */
const WHOLE_MEMBERS_MAX = 16;
/** Parts of a bit in a quarter bit: edges are in quarter bits, evidence in 1/256 bits. */
const STEPS_PER_QUARTER_BIT = 64;

export class Cohesion {
  readonly #scorer: PairScorer;
  readonly #members: readonly ComponentMember[];
  /** low * members + high -> certainty in 1/256 bits. */
  readonly #edges = new Map<number, number>();

  /** `members` sorted by profile, as edges index them. */
  constructor(
    scorer: PairScorer,
    members: readonly ComponentMember[],
    groups: readonly { readonly edges: readonly IndexedEdge[] }[],
  ) {
    this.#scorer = scorer;
    this.#members = members;
    for (const { edges } of groups) {
      for (const { edge, low, high } of edges) {
        this.#edges.set(low * members.length + high, edge.certainty * STEPS_PER_QUARTER_BIT);
      }
    }
  }

  /** Whether two sets (by root) look like one person: by their cross pairs, and as wholes. */
  holds(sets: DisjointSet, left: number, right: number): boolean {
    const one = membersOf(sets, left);
    const two = membersOf(sets, right);
    const [few, many] = one.length <= two.length ? [one, two] : [two, one];
    const fewCount = Math.min(few.length, Math.floor(Math.sqrt(CROSS_PAIRS_MAX)));
    const manyCount = Math.min(many.length, Math.floor(CROSS_PAIRS_MAX / fewCount));
    let sum = 0;
    for (let first = 0; first < fewCount; first++) {
      for (let second = 0; second < manyCount; second++) {
        sum += this.#logOdds(few[first] as number, many[second] as number);
      }
    }
    if (sum < 0) return false;
    if (few.length === 1 && many.length === 1) return true;
    return this.#scorer.logOddsTogether(this.#digestsOf(few), this.#digestsOf(many)) >= 0;
  }

  #digestsOf(members: readonly number[]): Digest[] {
    return members
      .slice(0, WHOLE_MEMBERS_MAX)
      .map((member) => (this.#members[member] as ComponentMember).digest);
  }

  #logOdds(one: number, two: number): number {
    const [low, high] = one < two ? [one, two] : [two, one];
    const declared = this.#edges.get(low * this.#members.length + high);
    if (declared !== undefined) return declared;
    const left = this.#members[low] as ComponentMember;
    const right = this.#members[high] as ComponentMember;
    return this.#scorer.logOdds(left.digest, right.digest);
  }
}

/** Ascending: indexes follow profile ids, which are hashes, so the first ones are a fair sample. */
function membersOf(sets: DisjointSet, root: number): number[] {
  const members: number[] = [];
  sets.forEachMember(root, (member) => members.push(member));
  return members.sort((left, right) => left - right);
}
