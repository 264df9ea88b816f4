/**
 * Oracle, second step: from live evidence to one edge a pair (S6-S11).
 *
 * Owns holders, device persons and edges. Does not own what the edges join.
 */
import { compareText } from '../../shared/domain/identifier.ts';
import type { KeyId, ProfileId } from '../../shared/domain/identifier.ts';
import type { ComponentEdge } from '../../shared/domain/component.ts';
import { CERTAIN, declaredCertainty, PRIORITY_DECISION } from '../../shared/domain/rules.ts';
import type { QuarterBits, RulesIndex } from '../../shared/domain/rules.ts';
import { type Digest, EMPTY_DIGEST } from '../../shared/domain/matching/digest.ts';
import { findDigests } from './oracle-digests.ts';
import { personsShown, withoutValues } from './oracle-generics.ts';
import type { LiveEvidence, LiveObservation } from './oracle-live.ts';

/** S6: who holds one evidence value, and on how many distinct days each was seen with it. */
export interface OracleValue {
  readonly key: KeyId;
  readonly namespace: string;
  readonly value: string;
  /** Sorted by profile. */
  readonly holders: readonly {
    readonly profile: ProfileId;
    readonly days: number;
    /** The first of them. */
    readonly first: number;
  }[];
  readonly overCap: boolean;
  /** S21, S22: counts for nothing, being generic, held or rejected. */
  readonly muted: boolean;
}

/** S9: one profile on one device. */
export interface OracleDeviceUse {
  readonly device: ProfileId;
  readonly profile: ProfileId;
  /** Device persons on this device. */
  readonly persons: number;
  /** Distinct days of the profile's device person, and of all the others together. */
  readonly own: number;
  readonly other: number;
  /** Null when the device is over its cap or the certainty below the review floor. */
  readonly certainty: QuarterBits | null;
}

/** The value of `key`, made on first use. */
function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const held = map.get(key);
  if (held !== undefined) return held;
  const made = make();
  map.set(key, made);
  return made;
}

/** S6: min(10, floor(log2(days))), for days >= 1. */
export function supportBucket(days: number): number {
  let bucket = 0;
  while (bucket < 10 && 2 ** (bucket + 1) <= days) bucket++;
  return bucket;
}

/**
 * S9: floor(4 * log2((2 own + 1) / (2 other + 1))), exactly: the greatest k with
 * 2^k <= ((2 own + 1) / (2 other + 1))^4, in integers, so that no rounding of a logarithm counts.
 */
export function deviceCertainty(own: number, other: number): QuarterBits {
  const upper = BigInt(2 * own + 1) ** 4n;
  const lower = BigInt(2 * other + 1) ** 4n;
  let exponent = 0;
  while (lower << BigInt(exponent + 1) <= upper) exponent++;
  while (upper << BigInt(-exponent) < lower) exponent--;
  return exponent;
}

/** S11, with must-links first at equal certainty: positive when `left` is the stronger. */
function compareStrength(left: ComponentEdge, right: ComponentEdge): number {
  return (
    left.certainty - right.certainty ||
    Number(left.mustLink) - Number(right.mustLink) ||
    left.support - right.support ||
    right.priority - left.priority
  );
}

/** S11: the strongest edge of each pair; edges below the review floor are absent. */
class EdgeTable {
  private readonly byPair = new Map<string, ComponentEdge>();
  /** Low and high -> days since which something proposes them. */
  readonly proposedOn = new Map<string, number[]>();
  private readonly reviewFloor: QuarterBits;
  private readonly silentRules: ReadonlySet<string>;

  constructor(reviewFloor: QuarterBits, silentRules: ReadonlySet<string>) {
    this.reviewFloor = reviewFloor;
    this.silentRules = silentRules;
  }

  /**
   * `rule`: the namespace that proposes (S22); null: a decision. `since`: the day on which both had shown
   * it (S24).
   */
  propose(
    one: ProfileId,
    two: ProfileId,
    rule: string | null,
    since: number | null,
    grounds: Omit<ComponentEdge, 'low' | 'high'>,
  ): void {
    if (rule !== null && this.silentRules.has(rule)) return;
    const low = one < two ? one : two;
    const high = one < two ? two : one;
    if (since !== null) entryOf(this.proposedOn, low + high, () => []).push(since);
    if (grounds.certainty < this.reviewFloor) return;
    const edge = { low, high, ...grounds };
    const held = this.byPair.get(low + high);
    if (held === undefined || compareStrength(edge, held) > 0) this.byPair.set(low + high, edge);
  }

  /** Sorted by (low, high). */
  sorted(): ComponentEdge[] {
    return [...this.byPair.values()].sort(
      (left, right) => compareText(left.low, right.low) || compareText(left.high, right.high),
    );
  }
}

/** S6: holdings of one kind in the observations. */
function holdingsIn(
  index: RulesIndex,
  observations: readonly LiveObservation[],
  wanted: 'evidence' | 'derived',
): Omit<OracleValue, 'muted'>[] {
  const found = new Map<
    string,
    { key: KeyId; namespace: string; value: string; days: Map<ProfileId, Set<number>> }
  >();
  for (const observation of observations) {
    for (const { key, namespace, value, kind } of observation.values) {
      if (kind !== wanted) continue;
      const entry = entryOf(found, `${namespace}\n${value}`, () => ({
        key,
        namespace,
        value,
        days: new Map(),
      }));
      entryOf(entry.days, observation.profile, () => new Set<number>()).add(observation.day);
    }
  }
  return [...found.values()].map(({ key, namespace, value, days }) => ({
    key,
    namespace,
    value,
    holders: [...days]
      .map(([profile, seen]) => ({ profile, days: seen.size, first: Math.min(...seen) }))
      .sort((left, right) => compareText(left.profile, right.profile)),
    overCap: days.size > (index.byName.get(namespace)?.holderCap ?? 0),
  }));
}

/**
 * S6, S21, S22: all live holdings, sorted by (namespace, value), and the observations without the values
 * that count for nothing.
 */
export function findValues(
  index: RulesIndex,
  { observations, silenced }: LiveEvidence,
): { readonly values: readonly OracleValue[]; readonly counted: readonly LiveObservation[] } {
  const evidence = holdingsIn(index, observations, 'evidence').map((held): OracleValue => {
    const name = `${held.namespace}\n${held.value}`;
    const personCap = index.byName.get(held.namespace)?.personCap ?? null;
    const holders = held.holders.map(({ profile }) => profile);
    const isCrowd = personCap !== null && personsShown(index, observations, holders) > personCap;
    return { ...held, muted: silenced.has(name) || held.overCap || isCrowd };
  });
  const muted = evidence.filter((each) => each.muted);
  const counted = withoutValues(
    observations,
    new Set(muted.map(({ namespace, value }) => `${namespace}\n${value}`)),
  );
  // What was derived of a value that counts for nothing is held by nobody.
  const derived = holdingsIn(index, counted, 'derived').map((held) => ({ ...held, muted: false }));
  const values = [...evidence, ...derived].sort(
    (left, right) =>
      compareText(left.namespace, right.namespace) || compareText(left.value, right.value),
  );
  return { values, counted };
}

/** S7. */
function proposeSharedValues(
  table: EdgeTable,
  index: RulesIndex,
  values: readonly OracleValue[],
  digests: ReadonlyMap<ProfileId, Digest>,
): void {
  const scoreOf = (left: ProfileId, right: ProfileId): QuarterBits | null =>
    index.scorer?.score(digests.get(left) ?? EMPTY_DIGEST, digests.get(right) ?? EMPTY_DIGEST) ??
    null;
  for (const { namespace, holders, overCap, muted } of values) {
    const rules = index.byName.get(namespace);
    if (rules === undefined || overCap || muted) continue;
    for (const [position, left] of holders.entries()) {
      for (const right of holders.slice(position + 1)) {
        const certainty = rules.certainty ?? scoreOf(left.profile, right.profile);
        if (certainty === null) continue;
        // A key proposes no pair whose score is too low; what is declared it always proposes.
        if (rules.certainty === null && certainty < index.rules.reviewFloor) continue;
        table.propose(left.profile, right.profile, namespace, Math.max(left.first, right.first), {
          certainty,
          support: supportBucket(Math.min(left.days, right.days)),
          priority: rules.priority,
          mustLink: false,
        });
      }
    }
  }
}

/** S8. */
function proposeSameParty(
  table: EdgeTable,
  index: RulesIndex,
  observations: readonly LiveObservation[],
): void {
  const pairs = new Map<
    string,
    { from: LiveObservation; to: ProfileId; toNamespace: string; days: Set<number> }
  >();
  for (const observation of observations) {
    if (observation.profileKind !== 'person') continue;
    for (const other of observation.others) {
      if (other.kind !== 'person' || other.profile === observation.profile) continue;
      entryOf(pairs, observation.profile + other.profile, () => ({
        from: observation,
        to: other.profile,
        toNamespace: other.namespace,
        days: new Set<number>(),
      })).days.add(observation.day);
    }
  }
  for (const { from, to, toNamespace, days } of pairs.values()) {
    const fromRules = index.byName.get(from.namespace);
    const toRules = index.byName.get(toNamespace);
    if (fromRules === undefined || toRules === undefined) continue;
    table.propose(from.profile, to, toNamespace, Math.min(...days), {
      certainty: Math.min(declaredCertainty(fromRules), declaredCertainty(toRules)),
      support: supportBucket(days.size),
      priority: Math.min(fromRules.priority, toRules.priority),
      mustLink: false,
    });
  }
}

/** What the observations of one profile with one device show (S9). */
interface DevicePresence {
  readonly days: Set<number>;
  readonly personKeys: Set<string>;
}

interface Device {
  readonly profile: ProfileId;
  readonly namespace: string;
  readonly presences: Map<ProfileId, DevicePresence>;
}

function findDevices(observations: readonly LiveObservation[]): Device[] {
  const devices = new Map<ProfileId, Device>();
  for (const observation of observations) {
    if (observation.profileKind !== 'person' && observation.profileKind !== 'persona') continue;
    for (const carried of observation.others) {
      if (carried.kind !== 'device') continue;
      const device = entryOf(devices, carried.profile, () => ({
        profile: carried.profile,
        namespace: carried.namespace,
        presences: new Map(),
      }));
      const presence = entryOf(device.presences, observation.profile, () => ({
        days: new Set<number>(),
        personKeys: new Set([`anchor ${observation.profile}`]),
      }));
      presence.days.add(observation.day);
      for (const other of observation.others) {
        if (other.kind === 'person') presence.personKeys.add(`anchor ${other.profile}`);
      }
      for (const { kind, namespace, value } of observation.values) {
        if (kind === 'evidence') presence.personKeys.add(`value ${namespace}\n${value}`);
      }
    }
  }
  return [...devices.values()].sort((left, right) => compareText(left.profile, right.profile));
}

/** S9: groups of profiles connected through common person keys. */
function findDevicePersons(device: Device): { profiles: Set<ProfileId>; days: Set<number> }[] {
  let groups: { profiles: Set<ProfileId>; days: Set<number>; keys: Set<string> }[] = [];
  for (const [profile, { days, personKeys }] of device.presences) {
    const merged = {
      profiles: new Set([profile]),
      days: new Set(days),
      keys: new Set(personKeys),
    };
    const apart: typeof groups = [];
    for (const group of groups) {
      if (![...personKeys].some((key) => group.keys.has(key))) {
        apart.push(group);
        continue;
      }
      for (const each of group.profiles) merged.profiles.add(each);
      for (const day of group.days) merged.days.add(day);
      for (const key of group.keys) merged.keys.add(key);
    }
    groups = [...apart, merged];
  }
  return groups;
}

/** S9: every profile on every device, sorted by (device, profile). */
function findDeviceUses(index: RulesIndex, device: Device): OracleDeviceUse[] {
  const declared = index.byName.get(device.namespace)?.certainty ?? Number.NEGATIVE_INFINITY;
  const groups = findDevicePersons(device);
  const uses: OracleDeviceUse[] = [];
  for (const group of groups) {
    const otherDays = new Set<number>();
    for (const each of groups) {
      if (each !== group) for (const day of each.days) otherDays.add(day);
    }
    const certainty = Math.min(declared, deviceCertainty(group.days.size, otherDays.size));
    const isPresent =
      groups.length <= index.rules.devicePersonCap && certainty >= index.rules.reviewFloor;
    for (const profile of group.profiles) {
      uses.push({
        device: device.profile,
        profile,
        persons: groups.length,
        own: group.days.size,
        other: otherDays.size,
        certainty: isPresent ? certainty : null,
      });
    }
  }
  return uses.sort((left, right) => compareText(left.profile, right.profile));
}

export interface OracleEdges {
  /** The live observations without generic values (S21): what counts for all but look-ups. */
  readonly counted: readonly LiveObservation[];
  /** At or above the review floor, one a pair, sorted by (low, high). */
  readonly edges: readonly ComponentEdge[];
  readonly values: readonly OracleValue[];
  readonly deviceUses: readonly OracleDeviceUse[];
  readonly proposedOn: ReadonlyMap<string, readonly number[]>;
}

/** All edges of the live evidence. */
export function findEdges(index: RulesIndex, evidence: LiveEvidence): OracleEdges {
  const table = new EdgeTable(index.rules.reviewFloor, evidence.silentRules);
  const { values, counted } = findValues(index, evidence);
  proposeSharedValues(table, index, values, findDigests(index, counted));
  proposeSameParty(table, index, counted);

  const deviceUses: OracleDeviceUse[] = [];
  for (const device of findDevices(counted)) {
    for (const use of findDeviceUses(index, device)) {
      deviceUses.push(use);
      const rules = index.byName.get(device.namespace);
      if (use.certainty === null || rules === undefined) continue;
      const days = device.presences.get(use.profile)?.days ?? new Set<number>();
      table.propose(use.profile, use.device, device.namespace, Math.min(...days), {
        certainty: use.certainty,
        support: supportBucket(use.own),
        priority: rules.priority,
        mustLink: false,
      });
    }
  }

  for (const { low, high, mustLink } of evidence.links) {
    if (!mustLink) continue;
    const grounds = { certainty: CERTAIN, support: 0, priority: PRIORITY_DECISION, mustLink };
    table.propose(low, high, null, null, grounds);
  }
  return { counted, edges: table.sorted(), values, deviceUses, proposedOn: table.proposedOn };
}
