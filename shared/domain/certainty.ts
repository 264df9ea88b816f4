/**
 * Certainties: probabilities at the surfaces, integer quarter bits inside (see `rules.ts`).
 *
 * `quarterBitsOf` and `probabilityOf` use floating point and belong to the surfaces only; reducers
 * use the integer functions below them, so that every machine and every replay agrees.
 */
import { CERTAIN, type QuarterBits } from './quarter-bits.ts';

/** Least certainty that evidence can have: p = 2^-30, roughly. */
export const QUARTER_BITS_MIN: QuarterBits = -CERTAIN;
/** Most certainty that evidence can have: one step below a must-link. */
export const QUARTER_BITS_EVIDENCE_MAX: QuarterBits = CERTAIN - 1;

const STEPS_PER_BIT = 4;

/**
 * Nearest quarter-bit step of a probability, 4 * log2(p / (1 - p)), within -120..119. Inverts
 * `probabilityOf` on that range. Throws `RangeError` outside 0..1. Surfaces only.
 */
export function quarterBitsOf(probability: number): QuarterBits {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError('a probability must be within 0..1');
  }
  const odds = probability / (1 - probability);
  let least = QUARTER_BITS_MIN;
  let most = QUARTER_BITS_EVIDENCE_MAX;
  while (least < most) {
    const middle = Math.floor((least + most + 1) / 2);
    const isReached = odds >= 2 ** ((middle - 0.5) / STEPS_PER_BIT);
    if (isReached) least = middle;
    else most = middle - 1;
  }
  return least;
}

/** Probability of a certainty, 1 / (1 + 2^(-q / 4)). Surfaces only. */
export function probabilityOf(quarterBits: QuarterBits): number {
  return 1 / (1 + 2 ** (-quarterBits / STEPS_PER_BIT));
}

/** Support is compared by power of two: 1,024 days and more are one bucket (S6). */
const SUPPORT_BUCKET_MAX = 10;

/** Bucket of a number of distinct days, min(10, floor(log2(days))); `RangeError` below 1. */
export function supportBucket(days: number): number {
  if (!Number.isInteger(days) || days < 1) throw new RangeError('support needs at least one day');
  if (days >= 2 ** SUPPORT_BUCKET_MAX) return SUPPORT_BUCKET_MAX;
  return 31 - Math.clz32(days);
}

/** Day counts below this are answered from a table filled as they come. */
const CACHED_DAYS = 64;
/** No certainty has this value, so it marks an empty cell. */
const EMPTY_CELL = 127;
const cachedCertainties = new Int8Array(CACHED_DAYS * CACHED_DAYS).fill(EMPTY_CELL);

/**
 * Most certainty that a shared device gives (DESIGN section 2, Shared device; ARCHITECTURE S9):
 * floor(4 * log2((2 own + 1) / (2 other + 1))) quarter bits within -120..119, exact.
 *
 * `ownDays` and `otherDays` are distinct days with this person and with anyone else. Throws
 * `RangeError` unless both are whole numbers >= 0.
 */
export function deviceCertainty(ownDays: number, otherDays: number): QuarterBits {
  if (!isDayCount(ownDays) || !isDayCount(otherDays)) {
    throw new RangeError('day counts must be whole numbers, at least 0');
  }
  if (ownDays >= CACHED_DAYS || otherDays >= CACHED_DAYS) {
    return exactDeviceCertainty(ownDays, otherDays);
  }
  const cell = ownDays * CACHED_DAYS + otherDays;
  const cached = cachedCertainties[cell] as number;
  if (cached !== EMPTY_CELL) return cached;
  const certainty = exactDeviceCertainty(ownDays, otherDays);
  cachedCertainties[cell] = certainty;
  return certainty;
}

function isDayCount(days: number): boolean {
  return Number.isSafeInteger(days) && days >= 0;
}

function exactDeviceCertainty(ownDays: number, otherDays: number): QuarterBits {
  return oddsCertainty(2n * BigInt(ownDays) + 1n, 2n * BigInt(otherDays) + 1n);
}

/**
 * floor(4 * log2(own / other)) within -120..119, the greatest k with 2^k * other^4 <= own^4, in
 * integers: Math.log2 may differ in its last digit between engines and so flip a floor. Both >= 0;
 * without own the least, else without other the most.
 */
export function oddsCertainty(ownWeight: bigint, otherWeight: bigint): QuarterBits {
  if (ownWeight === 0n) return QUARTER_BITS_MIN;
  if (otherWeight === 0n) return QUARTER_BITS_EVIDENCE_MAX;
  const own = ownWeight ** 4n;
  const other = otherWeight ** 4n;
  // With bit lengths m and n the quotient lies in (2^(m-n-1), 2^(m-n+1)): two candidates.
  const estimate = bitLength(own) - bitLength(other);
  const reached =
    estimate >= 0 ? own >= other << BigInt(estimate) : own << BigInt(-estimate) >= other;
  const certainty = reached ? estimate : estimate - 1;
  return Math.max(QUARTER_BITS_MIN, Math.min(QUARTER_BITS_EVIDENCE_MAX, certainty));
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}
