/**
 * The disk of one shard process: a memory store whose commits become durable when the scheduler
 * says, and the positions that are on it.
 */
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { type Store, StoreError, type StoreWrite } from '../../shared/adapters/store.ts';
import { partitionPrefix } from '../../shared/engine/partition.ts';
import { type Position, unpackPosition } from '../../shared/engine/position.ts';
import { decode } from '../../shared/protocol/codec.ts';
import type { FaultRates } from './faults.ts';
import type { Life, Scheduler } from './scheduler.ts';

/** All rows of one partition, as they stood on the disk at one moment. */
export interface Snapshot {
  readonly position: Position;
  readonly rows: readonly StoreWrite[];
}

export class Disk {
  readonly store: MemoryStore;
  /** The next commit finds no space. */
  isFull = false;
  readonly #partitions: readonly number[];
  readonly #flushed = new Map<number, Position>();
  readonly #onFlushed: (partition: number, position: Position) => void;
  /** Positions of the commits that are not durable, the oldest first. */
  readonly #open: (readonly (readonly [number, Position | null])[])[] = [];
  #waiting: (() => void)[] = [];

  constructor(
    store: MemoryStore,
    partitions: readonly number[],
    onFlushed: (partition: number, position: Position) => void,
  ) {
    this.store = store;
    this.#partitions = partitions;
    this.#onFlushed = onFlushed;
    for (const partition of partitions) {
      const row = store.get(positionKey(partition));
      if (row !== undefined) this.#note(partition, unpackPosition(decode(row)));
    }
  }

  /** What is durable of a partition; undefined: nothing yet. */
  flushed(partition: number): Position | undefined {
    return this.#flushed.get(partition);
  }

  /** The store as the process sees it. */
  port(scheduler: Scheduler, rates: FaultRates, life: Life, latencyMs: number): Store {
    const { store } = this;
    return {
      get: (key) => store.get(key),
      range: (from, to, options) => store.range(from, to, options),
      snapshotRange: (from, to, batchRows) => store.snapshotRange(from, to, batchRows),
      close: () => Promise.resolve(),
      commit: (writes) => {
        this.#open.push(this.#positionsIn(writes));
        const done = store.commit(writes);
        const isSlow = scheduler.random.chance(rates.delay);
        const flush = (): void => {
          if (!life.isAlive) return;
          if (this.isFull) {
            store.fail(new StoreError('disk_full', 'no space left on the disk'));
            return;
          }
          store.flush(1);
          // Commits become durable in their order, however long each took.
          for (const [partition, position] of this.#open.shift() ?? []) {
            if (position === null) this.#flushed.delete(partition);
            else this.#note(partition, position);
          }
          if (store.durableThrough === store.lastCommit) this.#tellIdle();
        };
        scheduler.after(scheduler.draw(isSlow ? 1000 : latencyMs), 'flush', flush, life);
        return done;
      },
    };
  }

  /** Runs `action` when everything committed is durable. */
  whenIdle(action: () => void): void {
    if (this.store.durableThrough === this.store.lastCommit) action();
    else this.#waiting.push(action);
  }

  /** Only when idle: the rows are then what a power failure would leave. */
  snapshot(partition: number): Snapshot | null {
    const position = this.#flushed.get(partition);
    if (position === undefined) return null;
    const prefix = partitionPrefix(partition);
    const rows = this.store
      .range(prefix, `${prefix}\x7f`)
      .map(([key, bytes]) => [key, bytes] as const);
    return { position, rows };
  }

  /** null: the state of the partition was erased. */
  #positionsIn(writes: readonly StoreWrite[]): (readonly [number, Position | null])[] {
    const found: (readonly [number, Position | null])[] = [];
    for (const partition of this.#partitions) {
      const key = positionKey(partition);
      const row = writes.findLast((write) => write[0] === key)?.[1];
      if (row === null) found.push([partition, null]);
      else if (row !== undefined) found.push([partition, unpackPosition(decode(row))]);
    }
    return found;
  }

  #note(partition: number, position: Position): void {
    this.#flushed.set(partition, position);
    this.#onFlushed(partition, position);
  }

  #tellIdle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const action of waiting) action();
  }
}

function positionKey(partition: number): string {
  return `${partitionPrefix(partition)}m`;
}

/** A store that holds the given rows, all durable. */
export function storeOf(rows: readonly StoreWrite[]): MemoryStore {
  const store = new MemoryStore({ manualFlush: true });
  store.commitSync(rows);
  store.flush();
  return store;
}
