/**
 * The pair's home: the lesser profile owns the edge (ARCHITECTURE S8, S10, S11).
 *
 * Keeps the latest result of each proposer and the decisions on the pair; states the strongest to
 * the root when it is at or above the cluster floor, and to the greater profile when it is a review
 * edge. Proposers reach the home over one ordered link each, so the newest replaces the older.
 */
import { supportBucket } from '../certainty.ts';
import { compareText, type ProfileId } from '../identifier.ts';
import {
  type EdgeState,
  MessageKind,
  type PairDecision,
  type ProposalKind,
  type Propose,
  type Review,
} from '../messages.ts';
import { type OpenRow, openRowKey } from '../open-reviews.ts';
import { CERTAIN, declaredCertainty, PRIORITY_DECISION, type QuarterBits } from '../rules.ts';
import { RELEASED, type Standing } from './orders.ts';
import { countAt, standingAt } from './posts.ts';
import { isSuppressed, loadProfile, saveMoved } from './profile-access.ts';
import type { PairProposal, PairState, ProfileState } from './states.ts';
import type { ProfileTouch, Turn } from './turn.ts';
import { noteNeighbour } from './neighbour-storm.ts';
import { noEntries, own } from './own-entries.ts';
import { RULE, SOURCE } from './ways.ts';

const SAME_PARTY = 1 satisfies ProposalKind;

/** The pair's state, to be changed. */
function changedPair(state: ProfileState, high: ProfileId): PairState {
  let pair = state.pairs.get(high);
  if (pair === undefined) {
    pair = {
      proposals: noEntries(),
      decisions: noEntries(),
      stated: null,
      review: null,
      open: null,
      encoded: null,
    };
    own(state, 'pairs').set(high, pair);
  }
  pair.encoded = null;
  return pair;
}

export function handlePropose(turn: Turn, message: Propose): void {
  const [, low, high, proposer, certainty, support, priority, kind, namespace, broughtBy] = message;
  const state = loadProfile(turn, low);
  const pair = changedPair(state, high);
  if (certainty === null) pair.proposals.delete(proposer);
  else {
    const isSilent = standingAt(turn, RULE, namespace, low) !== RELEASED;
    const proposal = { certainty, support, priority, kind, namespace, isSilent };
    own(pair, 'proposals').set(proposer, proposal);
  }
  const touch = turn.touchProfile(low);
  own(touch, 'pairs').add(high);
  if (broughtBy !== '') own(touch, 'pairsBroughtBy').set(high, broughtBy);
  saveMoved(turn, low, state);
}

/** The order about a rule has changed (S22): what it proposes counts for nothing, or counts again. */
export function refreshRule(turn: Turn, low: ProfileId, rule: string, standing: Standing): void {
  const state = turn.space.load('profile', low);
  if (state === undefined || state.pairs.size === 0) return;
  const isSilent = standing !== RELEASED;
  for (const [high, { proposals }] of state.pairs) {
    for (const [proposer, proposal] of proposals) {
      if (proposal.namespace !== rule || proposal.isSilent === isSilent) continue;
      proposals.set(proposer, { ...proposal, isSilent });
      changedPair(state, high);
      own(turn.touchProfile(low), 'pairs').add(high);
      saveMoved(turn, low, state);
    }
  }
}

export function handlePairDecision(turn: Turn, message: PairDecision): void {
  const [, low, high, decisionId, verdict, decidedAt] = message;
  const state = loadProfile(turn, low);
  const pair = changedPair(state, high);
  if (verdict === null) pair.decisions.delete(decisionId);
  else own(pair, 'decisions').set(decisionId, [verdict, decidedAt]);
  const touch = turn.touchProfile(low);
  own(touch, 'pairs').add(high);
  touch.isVertexDirty = true;
  saveMoved(turn, low, state);
}

export function handleReview(turn: Turn, [, high, low, certainty]: Review): void {
  const state = loadProfile(turn, high);
  if (certainty === null) state.reviews.delete(low);
  else own(state, 'reviews').set(low, certainty);
  saveMoved(turn, high, state);
}

export interface EffectiveDecision {
  readonly decisionId: string;
  readonly verdict: 0 | 1;
}

/** The decision in force on a pair: the latest by (decidedAt, decision id). */
export function effectiveDecision(pair: PairState | undefined): EffectiveDecision | null {
  let best: EffectiveDecision | null = null;
  let bestAt = 0;
  for (const [decisionId, [verdict, decidedAt]] of pair?.decisions ?? []) {
    const isLater =
      best === null ||
      decidedAt > bestAt ||
      (decidedAt === bestAt && compareText(decisionId, best.decisionId) > 0);
    if (!isLater) continue;
    best = { decisionId, verdict };
    bestAt = decidedAt;
  }
  return best;
}

export function effectiveVerdict(pair: PairState): 0 | 1 | null {
  return effectiveDecision(pair)?.verdict ?? null;
}

/** The strongest proposal that counts: by certainty, support, better priority. */
export function strongestProposal(pair: PairState): PairProposal | null {
  let best: PairProposal | null = null;
  for (const proposal of pair.proposals.values()) {
    if (proposal.isSilent) continue;
    if (best === null || outranks(proposal, best)) best = proposal;
  }
  return best;
}

function outranks(left: PairProposal, right: PairProposal): boolean {
  if (left.certainty !== right.certainty) return left.certainty > right.certainty;
  if (left.support !== right.support) return left.support > right.support;
  return left.priority < right.priority;
}

/** Proposes or withdraws the edges to the other person anchors of this profile's parties (S8). */
export function finaliseSameParty(
  turn: Turn,
  id: ProfileId,
  state: ProfileState,
  touch: ProfileTouch,
): void {
  for (const other of touch.others) {
    const hold = state.others.get(other);
    if (hold === undefined) continue;
    const ownRules = turn.rules.byName.get(state.namespace);
    const rules = turn.rules.byName.get(hold.namespace);
    const isLive =
      state.kind === 0 &&
      hold.days.length > 0 &&
      ownRules !== undefined &&
      rules !== undefined &&
      !isSuppressed(state, hold.namespace, hold.value);
    const after = isLive ? supportBucket(hold.days.length) + 1 : 0;
    if (after !== hold.sent) {
      const broughtBy = hold.sent === 0 ? touch.broughtBy : '';
      hold.sent = after;
      const [low, high] = id < other ? [id, other] : [other, id];
      turn.send([
        MessageKind.propose,
        low,
        high,
        `p${id}`,
        isLive ? Math.min(declaredCertainty(ownRules), declaredCertainty(rules)) : null,
        Math.max(0, after - 1),
        isLive ? Math.min(ownRules.priority, rules.priority) : 0,
        SAME_PARTY,
        hold.namespace,
        broughtBy,
      ]);
    }
    if (hold.days.length === 0) state.others.delete(other);
  }
}

/** The changed edges at or above the cluster floor, as the root must learn them. */
export function statePairs(
  turn: Turn,
  id: ProfileId,
  state: ProfileState,
  touch: ProfileTouch,
): EdgeState[] {
  const changes: EdgeState[] = [];
  const found = new Map<string, number>();
  const { reviewFloor, clusterFloor } = turn.rules.rules;
  for (const high of touch.pairs) {
    if (!state.pairs.has(high)) continue;
    const pair = changedPair(state, high);
    const best = strongestProposal(pair);
    const verdict = effectiveVerdict(pair);
    let edge: EdgeState | null = null;
    let review: QuarterBits | null = null;
    if (verdict === 1) edge = [high, CERTAIN, 0, PRIORITY_DECISION, 1];
    else if (best !== null && best.certainty >= clusterFloor)
      edge = [high, best.certainty, best.support, best.priority, 0];
    else if (best !== null && best.certainty >= reviewFloor) review = best.certainty;
    if (!sameEdge(edge, pair.stated)) {
      const broughtBy = touch.pairsBroughtBy.get(high);
      if (broughtBy !== undefined && pair.stated === null && verdict !== 1) {
        found.set(broughtBy, (found.get(broughtBy) ?? 0) + 1);
        if (best?.kind === SAME_PARTY) {
          noteNeighbour(touch, broughtBy);
          turn.send([MessageKind.neighbourFound, high, broughtBy]);
        }
      }
      pair.stated = edge;
      changes.push(edge ?? [high, null, 0, 0, 0]);
    }
    if (review !== pair.review) {
      pair.review = review;
      turn.send([MessageKind.review, high, id, review]);
    }
    listOpen(turn, id, high, pair, verdict === null ? review : null);
    if (pair.proposals.size === 0 && pair.decisions.size === 0) state.pairs.delete(high);
  }
  for (const [broughtBy, pairs] of found) {
    if (broughtBy.startsWith('~')) countAt(turn, SOURCE, broughtBy.slice(1), id, pairs, 0);
    else turn.send([MessageKind.pairsFound, broughtBy, pairs]);
  }
  return changes;
}

/** A pair in the review band is open until it is decided, or its evidence goes. */
function listOpen(
  turn: Turn,
  low: ProfileId,
  high: ProfileId,
  pair: PairState,
  open: QuarterBits | null,
): void {
  if (pair.open === open) return;
  if (pair.open !== null) turn.space.putRow(openRowKey(low, high, pair.open), null);
  pair.open = open;
  if (open === null) return;
  const row: OpenRow = [low, high, open, 0, ''];
  turn.space.putRow(openRowKey(low, high, open), row);
}

function sameEdge(left: EdgeState | null, right: EdgeState | null): boolean {
  if (left === null || right === null) return left === right;
  return (
    left[1] === right[1] && left[2] === right[2] && left[3] === right[3] && left[4] === right[4]
  );
}
