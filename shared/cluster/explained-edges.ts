/**
 * Edges as explanations show them: ends, reasons, and what the certainty is made of.
 *
 * All of it comes from the homes of the two profiles: the lesser one keeps the latest result of each
 * proposer, and both keep what the pair is compared by.
 */
import { bandOf } from '../domain/band.ts';
import { effectiveDecision, strongestProposal } from '../domain/actors/pair-home.ts';
import { unpackProfile } from '../domain/actors/profile-codec.ts';
import type { PairState, ProfileState } from '../domain/actors/states.ts';
import type { ComponentEdge, RefusalReason } from '../domain/component.ts';
import type { Identifier, ProfileId } from '../domain/identifier.ts';
import {
  decisionTerms,
  declaredTerms,
  scoreTerms,
  type Term,
} from '../domain/matching/contributions.ts';
import { WEIGHT_STEPS } from '../domain/matching/model.ts';
import {
  CERTAIN,
  declaredCertainty,
  indexRules,
  type QuarterBits,
  type RulesIndex,
} from '../domain/rules.ts';
import type { Contribution, ExplainedEdge } from '../protocol/explanations.ts';
import { type AskOptions, PartitionBatch } from './partition-batch.ts';
import { asProbability, type ReaderContext } from './reader.ts';

const KINDS = ['shared_value', 'same_party', 'device'] as const;
/** Most edges listed in one explanation. */
export const EDGES_MAX = 500;

export interface EdgeOutcome {
  readonly edge: Pick<ComponentEdge, 'low' | 'high'> & {
    /** Null: as the pair stands, by decision, proposal or score; 0 when nothing is known. */
    readonly certainty: QuarterBits | null;
  };
  readonly outcome: string;
  readonly refusal: string | null;
}

export function acceptedOutcome(edge: ComponentEdge): EdgeOutcome {
  return { edge, outcome: 'accepted', refusal: null };
}

export function refusedOutcome(refused: {
  readonly edge: ComponentEdge;
  readonly reason: RefusalReason;
}): EdgeOutcome {
  return { edge: refused.edge, outcome: 'refused', refusal: refusalText(refused.reason) };
}

/** `limit:email`, `exclusive:passport`, else the kind alone. */
export function refusalText(reason: RefusalReason): string {
  const isOfNamespace = reason.kind === 'limit' || reason.kind === 'exclusive';
  return isOfNamespace ? `${reason.kind}:${reason.namespace}` : reason.kind;
}

/** States of profiles, by id; null where nothing is known. */
export async function readStates(
  context: ReaderContext,
  profiles: Iterable<ProfileId>,
  options: AskOptions,
): Promise<Map<ProfileId, ProfileState | null>> {
  const batch = new PartitionBatch(context.topology);
  for (const profile of profiles) batch.askProfile(profile, 0);
  await batch.run(context.port, options);
  return new Map(
    Array.from(batch.profiles, ([id, answer]) => [
      id,
      answer === null ? null : unpackProfile(answer[0]),
    ]),
  );
}

/** The edges in their order, at most `EDGES_MAX`. */
export async function describeEdges(
  context: ReaderContext,
  outcomes: readonly EdgeOutcome[],
  options: AskOptions,
): Promise<ExplainedEdge[]> {
  const shown = outcomes.slice(0, EDGES_MAX);
  const ends = shown.flatMap(({ edge }) => [edge.low, edge.high]);
  const states = await readStates(context, ends, options);
  const rules = indexRules(context.rules.rules);
  return shown.map(({ edge, outcome, refusal }) => {
    const low = states.get(edge.low) ?? null;
    const high = states.get(edge.high) ?? null;
    const pair = low?.pairs.get(edge.high);
    const certainty = edge.certainty ?? presentCertainty(rules, low, high, pair);
    return {
      left: anchorOf(edge.low, low, high),
      right: anchorOf(edge.high, high, low),
      leftRef: context.references.profileRef(edge.low),
      rightRef: context.references.profileRef(edge.high),
      certainty: asProbability(certainty),
      quarterBits: certainty,
      band: bandOf(context.rules.rules, certainty),
      contributions: termsOf(rules, certainty, low, high, pair).map(contributionOf),
      reasons: pair === undefined ? [] : reasonsOf(context, pair),
      outcome,
      refusal,
    };
  });
}

/** The anchor; of a profile that was only named on others' parties as the other end has it. */
function anchorOf(
  profile: ProfileId,
  state: ProfileState | null,
  other: ProfileState | null,
): Identifier {
  const isNamed = state !== null && state.namespace !== '';
  const named = isNamed ? state : (other?.others.get(profile) ?? other?.devices.get(profile));
  return { namespace: named?.namespace ?? '', value: named?.value ?? '' };
}

export function contributionOf({ kind, name, level, steps, quarterBits }: Term): Contribution {
  return { kind, name, level, quarterBits, logOdds: steps / WEIGHT_STEPS };
}

function presentCertainty(
  { scorer }: RulesIndex,
  low: ProfileState | null,
  high: ProfileState | null,
  pair: PairState | undefined,
): QuarterBits {
  const decision = effectiveDecision(pair);
  if (decision !== null) return decision.verdict === 1 ? CERTAIN : -CERTAIN;
  const best = pair === undefined ? null : strongestProposal(pair);
  if (best !== null) return best.certainty;
  return low === null || high === null || scorer === null
    ? 0
    : scorer.score(low.digest, high.digest);
}

/** What `certainty`, that of the pair's effective edge, is made of. */
function termsOf(
  rules: RulesIndex,
  certainty: QuarterBits,
  low: ProfileState | null,
  high: ProfileState | null,
  pair: PairState | undefined,
): readonly Term[] {
  if (low === null || high === null) return [];
  const isDecided = certainty === CERTAIN || certainty === -CERTAIN;
  if (isDecided) return decisionTerms(effectiveDecision(pair)?.decisionId ?? '', certainty);
  const best = pair === undefined ? null : strongestProposal(pair);
  const declared = best === null ? null : (rules.byName.get(best.namespace)?.certainty ?? null);
  if (best === null || (best.kind === 0 && declared === null)) {
    if (rules.scorer === null) return [];
    return scoreTerms(rules.scorer.explain(low.digest, high.digest), certainty);
  }
  if (best.kind === 1) {
    // Both anchors were on one party: the lesser of what their namespaces declare counts.
    const [one, two] = [low, high].map(({ namespace }) => rules.byName.get(namespace));
    const isFirst =
      one !== undefined && (two === undefined || declaredCertainty(one) <= declaredCertainty(two));
    const least = (isFirst ? one : two)?.name ?? best.namespace;
    return declaredTerms(least, best.certainty, 0, certainty);
  }
  const most = declared ?? best.certainty;
  return declaredTerms(best.namespace, most, best.certainty - most, certainty);
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
