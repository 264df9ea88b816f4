/**
 * Edges between a device's profile and the profiles seen on it (ARCHITECTURE S9).
 *
 * Profiles that share a person key are one *device person*: two logins of one human on one browser
 * must not compete with each other. What counts against a profile is days with other persons.
 */
import { deviceCertainty, supportBucket } from './certainty.ts';
import { DisjointSet } from './disjoint-set.ts';
import { compareText, type ProfileId } from './identifier.ts';
import type { QuarterBits } from './rules.ts';

/** A person or persona profile seen on the device. */
export interface DeviceHolder {
  readonly profile: ProfileId;
  /** UTC days of its live observations with the device: sorted, distinct. */
  readonly days: readonly number[];
  /**
   * Person keys of those observations: ids of the person anchors' profiles and of the evidence
   * values. The profile's own id always counts as one, listed or not.
   */
  readonly keys: readonly string[];
}

export interface DeviceEdgesInput {
  /** Declared certainty of the device's namespace: the most an edge can have. */
  readonly declared: QuarterBits;
  /** Edges below are absent. */
  readonly reviewFloor: QuarterBits;
  /** Most device persons before the device connects nothing. */
  readonly personCap: number;
  readonly holders: readonly DeviceHolder[];
}

export interface DeviceEdge {
  readonly profile: ProfileId;
  readonly certainty: QuarterBits;
  readonly support: number;
}

/**
 * Edges of one device, at most one a profile, by profile id. Holders without days are not on the
 * device. Nothing when more than `personCap` device persons are.
 */
export function deviceEdges(input: DeviceEdgesInput): readonly DeviceEdge[] {
  const holders = input.holders.filter(({ days }) => days.length > 0);
  const only = holders[0];
  if (only === undefined || input.personCap < 1) return [];
  if (holders.length === 1) return edgeOf(input, only.profile, only.days.length, 0);
  const sets = groupByKeys(holders);
  if (sets.setCount > input.personCap) return [];
  const days = countDays(holders, sets);
  const edges = holders.flatMap(({ profile }, index) => {
    const { own, alone } = days.byGroup.get(sets.find(index)) ?? { own: 0, alone: 0 };
    return edgeOf(input, profile, own, days.total - alone);
  });
  return edges.sort((left, right) => compareText(left.profile, right.profile));
}

function edgeOf(
  { declared, reviewFloor }: DeviceEdgesInput,
  profile: ProfileId,
  ownDays: number,
  otherDays: number,
): DeviceEdge[] {
  const certainty = Math.min(declared, deviceCertainty(ownDays, otherDays));
  return certainty < reviewFloor ? [] : [{ profile, certainty, support: supportBucket(ownDays) }];
}

export interface DevicePerson {
  /** By id. */
  readonly profiles: readonly ProfileId[];
  /** Distinct UTC days on which any of them was there. */
  readonly days: ReadonlySet<number>;
}

/** The device persons of a device, by least profile id. Holders without days are not on it. */
export function devicePersons(seen: readonly DeviceHolder[]): readonly DevicePerson[] {
  const holders = seen
    .filter(({ days }) => days.length > 0)
    .toSorted((left, right) => compareText(left.profile, right.profile));
  const sets = groupByKeys(holders);
  const persons = new Map<number, { profiles: ProfileId[]; days: Set<number> }>();
  for (const [index, { profile, days }] of holders.entries()) {
    const group = sets.find(index);
    const person = persons.get(group) ?? { profiles: [], days: new Set() };
    person.profiles.push(profile);
    for (const day of days) person.days.add(day);
    persons.set(group, person);
  }
  return [...persons.values()];
}

function groupByKeys(holders: readonly DeviceHolder[]): DisjointSet {
  const sets = new DisjointSet(holders.length);
  const firstWith = new Map<string, number>();
  const connect = (key: string, index: number): void => {
    const first = firstWith.get(key);
    if (first === undefined) {
      firstWith.set(key, index);
      return;
    }
    const left = sets.find(first);
    const right = sets.find(index);
    if (left !== right) sets.union(left, right);
  };
  for (const [index, { profile, keys }] of holders.entries()) {
    connect(profile, index);
    for (const key of keys) connect(key, index);
  }
  return sets;
}

interface DayCounts {
  /** Distinct days of all holders. */
  readonly total: number;
  /** Group -> its distinct days, and those of them on which no other group was there. */
  readonly byGroup: ReadonlyMap<number, { readonly own: number; readonly alone: number }>;
}

function countDays(holders: readonly DeviceHolder[], sets: DisjointSet): DayCounts {
  const groupsByDay = new Map<number, Set<number>>();
  for (const [index, { days }] of holders.entries()) {
    const group = sets.find(index);
    for (const day of days) {
      const groups = groupsByDay.get(day);
      if (groups === undefined) groupsByDay.set(day, new Set([group]));
      else groups.add(group);
    }
  }
  const byGroup = new Map<number, { own: number; alone: number }>();
  for (const groups of groupsByDay.values()) {
    for (const group of groups) {
      const count = byGroup.get(group) ?? { own: 0, alone: 0 };
      count.own++;
      if (groups.size === 1) count.alone++;
      byGroup.set(group, count);
    }
  }
  return { total: groupsByDay.size, byGroup };
}
