/**
 * What two customers have in common and what says nothing all the same, for explanations of why they
 * are apart: generic values, values and deliveries that are held, rules that are held, what too many
 * hold, what a steward took back. All of it is read from the actors as they stand.
 */
import { GENERIC } from '../domain/actors/evidence-standing.ts';
import { HELD, REJECTED, RELEASED } from '../domain/actors/orders.ts';
import { isSuppressed } from '../domain/actors/profile-access.ts';
import { unpackProfile } from '../domain/actors/profile-codec.ts';
import type { ProfileState, ValueHold } from '../domain/actors/states.ts';
import { devicePersons } from '../domain/device.ts';
import {
  compareText,
  type InteractionId,
  type KeyId,
  type ProfileId,
} from '../domain/identifier.ts';
import { indexRules, type RulesIndex } from '../domain/rules.ts';
import type { UncountedEvidence } from '../protocol/explanations.ts';
import type { HeldParty, InteractionAnswer, KeyAnswer, ObservationRow } from '../protocol/query.ts';
import { listOrders } from './order-list.ts';
import { type AskOptions, PartitionBatch } from './partition-batch.ts';
import type { ReaderContext } from './reader.ts';

/** Most entries told, and most values looked up to find them. */
const TOLD_MAX = 50;
const KEYS_MAX = 500;
/** Latest observations of each of the two profiles that are looked at for held deliveries. */
const OBSERVATIONS = 64;

type States = ReadonlyMap<ProfileId, ProfileState | null>;
/** States of the profiles of two customers. */
export type Sides = readonly [ours: States, theirs: States];

export interface Uncounted {
  /** By namespace, then reason, then value; at most `TOLD_MAX`. */
  readonly evidence: readonly UncountedEvidence[];
  /** Keys that both hold and that propose nothing. */
  readonly silentKeys: ReadonlySet<KeyId>;
}

/**
 * What both have and what does not count. `sides` are the profiles of both customers with their states,
 * `asked` the profile of each that was asked about.
 */
export async function uncountedBetween(
  context: ReaderContext,
  sides: Sides,
  asked: readonly [ProfileId, ProfileId],
  options: AskOptions,
): Promise<Uncounted> {
  const rules = indexRules(context.rules.rules);
  const values = await silentValues(context, rules, sides, options);
  const found = [
    ...takenBack(sides),
    ...values.values(),
    ...(await crowdedDevices(context, rules, sides, options)),
    ...(await silentRules(context, sides, options)),
    ...(await heldDeliveries(context, sides, asked, options)),
  ];
  const distinct = new Map(found.map((one) => [JSON.stringify(one), one]));
  const evidence = Array.from(distinct)
    .sort(
      ([left, one], [right, other]) =>
        compareText(one.namespace, other.namespace) || compareText(left, right),
    )
    .slice(0, TOLD_MAX)
    .map(([, one]) => one);
  return { evidence, silentKeys: new Set(values.keys()) };
}

function entryOf(
  namespace: string,
  reason: UncountedEvidence['reason'],
  more: Partial<UncountedEvidence> = {},
): UncountedEvidence {
  return { namespace, reason, holders: 0, valueRef: null, source: '', delivery: '', ...more };
}

/** Of one side all that it holds under a key, whether told to the key or not. */
function holdsOf(states: States): Map<KeyId, ValueHold> {
  const holds = new Map<KeyId, ValueHold>();
  for (const state of states.values()) {
    for (const [key, hold] of state?.values ?? []) {
      if (hold.kind !== 1 && (hold.sent > 0 || !holds.has(key))) holds.set(key, hold);
    }
  }
  return holds;
}

/** Values that key actors do not count though both sides hold them. */
async function silentValues(
  context: ReaderContext,
  rules: RulesIndex,
  [ours, theirs]: Sides,
  options: AskOptions,
): Promise<Map<KeyId, UncountedEvidence>> {
  const others = holdsOf(theirs);
  const shared = Array.from(holdsOf(ours))
    .filter(([key, { sent }]) => sent > 0 && (others.get(key)?.sent ?? 0) > 0)
    .slice(0, KEYS_MAX);
  const batch = new PartitionBatch(context.topology);
  for (const [key] of shared) batch.askKey(key);
  await batch.run(context.port, options);
  const silent = new Map<KeyId, UncountedEvidence>();
  for (const [key, { namespace }] of shared) {
    const answer = batch.keys.get(key) ?? null;
    const reason = answer === null ? null : whySilent(rules, namespace, answer);
    if (answer === null || reason === null) continue;
    const valueRef = context.references.valueRef(key);
    silent.set(key, entryOf(namespace, reason, { holders: answer[0], valueRef }));
  }
  return silent;
}

function whySilent(
  rules: RulesIndex,
  namespace: string,
  [count, , standing]: KeyAnswer,
): UncountedEvidence['reason'] | null {
  switch (standing) {
    case GENERIC:
      return 'generic';
    case HELD:
      return 'held';
    case REJECTED:
      return 'rejected';
    case RELEASED:
      return count > (rules.byName.get(namespace)?.holderCap ?? 0) ? 'over_cap' : null;
  }
}

/** What a side carries, but for a retraction of it there, and the other side has. */
function takenBack([ours, theirs]: Sides): UncountedEvidence[] {
  const found: UncountedEvidence[] = [];
  for (const [one, other] of [
    [ours, theirs],
    [theirs, ours],
  ] as const) {
    const held = holdsOf(other);
    for (const state of one.values()) {
      if (state === null || state.suppressed.size === 0) continue;
      const carried = [
        ...Array.from(state.values).filter(([key]) => held.has(key)),
        ...Array.from(state.others).filter(([profile]) => other.has(profile)),
        ...Array.from(state.devices).filter(([device]) => isOn(other, device)),
      ];
      for (const [, { namespace, value }] of carried) {
        if (isSuppressed(state, namespace, value)) found.push(entryOf(namespace, 'retracted'));
      }
    }
  }
  return found;
}

function isOn(states: States, device: ProfileId): boolean {
  if (states.has(device)) return true;
  return Array.from(states.values()).some((state) => state?.devices.has(device) === true);
}

/** Devices of both sides with more persons than connect anything. */
async function crowdedDevices(
  context: ReaderContext,
  rules: RulesIndex,
  [ours, theirs]: Sides,
  options: AskOptions,
): Promise<UncountedEvidence[]> {
  const shared = new Set<ProfileId>();
  for (const state of ours.values()) {
    for (const [device] of state?.devices ?? []) if (isOn(theirs, device)) shared.add(device);
  }
  for (const device of ours.keys()) if (isOn(theirs, device)) shared.add(device);
  const batch = new PartitionBatch(context.topology);
  for (const device of [...shared].slice(0, KEYS_MAX)) batch.askProfile(device, 0);
  await batch.run(context.port, options);
  return Array.from(batch.profiles.values()).flatMap((answer) => {
    if (answer === null) return [];
    const { seenBy, deviceNamespace } = unpackProfile(answer[0]);
    const seen = Array.from(seenBy, ([profile, { days, keys }]) => ({ profile, days, keys }));
    const holders = devicePersons(seen).length;
    if (holders <= rules.rules.devicePersonCap) return [];
    return [entryOf(deviceNamespace, 'over_cap', { holders })];
  });
}

/** Proposals between the two that an order about their rule silences. */
async function silentRules(
  context: ReaderContext,
  [ours, theirs]: Sides,
  options: AskOptions,
): Promise<UncountedEvidence[]> {
  const names = new Set<string>();
  for (const [one, other] of [
    [ours, theirs],
    [theirs, ours],
  ] as const) {
    for (const state of one.values()) {
      for (const [high, { proposals }] of state?.pairs ?? []) {
        if (!other.has(high)) continue;
        for (const { isSilent, namespace } of proposals.values())
          if (isSilent) names.add(namespace);
      }
    }
  }
  if (names.size === 0) return [];
  const orders = await listOrders(context, false, options);
  return orders.flatMap(({ subject, standing }) => {
    if (subject.kind !== 'rule' || !names.has(subject.namespace)) return [];
    return [entryOf(subject.namespace, standing === 'held' ? 'rule_held' : 'rule_rejected')];
  });
}

/** Observations of the two profiles asked about that are held, and would meet the other side. */
async function heldDeliveries(
  context: ReaderContext,
  sides: Sides,
  asked: readonly [ProfileId, ProfileId],
  options: AskOptions,
): Promise<UncountedEvidence[]> {
  const profiles = new PartitionBatch(context.topology);
  for (const profile of asked) profiles.askProfile(profile, OBSERVATIONS);
  await profiles.run(context.port, options);
  const rows = asked.map((profile) => profiles.profiles.get(profile)?.[1] ?? []);
  const batch = new PartitionBatch(context.topology);
  for (const [header] of rows.flat()) batch.askInteraction(header[0] as InteractionId);
  await batch.run(context.port, options);
  const heldOf = ([[interaction, party]]: ObservationRow): HeldParty | null =>
    (batch.interactions.get(interaction as InteractionId) as InteractionAnswer | null)?.[2]?.[
      party
    ] ?? null;
  const carried = rows.map((side) => side.flatMap((row) => heldOf(row) ?? []));
  return rows.flatMap((side, index) => {
    const other = 1 - index;
    const states = sides[other] as States;
    const known = new Set([...states.keys(), ...holdsOf(states).keys(), ...(carried[other] ?? [])]);
    return side.flatMap((row) => {
      if (!(heldOf(row) ?? []).some((id) => known.has(id))) return [];
      const [, , source, , , , , , delivery] = row[0];
      return [entryOf('', 'delivery_held', { source, delivery })];
    });
  });
}
