/**
 * The key actor: one per evidence value. Owns who holds the value and whether it proposes
 * (ARCHITECTURE S6, S7); proposes pairs of holders to the home of the lesser profile.
 *
 * Up to the namespace's cap the holders are kept inline; above it (a *generic* value) in rows, so that a
 * value on a million profiles costs one row each and not one record that grows without bound.
 */
import { compareText, type KeyId, type ProfileId } from '../identifier.ts';
import { type Hold, MessageKind } from '../messages.ts';
import type { NamespaceRules } from '../rules.ts';
import type { KeyState } from './states.ts';
import type { KeyTouch, Turn } from './turn.ts';

export function handleHold(turn: Turn, message: Hold): void {
  const [, id, namespace, value, profile, before, after] = message;
  const state = turn.space.load('key', id) ?? {
    namespace,
    value,
    count: 0,
    holders: new Map(),
    isProposing: false,
  };
  const touch = turn.touchKey(id);
  if (!touch.before.has(profile)) touch.before.set(profile, before);
  if (before === 0 && after > 0) state.count++;
  if (before > 0 && after === 0) state.count--;
  if (state.holders === null) {
    turn.space.putRow(holderRow(id, profile), after === 0 ? null : after);
  } else if (after === 0) {
    state.holders.delete(profile);
  } else {
    state.holders.set(profile, after);
  }
  turn.space.save('key', id, state);
}

export function finaliseKey(turn: Turn, id: KeyId, touch: KeyTouch): void {
  const state = turn.space.load('key', id);
  if (state === undefined) return;
  const rules = turn.rules.byName.get(state.namespace);
  if (rules === undefined || rules.kind !== 'evidence') return;
  const cap = rules.holderCap;
  const wasProposing = state.isProposing;
  state.isProposing = state.count >= 2 && state.count <= cap;
  // Also with no pair to propose: readers take holders that are not inline for a generic value.
  if (state.count <= cap) inlineHolders(turn, id, state);
  if (wasProposing || state.isProposing) {
    const now = state.isProposing ? inlineHolders(turn, id, state) : new Map<ProfileId, number>();
    const past = wasProposing ? holdersBefore(turn, id, state, touch) : null;
    proposeDifferences(turn, id, rules, past, now, touch);
  }
  if (wasProposing && state.count > cap) turn.space.count('genericKeys');
  if (state.count > cap) overflow(turn, id, state);
  turn.space.save('key', id, state);
}

function holderRow(id: KeyId, profile: string): string {
  return `h/${id}/${profile}`;
}

function rowHolders(turn: Turn, id: KeyId): Map<ProfileId, number> {
  const prefix = holderRow(id, '');
  return new Map(
    turn.space
      .rows(prefix)
      .map(([key, row]) => [key.slice(prefix.length) as ProfileId, row as number]),
  );
}

/** The holders, brought back inline from rows when they had overflowed. */
function inlineHolders(turn: Turn, id: KeyId, state: KeyState): Map<ProfileId, number> {
  if (state.holders === null) {
    state.holders = rowHolders(turn, id);
    for (const profile of state.holders.keys()) turn.space.putRow(holderRow(id, profile), null);
  }
  return state.holders;
}

function overflow(turn: Turn, id: KeyId, state: KeyState): void {
  if (state.holders === null) return;
  for (const [profile, held] of state.holders) turn.space.putRow(holderRow(id, profile), held);
  state.holders = null;
}

/** The holders as they were at the start of the turn: now, with the turn's changes taken back. */
function holdersBefore(
  turn: Turn,
  id: KeyId,
  state: KeyState,
  touch: KeyTouch,
): Map<ProfileId, number> {
  const past = new Map(state.holders ?? rowHolders(turn, id));
  for (const [profile, before] of touch.before) {
    if (before === 0) past.delete(profile);
    else past.set(profile, before);
  }
  return past;
}

/** Proposes what pairs gained or changed and withdraws what they lost. `past` null: none stood. */
function proposeDifferences(
  turn: Turn,
  id: KeyId,
  rules: NamespaceRules,
  past: ReadonlyMap<ProfileId, number> | null,
  now: ReadonlyMap<ProfileId, number>,
  touch: KeyTouch,
): void {
  const isSteady = past !== null && now.size > 0;
  const changed = isSteady ? Array.from(touch.before.keys()) : Array.from((past ?? now).keys());
  const done = new Set<ProfileId>();
  const all = new Set<ProfileId>([...(past?.keys() ?? []), ...now.keys()]);
  for (const left of changed.sort(compareText)) {
    done.add(left);
    for (const right of all) {
      if (done.has(right)) continue;
      const before = pairSupport(past, left, right);
      const after = pairSupport(now, left, right);
      if (before === after) continue;
      const [low, high] = left < right ? [left, right] : [right, left];
      turn.send([
        MessageKind.propose,
        low,
        high,
        id,
        after === 0 ? null : rules.certainty,
        Math.max(0, after - 1),
        rules.priority,
        0,
        rules.name,
      ]);
    }
  }
}

/** Support bucket + 1 of a pair: the lesser of the two holders'; 0 when one does not hold. */
function pairSupport(
  holders: ReadonlyMap<ProfileId, number> | null,
  left: ProfileId,
  right: ProfileId,
): number {
  if (holders === null) return 0;
  return Math.min(holders.get(left) ?? 0, holders.get(right) ?? 0);
}
