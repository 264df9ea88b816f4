/**
 * The interaction actor: the only deduplicator (ARCHITECTURE S4).
 *
 * Owns which version of an interaction is live. Tells profiles what to observe and what no longer;
 * it never tells the same thing twice, so profiles may simply count. It keeps the best version of
 * each delivery that brought the interaction: when one is rejected, the next best is live again.
 */
import { compareText, type InteractionId, type ProfileId } from '../identifier.ts';
import {
  type Deliver,
  MessageKind,
  type ObservationHeader,
  type PackedInteraction,
  type PackedParty,
  type RetractInteraction,
  type StandingMessage,
} from '../messages.ts';
import { HELD, REJECTED, RELEASED, type Standing, stricter } from './orders.ts';
import { countAt, standingAt } from './posts.ts';
import { type InteractionState, type Verdict, verdictWins } from './states.ts';
import type { Turn } from './turn.ts';
import { SOURCE } from './ways.ts';

/** What profiles are told. */
export interface LiveVersion {
  readonly version: PackedInteraction;
  readonly receivedAt: number;
  readonly isHeld: boolean;
}

export function handleDeliver(turn: Turn, [, id, delivery]: Deliver): void {
  const state = loadInteraction(turn, id);
  const [, source, , revision, digest, , , , receivedAt, , , label] = delivery;
  const known = state.versions.get(label);
  if (known !== undefined && !outranks(delivery, known.best) && receivedAt >= known.receivedAt) {
    const isSame = known.best[3] === revision && known.best[4] === digest;
    turn.space.count(isSame ? 'interactionsDuplicate' : 'interactionsSuperseded');
    return;
  }
  turn.space.count('interactionsApplied');
  const sourceStanding = standingAt(turn, SOURCE, source, id);
  if (known === undefined && label === '') countAt(turn, SOURCE, source, id, 0, 1);
  change(turn, id, state, () => {
    state.sourceStanding = sourceStanding;
    if (known === undefined) {
      state.versions.set(label, { best: delivery, receivedAt, standing: RELEASED });
      return;
    }
    if (outranks(delivery, known.best)) known.best = delivery;
    known.receivedAt = Math.min(known.receivedAt, receivedAt);
  });
  if (known === undefined && label !== '') {
    turn.send([MessageKind.inDelivery, delivery[12], source, label, id]);
  }
}

export function handleRetractInteraction(
  turn: Turn,
  [, id, decidedAt, withdrawn, ...by]: RetractInteraction,
): void {
  const state = loadInteraction(turn, id);
  const verdict: Verdict = [decidedAt, withdrawn, ...by];
  if (!verdictWins(state.retraction, verdict)) return;
  change(turn, id, state, () => {
    state.retraction = verdict;
  });
}

/** The order about a delivery that brought this interaction has changed (S22). */
export function handleStanding(turn: Turn, [, id, label, standing]: StandingMessage): void {
  const state = loadInteraction(turn, id);
  const known = state.versions.get(label);
  if (known === undefined || known.standing === standing) return;
  change(turn, id, state, () => {
    known.standing = standing;
  });
}

/** The order about a source has changed (S22): its interactions heed it. */
export function refreshSource(
  turn: Turn,
  id: InteractionId,
  source: string,
  standing: Standing,
): void {
  const state = turn.space.load('interaction', id);
  if (state === undefined || state.sourceStanding === standing) return;
  const [first] = state.versions.values();
  if (first?.best[1] !== source) return;
  change(turn, id, state, () => {
    state.sourceStanding = standing;
  });
}

function loadInteraction(turn: Turn, id: InteractionId): InteractionState {
  const known = turn.space.load('interaction', id);
  return known ?? { sourceStanding: RELEASED, versions: new Map(), retraction: null };
}

/** Whether `delivery` replaces `best`: higher revision, then greater digest by code unit. */
function outranks(delivery: PackedInteraction, best: PackedInteraction): boolean {
  return delivery[3] !== best[3] ? delivery[3] > best[3] : delivery[4] > best[4];
}

/** Of versions that are the same the one not held counts, then that of the least label. */
export function liveVersion(state: InteractionState): LiveVersion | null {
  if (state.retraction !== null && state.retraction[1] === 0) return null;
  let live: LiveVersion | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const { best, receivedAt, standing: ofDelivery } of state.versions.values()) {
    const standing = stricter(ofDelivery, state.sourceStanding);
    if (standing === REJECTED) continue;
    least = Math.min(least, receivedAt);
    const next = { version: best, receivedAt, isHeld: standing === HELD };
    if (live === null || comesBefore(next, live)) live = next;
  }
  return live === null || live.receivedAt === least ? live : { ...live, receivedAt: least };
}

function comesBefore(left: LiveVersion, right: LiveVersion): boolean {
  if (outranks(left.version, right.version)) return true;
  if (outranks(right.version, left.version)) return false;
  if (left.isHeld !== right.isHeld) return right.isHeld;
  return compareText(left.version[11], right.version[11]) < 0;
}

function change(turn: Turn, id: InteractionId, state: InteractionState, update: () => void): void {
  const before = liveVersion(state);
  update();
  turn.space.save('interaction', id, state);
  const after = liveVersion(state);
  const isSame =
    before?.version === after?.version &&
    before?.receivedAt === after?.receivedAt &&
    before?.isHeld === after?.isHeld;
  if (isSame) return;
  if (before !== null) sendObservations(turn, id, before, -1);
  if (after !== null) sendObservations(turn, id, after, 1);
}

function sendObservations(
  turn: Turn,
  id: InteractionId,
  { version, receivedAt, isHeld }: LiveVersion,
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
      version[11],
      version[12],
    ];
    const relations = relationsOf(parties, index);
    const shown = isHeld ? heldParty(party) : party;
    turn.send([MessageKind.observe, party[1], sign, header, shown, relations]);
  }
}

/** S22: a held party is shown at its profile; it connects nothing and is compared by nothing. */
function heldParty(party: PackedParty): PackedParty {
  const [role, profile, kind, namespace, value, , values, attributes] = party;
  const context = values.filter((held) => held[3] === 1);
  return [role, profile, kind, namespace, value, [], context, attributes, []];
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
