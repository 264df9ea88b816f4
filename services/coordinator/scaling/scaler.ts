/**
 * The number of shards that there should be, kept up to date from beats and marks. Every coordinator
 * does so by itself, from the same messages; none has to be asked by name, none keeps anything.
 */
import type { Bus } from '../../../shared/adapters/bus.ts';
import type { Clock } from '../../../shared/adapters/clock.ts';
import { decodeMarks, MARKS_SUBJECT, MarkTable } from '../../../shared/protocol/marks.ts';
import { type ScalingState, stepScaling } from './desired-shards.ts';
import { BEAT_SUBJECT, HeardShards, LISTEN_MS } from './heard-shards.ts';

const TICK_MS = 1_000;

export interface Scaler {
  /** null: not known yet, or nothing is heard of any shard. */
  readonly state: ScalingState | null;
  /** Calls back whenever the number changes; returns the function that ends it. */
  onChange(listener: () => void): () => void;
  close(): void;
}

export function startScaler(bus: Bus, clock: Clock, partitions: number): Scaler {
  const marks = new MarkTable();
  const heard = new HeardShards(partitions, (partition) => marks.get(partition));
  const listeners = new Set<() => void>();
  const readyAt = clock.monotonic() + LISTEN_MS;
  let state: ScalingState | null = null;
  const subscriptions = [
    bus.subscribe(BEAT_SUBJECT, (bytes) => heard.take(bytes, clock.monotonic())),
    bus.subscribe(MARKS_SUBJECT, (bytes) => {
      for (const mark of decodeMarks(bytes).partitions) marks.take(mark);
    }),
  ];
  let isFresh = false;
  const tick = (): void => {
    const nowMs = clock.monotonic();
    const load = heard.load(nowMs);
    isFresh = load.shards.length > 0;
    const former = state?.desired;
    if (nowMs >= readyAt) state = stepScaling(state, load, nowMs);
    if (state?.desired !== former) for (const listener of listeners) listener();
    cancel = clock.schedule(TICK_MS, tick);
  };
  let cancel = clock.schedule(TICK_MS, tick);
  return {
    get state() {
      return isFresh ? state : null;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {
      cancel();
      for (const subscription of subscriptions) subscription.close();
    },
  };
}
