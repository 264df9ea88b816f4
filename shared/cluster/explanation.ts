/**
 * Explanations: why two profiles are one customer, why not, and how a customer came to be.
 *
 * Clustering is a pure function of what the root holds, so it is run again here; the reasons of an
 * edge come from the home of its lesser profile, which keeps the latest result of each proposer.
 */
import { effectiveVerdict } from '../domain/actors/pair-home.ts';
import { type ComponentEdge, readLadder } from '../domain/component.ts';
import { compareText, type ProfileId } from '../domain/identifier.ts';
import { CERTAIN, type QuarterBits } from '../domain/rules.ts';
import type { ExplainedEdge, Explanation, ExplanationVersions } from '../protocol/cluster.ts';
import { type ComponentView, readComponent } from './component-reader.ts';
import {
  acceptedOutcome,
  describeEdges,
  type EdgeOutcome,
  EDGES_MAX,
  readStates,
  refusedOutcome,
} from './explained-edges.ts';
import type { AskOptions } from './partition-batch.ts';
import type { ReaderContext } from './reader.ts';

type PairEnds = EdgeOutcome['edge'];

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
    const edges = await describeEdges(context, path.map(acceptedOutcome), options);
    return {
      kind: 'joined',
      versions: versionsOf(context),
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
    versions: versionsOf(context),
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
  const states = await readStates(context, [...ours, ...theirs], options);
  const found: EdgeOutcome[] = [];
  for (const [low, state] of states) {
    const others = ours.has(low) ? theirs : ours;
    for (const [high, pair] of state?.pairs ?? []) {
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
    .map(acceptedOutcome);
  const refused = component.result.refused
    .filter(({ edge }) => isOwn(edge.low) || isOwn(edge.high))
    .map(refusedOutcome);
  return {
    kind: 'how',
    versions: versionsOf(context),
    customerId: context.references.customerId(founder),
    steps: await describeEdges(context, steps, options),
    refused: await describeEdges(context, refused, options),
  };
}

function versionsOf({ rules, generation }: ReaderContext): ExplanationVersions {
  return { rulesVersion: rules.rules.version, modelVersion: rules.modelVersion, generation };
}

function founderAt(component: ComponentView, profile: ProfileId, at: QuarterBits): ProfileId {
  const ladder = component.result.ladders.get(profile);
  return ladder === undefined ? profile : readLadder(profile, ladder, at).founder;
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
