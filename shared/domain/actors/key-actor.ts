/**
 * The key actor: one per evidence value or derived key. Owns who holds the value and whether it
 * proposes (ARCHITECTURE S6, S7, S19); proposes pairs of holders to the home of the lesser profile,
 * with the certainty its namespace declares or, where it declares none, the pair's score.
 *
 * Up to the namespace's cap the holders are kept inline; above it in rows, so that a value on a
 * million profiles costs one row each and not one record that grows without bound. Whether the value
 * is *generic* (S21) it tells its holders, for whom it then counts for nothing.
 */
import { compareText, type KeyId, type ProfileId } from '../identifier.ts';
import { type Hold, MessageKind, type OrderValue } from '../messages.ts';
import type { NamespaceRules, QuarterBits } from '../rules.ts';
import { countPersons } from '../signature.ts';
import { GENERIC, recordStanding } from './evidence-standing.ts';
import {
  BREAKER,
  HELD,
  orderWins,
  recordOrder,
  RELEASED,
  standingOf,
  STORM_WINDOW_MS,
} from './orders.ts';
import { own } from './own-entries.ts';
import { countAt } from './posts.ts';
import type { KeyHolder, KeyState } from './states.ts';
import type { KeyTouch, Turn } from './turn.ts';
import { RULE } from './ways.ts';

type Holders = ReadonlyMap<ProfileId, KeyHolder>;
const NO_HOLDERS: Holders = new Map();

export function handleHold(turn: Turn, message: Hold): void {
  const [, id, namespace, value, profile, before, after, digest, signature, broughtBy] = message;
  const state = loadKey(turn, id, namespace, value);
  const touch = turn.touchKey(id);
  if (!touch.before.has(profile)) {
    own(touch, 'before').set(profile, before === 0 ? null : holderNow(turn, id, state, profile));
  }
  if (broughtBy !== '') own(touch, 'broughtBy').set(profile, broughtBy);
  const holder: KeyHolder = [after, digest, signature];
  if (before === 0 && after > 0) state.count++;
  if (before > 0 && after === 0) state.count--;
  if (state.holders === null) {
    turn.space.putRow(holderRow(id, profile), after === 0 ? null : holder);
  } else if (after === 0) {
    state.holders.delete(profile);
  } else {
    state.holders.set(profile, holder);
  }
  turn.space.save('key', id, state);
}

/** A steward judges the value (S22). */
export function handleOrderValue(turn: Turn, message: OrderValue): void {
  const [, id, namespace, value, ...next] = message;
  const state = loadKey(turn, id, namespace, value);
  if (!orderWins(state.order, next)) return;
  state.order = next;
  state.storm = null;
  recordOrder(turn, id, [0, namespace, value, next, state.count, []]);
  turn.touchKey(id).isOrdered = true;
  turn.space.save('key', id, state);
}

function loadKey(turn: Turn, id: KeyId, namespace: string, value: string): KeyState {
  const known = turn.space.load('key', id);
  if (known !== undefined) return known;
  const holders = new Map<ProfileId, KeyHolder>();
  const flags = { isProposing: false, isMuted: false, order: null, storm: null };
  return { namespace, value, count: 0, holders, ...flags };
}

export function finaliseKey(turn: Turn, id: KeyId, touch: KeyTouch): void {
  const state = turn.space.load('key', id);
  if (state === undefined) return;
  const rules = turn.rules.byName.get(state.namespace);
  if (rules === undefined || (rules.kind !== 'evidence' && rules.kind !== 'derived')) return;
  const cap = rules.holderCap;
  const wasProposing = state.isProposing;
  const wasMuted = state.isMuted;
  if (state.count <= cap) inlineHolders(turn, id, state);
  if (rules.kind === 'evidence') {
    watchStorm(turn, id, state, cap, touch);
    const standing = standingOf(state.order);
    state.isMuted = standing !== RELEASED || isGeneric(state, rules);
    if (state.isMuted !== wasMuted || touch.isOrdered) {
      const counted = state.isMuted ? GENERIC : RELEASED;
      const now = standing === RELEASED ? counted : standing;
      recordStanding(turn, `=k${id}`, state.namespace, '', now);
    }
  }
  state.isProposing = state.count >= 2 && state.count <= cap && !state.isMuted;
  let found = 0;
  if (wasProposing || state.isProposing) {
    const now = state.isProposing ? inlineHolders(turn, id, state) : NO_HOLDERS;
    const past = wasProposing ? holdersBefore(turn, id, state, touch) : null;
    found = proposeDifferences(turn, id, rules, past, now, touch);
  }
  if (rules.kind === 'evidence') watchRule(turn, id, state, touch, found);
  if (wasMuted || state.isMuted) tellHolders(turn, id, state, wasMuted, touch);
  if (state.count > cap) overflow(turn, id, state);
  turn.space.save('key', id, state);
}

const STORM_SAMPLES = 8;

/**
 * Holds a value that gains `stormHolders` holders above its cap within the window. Nothing has joined by
 * those, for the value is generic; the hold keeps it so when some of them go, until a steward has
 * judged. Time is that of the entries' origins, so a replay trips where the first run did.
 */
function watchStorm(
  turn: Turn,
  id: KeyId,
  state: KeyState,
  holderCap: number,
  touch: KeyTouch,
): void {
  const { stormHolders } = turn.rules.rules;
  if (stormHolders === 0 || state.order !== null) return;
  if (state.count <= holderCap) {
    state.storm = null;
    return;
  }
  state.storm ??= [turn.origin, holderCap];
  const [since, before] = state.storm;
  if (turn.origin - since > STORM_WINDOW_MS) {
    state.storm = [turn.origin, state.count];
    return;
  }
  const gained = state.count - before;
  if (gained < stormHolders) return;
  const reason = `${gained} more profiles than may share it came to hold it within an hour`;
  state.order = [turn.origin, HELD, BREAKER, reason];
  state.storm = null;
  const latest = Array.from(touch.before.keys()).slice(-STORM_SAMPLES);
  recordOrder(turn, id, [0, state.namespace, state.value, state.order, state.count, latest]);
  turn.space.count('stormsHeld');
  touch.isOrdered = true;
}

/**
 * Counts new holders, and the pairs of different persons that they brought, for the breaker by rule.
 * Derived keys are not watched: they only propose, and what joins is weighed on all that is known.
 */
function watchRule(turn: Turn, id: KeyId, state: KeyState, touch: KeyTouch, pairs: number): void {
  if (turn.rules.rules.stormHolders === 0) return;
  let came = 0;
  for (const [profile, before] of touch.before) {
    if (before === null && holderNow(turn, id, state, profile) !== null) came++;
  }
  if (came > 0 || pairs > 0) countAt(turn, RULE, state.namespace, id, pairs, came);
}

/** S21: held by more than the cap, or by profiles that show more persons than the cap. */
function isGeneric(state: KeyState, { holderCap, personCap }: NamespaceRules): boolean {
  if (state.count > holderCap || state.holders === null) return true;
  if (personCap === null || state.count <= personCap) return false;
  return (
    countPersons(Array.from(state.holders, ([profile, held]) => [profile, held[2]])) > personCap
  );
}

/**
 * Tells holders whether the value counts. The last a holder hears is right: who comes to a muted
 * value is told, who leaves one is told that it counts again, and links keep the order.
 */
function tellHolders(
  turn: Turn,
  id: KeyId,
  state: KeyState,
  wasMuted: boolean,
  touch: KeyTouch,
): void {
  const { isMuted } = state;
  if (!wasMuted) turn.space.count('genericKeys');
  if (wasMuted && isMuted) {
    for (const [profile, before] of touch.before) {
      const isHolder = holderNow(turn, id, state, profile) !== null;
      if (isHolder !== (before !== null))
        turn.send([MessageKind.mute, profile, id, isHolder ? 1 : 0]);
    }
    return;
  }
  const told = isMuted
    ? (state.holders ?? rowHolders(turn, id))
    : holdersBefore(turn, id, state, touch);
  for (const profile of told.keys()) turn.send([MessageKind.mute, profile, id, isMuted ? 1 : 0]);
}

function holderRow(id: KeyId, profile: string): string {
  return `h/${id}/${profile}`;
}

/** The holder as it stands; it is one. */
function holderNow(turn: Turn, id: KeyId, state: KeyState, profile: ProfileId): KeyHolder | null {
  if (state.holders !== null) return state.holders.get(profile) ?? null;
  return turn.space.row(holderRow(id, profile)) as KeyHolder | null;
}

function rowHolders(turn: Turn, id: KeyId): Map<ProfileId, KeyHolder> {
  const prefix = holderRow(id, '');
  return new Map(
    turn.space
      .rows(prefix)
      .map(([key, row]) => [key.slice(prefix.length) as ProfileId, row as KeyHolder]),
  );
}

/** The holders, brought back inline from rows when they had overflowed. */
function inlineHolders(turn: Turn, id: KeyId, state: KeyState): Map<ProfileId, KeyHolder> {
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
): Map<ProfileId, KeyHolder> {
  const past = new Map(state.holders ?? rowHolders(turn, id));
  for (const [profile, before] of touch.before) {
    if (before === null) past.delete(profile);
    else past.set(profile, before);
  }
  return past;
}

/**
 * Proposes what pairs gained or changed and withdraws what they lost. `past` null: none stood.
 * Returns how many would join two that show different persons (S21), one of them a new holder.
 */
function proposeDifferences(
  turn: Turn,
  id: KeyId,
  rules: NamespaceRules,
  past: Holders | null,
  now: Holders,
  touch: KeyTouch,
): number {
  let found = 0;
  const isSteady = past !== null && now.size > 0;
  const changed = isSteady ? Array.from(touch.before.keys()) : Array.from((past ?? now).keys());
  const done = new Set<ProfileId>();
  const all = new Set<ProfileId>([...(past?.keys() ?? []), ...now.keys()]);
  for (const left of changed.sort(compareText)) {
    done.add(left);
    for (const right of all) {
      if (done.has(right)) continue;
      const before = pairEvidence(turn, rules, past, left, right);
      const after = pairEvidence(turn, rules, now, left, right);
      if (sameEvidence(before, after)) continue;
      const [low, high] = left < right ? [left, right] : [right, left];
      const certainty = after?.certainty ?? null;
      if (
        before === null &&
        certainty !== null &&
        isFound(turn, now, touch, left, right, certainty)
      )
        found++;
      const broughtBy = touch.broughtBy.get(left) ?? touch.broughtBy.get(right) ?? '';
      const support = after?.support ?? 0;
      const { priority, name } = rules;
      turn.send([
        MessageKind.propose,
        low,
        high,
        id,
        certainty,
        support,
        priority,
        0,
        name,
        broughtBy,
      ]);
    }
  }
  return found;
}

/** Whether the pair is one that the breaker by rule counts. */
function isFound(
  turn: Turn,
  now: Holders,
  touch: KeyTouch,
  left: ProfileId,
  right: ProfileId,
  certainty: QuarterBits,
): boolean {
  if (certainty < turn.rules.rules.clusterFloor) return false;
  if (touch.before.get(left) !== null && touch.before.get(right) !== null) return false;
  const one = now.get(left)?.[2] ?? '';
  return one === '' || one !== now.get(right)?.[2];
}

interface PairEvidence {
  readonly certainty: QuarterBits;
  readonly support: number;
}

/** What the key says of a pair; null: one does not hold, or the score is below the review floor. */
function pairEvidence(
  turn: Turn,
  rules: NamespaceRules,
  holders: Holders | null,
  left: ProfileId,
  right: ProfileId,
): PairEvidence | null {
  const one = holders?.get(left);
  const two = holders?.get(right);
  if (one === undefined || two === undefined) return null;
  const support = Math.min(one[0], two[0]) - 1;
  if (rules.certainty !== null) return { certainty: rules.certainty, support };
  const certainty = turn.rules.scorer?.score(one[1], two[1]) ?? null;
  if (certainty === null || certainty < turn.rules.rules.reviewFloor) return null;
  return { certainty, support };
}

function sameEvidence(left: PairEvidence | null, right: PairEvidence | null): boolean {
  if (left === null || right === null) return left === right;
  return left.certainty === right.certainty && left.support === right.support;
}
