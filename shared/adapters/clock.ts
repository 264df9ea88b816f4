/**
 * Clock port: the only source of time for engines, so that the simulator can own it.
 */
import { performance } from 'node:perf_hooks';

export interface Clock {
  /** Epoch milliseconds; of a monotonic clock, since any moment. */
  now(): number;
  /** Calls `action` once after `delayMs`; returns the function that cancels it. */
  schedule(delayMs: number, action: () => void): () => void;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Milliseconds since some moment of this process: steps of the wall clock do not show in it. */
export const MONOTONIC_CLOCK: Clock = {
  now: () => performance.now(),
  schedule: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
