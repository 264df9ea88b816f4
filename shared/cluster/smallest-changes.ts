/**
 * The smallest changes that would split or join, for explanations: what `domain/smallest-split.ts`
 * and `domain/smallest-join.ts` find in components as they were read.
 */
import type { ProfileState } from '../domain/actors/states.ts';
import type { ComponentEdge } from '../domain/component.ts';
import type { KeyId, ProfileId } from '../domain/identifier.ts';
import { indexRules } from '../domain/rules.ts';
import { type JoinStep, smallestJoins } from '../domain/smallest-join.ts';
import { type Question, smallestSplit } from '../domain/smallest-split.ts';
import type { ExplainedEdge, JoinStepView, SmallestSplitView } from '../protocol/explanations.ts';
import type { ComponentView } from './component-reader.ts';
import { acceptedOutcome, describeEdges, type EdgeOutcome } from './explained-edges.ts';
import type { AskOptions } from './partition-batch.ts';
import type { ReaderContext } from './reader.ts';
import type { Sides, Uncounted } from './uncounted-evidence.ts';

/** For two that are together: the edges that hold them. */
export async function splitOf(
  context: ReaderContext,
  component: ComponentView,
  question: Question,
  options: AskOptions,
): Promise<SmallestSplitView> {
  const rules = indexRules(context.rules.rules);
  const { edges, isComplete } = smallestSplit({ rules, ...component.source }, question);
  return { edges: await describeEdges(context, edges.map(acceptedOutcome), options), isComplete };
}

/**
 * For two that are apart: what would join them. `listed` are the pairs between the two customers
 * that no clustering sees. Nothing when the two together exceed the size guard.
 */
export async function joinsOf(
  context: ReaderContext,
  components: readonly [ComponentView, ComponentView],
  question: Question,
  listed: readonly EdgeOutcome[],
  options: AskOptions,
): Promise<JoinStepView[][]> {
  const rules = indexRules(context.rules.rules);
  const [left, right] = components;
  const sources = left === right ? [left.source] : [left.source, right.source];
  const members = sources.flatMap((source) => source.members);
  if (members.length > rules.rules.componentCap) return [];
  const edges = sources.flatMap((source) => source.edges);
  const known = new Set(edges.map(({ low, high }) => `${low} ${high}`));
  const weak = listed
    .filter(({ edge, outcome }) => outcome !== 'refused' && !known.has(`${edge.low} ${edge.high}`))
    .flatMap(({ edge }) => weakEdge(edge));
  const found = smallestJoins({ rules, members, edges }, question, weak);
  const steps = found.flat();
  const pairs = steps.filter((step) => 'low' in step);
  const described = await describeEdges(context, pairs.map(pairOutcome(listed)), options);
  const byStep = new Map<JoinStep, ExplainedEdge>(
    pairs.flatMap((step, index) => {
      const edge = described[index];
      return edge === undefined ? [] : [[step, edge]];
    }),
  );
  return found.map((option) => option.map((step) => viewOf(step, byStep.get(step) ?? null)));
}

/** As clustering would take it, were it strong enough; its support and priority decide nothing. */
function weakEdge({ low, high, certainty }: EdgeOutcome['edge']): ComponentEdge[] {
  if (certainty === null) return [];
  return [{ low, high, certainty, support: 0, priority: Number.MAX_SAFE_INTEGER, mustLink: false }];
}

/** The pair of a step, with the certainty it has now. */
function pairOutcome(
  listed: readonly EdgeOutcome[],
): (step: Extract<JoinStep, { low: ProfileId }>) => EdgeOutcome {
  return ({ kind, low, high }) => {
    const known = listed.find(({ edge }) => edge.low === low && edge.high === high);
    if (known !== undefined && kind !== 'must_link') return known;
    const edge = { low, high, certainty: null };
    if (kind === 'withdraw_cannot_link')
      return { edge, outcome: 'refused', refusal: 'cannot_link' };
    const outcome = kind === 'must_link' ? 'possible' : 'below_floor';
    return { edge, outcome, refusal: null };
  };
}

function viewOf(step: JoinStep, edge: ExplainedEdge | null): JoinStepView {
  return {
    kind: step.kind,
    edge,
    quarterBits: step.kind === 'raise_certainty' ? step.by : 0,
    namespace: 'namespace' in step ? step.namespace : '',
    decisionId: 'decisionId' in step ? step.decisionId : '',
  };
}

/** Why nothing proposes a pair, which is scored anyway; null in a version that scores nothing. */
export function askedPair(
  context: ReaderContext,
  [left, right]: readonly [ProfileId, ProfileId],
  [ours, theirs]: Sides,
  { evidence, silentKeys }: Uncounted,
): EdgeOutcome | null {
  const { scorer, rules } = indexRules(context.rules.rules);
  const [one, two] = [ours.get(left) ?? null, theirs.get(right) ?? null];
  if (scorer === null || one === null || two === null) return null;
  const [low, high] = left < right ? [left, right] : [right, left];
  const certainty = scorer.score(one.digest, two.digest);
  const unproposed = evidence.length > 0 ? 'uncounted' : 'no_common_key';
  const isWeak = certainty < rules.reviewFloor && holdCommonKey(one, two, silentKeys);
  return {
    edge: { low, high, certainty },
    outcome: isWeak ? 'below_review' : unproposed,
    refusal: null,
  };
}

/** Whether both hold a key that is not silent. */
function holdCommonKey(one: ProfileState, two: ProfileState, silent: ReadonlySet<KeyId>): boolean {
  return Array.from(one.values).some(
    ([key, { sent }]) => sent > 0 && !silent.has(key) && (two.values.get(key)?.sent ?? 0) > 0,
  );
}
