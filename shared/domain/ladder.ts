/**
 * Builds the ladders of a component along Kruskal's merge order (ARCHITECTURE S14, S15).
 *
 * Accepted edges arrive by descending certainty. The view at certainty t is what stands once all
 * accepted edges >= t are in, so founders are compared only when a whole certainty level is done:
 *  L1 a profile has at most one step a level, naming the founder at the end of that level;
 *  L2 founders only improve, so no profile is ever named again by a founder it has left;
 *  L3 a step's certainty is the weakest accepted edge between the profile and that founder, since
 *     the edge that brought the founder in is on the path and nothing before it was weaker.
 */
import type { ComponentMember, Ladder } from './component.ts';
import type { DisjointSet } from './disjoint-set.ts';
import { compareText, type ProfileId } from './identifier.ts';
import type { QuarterBits } from './rules.ts';

type Step = readonly [certainty: QuarterBits, founder: ProfileId];

/** The ladder of a profile alone; shared, never changed. */
export const LADDER_ALONE: Ladder = { strongest: null, steps: [] };

/** Founder order (S14): least (received_at, profile id), profiles without live observations last. */
export function compareFounders(left: ComponentMember, right: ComponentMember): number {
  if (left.receivedAt !== right.receivedAt) {
    if (left.receivedAt === null) return 1;
    if (right.receivedAt === null) return -1;
    return left.receivedAt - right.receivedAt;
  }
  return compareText(left.profile, right.profile);
}

export class LadderBuilder {
  readonly #members: readonly ComponentMember[];
  readonly #sets: DisjointSet;
  /** Founder of the set with this root. */
  readonly #founder: Int32Array;
  /** Founder each member has had since its last step. */
  readonly #named: Int32Array;
  readonly #strongest: (QuarterBits | null)[];
  readonly #steps: (Step[] | undefined)[];
  /** By member. */
  readonly #contested = new Map<number, QuarterBits>();
  /** Roots that grew in the open level; some may have been absorbed since. */
  #grown: number[] = [];
  #level: QuarterBits = Number.POSITIVE_INFINITY;

  constructor(members: readonly ComponentMember[], sets: DisjointSet) {
    this.#members = members;
    this.#sets = sets;
    this.#founder = Int32Array.from(members.keys());
    this.#named = Int32Array.from(members.keys());
    this.#strongest = members.map(() => null);
    this.#steps = members.map(() => undefined);
  }

  /**
   * Joins two different roots by an accepted edge between members `low` and `high`; returns the
   * root that stays. Certainties must not rise from call to call.
   */
  join(left: number, right: number, low: number, high: number, certainty: QuarterBits): number {
    if (certainty !== this.#level) {
      this.#closeLevel();
      this.#level = certainty;
    }
    this.#strongest[low] ??= certainty;
    this.#strongest[high] ??= certainty;
    const leftFounder = this.#founder[left] as number;
    const rightFounder = this.#founder[right] as number;
    const root = this.#sets.union(left, right);
    this.#founder[root] = this.#better(leftFounder, rightFounder);
    this.#grown.push(root);
    return root;
  }

  /** Notes a contested edge; to be told when its turn comes, as joins are. */
  contest(low: number, high: number, certainty: QuarterBits): void {
    for (const member of [low, high]) {
      const isBest = (this.#strongest[member] ?? certainty) <= certainty;
      if (isBest && !this.#contested.has(member)) this.#contested.set(member, certainty);
    }
  }

  /** The ladders so far, by profile, in the order of the members. */
  finish(): ReadonlyMap<ProfileId, Ladder> {
    this.#closeLevel();
    const ladders = new Map<ProfileId, Ladder>();
    for (let index = 0; index < this.#members.length; index++) {
      const { profile } = this.#members[index] as ComponentMember;
      const strongest = this.#strongest[index] as QuarterBits | null;
      const steps = this.#steps[index];
      const contested = this.#contested.get(index);
      const ladder =
        strongest === null ? LADDER_ALONE : { strongest, steps: steps ?? LADDER_ALONE.steps };
      ladders.set(profile, contested === undefined ? ladder : { ...ladder, contested });
    }
    return ladders;
  }

  #better(left: number, right: number): number {
    const members = this.#members;
    const order = compareFounders(
      members[left] as ComponentMember,
      members[right] as ComponentMember,
    );
    return order < 0 ? left : right;
  }

  #closeLevel(): void {
    const done = new Set<number>();
    for (const absorbed of this.#grown) {
      const root = this.#sets.find(absorbed);
      if (done.has(root)) continue;
      done.add(root);
      this.#nameMembers(root);
    }
    this.#grown = [];
  }

  #nameMembers(root: number): void {
    const founder = this.#founder[root] as number;
    const step: Step = [this.#level, (this.#members[founder] as ComponentMember).profile];
    this.#sets.forEachMember(root, (member) => {
      if (this.#named[member] === founder) return;
      this.#named[member] = founder;
      const steps = this.#steps[member];
      if (steps === undefined) this.#steps[member] = [step];
      else steps.push(step);
    });
  }
}
