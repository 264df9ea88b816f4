/**
 * The decision actor: one per decision id (ARCHITECTURE S10). Owns who decided what, when and why,
 * and whether it is live; tells the profiles concerned. The audit record of stewardship.
 */
import { compareText, type ProfileId } from '../identifier.ts';
import {
  type Decide,
  type DecisionContent,
  MessageKind,
  type RetractDecision,
} from '../messages.ts';
import { type DecisionState, type Verdict, verdictWins } from './states.ts';
import type { Turn } from './turn.ts';

export function handleDecide(turn: Turn, message: Decide): void {
  const [, id, decisionId, decidedAt, digest, content, decidedBy, reason] = message;
  const state = turn.space.load('decision', id) ?? emptyDecision();
  const isBetter =
    state.content === null ||
    decidedAt > state.decidedAt ||
    (decidedAt === state.decidedAt && compareText(digest, state.digest) > 0);
  if (!isBetter) return;
  if (state.content !== null) turn.space.putRow(decisionRowKey(id, state.decidedAt), null);
  turn.space.putRow(decisionRowKey(id, decidedAt), id);
  change(turn, id, state, () => {
    Object.assign(state, { decisionId, decidedAt, digest, content, decidedBy, reason });
  });
}

export function handleRetractDecision(
  turn: Turn,
  [, id, decidedAt, withdrawn, ...by]: RetractDecision,
): void {
  const state = turn.space.load('decision', id) ?? emptyDecision();
  const verdict: Verdict = [decidedAt, withdrawn, ...by];
  if (!verdictWins(state.retraction, verdict)) return;
  change(turn, id, state, () => {
    state.retraction = verdict;
  });
}

/** Decisions by time, the latest first: what the log of decisions is read from. */
export const DECISION_ROWS = 'l/';

function decisionRowKey(id: string, decidedAt: number): string {
  const order = String(Number.MAX_SAFE_INTEGER - decidedAt).padStart(16, '0');
  return `${DECISION_ROWS}${order}/${id}`;
}

function emptyDecision(): DecisionState {
  return {
    decisionId: '',
    decidedAt: 0,
    digest: '',
    content: null,
    decidedBy: '',
    reason: '',
    retraction: null,
  };
}

/** The content in force: not taken back by a retraction at or after the decision. */
function liveContent(state: DecisionState): DecisionContent | null {
  const { retraction } = state;
  const isRetracted =
    retraction !== null && retraction[1] === 0 && retraction[0] >= state.decidedAt;
  return isRetracted ? null : state.content;
}

function change(turn: Turn, id: string, state: DecisionState, update: () => void): void {
  const before = liveContent(state);
  const decidedBefore = state.decidedAt;
  update();
  turn.space.save('decision', id, state);
  const after = liveContent(state);
  if (before === after && decidedBefore === state.decidedAt) return;
  if (before !== null) tell(turn, state.decisionId, before, false, decidedBefore);
  if (after !== null) tell(turn, state.decisionId, after, true, state.decidedAt);
}

function tell(
  turn: Turn,
  decisionId: string,
  content: DecisionContent,
  isLive: boolean,
  decidedAt: number,
): void {
  if (content[0] === 2) {
    for (const [profile, label] of content[1]) {
      turn.send([MessageKind.label, profile, decisionId, isLive ? label : null]);
    }
    return;
  }
  const [verdict, left, right] = content;
  if (left === right) return;
  const [low, high]: [ProfileId, ProfileId] = left < right ? [left, right] : [right, left];
  turn.send([MessageKind.pairDecision, low, high, decisionId, isLive ? verdict : null, decidedAt]);
}
