/**
 * The interaction actor: the only deduplicator (ARCHITECTURE S4).
 *
 * Owns which delivery of an interaction is live. Tells profiles what to observe and what no longer;
 * it never tells the same thing twice, so profiles may simply count.
 */
import type { InteractionId, ProfileId } from '../identifier.ts';
import {
  type Deliver,
  MessageKind,
  type ObservationHeader,
  type PackedInteraction,
  type PackedParty,
  type RetractInteraction,
} from '../messages.ts';
import { type InteractionState, type Verdict, verdictWins } from './states.ts';
import type { Turn } from './turn.ts';

export function handleDeliver(turn: Turn, [, id, delivery]: Deliver): void {
  const state = turn.space.load('interaction', id);
  if (state === undefined) {
    turn.space.save('interaction', id, {
      best: delivery,
      receivedAt: delivery[8],
      retraction: null,
    });
    turn.space.count('interactionsApplied');
    sendObservations(turn, id, delivery, delivery[8], 1);
    return;
  }
  const isBetter = state.best === null || outranks(delivery, state.best);
  const receivedAt = Math.min(state.receivedAt, delivery[8]);
  if (!isBetter && receivedAt === state.receivedAt) {
    const best = state.best as PackedInteraction;
    const isSame = best[3] === delivery[3] && best[4] === delivery[4];
    turn.space.count(isSame ? 'interactionsDuplicate' : 'interactionsSuperseded');
    return;
  }
  turn.space.count('interactionsApplied');
  change(turn, id, state, () => {
    if (isBetter) state.best = delivery;
    state.receivedAt = receivedAt;
  });
}

export function handleRetractInteraction(
  turn: Turn,
  [, id, decidedAt, withdrawn, ...by]: RetractInteraction,
): void {
  const state = turn.space.load('interaction', id) ?? {
    best: null,
    receivedAt: Number.POSITIVE_INFINITY,
    retraction: null,
  };
  const verdict: Verdict = [decidedAt, withdrawn, ...by];
  if (!verdictWins(state.retraction, verdict)) return;
  change(turn, id, state, () => {
    state.retraction = verdict;
  });
}

/** Whether `delivery` replaces `best`: higher revision, then greater digest by code unit. */
function outranks(delivery: PackedInteraction, best: PackedInteraction): boolean {
  return delivery[3] !== best[3] ? delivery[3] > best[3] : delivery[4] > best[4];
}

function liveVersion(state: InteractionState): PackedInteraction | null {
  const isRetracted = state.retraction !== null && state.retraction[1] === 0;
  return isRetracted ? null : state.best;
}

function change(turn: Turn, id: InteractionId, state: InteractionState, update: () => void): void {
  const before = liveVersion(state);
  const receivedBefore = state.receivedAt;
  update();
  turn.space.save('interaction', id, state);
  const after = liveVersion(state);
  if (before === after && (after === null || receivedBefore === state.receivedAt)) return;
  if (before !== null) sendObservations(turn, id, before, receivedBefore, -1);
  if (after !== null) sendObservations(turn, id, after, state.receivedAt, 1);
}

function sendObservations(
  turn: Turn,
  id: InteractionId,
  version: PackedInteraction,
  receivedAt: number,
  sign: 1 | -1,
): void {
  const parties = version[9];
  for (const [index, party] of parties.entries()) {
    const header: ObservationHeader = [
      id,
      index,
      version[1],
      version[2],
      version[5],
      version[6],
      version[7],
      receivedAt,
    ];
    const relations = relationsOf(parties, index);
    turn.send([MessageKind.observe, party[1], sign, header, party, relations]);
  }
}

/** Counterparts of a party, once for each (profile, role) of both sides (ARCHITECTURE S18). */
function relationsOf(parties: readonly PackedParty[], index: number): [ProfileId, string][] {
  if (parties.length === 1) return [];
  const own = parties[index] as PackedParty;
  const isRepeat = parties
    .slice(0, index)
    .some((party) => party[1] === own[1] && party[0] === own[0]);
  if (isRepeat) return [];
  const relations: [ProfileId, string][] = [];
  for (const [role, profile] of parties) {
    if (profile === own[1]) continue;
    if (relations.some(([known, knownRole]) => known === profile && knownRole === role)) continue;
    relations.push([profile, role]);
  }
  return relations;
}
