/**
 * Explanations: why two profiles are one customer, why not, and how a customer came to be.
 *
 * Clustering is a pure function of what the root holds, so it is run again here; the reasons of an
 * edge come from the home of its lesser profile, which keeps the latest result of each proposer.
 */
import { effectiveVerdict } from '../domain/actors/pair-home.ts';
import { compareText, type ProfileId } from '../domain/identifier.ts';
import { CERTAIN, type QuarterBits } from '../domain/rules.ts';
import { founderIn, pathBetween, type Question } from '../domain/smallest-split.ts';
import type { Explanation, ExplanationVersions } from '../protocol/explanations.ts';
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
import { askedPair, joinsOf, splitOf } from './smallest-changes.ts';
import { type Sides, uncountedBetween } from './uncounted-evidence.ts';

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
  const question = { left, right, minCertainty };
  const isOne = founderAt(component, left, minCertainty) === founderAt(other, right, minCertainty);
  return isOne
    ? explainJoined(context, component, question, options)
    : explainApart(context, [component, other], question, options);
}

async function explainJoined(
  context: ReaderContext,
  component: ComponentView,
  question: Question,
  options: AskOptions,
): Promise<Explanation> {
  const { left, right, minCertainty } = question;
  const path = pathBetween(component.result.accepted, left, right);
  const split = await splitOf(context, component, question, options);
  return {
    kind: 'joined',
    versions: versionsOf(context),
    customerId: context.references.customerId(founderAt(component, left, minCertainty)),
    path: await describeEdges(context, path.map(acceptedOutcome), options),
    weakest: split.edges[0] ?? null,
    split,
  };
}

async function explainApart(
  context: ReaderContext,
  components: readonly [ComponentView, ComponentView],
  question: Question,
  options: AskOptions,
): Promise<Explanation> {
  const [component, other] = components;
  const { left, right, minCertainty } = question;
  const leftFounder = founderAt(component, left, minCertainty);
  const rightFounder = founderAt(other, right, minCertainty);
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
  const sides = await readSides(
    context,
    profilesOf(component, leftFounder, minCertainty),
    profilesOf(other, rightFounder, minCertainty),
    options,
  );
  const listed = [...outcomes, ...pairsBetween(sides, outcomes)];
  const isListed = listed.some(({ edge }) => isPair(edge, left, right));
  const uncounted = await uncountedBetween(context, sides, [left, right], options);
  const asked = isListed ? null : askedPair(context, [left, right], sides, uncounted);
  const candidates = asked === null ? listed : [...listed, asked];
  return {
    kind: 'apart',
    versions: versionsOf(context),
    leftCustomerId: context.references.customerId(leftFounder),
    rightCustomerId: context.references.customerId(rightFounder),
    refused: await describeEdges(context, listed, options),
    asked: asked === null ? null : ((await describeEdges(context, [asked], options))[0] ?? null),
    uncounted: uncounted.evidence,
    joins: await joinsOf(context, components, question, candidates, options),
  };
}

function isPair(edge: EdgeOutcome['edge'], left: ProfileId, right: ProfileId): boolean {
  return (edge.low === left && edge.high === right) || (edge.low === right && edge.high === left);
}

function profilesOf(component: ComponentView, founder: ProfileId, at: QuarterBits): ProfileId[] {
  return component.members.filter((one) => founderAt(component, one, at) === founder);
}

/** States of the profiles of two customers. */
async function readSides(
  context: ReaderContext,
  ours: readonly ProfileId[],
  theirs: readonly ProfileId[],
  options: AskOptions,
): Promise<Sides> {
  const states = await readStates(context, [...ours, ...theirs], options);
  const side = (profiles: readonly ProfileId[]): Sides[0] =>
    new Map(profiles.map((profile) => [profile, states.get(profile) ?? null]));
  return [side(ours), side(theirs)];
}

/**
 * What no clustering sees: pairs of a profile of each customer that only review would join, or that
 * a steward keeps apart; but for the pairs that are `listed`. The home of the lesser profile keeps
 * both. At most `EDGES_MAX`, the most certain first.
 */
function pairsBetween([ours, theirs]: Sides, listed: readonly EdgeOutcome[]): EdgeOutcome[] {
  const known = new Set(listed.map(({ edge }) => `${edge.low} ${edge.high}`));
  const found: (EdgeOutcome & { readonly edge: { readonly certainty: QuarterBits } })[] = [];
  for (const [low, state] of [...ours, ...theirs]) {
    const others = ours.has(low) ? theirs : ours;
    for (const [high, pair] of state?.pairs ?? []) {
      if (!others.has(high) || known.has(`${low} ${high}`)) continue;
      const isApart = effectiveVerdict(pair) === 0;
      const certainty = isApart ? -CERTAIN : pair.review;
      if (certainty === null) continue;
      const edge = { low, high, certainty };
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
  return founderIn(component.result, profile, at);
}
