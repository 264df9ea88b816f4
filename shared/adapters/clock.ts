/**
 * Clock port: the only source of time for engines, so that the simulator can own it.
 */
import { performance } from 'node:perf_hooks';

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds since some time: for durations, which a step of the machine's clock must not change. */
  monotonic(): number;
  /** Calls `action` once after `delayMs`; returns the function that cancels it. */
  schedule(delayMs: number, action: () => void): () => void;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};
