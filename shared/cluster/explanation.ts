/**
 * Explanations: why two profiles are one customer, why not, and how a customer came to be.
 *
 * Clustering is a pure function of what the root holds, so it is run again here; the reasons of an
 * edge come from the home of its lesser profile, which keeps the latest result of each proposer.
 */
import { effectiveVerdict } from '../domain/actors/pair-home.ts';
import { unpackProfile } from '../domain/actors/state-codec.ts';
import type { PairState } from '../domain/actors/states.ts';
import { type ComponentEdge, readLadder, type RefusalReason } from '../domain/component.ts';
import { compareText, type Identifier, type ProfileId } from '../domain/identifier.ts';
import { CERTAIN, type QuarterBits } from '../domain/rules.ts';
import type { ExplainedEdge, Explanation } from '../protocol/cluster.ts';
import { type ComponentView, readComponent } from './component-reader.ts';
import { type AskOptions, PartitionBatch } from './partition-batch.ts';
import { asProbability, type ReaderContext } from './reader.ts';

const KINDS = ['shared_value', 'same_party', 'device'] as const;
/** Most edges listed in one explanation. */
const EDGES_MAX = 500;

type PairEnds = Pick<ComponentEdge, 'low' | 'high' | 'certainty'>;

interface EdgeOutcome {
  readonly edge: PairEnds;
  readonly outcome: string;
  readonly refusal: string | null;
}

/** Why `left` and `right` are together or apart at `minCertainty`. */
export async function explainPair(
  context: ReaderContext,
  left: ProfileId,
  right: ProfileId,
  minCertainty: QuarterBits,
  options: AskOptions,
): Promise<Explanation> {
  const component = await readComponent(context, left, options);
  if (component === null) return { kind: 'not_found' };
  const other = component.members.includes(right)
    ? component
    : await readComponent(context, right, options);
  if (other === null) return { kind: 'not_found' };
  const leftFounder = founderAt(component, left, minCertainty);
  const rightFounder = founderAt(other, right, minCertainty);
  if (leftFounder === rightFounder) {
    const path = pathBetween(component.result.accepted, left, right);
    const edges = await describeEdges(
      context,
      path.map((edge) => ({ edge, outcome: 'accepted', refusal: null })),
      options,
    );
    return {
      kind: 'joined',
      customerId: context.references.customerId(leftFounder),
      path: edges,
      weakest: weakestOf(edges),
    };
  }
  const refused = component.result.refused
    .filter(({ edge }) => {
      const ends = [edge.low, edge.high].map((end) => founderAt(component, end, minCertainty));
      return ends.includes(leftFounder) && ends.includes(rightFounder);
    })
    .map(refusedOutcome);
  // Together in a looser view: what keeps them apart is the certainty asked for.
  const below = pathBetween(component.result.accepted, left, right)
    .filter((edge) => edge.certainty < minCertainty)
    .map((edge) => ({ edge, outcome: 'below_floor', refusal: null }));
  const outcomes = [...below, ...refused];
  const unseen = await pairsBetween(
    context,
    [component, leftFounder],
    [other, rightFounder],
    minCertainty,
    outcomes,
    options,
  );
  return {
    kind: 'apart',
    leftCustomerId: context.references.customerId(leftFounder),
    rightCustomerId: context.references.customerId(rightFounder),
    refused: await describeEdges(context, [...outcomes, ...unseen], options),
  };
}

type Side = readonly [component: ComponentView, founder: ProfileId];

/**
 * What no clustering sees: pairs of a profile of each customer that only review would join, or that
 * a steward keeps apart; but for the pairs that are `listed`. The home of the lesser profile keeps
 * both. At most `EDGES_MAX`, the most certain first.
 */
async function pairsBetween(
  context: ReaderContext,
  left: Side,
  right: Side,
  minCertainty: QuarterBits,
  listed: readonly EdgeOutcome[],
  options: AskOptions,
): Promise<EdgeOutcome[]> {
  const [ours, theirs] = [left, right].map(
    ([component, founder]) =>
      new Set(
        component.members.filter((one) => founderAt(component, one, minCertainty) === founder),
      ),
  ) as [Set<ProfileId>, Set<ProfileId>];
  const known = new Set(listed.map(({ edge }) => `${edge.low} ${edge.high}`));
  const batch = new PartitionBatch(context.topology);
  for (const profile of [...ours, ...theirs]) batch.askProfile(profile, 0);
  await batch.run(context.port, options);
  const found: EdgeOutcome[] = [];
  for (const [low, answer] of batch.profiles) {
    if (answer === null) continue;
    const others = ours.has(low) ? theirs : ours;
    for (const [high, pair] of unpackProfile(answer[0]).pairs) {
      if (!others.has(high) || known.has(`${low} ${high}`)) continue;
      const isApart = effectiveVerdict(pair) === 0;
      const certainty = isApart ? -CERTAIN : pair.review;
      if (certainty === null) continue;
      const edge: PairEnds = { low, high, certainty };
      found.push(
        isApart
          ? { edge, outcome: 'refused', refusal: 'cannot_link' }
          : { edge, outcome: 'review', refusal: null },
      );
    }
  }
  return found
    .sort(
      ({ edge: one }, { edge: two }) =>
        two.certainty - one.certainty ||
        compareText(one.low, two.low) ||
        compareText(one.high, two.high),
    )
    .slice(0, EDGES_MAX);
}

/** How the customer of `profile` came to be: accepted edges in the order they were joined. */
export async function explainCustomer(
  context: ReaderContext,
  profile: ProfileId,
  minCertainty: QuarterBits,
  options: AskOptions,
): Promise<Explanation> {
  const component = await readComponent(context, profile, options);
  if (component === null) return { kind: 'not_found' };
  const founder = founderAt(component, profile, minCertainty);
  const isOwn = (end: ProfileId): boolean => founderAt(component, end, minCertainty) === founder;
  const steps = component.result.accepted
    .filter((edge) => edge.certainty >= minCertainty && isOwn(edge.low))
    .map((edge) => ({ edge, outcome: 'accepted', refusal: null }));
  const refused = component.result.refused
    .filter(({ edge }) => isOwn(edge.low) || isOwn(edge.high))
    .map(refusedOutcome);
  return {
    kind: 'how',
    customerId: context.references.customerId(founder),
    steps: await describeEdges(context, steps, options),
    refused: await describeEdges(context, refused, options),
  };
}

function founderAt(component: ComponentView, profile: ProfileId, at: QuarterBits): ProfileId {
  const ladder = component.result.ladders.get(profile);
  return ladder === undefined ? profile : readLadder(profile, ladder, at).founder;
}

function refusedOutcome(refused: {
  readonly edge: ComponentEdge;
  readonly reason: RefusalReason;
}): EdgeOutcome {
  const { reason } = refused;
  const detail =
    reason.kind === 'limit' || reason.kind === 'exclusive' ? `:${reason.namespace}` : '';
  return { edge: refused.edge, outcome: 'refused', refusal: reason.kind + detail };
}

/** The only path between two profiles in the spanning forest; empty when they are the same. */
function pathBetween(
  accepted: readonly ComponentEdge[],
  from: ProfileId,
  to: ProfileId,
): ComponentEdge[] {
  const neighbours = new Map<ProfileId, (readonly [ProfileId, ComponentEdge])[]>();
  for (const edge of accepted) {
    neighbours.set(edge.low, [...(neighbours.get(edge.low) ?? []), [edge.high, edge]]);
    neighbours.set(edge.high, [...(neighbours.get(edge.high) ?? []), [edge.low, edge]]);
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

function weakestOf(edges: readonly ExplainedEdge[]): ExplainedEdge | null {
  let weakest: ExplainedEdge | null = null;
  for (const edge of edges)
    if (weakest === null || edge.certainty < weakest.certainty) weakest = edge;
  return weakest;
}

async function describeEdges(
  context: ReaderContext,
  outcomes: readonly EdgeOutcome[],
  options: AskOptions,
): Promise<ExplainedEdge[]> {
  const shown = outcomes.slice(0, EDGES_MAX);
  const batch = new PartitionBatch(context.topology);
  for (const { edge } of shown) {
    batch.askProfile(edge.low, 0);
    batch.askProfile(edge.high, 0);
  }
  await batch.run(context.port, options);
  const states = new Map(
    Array.from(batch.profiles, ([id, answer]) => [
      id,
      answer === null ? null : unpackProfile(answer[0]),
    ]),
  );
  const anchorOf = (profile: ProfileId): Identifier => {
    const state = states.get(profile) ?? null;
    return { namespace: state?.namespace ?? '', value: state?.value ?? '' };
  };
  return shown.map(({ edge, outcome, refusal }) => {
    const pair = states.get(edge.low)?.pairs.get(edge.high);
    return {
      left: anchorOf(edge.low),
      right: anchorOf(edge.high),
      leftRef: context.references.profileRef(edge.low),
      rightRef: context.references.profileRef(edge.high),
      certainty: asProbability(edge.certainty),
      reasons: pair === undefined ? [] : reasonsOf(context, pair),
      outcome,
      refusal,
    };
  });
}

function reasonsOf(context: ReaderContext, pair: PairState): ExplainedEdge['reasons'] {
  const rulesVersion = context.rules.rules.version;
  const reasons: ExplainedEdge['reasons'][number][] = [];
  for (const [decisionId, [verdict]] of pair.decisions) {
    reasons.push({
      kind: verdict === 1 ? 'must_link' : 'cannot_link',
      namespace: '',
      certainty: asProbability(verdict === 1 ? CERTAIN : -CERTAIN),
      supportDays: 0,
      rulesVersion,
      decisionId,
    });
  }
  for (const proposal of pair.proposals.values()) {
    reasons.push({
      kind: KINDS[proposal.kind],
      namespace: proposal.namespace,
      certainty: asProbability(proposal.certainty),
      supportDays: 2 ** proposal.support,
      rulesVersion,
      decisionId: null,
    });
  }
  return reasons.sort((left, right) => right.certainty - left.certainty);
}
