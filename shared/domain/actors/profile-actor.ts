/**
 * The profile actor: what one anchor knows (ARCHITECTURE S3, S5, S6, S8, S9).
 *
 * Owns observations (rows of their own), counted holds of values, other anchors and devices, the
 * profile's labels and suppressions, and, as home of the lesser profile, the pairs (`pair-home.ts`).
 * Handlers count; `finaliseProfile` tells keys, devices, pair homes and the root what changed.
 */
import type { KeyId, ProfileId } from '../identifier.ts';
import { EMPTY_DIGEST } from '../matching/digest.ts';
import {
  type Label,
  MessageKind,
  type Mute,
  type Observe,
  type PackedParty,
  type Suppress,
} from '../messages.ts';
import { dayOf } from '../rules.ts';
import { finaliseDevice, finaliseDeviceHolds, snapshotDevice } from './device-days.ts';
import { finaliseSameParty, statePairs } from './pair-home.ts';
import { isSuppressed, loadProfile } from './profile-access.ts';
import { refreshDigest } from './profile-digest.ts';
import { supportBucket } from '../certainty.ts';
import {
  attributeKey,
  type DayCounts,
  type Packed,
  type ProfileState,
  relationKey,
  suppressionKey,
  type Verdict,
  verdictWins,
} from './states.ts';
import type { ProfileTouch, Turn } from './turn.ts';
import { refreshVertex } from './vertex.ts';

/** Adds to a day's count; a day without observations is no key. */
function countDay(days: DayCounts, day: number, sign: 1 | -1): void {
  const count = (days.get(day) ?? 0) + sign;
  if (count === 0) days.delete(day);
  else days.set(day, count);
}

/**
 * Whether a change of a value's days may change what its limit counts: for limits that hold for
 * ever only the first day and the last one do (S13).
 */
function countsAsLimited(turn: Turn, namespace: string, days: DayCounts): boolean {
  const rules = turn.rules.byName.get(namespace);
  if (rules === undefined || (rules.limit === null && !rules.exclusive)) return false;
  return rules.limit === null || rules.limit.window === 'ever' ? days.size <= 1 : true;
}

/** Key of an observation row: by profile, then time of occurrence (shifted to be non-negative). */
function observationRow(profile: string, occurredAt: number, interaction: string, party: number) {
  const time = Math.max(0, occurredAt + 2_208_988_800_000)
    .toString(16)
    .padStart(12, '0');
  return `o/${profile}/${time}/${interaction}/${party}`;
}

export function handleObserve(turn: Turn, message: Observe): void {
  const [, id, sign, header, party, relations] = message;
  const state = loadProfile(turn, id);
  const touch = turn.touchProfile(id);
  const day = dayOf(header[6]);
  const row = observationRow(id, header[6], header[0], header[1]);
  state.observations += sign;
  const daysBefore = state.days.size;
  countDay(state.days, day, sign);
  // A limited anchor counts in the bucket of each day, so a day that comes or goes may show.
  if (state.days.size !== daysBefore && countsAsLimited(turn, state.namespace, state.days)) {
    touch.isVertexDirty = true;
  }
  turn.space.count(sign > 0 ? 'observationsAdded' : 'observationsRemoved');
  if (sign > 0) {
    if (state.kind === null) {
      [, , state.kind, state.namespace, state.value] = party;
      touch.isVertexDirty = true;
      touch.isDigestDirty = true;
      turn.space.ladderChanged(id, turn.origin);
    }
    if (state.receivedAt === null || header[7] < state.receivedAt) {
      state.receivedAt = header[7];
      touch.isVertexDirty = true;
    }
    turn.space.putRow(row, [header, party[0], party[7].length > 0 ? party[7] : 0]);
  } else {
    if (header[7] === state.receivedAt) touch.isReceivedAtStale = true;
    turn.space.putRow(row, null);
  }
  countValues(turn, state, touch, party, day, sign);
  if (sign > 0 && header[9] !== '') touch.deliveryId = header[9];
  countAnchors(turn, state, touch, id, party, day, sign);
  countAttributes(state, party, day, sign);
  countFacts(turn, state, touch, party, day, sign);
  for (const [other, otherRole] of relations) {
    const key = relationKey(other, party[0], otherRole);
    const held = state.relations.get(key) ?? [other, party[0], otherRole, 0];
    held[3] += sign;
    if (held[3] === 0) state.relations.delete(key);
    else state.relations.set(key, held);
  }
  turn.space.save('profile', id, state);
}

function countValues(
  turn: Turn,
  state: ProfileState,
  touch: ProfileTouch,
  party: PackedParty,
  day: number,
  sign: 1 | -1,
): void {
  for (const [key, namespace, value, kind] of party[6]) {
    let hold = state.values.get(key);
    if (hold === undefined) {
      hold = { namespace, value, kind, days: new Map(), sent: 0, sentDigest: 0 };
      state.values.set(key, hold);
    }
    const daysBefore = hold.days.size;
    countDay(hold.days, day, sign);
    if (hold.days.size === daysBefore) continue;
    touch.values.add(key);
    if (kind !== 2) touch.isDigestDirty = true;
    if (countsAsLimited(turn, namespace, hold.days)) touch.isVertexDirty = true;
  }
}

function countAnchors(
  turn: Turn,
  state: ProfileState,
  touch: ProfileTouch,
  id: ProfileId,
  party: PackedParty,
  day: number,
  sign: 1 | -1,
): void {
  for (const [other, namespace, value, kind] of party[5]) {
    if (kind === 0) {
      let hold = state.others.get(other);
      if (hold === undefined) {
        hold = { namespace, value, days: new Map(), sent: 0 };
        state.others.set(other, hold);
      }
      const daysBefore = hold.days.size;
      countDay(hold.days, day, sign);
      if (hold.days.size === daysBefore) continue;
      touch.others.add(other);
      if (countsAsLimited(turn, namespace, hold.days)) touch.isVertexDirty = true;
      continue;
    }
    snapshotDevice(state, touch, id, other);
    let hold = state.devices.get(other);
    if (hold === undefined) {
      hold = { namespace, value, days: new Map(), keys: new Map() };
      state.devices.set(other, hold);
    }
    const daysBefore = hold.days.size;
    countDay(hold.days, day, sign);
    if (hold.days.size !== daysBefore && countsAsLimited(turn, namespace, hold.days)) {
      touch.isVertexDirty = true;
    }
    for (const [key, keyNamespace, keyValue] of personKeys(party)) {
      const held = hold.keys.get(key) ?? { namespace: keyNamespace, value: keyValue, count: 0 };
      held.count += sign;
      if (held.count === 0) hold.keys.delete(key);
      else hold.keys.set(key, held);
    }
  }
}

/** Person anchors and evidence values of a party: what tells device persons apart (S9). */
function personKeys(party: PackedParty): (readonly [string, string, string])[] {
  const keys: (readonly [string, string, string])[] = [];
  for (const [other, namespace, value, kind] of party[5]) {
    if (kind === 0) keys.push([other, namespace, value]);
  }
  for (const [key, namespace, value, kind] of party[6]) {
    if (kind === 0) keys.push([key, namespace, value]);
  }
  return keys;
}

function countAttributes(state: ProfileState, party: PackedParty, day: number, sign: 1 | -1): void {
  for (const [name, value] of party[7]) {
    const key = attributeKey(name, value);
    const held = state.attributes.get(key) ?? { name, value, days: new Map() };
    countDay(held.days, day, sign);
    if (held.days.size === 0) state.attributes.delete(key);
    else state.attributes.set(key, held);
  }
}

function countFacts(
  turn: Turn,
  state: ProfileState,
  touch: ProfileTouch,
  party: PackedParty,
  day: number,
  sign: 1 | -1,
): void {
  for (const [name, text] of party[8]) {
    if (turn.rules.scorer?.compares(name) !== true) continue;
    const key = attributeKey(name, text);
    const held = state.facts.get(key) ?? { name, text, days: new Map() };
    const daysBefore = held.days.size;
    countDay(held.days, day, sign);
    if (held.days.size === 0) state.facts.delete(key);
    else state.facts.set(key, held);
    // How many days it was seen on decides which facts a digest has room for.
    if (held.days.size !== daysBefore) touch.isDigestDirty = true;
  }
}

export function handleSuppress(turn: Turn, message: Suppress): void {
  const [, id, namespace, value, decidedAt, withdrawn, ...by] = message;
  const state = loadProfile(turn, id);
  const key = suppressionKey(namespace, value);
  const verdict: Verdict = [decidedAt, withdrawn, ...by];
  if (!verdictWins(state.suppressed.get(key) ?? null, verdict)) return;
  const touch = turn.touchProfile(id);
  for (const device of state.devices.keys()) snapshotDevice(state, touch, id, device);
  state.suppressed.set(key, verdict);
  for (const held of state.values.keys()) touch.values.add(held);
  for (const other of state.others.keys()) touch.others.add(other);
  touch.isVertexDirty = true;
  touch.isDigestDirty = true;
  turn.space.save('profile', id, state);
}

/** A value came to count for nothing, or to count again: as if observations did not carry it. */
export function handleMute(turn: Turn, [, id, key, muted]: Mute): void {
  const state = loadProfile(turn, id);
  if (state.muted.has(key) === (muted === 1)) return;
  const touch = turn.touchProfile(id);
  for (const [device, hold] of state.devices) {
    if (hold.keys.has(key)) snapshotDevice(state, touch, id, device);
  }
  if (muted === 1) state.muted.add(key);
  else state.muted.delete(key);
  touch.isVertexDirty = true;
  touch.isDigestDirty = true;
  turn.space.save('profile', id, state);
}

export function handleLabel(turn: Turn, [, id, decisionId, label]: Label): void {
  const state = loadProfile(turn, id);
  const touch = turn.touchProfile(id);
  if (label === null) state.labels.delete(decisionId);
  else state.labels.set(decisionId, label);
  touch.isVertexDirty = true;
  turn.space.save('profile', id, state);
}

export function finaliseProfile(turn: Turn, id: ProfileId, touch: ProfileTouch): void {
  const state = turn.space.load('profile', id);
  if (state === undefined) return;
  if (touch.isReceivedAtStale) refreshReceivedAt(turn, id, state, touch);
  if (touch.isDigestDirty) refreshDigest(turn, state, touch);
  for (const key of touch.values) tellKey(turn, id, state, key, touch.deliveryId);
  finaliseSameParty(turn, id, state, touch);
  finaliseDeviceHolds(turn, id, state, touch);
  if (touch.isDeviceDirty) finaliseDevice(turn, id, state);
  const edges = statePairs(turn, id, state, touch);
  const isVertexChanged = touch.isVertexDirty && refreshVertex(turn.rules, state);
  if (edges.length > 0 || isVertexChanged) {
    const from = state.version;
    state.version = from + 1;
    turn.send([MessageKind.state, state.root, id, from, state.version, state.vertex, edges]);
  }
  turn.space.save('profile', id, state);
}

/** The least received_at went: find the next among the observation rows. */
function refreshReceivedAt(
  turn: Turn,
  id: ProfileId,
  state: ProfileState,
  touch: ProfileTouch,
): void {
  let least: number | null = null;
  for (const [, row] of turn.space.rows(`o/${id}/`)) {
    const receivedAt = (row as readonly [readonly Packed[]])[0][7] as number;
    if (least === null || receivedAt < least) least = receivedAt;
  }
  state.receivedAt = least;
  touch.isVertexDirty = true;
}

function tellKey(
  turn: Turn,
  id: ProfileId,
  state: ProfileState,
  key: KeyId,
  broughtBy: string,
): void {
  const hold = state.values.get(key);
  if (hold === undefined) return;
  const { namespace, value } = hold;
  const isHeld = hold.kind !== 1 && hold.days.size > 0 && !isSuppressed(state, namespace, value);
  const after = isHeld ? supportBucket(hold.days.size) + 1 : 0;
  const rules = turn.rules.byName.get(namespace);
  const isScored = isHeld && rules?.certainty === null;
  const isCounted = isHeld && rules !== undefined && rules.personCap !== null;
  const digestVersion = isScored || isCounted ? state.digestVersion : 0;
  if (after !== hold.sent || digestVersion !== hold.sentDigest) {
    const digest = isScored ? state.digest : EMPTY_DIGEST;
    const signature = isCounted ? state.signature : '';
    const deliveryId = hold.sent === 0 ? broughtBy : '';
    turn.send([
      MessageKind.hold,
      key,
      namespace,
      value,
      id,
      hold.sent,
      after,
      digest,
      signature,
      deliveryId,
    ]);
    hold.sent = after;
    hold.sentDigest = digestVersion;
  }
  if (hold.days.size === 0) state.values.delete(key);
}
