/**
 * Devices: which profile was seen on which device on which days (ARCHITECTURE S9).
 *
 * The person side counts days and person keys per device and tells the device profile the
 * difference; the device side weighs its persons against each other and proposes pairs.
 */
import { deviceEdges } from '../device.ts';
import { compareText, type KeyId, type ProfileId } from '../identifier.ts';
import { type DeviceSeen, MessageKind } from '../messages.ts';
import { declaredCertainty } from '../rules.ts';
import { isSuppressed, loadProfile, saveProfile } from './profile-access.ts';
import type { ProfileState } from './states.ts';
import type { DeviceBefore, ProfileTouch, Turn } from './turn.ts';
import { own } from './own-entries.ts';

const NOTHING: DeviceBefore = { days: [], keys: [] };

/** What the device should know of this profile now. */
function seenOnDevice(state: ProfileState, id: ProfileId, device: ProfileId): DeviceBefore {
  const hold = state.devices.get(device);
  if (hold === undefined || hold.days.length === 0) return NOTHING;
  if (state.kind !== 0 && state.kind !== 1) return NOTHING;
  if (isSuppressed(state, hold.namespace, hold.value)) return NOTHING;
  const keys: string[] = [id];
  for (const [key, held] of hold.keys) {
    const isMuted = state.muted.size > 0 && state.muted.has(key as KeyId);
    if (!isMuted && !isSuppressed(state, held.namespace, held.value)) keys.push(key);
  }
  return { days: hold.days.slice(), keys };
}

/** Remembers, at the first touch of a turn, what the device was last told. */
export function snapshotDevice(
  state: ProfileState,
  touch: ProfileTouch,
  id: ProfileId,
  device: ProfileId,
): void {
  if (!touch.devices.has(device))
    own(touch, 'devices').set(device, seenOnDevice(state, id, device));
}

export function finaliseDeviceHolds(
  turn: Turn,
  id: ProfileId,
  state: ProfileState,
  touch: ProfileTouch,
): void {
  for (const [device, before] of touch.devices) {
    const after = seenOnDevice(state, id, device);
    const addedDays = difference(after.days, before.days);
    const removedDays = difference(before.days, after.days);
    const addedKeys = difference(after.keys, before.keys);
    const removedKeys = difference(before.keys, after.keys);
    const hold = state.devices.get(device);
    if (hold !== undefined) {
      if (addedDays.length + removedDays.length + addedKeys.length + removedKeys.length > 0) {
        turn.send([
          MessageKind.deviceSeen,
          device,
          hold.namespace,
          id,
          addedDays,
          removedDays,
          addedKeys,
          removedKeys,
        ]);
      }
      if (hold.days.length === 0) state.devices.delete(device);
    }
  }
}

function difference<T>(left: readonly T[], right: readonly T[]): T[] {
  if (right.length === 0) return left.slice();
  const known = new Set(right);
  return left.filter((item) => !known.has(item));
}

export function handleDeviceSeen(turn: Turn, message: DeviceSeen): void {
  const [, device, namespace, profile, addedDays, removedDays, addedKeys, removedKeys] = message;
  const state = loadProfile(turn, device);
  state.deviceNamespace = namespace;
  const seen = state.seenBy.get(profile) ?? {
    days: [],
    keys: [],
    sentCertainty: null,
    sentSupport: 0,
  };
  seen.days = difference(seen.days, removedDays)
    .concat(addedDays)
    .sort((left, right) => left - right);
  seen.keys = difference(seen.keys, removedKeys).concat(addedKeys).sort(compareText);
  own(state, 'seenBy').set(profile, seen);
  turn.touchProfile(device).isDeviceDirty = true;
  saveProfile(turn, device, state);
}

/** As a device: weighs its persons and proposes, changes or withdraws the pairs. */
export function finaliseDevice(turn: Turn, device: ProfileId, state: ProfileState): void {
  const rules = turn.rules.byName.get(state.deviceNamespace);
  if (rules === undefined) return;
  const holders = Array.from(state.seenBy, ([profile, seen]) => ({
    profile,
    days: seen.days,
    keys: seen.keys,
  })).filter((holder) => holder.days.length > 0);
  const edges = new Map(
    deviceEdges({
      declared: declaredCertainty(rules),
      reviewFloor: turn.rules.rules.reviewFloor,
      personCap: turn.rules.rules.devicePersonCap,
      holders,
    }).map((edge) => [edge.profile, edge]),
  );
  for (const profile of Array.from(state.seenBy.keys()).sort(compareText)) {
    const seen = state.seenBy.get(profile);
    if (seen === undefined) continue;
    const edge = edges.get(profile);
    const certainty = edge?.certainty ?? null;
    const support = edge?.support ?? 0;
    if (certainty !== seen.sentCertainty || support !== seen.sentSupport) {
      seen.sentCertainty = certainty;
      seen.sentSupport = support;
      const [low, high] = device < profile ? [device, profile] : [profile, device];
      turn.send([
        MessageKind.propose,
        low,
        high,
        `d${device}`,
        certainty,
        support,
        rules.priority,
        2,
        rules.name,
        '',
      ]);
    }
    if (seen.days.length === 0) state.seenBy.delete(profile);
  }
}
