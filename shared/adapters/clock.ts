/**
 * Clock port: the only source of time for engines, so that the simulator can own it.
 */
export interface Clock {
  /** Epoch milliseconds. */
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
