/**
 * Times in alert rules, so that the same rules can run with shortened ones in a drill.
 * All in seconds.
 */

export interface Times {
  /** A window or a pending time, as Prometheus writes it: `5m`. */
  readonly span: (seconds: number) => string;
  /** A threshold that is an age, as a number of seconds. */
  readonly age: (seconds: number) => number;
}

/** The largest unit that divides it: 3,600 is `1h`, 90 is `90s`. */
export function formatSpan(seconds: number): string {
  for (const [unit, length] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
  ] as const) {
    if (seconds >= length && seconds % length === 0) return `${seconds / length}${unit}`;
  }
  return `${seconds}s`;
}

export const REAL_TIMES: Times = { span: formatSpan, age: (seconds) => seconds };
