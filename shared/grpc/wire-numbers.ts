/** Times and 64-bit integers between the wire (seconds + nanoseconds, decimal text) and numbers. */
import type { Timestamp, Timestamp__Output } from './generated/google/protobuf/Timestamp.ts';

/** Bounds of google.protobuf.Timestamp: 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
const SECONDS_MIN = -62_135_596_800;
const SECONDS_MAX = 253_402_300_799;
const NANOS_PER_MS = 1_000_000;

/** Epoch milliseconds to a Timestamp; fractions of a millisecond are dropped. */
export function toTimestamp(epochMs: number): Timestamp {
  const whole = Math.trunc(epochMs);
  const seconds = Math.floor(whole / 1000);
  return { seconds, nanos: (whole - seconds * 1000) * NANOS_PER_MS };
}

/** Epoch milliseconds (rounded down), or null when the Timestamp is out of its bounds. */
export function fromTimestamp(timestamp: Timestamp__Output): number | null {
  const seconds = Number(timestamp.seconds);
  const { nanos } = timestamp;
  if (!(seconds >= SECONDS_MIN && seconds <= SECONDS_MAX)) return null;
  if (nanos < 0 || nanos > 999_999_999) return null;
  return seconds * 1000 + Math.floor(nanos / NANOS_PER_MS);
}

/** A 64-bit integer given as text; null when a number cannot hold it exactly. */
export function fromInt64(text: string): number | null {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}
