/**
 * Whose was a bare interaction of a shared device: shares over the persons seen on it (DESIGN section
 * 2, Shared device; ARCHITECTURE S26).
 *
 * Presence on a day weighs 2^(-days apart / 7), before and after alike: a week further away counts
 * half. Weights are whole numbers from a table, so that every machine gets the same shares.
 */
import { oddsCertainty } from './certainty.ts';
import { type DeviceHolder, devicePersons } from './device.ts';
import type { ProfileId } from './identifier.ts';
import type { QuarterBits } from './rules.ts';

export interface DeviceShare {
  /** The profiles of one device person, by id. */
  readonly profiles: readonly ProfileId[];
  /** Whole; the person's share is this over the sum of all. */
  readonly weight: number;
}

const HALF_LIFE_DAYS = 7;
/** 2^(40 - k / 7), rounded: the weight of a day k days apart; each further week halves it. */
const WEIGHTS = [
  1_099_511_627_776, 995_853_700_410, 901_968_262_606, 816_933_999_857, 739_916_455_813,
  670_159_843_608, 606_979_629_195,
] as const;
/**
 * 40 halvings leave nothing of 2^40: what is further away counts for nothing. All days of a person
 * weigh less than 2^45 together (a geometric series), so sums of 256 persons are exact.
 */
const WEIGHTY_DAYS = 41 * HALF_LIFE_DAYS;

/** Weight of a day of presence, `daysApart` >= 0 from the interaction's; 2^40 on the same day. */
export function presenceWeight(daysApart: number): number {
  if (daysApart >= WEIGHTY_DAYS) return 0;
  const weight = WEIGHTS[daysApart % HALF_LIFE_DAYS] as number;
  return Math.floor(weight / 2 ** Math.floor(daysApart / HALF_LIFE_DAYS));
}

/**
 * Shares of the device persons in what happened on `day` (UTC day number), the heaviest first, then
 * by least profile. Persons that are too far away are left out.
 */
export function deviceShares(
  holders: readonly DeviceHolder[],
  day: number,
): readonly DeviceShare[] {
  return devicePersons(holders)
    .map(({ profiles, days }) => ({ profiles, weight: weightOf(days, day) }))
    .filter(({ weight }) => weight > 0)
    .sort((left, right) => right.weight - left.weight);
}

function weightOf(days: Iterable<number>, day: number): number {
  let weight = 0;
  for (const present of days) weight += presenceWeight(Math.abs(present - day));
  return weight;
}

/** Certainty of a share: the odds of its weight against all others, at most what is declared. */
export function shareCertainty(weight: number, total: number, declared: QuarterBits): QuarterBits {
  return Math.min(declared, oddsCertainty(BigInt(weight), BigInt(total - weight)));
}
