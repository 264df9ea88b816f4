/**
 * The number of shards that there should be, kept up to date from beats and marks. Every coordinator
 * does so by itself, from the same messages; none has to be asked by name, none keeps anything.
 */
import type { Bus, BusSubscription } from '../../../shared/adapters/bus.ts';
import type { Clock } from '../../../shared/adapters/clock.ts';
import { decodeMarks, MARKS_SUBJECT, MarkTable } from '../../../shared/protocol/marks.ts';
import { type ScalingState, stepScaling } from './desired-shards.ts';
import { BEAT_SUBJECT, HeardShards, LISTEN_MS } from './heard-shards.ts';

const TICK_MS = 1_000;

/** A generation as far as scaling is concerned. */
export interface ScaledGeneration {
  readonly generation: number;
  /** Of the generation: its marks are on it. */
  readonly bus: Bus;
  /** Its partitions, those of the merge desk included. */
  readonly partitions: number;
}

export interface ScaledCluster {
  /** Of the cluster: beats are those of processes, whatever they host. */
  readonly bus: Bus;
  /**
   * Calls back with the generation that is live, at once, and after every change of the versions;
   * returns the function that ends it.
   */
  onLive(listener: (live: ScaledGeneration) => void): () => void;
}

export interface Scaler {
  /** null: not known yet, or nothing is heard of any shard. */
  readonly state: ScalingState | null;
  /** Calls back whenever the number changes; returns the function that ends it. */
  onChange(listener: () => void): () => void;
  close(): void;
}

/** Pressure and partitions are always those of the generation that is live. */
class LiveMarks {
  readonly heard = new HeardShards({ count: 0, markOf: () => undefined });
  #generation = 0;
  #subscription: BusSubscription | null = null;

  follow({ generation, bus, partitions }: ScaledGeneration): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.close();
    const marks = new MarkTable();
    this.#subscription = bus.subscribe(MARKS_SUBJECT, (bytes) => {
      for (const mark of decodeMarks(bytes).partitions) marks.take(mark);
    });
    this.heard.follow({ count: partitions, markOf: (partition) => marks.get(partition) });
  }

  close(): void {
    this.#subscription?.close();
  }
}

export function startScaler(cluster: ScaledCluster, clock: Clock): Scaler {
  const marks = new LiveMarks();
  const { heard } = marks;
  const listeners = new Set<() => void>();
  const readyAt = clock.monotonic() + LISTEN_MS;
  let state: ScalingState | null = null;
  const unlisten = cluster.onLive((live) => marks.follow(live));
  const beats = cluster.bus.subscribe(BEAT_SUBJECT, (bytes) =>
    heard.take(bytes, clock.monotonic()),
  );
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
      unlisten();
      beats.close();
      marks.close();
    },
  };
}
