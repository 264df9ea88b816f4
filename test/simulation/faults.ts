/**
 * What goes wrong in one schedule, and how often: probabilities per operation, drawn from the seed.
 */
import type { Random } from '../support/random.ts';

export interface FaultRates {
  /** The append took effect, the caller hears `unavailable`. */
  lostAck: number;
  /** The append had no effect, the caller hears `unavailable`. */
  lostAppend: number;
  /** A second copy lands later. */
  duplicateAppend: number;
  /** The log's storage limit. */
  full: number;
  /** The transport refuses the size though the caller kept to the limit. */
  tooLarge: number;
  /** Entries delivered again. */
  repeatDelivery: number;
  /** A delivered batch lacks an entry. */
  skipDelivery: number;
  /** A bit of a delivered entry is flipped in transit. */
  flipDelivery: number;
  /** A subscription stops until it notices. */
  stallDelivery: number;
  /** Reads and bounds fail. */
  failRead: number;
  dropMark: number;
  repeatMark: number;
  /** A mark, a delivery or a flush takes up to a second. */
  delay: number;
  failFeed: number;
  lostFeedAck: number;
}

export function noFaults(): FaultRates {
  return {
    lostAck: 0,
    lostAppend: 0,
    duplicateAppend: 0,
    full: 0,
    tooLarge: 0,
    repeatDelivery: 0,
    skipDelivery: 0,
    flipDelivery: 0,
    stallDelivery: 0,
    failRead: 0,
    dropMark: 0,
    repeatMark: 0,
    delay: 0,
    failFeed: 0,
    lostFeedAck: 0,
  };
}

/** Each kind is absent in half of the schedules, so that none hides behind another. */
export function drawRates(random: Random): FaultRates {
  const rates = noFaults();
  if (random.chance(0.1)) return rates;
  for (const kind of Object.keys(rates) as (keyof FaultRates)[]) {
    if (random.chance(0.5)) rates[kind] = random.pick([0.01, 0.03, 0.1]);
  }
  // Each stall costs seconds of virtual time; a higher rate tests nothing else.
  rates.stallDelivery /= 4;
  return rates;
}

/** One-time events of a schedule. */
export type FaultKind =
  | 'kill'
  | 'power_loss'
  | 'disk_full'
  | 'power_cut'
  | 'router_crash'
  | 'owner_change'
  | 'take_snapshot'
  | 'restore'
  | 'leader_gap'
  | 'tail_loss'
  | 'hole'
  | 'flip'
  | 'purge'
  | 'log_gone'
  | 'log_emptied';

const KINDS: readonly (readonly [FaultKind, number])[] = [
  ['kill', 4],
  ['power_loss', 5],
  ['disk_full', 1],
  // Shard and log servers lose power together.
  ['power_cut', 4],
  ['router_crash', 2],
  ['owner_change', 3],
  ['take_snapshot', 3],
  ['restore', 3],
  ['leader_gap', 1],
  ['tail_loss', 3],
  ['hole', 2],
  ['flip', 2],
  ['purge', 2],
  ['log_gone', 1],
  ['log_emptied', 1],
];

/**
 * `count` faults of a few kinds: schedules that know all kinds hardly ever meet the same two in the
 * order that matters (A. Groce and others, "Swarm testing", ISSTA 2012).
 */
export function drawFaults(random: Random, count: number): FaultKind[] {
  const swarm = KINDS.filter(() => random.chance(0.4));
  const kinds = swarm.length === 0 ? KINDS : swarm;
  return Array.from({ length: count }, () => drawFault(random, kinds));
}

function drawFault(random: Random, kinds: typeof KINDS): FaultKind {
  let rest = random.below(kinds.reduce((sum, [, weight]) => sum + weight, 0));
  for (const [kind, weight] of kinds) {
    if (rest < weight) return kind;
    rest -= weight;
  }
  throw new Error('weights do not add up');
}
