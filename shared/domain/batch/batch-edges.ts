/**
 * The edges of a batch at or above a floor, the strongest of each pair (ARCHITECTURE S7 to
 * S9, S11, S19).
 *
 * Pairs are found profile by profile: all partners of one are met at its keys before the next one's
 * turn, so a pair that several keys propose is scored once, and no table of pairs is kept.
 */
import { supportBucket } from '../certainty.ts';
import { deviceEdges, type DeviceHolder } from '../device.ts';
import type { ProfileId } from '../identifier.ts';
import { declaredCertainty, type NamespaceRules, type RulesIndex } from '../rules.ts';
import type { DigestComparer } from '../matching/digest.ts';
import type { QuarterBits } from '../quarter-bits.ts';
import type { ComparedPairs } from './compared-pairs.ts';
import type { BatchObservation } from './batch-evidence.ts';
import type { BatchProfiles } from './batch-profiles.ts';
import type { Holdings } from './holdings.ts';

/** An edge with its ends by number; `low < high`. */
export interface BatchEdge {
  readonly low: number;
  readonly high: number;
  readonly certainty: number;
  readonly support: number;
  readonly priority: number;
}

export interface EdgeOptions {
  /** The cluster floor when absent. */
  readonly floor?: number;
  readonly compared?: ComparedPairs | null;
}

/** Sorted by (low, high). */
export function edgesOf(
  index: RulesIndex,
  profiles: BatchProfiles,
  { floor = index.rules.clusterFloor, compared = null }: EdgeOptions = {},
): BatchEdge[] {
  const { digests, holdings } = profiles;
  const others = edgesOfAnchors(index, profiles, floor);
  const score = index.scorer === null ? null : pairScores(index.scorer.over(digests), compared);
  const edges: BatchEdge[] = [];
  const partners = new Partners(holdings);
  let pairs = 0;
  for (let low = 0; low < digests.length; low++) {
    partners.collect(low);
    const proposedCount = partners.found.length;
    for (const edge of others.get(low) ?? []) partners.propose(edge);
    // What only anchors propose was not among what keys propose.
    const isEven = partners.found.length === proposedCount;
    for (const [position, high] of partners.found.entries()) {
      let edge = partners.declared(high);
      const grounds = partners.scored(high);
      if (score !== null && grounds !== null) {
        const certainty = score(low, high, isEven ? pairs + position : -1);
        const scored = { low, high, certainty, ...grounds };
        if (edge === null || isStronger(scored, edge)) edge = scored;
      }
      if (edge !== null && edge.certainty >= floor) edges.push(edge);
    }
    pairs += proposedCount;
  }
  return edges;
}

/**
 * The score of a pair, by its position among all that keys propose (-1: not known). A pattern is
 * scored once.
 */
function pairScores(
  comparer: DigestComparer,
  compared: ComparedPairs | null,
): (low: number, high: number, position: number) => QuarterBits {
  if (compared === null) return (low, high) => comparer.score(low, high);
  const { patternOf } = compared;
  const scores = compared.patterns.map((levels) => comparer.scoreOfLevels(levels));
  return (low, high, position) => {
    if (position < 0 || comparer.hasChoice(low) || comparer.hasChoice(high)) {
      return comparer.score(low, high);
    }
    return scores[patternOf[position] as number] as QuarterBits;
  };
}

/** S11. */
function isStronger(left: BatchEdge, right: BatchEdge): boolean {
  if (left.certainty !== right.certainty) return left.certainty > right.certainty;
  if (left.support !== right.support) return left.support > right.support;
  return left.priority < right.priority;
}

/** Support (0..10) and priority (below 2^20) in one number that is greater for what is stronger. */
const PRIORITY_SPAN = 2 ** 20;
const NO_GROUNDS = -1;

type Grounds = Pick<BatchEdge, 'support' | 'priority'>;

/** The partners of one profile among the greater ones, and what proposes each. */
class Partners {
  readonly #holdings: Holdings;
  /** The profile for which a partner was found last. */
  readonly #foundFor: Int32Array;
  #low = -1;
  #found: number[] = [];
  #isSorted = true;
  /** Best grounds of keys that score, packed, and best declared edge, by partner. */
  readonly #scored: Int32Array;
  readonly #declared: (BatchEdge | null)[];

  constructor(holdings: Holdings) {
    const profiles = holdings.profileStarts.length - 1;
    this.#holdings = holdings;
    this.#foundFor = new Int32Array(profiles).fill(-1);
    this.#scored = new Int32Array(profiles);
    this.#declared = Array.from({ length: profiles }, () => null);
  }

  get found(): readonly number[] {
    if (!this.#isSorted) this.#found.sort((left, right) => left - right);
    this.#isSorted = true;
    return this.#found;
  }

  scored(high: number): Grounds | null {
    const packed = this.#scored[high] as number;
    if (packed === NO_GROUNDS) return null;
    const betterness = packed % PRIORITY_SPAN;
    return {
      support: (packed - betterness) / PRIORITY_SPAN,
      priority: PRIORITY_SPAN - 1 - betterness,
    };
  }

  declared(high: number): BatchEdge | null {
    return this.#declared[high] ?? null;
  }

  collect(low: number): void {
    const { proposing, profileStarts, heldKeys, places, keyStarts, holders, supports } =
      this.#holdings;
    this.#low = low;
    this.#found = [];
    const end = profileStarts[low + 1] as number;
    for (let at = profileStarts[low] as number; at < end; at++) {
      const key = heldKeys[at] as number;
      const rules = proposing[key] ?? null;
      if (rules === null) continue;
      const place = places[at] as number;
      const keyEnd = keyStarts[key + 1] as number;
      for (let other = place + 1; other < keyEnd; other++) {
        const support = Math.min(supports[place] as number, supports[other] as number);
        this.#propose(holders[other] as number, rules, support);
      }
    }
  }

  /** An edge that rests on anchors. */
  propose(edge: BatchEdge): void {
    this.#meet(edge.high);
    const known = this.#declared[edge.high] ?? null;
    if (known === null || isStronger(edge, known)) this.#declared[edge.high] = edge;
  }

  #propose(high: number, { certainty, priority }: NamespaceRules, support: number): void {
    if (certainty !== null) {
      this.propose({ low: this.#low, high, certainty, support, priority });
      return;
    }
    this.#meet(high);
    const packed = support * PRIORITY_SPAN + (PRIORITY_SPAN - 1 - priority);
    if (packed > (this.#scored[high] as number)) this.#scored[high] = packed;
  }

  #meet(high: number): void {
    if (this.#foundFor[high] === this.#low) return;
    this.#foundFor[high] = this.#low;
    this.#found.push(high);
    this.#isSorted = false;
    this.#scored[high] = NO_GROUNDS;
    this.#declared[high] = null;
  }
}

/** S8 and S9, by lesser end; at most one of each kind a pair. */
function edgesOfAnchors(
  index: RulesIndex,
  profiles: BatchProfiles,
  floor: number,
): Map<number, BatchEdge[]> {
  const edges = new Map<number, BatchEdge[]>();
  const add: AddEdge = (one, two, grounds) => {
    if (grounds.certainty < floor) return;
    const [first, second] = [one, two].map((id) => profiles.indexOf.get(id) as number);
    const low = Math.min(first as number, second as number);
    const edge = { low, high: Math.max(first as number, second as number), ...grounds };
    const known = edges.get(low);
    if (known === undefined) edges.set(low, [edge]);
    else known.push(edge);
  };
  const devices = new Map<ProfileId, BatchDevice>();
  for (const own of profiles.observations) {
    proposeSameParty(index, own, add);
    for (const observation of own) putOnDevices(devices, observation);
  }
  for (const [device, { namespace, holders }] of devices) {
    const rules = index.byName.get(namespace);
    if (rules === undefined) continue;
    const found = deviceEdges({
      declared: declaredCertainty(rules),
      reviewFloor: index.rules.reviewFloor,
      personCap: index.rules.devicePersonCap,
      holders: Array.from(
        holders.values(),
        ({ profile, days, keys }): DeviceHolder => ({
          profile,
          days: Array.from(days).sort((left, right) => left - right),
          keys: Array.from(keys),
        }),
      ),
    });
    for (const { profile, certainty, support } of found) {
      add(profile, device, { certainty, support, priority: rules.priority });
    }
  }
  return edges;
}

type AddEdge = (one: ProfileId, two: ProfileId, grounds: Omit<BatchEdge, 'low' | 'high'>) => void;

/** S8: the anchors of one party are one person, by the days on which they came together. */
function proposeSameParty(index: RulesIndex, own: readonly BatchObservation[], add: AddEdge): void {
  const [first] = own;
  if (first === undefined || first.profileKind !== 'person') return;
  const days = new Map<ProfileId, { namespace: string; seen: Set<number> }>();
  for (const { others, day } of own) {
    for (const { profile, namespace, kind } of others) {
      if (kind !== 'person') continue;
      const known = days.get(profile);
      if (known === undefined) days.set(profile, { namespace, seen: new Set([day]) });
      else known.seen.add(day);
    }
  }
  const rules = index.byName.get(first.namespace);
  for (const [other, { namespace, seen }] of days) {
    const otherRules = index.byName.get(namespace);
    if (rules === undefined || otherRules === undefined) continue;
    add(first.profile, other, {
      certainty: Math.min(declaredCertainty(rules), declaredCertainty(otherRules)),
      support: supportBucket(seen.size),
      priority: Math.min(rules.priority, otherRules.priority),
    });
  }
}

interface DevicePresence {
  readonly profile: ProfileId;
  readonly days: Set<number>;
  readonly keys: Set<string>;
}

interface BatchDevice {
  readonly namespace: string;
  readonly holders: Map<ProfileId, DevicePresence>;
}

/** S9: who was on which device, on which days, and by what keys it is known there. */
function putOnDevices(devices: Map<ProfileId, BatchDevice>, observation: BatchObservation): void {
  const { profile, profileKind, others, values, day } = observation;
  if (profileKind !== 'person' && profileKind !== 'persona') return;
  for (const carried of others) {
    if (carried.kind !== 'device') continue;
    const device: BatchDevice = devices.get(carried.profile) ?? {
      namespace: carried.namespace,
      holders: new Map(),
    };
    devices.set(carried.profile, device);
    const holder: DevicePresence = device.holders.get(profile) ?? {
      profile,
      days: new Set(),
      keys: new Set(),
    };
    device.holders.set(profile, holder);
    holder.days.add(day);
    for (const other of others) if (other.kind === 'person') holder.keys.add(other.profile);
    for (const { key } of values) if (key >= 0) holder.keys.add(`value ${key}`);
  }
}

/** Takes each pair that some key proposes, `low < high`, ascending by low. */
export function forEachProposedPair(
  { digests, holdings }: BatchProfiles,
  take: (low: number, high: number) => void,
): void {
  const partners = new Partners(holdings);
  for (let low = 0; low < digests.length; low++) {
    partners.collect(low);
    for (const high of partners.found) take(low, high);
  }
}
