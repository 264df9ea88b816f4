/**
 * What a profile's observations add to it and take from it (ARCHITECTURE S3, S6, S8, S9, S18).
 *
 * An observation is a row of its own; the profile keeps on which days it saw which value, anchor,
 * attribute and fact (*holds*). A row names the holds of its party by number (`ref`), so that when
 * it is taken back the other rows of that day tell which holds lose the day.
 * I1 A repeat of what the profile knows of that day changes the row only, not the profile (unless
 *    it has several parties: relationships are counted).
 * I2 A hold has a day exactly while a row of that day names it.
 * I3 A ref is never given twice; a hold without days goes in the turn in which it lost the last one.
 */
import type { KeyId, ProfileId } from '../identifier.ts';
import type { Basis } from '../interaction.ts';
import type { ObservationHeader, Observe, PackedParty } from '../messages.ts';
import { dayOf } from '../rules.ts';
import { addDay, type Days, hasDay, removeDay } from './days.ts';
import { basisHold } from './bases.ts';
import { countAdded, countRemoved, dayCounts } from './day-counts.ts';
import { snapshotDevice } from './device-days.ts';
import { loadProfile, saveProfile } from './profile-access.ts';
import {
  attributeKey,
  type DeviceHold,
  type OtherHold,
  type ProfileState,
  relationKey,
  type ValueHold,
} from './states.ts';
import type { ProfileTouch, Turn } from './turn.ts';
import { noEntries, own } from './own-entries.ts';

/** A row as the store keeps it; readers see the first two fields (`protocol/query.ts`). */
export type ObservationRow = readonly [
  header: ObservationHeader,
  role: string,
  refs: readonly number[],
];

/** The shift makes days from 1900 on non-negative; earlier ones are ordered as that day. */
const DAYS_BEFORE_1970 = 25_567;

/** Begin of the keys of the rows of one day; rows of a profile are in order of occurrence. */
function dayRows(profile: string, day: number): string {
  return `o/${profile}/${Math.max(0, day + DAYS_BEFORE_1970)
    .toString(16)
    .padStart(5, '0')}`;
}

function rowOf(profile: string, header: ObservationHeader): string {
  const day = dayOf(header[6]);
  const time = (header[6] - day * 86_400_000).toString(16).padStart(7, '0');
  return `${dayRows(profile, day)}${time}/${header[0]}/${header[1]}`;
}

/** Begin of the keys of all rows of a profile. */
export function observationRows(profile: string): string {
  return `o/${profile}/`;
}

/** The time of receipt that a stored row tells. */
export function receivedAtOf(row: unknown): number {
  return (row as ObservationRow)[0][7];
}

export function handleObserve(turn: Turn, message: Observe): void {
  const [, id, sign, header, party, relations] = message;
  const state = loadProfile(turn, id);
  if (sign > 0) add(turn, state, id, header, party, relations);
  else takeBack(turn, state, id, header, party, relations);
}

/** Whether a change of a value's days may change what its limit counts (S13). */
function countsAsLimited(turn: Turn, namespace: string, days: Days): boolean {
  const rules = turn.rules.byName.get(namespace);
  if (rules === undefined || (rules.limit === null && !rules.exclusive)) return false;
  // For limits that hold for ever only the first day and the last one make a difference.
  return rules.limit === null || rules.limit.window === 'ever' ? days.length <= 1 : true;
}

function add(
  turn: Turn,
  state: ProfileState,
  id: ProfileId,
  header: ObservationHeader,
  party: PackedParty,
  relations: Observe[5],
): void {
  turn.space.count('observationsAdded');
  const day = dayOf(header[6]);
  const adding = new Adding(turn, state, id, day);
  adding.profile(party, header[7]);
  adding.values(party);
  adding.anchors(party);
  adding.attributes(party);
  if (relations.length > 0) {
    countRelations(state, party[0], relations, 1);
    adding.isChanged = true;
  }
  if (adding.isChanged && turn.rules.rules.stormHolders > 0) {
    turn.touchProfile(id).broughtBy = header[9] === '' ? `~${header[2]}` : header[9];
  }
  turn.space.putRow(rowOf(id, header), [header, party[0], adding.refs]);
  countAdded(state, day, adding.refs);
  if (adding.isChanged) saveProfile(turn, id, state);
}

/** One observation on its way into the profile; remembers whether the profile changed. */
class Adding {
  readonly refs: number[] = [];
  isChanged = false;
  readonly #turn: Turn;
  readonly #state: ProfileState;
  readonly #id: ProfileId;
  readonly #day: number;

  constructor(turn: Turn, state: ProfileState, id: ProfileId, day: number) {
    this.#turn = turn;
    this.#state = state;
    this.#id = id;
    this.#day = day;
  }

  profile(party: PackedParty, receivedAt: number): void {
    const state = this.#state;
    if (state.kind === null) {
      const touch = this.#change();
      [, , state.kind, state.namespace, state.value] = party;
      touch.isVertexDirty = true;
      touch.isDigestDirty = true;
      this.#turn.space.ladderChanged(this.#id, this.#turn.origin);
    }
    if (state.receivedAt === null || receivedAt < state.receivedAt) {
      state.receivedAt = receivedAt;
      this.#change().isVertexDirty = true;
    }
    if (!addDay(state.days, this.#day)) return;
    const touch = this.#change();
    // A limited anchor counts in the bucket of each day.
    if (countsAsLimited(this.#turn, state.namespace, state.days)) touch.isVertexDirty = true;
    if (state.kind === 0 && this.#isCompared(state.namespace)) touch.isDigestDirty = true;
  }

  values(party: PackedParty): void {
    for (const [key, namespace, value, kind, bases] of party[6]) {
      let hold = this.#state.values.get(key);
      if (hold === undefined) {
        const untold = { days: [], bases: null, sent: 0, sentDigest: 0 };
        hold = { ref: this.#nextRef(), namespace, value, kind, ...untold };
        own(this.#state, 'values').set(key, hold);
      }
      if (bases !== undefined) {
        for (const basis of bases) this.#basis(key, hold, basis);
        continue;
      }
      this.refs.push(hold.ref);
      if (!addDay(hold.days, this.#day)) continue;
      const touch = this.#change();
      own(touch, 'values').add(key);
      if (kind !== 2) touch.isDigestDirty = true;
      if (countsAsLimited(this.#turn, namespace, hold.days)) touch.isVertexDirty = true;
    }
  }

  #basis(key: KeyId, hold: ValueHold, basis: Basis): void {
    let held = basisHold(hold, basis);
    if (held === undefined) {
      held = { ref: this.#nextRef(), of: basis, days: [] };
      hold.bases ??= [];
      hold.bases.push(held);
    }
    this.refs.push(held.ref);
    if (addDay(held.days, this.#day)) own(this.#change(), 'values').add(key);
  }

  anchors(party: PackedParty): void {
    for (const [other, namespace, value, kind] of party[5]) {
      if (kind === 0) this.#other(other, namespace, value);
    }
    // Devices last: they name the holds of persons and values.
    for (const [other, namespace, value, kind] of party[5]) {
      if (kind === 1) this.#device(other, namespace, value, party);
    }
  }

  #other(other: ProfileId, namespace: string, value: string): void {
    let hold = this.#state.others.get(other);
    if (hold === undefined) {
      hold = { ref: this.#nextRef(), namespace, value, days: [], sent: 0 };
      own(this.#state, 'others').set(other, hold);
    }
    this.refs.push(hold.ref);
    if (!addDay(hold.days, this.#day)) return;
    const touch = this.#change();
    own(touch, 'others').add(other);
    if (this.#isCompared(namespace)) touch.isDigestDirty = true;
    if (countsAsLimited(this.#turn, namespace, hold.days)) touch.isVertexDirty = true;
  }

  #device(device: ProfileId, namespace: string, value: string, party: PackedParty): void {
    const known = this.#state.devices.get(device);
    const keys = personKeys(this.#state, party);
    const hasAll =
      known !== undefined &&
      hasDay(known.days, this.#day) &&
      keys.every(([key]) => known.keys.has(key));
    if (known !== undefined) this.refs.push(known.ref);
    if (hasAll) return;
    const touch = this.#change();
    snapshotDevice(this.#state, touch, this.#id, device);
    const hold = known ?? { ref: this.#nextRef(), namespace, value, days: [], keys: noEntries() };
    if (known === undefined) {
      own(this.#state, 'devices').set(device, hold);
      this.refs.push(hold.ref);
    }
    if (addDay(hold.days, this.#day) && countsAsLimited(this.#turn, namespace, hold.days)) {
      touch.isVertexDirty = true;
    }
    for (const [key, held] of keys) own(hold, 'keys').set(key, held);
  }

  attributes(party: PackedParty): void {
    for (const [name, value] of party[7]) {
      const key = attributeKey(name, value);
      let held = this.#state.attributes.get(key);
      if (held === undefined) {
        held = { ref: this.#nextRef(), name, value, days: [] };
        own(this.#state, 'attributes').set(key, held);
      }
      this.refs.push(held.ref);
      if (addDay(held.days, this.#day)) this.#change();
    }
    for (const [name, text] of party[8]) {
      if (!this.#isCompared(name)) continue;
      const key = attributeKey(name, text);
      let held = this.#state.facts.get(key);
      if (held === undefined) {
        held = { ref: this.#nextRef(), name, text, days: [] };
        own(this.#state, 'facts').set(key, held);
      }
      this.refs.push(held.ref);
      // How many days it was seen on decides which facts a digest has room for.
      if (addDay(held.days, this.#day)) this.#change().isDigestDirty = true;
    }
  }

  #change(): ProfileTouch {
    this.isChanged = true;
    return this.#turn.touchProfile(this.#id);
  }

  #nextRef(): number {
    return this.#state.nextRef++;
  }

  #isCompared(name: string): boolean {
    return this.#turn.rules.scorer?.compares(name) === true;
  }
}

/** Relationships are counted: interactions of several parties always change the profile. */
function countRelations(
  state: ProfileState,
  role: string,
  relations: Observe[5],
  sign: 1 | -1,
): void {
  for (const [other, otherRole] of relations) {
    const key = relationKey(other, role, otherRole);
    const held = state.relations.get(key) ?? [other, role, otherRole, 0];
    held[3] += sign;
    if (held[3] === 0) state.relations.delete(key);
    else own(state, 'relations').set(key, held);
  }
}

/** Person anchors and evidence values of a party: what tells device persons apart (S9). */
function personKeys(
  state: ProfileState,
  party: PackedParty,
): (readonly [key: string, hold: ValueHold | OtherHold])[] {
  const keys: (readonly [string, ValueHold | OtherHold])[] = [];
  for (const [other, , , kind] of party[5]) {
    if (kind === 0) keys.push([other, heldOf(state.others.get(other))]);
  }
  for (const [key, , , kind] of party[6]) {
    if (kind === 0) keys.push([key, heldOf(state.values.get(key))]);
  }
  return keys;
}

/** What an observation of the profile carries is held by it, until it is taken back (I2). */
function heldOf<T>(hold: T | undefined | null): T {
  if (hold === undefined || hold === null)
    throw new Error('an observation is taken back that was not there');
  return hold;
}

function takeBack(
  turn: Turn,
  state: ProfileState,
  id: ProfileId,
  header: ObservationHeader,
  party: PackedParty,
  relations: Observe[5],
): void {
  turn.space.count('observationsRemoved');
  const day = dayOf(header[6]);
  const touch = turn.touchProfile(id);
  const counts = dayCounts(state, day, () => refsOfDay(turn, id, day));
  const place = rowOf(id, header);
  const [, , refs] = heldOf(turn.space.row(place) as ObservationRow | null);
  turn.space.putRow(place, null);
  countRemoved(state, day, counts, refs);
  if (header[7] === state.receivedAt) touch.isReceivedAtStale = true;
  if (counts.rows === 0 && removeDay(state.days, day)) {
    if (countsAsLimited(turn, state.namespace, state.days)) touch.isVertexDirty = true;
    touch.isDigestDirty = true;
  }
  const { named } = counts;
  takeBackAnchors({ turn, state, touch, id, party, day, named });
  for (const [key, namespace, , kind, bases] of party[6]) {
    const hold = heldOf(state.values.get(key));
    for (const basis of bases ?? []) {
      const { ref, days } = heldOf(basisHold(hold, basis));
      if (!named.has(ref) && removeDay(days, day)) own(touch, 'values').add(key);
    }
    if (bases !== undefined) continue;
    if (named.has(hold.ref) || !removeDay(hold.days, day)) continue;
    own(touch, 'values').add(key);
    if (kind !== 2) touch.isDigestDirty = true;
    if (countsAsLimited(turn, namespace, hold.days)) touch.isVertexDirty = true;
  }
  takeBackFacts(turn, state, touch, party, day, named);
  countRelations(state, party[0], relations, -1);
  saveProfile(turn, id, state);
}

function refsOfDay(turn: Turn, id: ProfileId, day: number): (readonly number[])[] {
  return (
    turn.space
      .rows(dayRows(id, day))
      .map(([, row]) => row as ObservationRow)
      // Days before 1900 share one range of keys.
      .filter(([header]) => dayOf(header[6]) === day)
      .map(([, , refs]) => refs)
  );
}

interface TakingBack {
  readonly turn: Turn;
  readonly state: ProfileState;
  readonly touch: ProfileTouch;
  readonly id: ProfileId;
  readonly party: PackedParty;
  readonly day: number;
  /** Refs of all holds that other observations of the day name. */
  readonly named: ReadonlyMap<number, number>;
}

function takeBackAnchors({ turn, state, touch, id, party, day, named }: TakingBack): void {
  for (const [other, namespace, , kind] of party[5]) {
    if (kind === 1) {
      const hold = heldOf(state.devices.get(other));
      snapshotDevice(state, touch, id, other);
      takeBackKeys(turn, id, hold, personKeys(state, party));
      if (named.has(hold.ref) || !removeDay(hold.days, day)) continue;
      if (countsAsLimited(turn, namespace, hold.days)) touch.isVertexDirty = true;
      continue;
    }
    const hold = heldOf(state.others.get(other));
    if (named.has(hold.ref) || !removeDay(hold.days, day)) continue;
    own(touch, 'others').add(other);
    touch.isDigestDirty = true;
    if (countsAsLimited(turn, namespace, hold.days)) touch.isVertexDirty = true;
  }
}

/** Keys that no other observation carries together with the device are no longer seen on it. */
function takeBackKeys(
  turn: Turn,
  id: ProfileId,
  device: DeviceHold,
  keys: readonly (readonly [key: string, hold: ValueHold | OtherHold])[],
): void {
  for (const [key, { ref }] of keys) {
    const isElsewhere = turn.space.someRow(observationRows(id), (row) => {
      const [, , refs] = row as ObservationRow;
      return refs.includes(device.ref) && refs.includes(ref);
    });
    if (!isElsewhere) device.keys.delete(key);
  }
}

function takeBackFacts(
  turn: Turn,
  state: ProfileState,
  touch: ProfileTouch,
  party: PackedParty,
  day: number,
  named: ReadonlyMap<number, number>,
): void {
  for (const [name, value] of party[7]) {
    const key = attributeKey(name, value);
    const held = heldOf(state.attributes.get(key));
    if (named.has(held.ref) || !removeDay(held.days, day)) continue;
    if (held.days.length === 0) state.attributes.delete(key);
  }
  for (const [name, text] of party[8]) {
    if (turn.rules.scorer?.compares(name) !== true) continue;
    const key = attributeKey(name, text);
    const held = heldOf(state.facts.get(key));
    if (named.has(held.ref) || !removeDay(held.days, day)) continue;
    touch.isDigestDirty = true;
    if (held.days.length === 0) state.facts.delete(key);
  }
}
