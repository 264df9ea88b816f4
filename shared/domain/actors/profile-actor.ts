/**
 * The profile actor: what one anchor knows (ARCHITECTURE S3, S5, S6, S8, S9).
 *
 * Owns what was observed of the profile (`profile-observations.ts`), its labels and suppressions,
 * and, as home of the lesser profile, the pairs (`pair-home.ts`). Handlers note what changed;
 * `finaliseProfile` tells keys, devices, pair homes and the root.
 */
import type { KeyId, ProfileId } from '../identifier.ts';
import { EMPTY_DIGEST } from '../matching/digest.ts';
import { type Label, MessageKind, type Mute, type Suppress } from '../messages.ts';
import { countedDays, isStillSeen, restingOn } from './bases.ts';
import { finaliseDevice, finaliseDeviceHolds, snapshotDevice } from './device-days.ts';
import { countNeighbours } from './neighbour-storm.ts';
import { finaliseSameParty, statePairs } from './pair-home.ts';
import { isSuppressed, loadProfile, saveMoved, saveProfile } from './profile-access.ts';
import { refreshDigest } from './profile-digest.ts';
import { observationRows, receivedAtOf } from './profile-observations.ts';
import { supportBucket } from '../certainty.ts';
import { type ProfileState, suppressionKey, type Verdict, verdictWins } from './states.ts';
import type { ProfileTouch, Turn } from './turn.ts';
import { refreshVertex } from './vertex.ts';
import { own } from './own-entries.ts';

export function handleSuppress(turn: Turn, message: Suppress): void {
  const [, id, namespace, value, decidedAt, withdrawn, ...by] = message;
  const state = loadProfile(turn, id);
  const key = suppressionKey(namespace, value);
  const verdict: Verdict = [decidedAt, withdrawn, ...by];
  if (!verdictWins(state.suppressed.get(key) ?? null, verdict)) return;
  const touch = turn.touchProfile(id);
  for (const device of state.devices.keys()) snapshotDevice(state, touch, id, device);
  own(state, 'suppressed').set(key, verdict);
  for (const held of state.values.keys()) own(touch, 'values').add(held);
  for (const other of state.others.keys()) own(touch, 'others').add(other);
  touch.isVertexDirty = true;
  touch.isDigestDirty = true;
  saveProfile(turn, id, state);
}

/** A value came to count for nothing, or to count again: as if observations did not carry it. */
export function handleMute(turn: Turn, [, id, key, muted]: Mute): void {
  const state = loadProfile(turn, id);
  if (state.muted.has(key) === (muted === 1)) return;
  const touch = turn.touchProfile(id);
  for (const [device, hold] of state.devices) {
    if (hold.keys.has(key)) snapshotDevice(state, touch, id, device);
  }
  for (const resting of restingOn(state, key)) own(touch, 'values').add(resting);
  if (muted === 1) own(state, 'muted').add(key);
  else state.muted.delete(key);
  touch.isVertexDirty = true;
  touch.isDigestDirty = true;
  saveProfile(turn, id, state);
}

export function handleLabel(turn: Turn, [, id, decisionId, label]: Label): void {
  const state = loadProfile(turn, id);
  const touch = turn.touchProfile(id);
  if (label === null) state.labels.delete(decisionId);
  else own(state, 'labels').set(decisionId, label);
  touch.isVertexDirty = true;
  saveProfile(turn, id, state);
}

export function finaliseProfile(turn: Turn, id: ProfileId, touch: ProfileTouch): void {
  const state = turn.space.load('profile', id);
  if (state === undefined) return;
  if (touch.isReceivedAtStale) refreshReceivedAt(turn, id, state, touch);
  if (touch.isDigestDirty) refreshDigest(turn, state, touch);
  for (const key of touch.values) tellKey(turn, id, state, key, touch.broughtBy);
  finaliseSameParty(turn, id, state, touch);
  finaliseDeviceHolds(turn, id, state, touch);
  if (touch.isDeviceDirty) finaliseDevice(turn, id, state);
  const edges = statePairs(turn, id, state, touch);
  countNeighbours(turn, state, touch);
  const isVertexChanged = touch.isVertexDirty && refreshVertex(turn.rules, state);

  if (edges.length > 0 || isVertexChanged) {
    const from = state.version;
    state.version = from + 1;
    turn.send([MessageKind.state, state.root, id, from, state.version, state.vertex, edges]);
  }
  // All else that is not still was declared by whoever touched it, in this turn.
  if (isVertexChanged) saveProfile(turn, id, state);
  else saveMoved(turn, id, state);
}

/** One with the least received_at went: unless another has it, find the next among the observation rows. */
function refreshReceivedAt(
  turn: Turn,
  id: ProfileId,
  state: ProfileState,
  touch: ProfileTouch,
): void {
  const before = state.receivedAt;
  if (turn.space.someRow(observationRows(id), (row) => receivedAtOf(row) === before)) return;
  let least: number | null = null;
  for (const [, row] of turn.space.rows(observationRows(id))) {
    const receivedAt = receivedAtOf(row);
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
  const days = hold.kind === 1 ? 0 : countedDays(state, hold).length;
  const isHeld = days > 0 && !isSuppressed(state, namespace, value);
  const after = isHeld ? supportBucket(days) + 1 : 0;
  const rules = turn.rules.byName.get(namespace);
  const isScored = isHeld && rules?.certainty === null;
  const isCounted = isHeld && rules !== undefined && rules.personCap !== null;
  const digestVersion = isScored || isCounted ? state.digestVersion : 0;
  if (after !== hold.sent || digestVersion !== hold.sentDigest) {
    const digest = isScored ? state.digest : EMPTY_DIGEST;
    const signature = isCounted ? state.signature : '';
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
      hold.sent === 0 ? broughtBy : '',
    ]);
    hold.sent = after;
    hold.sentDigest = digestVersion;
  }
  if (!isStillSeen(hold)) state.values.delete(key);
}
