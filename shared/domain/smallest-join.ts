/**
 * What would make two customers one, found by clustering again with the change made.
 *
 * An answer is a list of steps that are needed together:
 *  J1 clustered with all its steps taken, the two are together;
 *  J2 steps are found one after the other, each from the reason why the pair's best edge was refused
 *     with the steps before it taken; at most `STEPS_MAX`;
 *  J3 without an edge between the two nothing but a must-link can be said;
 *  J4 no step of an answer can be left out, and no answer is the whole of another with more besides.
 */
import type { ClusterResult, ComponentEdge, ComponentMember, RefusalReason } from './component.ts';
import type { ProfileId } from './identifier.ts';
import { CERTAIN, PRIORITY_DECISION, type QuarterBits } from './rules.ts';
import {
  areTogether,
  clusterAgain,
  founderIn,
  pathBetween,
  type Question,
  runsMax,
  type Situation,
} from './smallest-split.ts';

export type JoinStep =
  | { readonly kind: 'must_link'; readonly low: ProfileId; readonly high: ProfileId }
  | {
      readonly kind: 'raise_certainty';
      readonly low: ProfileId;
      readonly high: ProfileId;
      readonly by: QuarterBits;
    }
  | { readonly kind: 'withdraw_cannot_link'; readonly low: ProfileId; readonly high: ProfileId }
  | { readonly kind: 'withdraw_split'; readonly decisionId: string }
  | { readonly kind: 'lift_limit' | 'lift_exclusivity'; readonly namespace: string };

const STEPS_MAX = 6;

/**
 * For two that are apart: what a steward could do, then what evidence would have to say. `weak` are
 * pairs too weak to connect the component; they count only where no stronger edge leads across,
 * for a pair with an edge weighs in cohesion by it.
 */
export function smallestJoins(
  situation: Situation,
  question: Question,
  weak: readonly ComponentEdge[] = [],
): readonly (readonly JoinStep[])[] {
  const search = new JoinSearch(situation, question);
  const byEvidence = search.byEvidence() ?? joinByWeak(situation, question, weak);
  const found = [search.byDecision(), byEvidence].filter((steps) => steps !== null);
  return found.filter(
    (steps, at) => !found.some((other, index) => index !== at && holds(steps, other, at < index)),
  );
}

/** Whether `steps` are those of `other` and more; of two that are the same only the first is left out. */
function holds(steps: readonly JoinStep[], other: readonly JoinStep[], isFirst: boolean): boolean {
  const own = new Set(steps.map(nameOf));
  if (!other.every((step) => own.has(nameOf(step)))) return false;
  return steps.length > other.length || isFirst;
}

function nameOf(step: JoinStep): string {
  return JSON.stringify(step);
}

/** Only the pairs that steps raise come to be edges: with those alone the two must be one (J1). */
function joinByWeak(
  situation: Situation,
  question: Question,
  weak: readonly ComponentEdge[],
): readonly JoinStep[] | null {
  if (weak.length === 0) return null;
  const withPairs = (pairs: readonly ComponentEdge[]): Situation => ({
    ...situation,
    edges: [...situation.edges, ...pairs],
  });
  const steps = new JoinSearch(withPairs(weak), question).byEvidence();
  if (steps === null) return null;
  const raised = weak.filter(({ low, high }) =>
    steps.some((step) => step.kind === 'raise_certainty' && step.low === low && step.high === high),
  );
  const changed = withSteps(withPairs(raised), steps);
  return areTogether(clusterAgain(changed), question) ? steps : null;
}

/** The situation with steps taken. */
export function withSteps(situation: Situation, steps: readonly JoinStep[]): Situation {
  return steps.reduce(take, situation);
}

function take(situation: Situation, step: JoinStep): Situation {
  const { members, edges } = situation;
  switch (step.kind) {
    case 'must_link': {
      const { low, high } = step;
      const kept = edges.filter((edge) => edge.low !== low || edge.high !== high);
      const strength = { certainty: CERTAIN, support: 0, priority: PRIORITY_DECISION };
      return { ...situation, edges: [...kept, { low, high, ...strength, mustLink: true }] };
    }
    case 'raise_certainty': {
      const raised = edges.map((edge) =>
        edge.low === step.low && edge.high === step.high
          ? { ...edge, certainty: edge.certainty + step.by }
          : edge,
      );
      return { ...situation, edges: raised };
    }
    case 'withdraw_cannot_link': {
      const ends = [step.low, step.high];
      const free = members.map((member) =>
        ends.includes(member.profile)
          ? { ...member, cannotLinks: member.cannotLinks.filter((one) => !ends.includes(one)) }
          : member,
      );
      return { ...situation, members: free };
    }
    case 'withdraw_split': {
      const labelsOf = ({ labels }: ComponentMember) =>
        labels.filter(([decisionId]) => decisionId !== step.decisionId);
      return {
        ...situation,
        members: members.map((member) => ({ ...member, labels: labelsOf(member) })),
      };
    }
    case 'lift_limit':
    case 'lift_exclusivity': {
      const limitedOf = ({ limited }: ComponentMember) =>
        limited.filter(([namespace]) => namespace !== step.namespace);
      return {
        ...situation,
        members: members.map((member) => ({ ...member, limited: limitedOf(member) })),
      };
    }
  }
}

class JoinSearch {
  readonly #situation: Situation;
  readonly #question: Question;
  #runsLeft: number;

  constructor(situation: Situation, question: Question) {
    this.#situation = situation;
    this.#question = question;
    this.#runsLeft = runsMax(situation);
  }

  /** A must-link of the two, and the withdrawal of whatever decision overrules it. */
  byDecision(): readonly JoinStep[] | null {
    const { left, right } = this.#question;
    const [low, high] = left < right ? [left, right] : [right, left];
    return this.#goOn([{ kind: 'must_link', low, high }]);
  }

  byEvidence(): readonly JoinStep[] | null {
    return this.#goOn([]);
  }

  #goOn(start: readonly JoinStep[]): readonly JoinStep[] | null {
    const steps = [...start];
    while (steps.length <= STEPS_MAX) {
      const situation = withSteps(this.#situation, steps);
      const result = this.#cluster(situation);
      if (result === null) return null;
      if (areTogether(result, this.#question)) return this.#withoutNeedless(steps);
      const next = this.#nextSteps(situation, result);
      if (next.length === 0) return null;
      for (const step of next) addStep(steps, step);
    }
    return null;
  }

  /** J4: a later step may have made an earlier one needless; the first steps are tried first. */
  #withoutNeedless(steps: readonly JoinStep[]): readonly JoinStep[] {
    let needed = steps;
    for (const step of steps) {
      const rest = needed.filter((one) => one !== step);
      if (rest.length === 0) break;
      const result = this.#cluster(withSteps(this.#situation, rest));
      if (result !== null && areTogether(result, this.#question)) needed = rest;
    }
    return needed;
  }

  #cluster(situation: Situation): ClusterResult | null {
    if (this.#runsLeft === 0) return null;
    this.#runsLeft--;
    return clusterAgain(situation);
  }

  /** What must change next; nothing when no edge leads from the one to the other. */
  #nextSteps(situation: Situation, result: ClusterResult): readonly JoinStep[] {
    const { left, right, minCertainty } = this.#question;
    const path = pathBetween(result.accepted, left, right);
    if (path.length > 0) {
      // Together in a looser view: what keeps them apart is the certainty asked for.
      return path
        .filter(({ certainty }) => certainty < minCertainty)
        .map(({ low, high, certainty }) => raise(low, high, minCertainty - certainty));
    }
    const floor = situation.rules.rules.reviewFloor;
    const [ours, theirs] = [left, right].map((end) => founderIn(result, end, floor));
    const isBetween = ({ low, high }: ComponentEdge): boolean => {
      const ends = [low, high].map((end) => founderIn(result, end, floor));
      return ends.includes(ours as ProfileId) && ends.includes(theirs as ProfileId);
    };
    const refused = result.refused.find(({ edge }) => isBetween(edge));
    if (refused === undefined) return [];
    return this.#answer(situation, refused.edge, refused.reason, (profile) => {
      const founder = founderIn(result, profile, floor);
      return founder === ours || founder === theirs;
    });
  }

  #answer(
    situation: Situation,
    edge: ComponentEdge,
    reason: RefusalReason,
    isOfTwo: (profile: ProfileId) => boolean,
  ): readonly JoinStep[] {
    switch (reason.kind) {
      case 'cannot_link':
        return cannotLinksBetween(situation, isOfTwo);
      case 'split_decision':
        return [{ kind: 'withdraw_split', decisionId: reason.decisionId }];
      case 'limit':
        return [{ kind: 'lift_limit', namespace: reason.namespace }];
      case 'exclusive':
        return [{ kind: 'lift_exclusivity', namespace: reason.namespace }];
      case 'contested':
      case 'cohesion':
        return this.#leastRaise(situation, edge);
    }
  }

  /** The least rise after which the edge's own ends meet, by halving; nothing when no rise does it. */
  #leastRaise(situation: Situation, edge: ComponentEdge): readonly JoinStep[] {
    const { low, high } = edge;
    const own = { left: low, right: high, minCertainty: situation.rules.rules.reviewFloor };
    const joinsBy = (by: QuarterBits): boolean => {
      const result = this.#cluster(withSteps(situation, [raise(low, high, by)]));
      return result !== null && areTogether(result, own);
    };
    let least = 1;
    let most = CERTAIN - 1 - edge.certainty;
    if (most < least || !joinsBy(most)) return [];
    while (least < most) {
      const middle = Math.floor((least + most) / 2);
      if (joinsBy(middle)) most = middle;
      else least = middle + 1;
    }
    return [raise(low, high, most)];
  }
}

/** Two rises of one pair are one. */
function addStep(steps: JoinStep[], next: JoinStep): void {
  const at = steps.findIndex(
    (step) =>
      step.kind === 'raise_certainty' &&
      next.kind === 'raise_certainty' &&
      step.low === next.low &&
      step.high === next.high,
  );
  const known = steps[at];
  if (known?.kind === 'raise_certainty' && next.kind === 'raise_certainty') {
    steps[at] = raise(next.low, next.high, known.by + next.by);
  } else {
    steps.push(next);
  }
}

function raise(low: ProfileId, high: ProfileId, by: QuarterBits): JoinStep {
  return { kind: 'raise_certainty', low, high, by };
}

/** Every cannot-link within the union of the two; inside one of them there is none. */
function cannotLinksBetween(
  { members }: Situation,
  isOfTwo: (profile: ProfileId) => boolean,
): readonly JoinStep[] {
  const steps = new Map<string, JoinStep>();
  for (const { profile, cannotLinks } of members) {
    if (!isOfTwo(profile)) continue;
    for (const other of cannotLinks) {
      if (!isOfTwo(other)) continue;
      const [low, high] = profile < other ? [profile, other] : [other, profile];
      steps.set(`${low} ${high}`, { kind: 'withdraw_cannot_link', low, high });
    }
  }
  return [...steps.values()];
}
