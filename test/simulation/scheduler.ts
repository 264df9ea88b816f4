/**
 * The one owner of time and order in a simulation.
 *
 * Everything that waits (network, disk, timers, faults) is an event in one queue, ordered by virtual
 * time; latencies come from the seeded generator, so the seed decides every interleaving. After
 * each event all microtasks run to their end before the next is taken.
 * D1 No real clock, timer or random source is read: the same seed gives the same steps.
 */
import type { Clock } from '../../shared/adapters/clock.ts';
import type { Random } from '../support/random.ts';

/** A process that may die: what it still waits for never happens. */
export interface Life {
  isAlive: boolean;
  /** Virtual time until which it does nothing: what it should do waits, in order. */
  frozenUntil?: number;
}

interface Event {
  at: number;
  readonly order: number;
  readonly label: string;
  readonly run: () => void;
  /** Whose step it is; null: the world's. */
  readonly life: Life | null;
  isCancelled: boolean;
}

/** 2024-10-03, the first day of the histories. */
const START_MS = 1_727_913_600_000;

export class Scheduler {
  readonly random: Random;
  steps = 0;
  /** Called with every event taken, when tracing. */
  onStep: ((at: number, label: string) => void) | null = null;
  #now = START_MS;
  #order = 0;
  readonly #heap: Event[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  /** Epoch milliseconds, with fractions. */
  get now(): number {
    return this.#now;
  }

  get elapsedMs(): number {
    return this.#now - START_MS;
  }

  get pending(): number {
    return this.#heap.length;
  }

  /** Uniform in 0..bound, fractions included: two events hardly ever fall together. */
  draw(bound: number): number {
    return (this.random.next() / 2 ** 32) * bound;
  }

  /** Runs `run` after `delayMs`; returns the function that cancels it. */
  after(delayMs: number, label: string, run: () => void, life: Life | null = null): () => void {
    return this.at(this.#now + delayMs, label, run, life);
  }

  /** As `after`; events at one instant run in the order of the calls. */
  at(at: number, label: string, run: () => void, life: Life | null = null): () => void {
    const event: Event = {
      at,
      order: this.#order++,
      label,
      run,
      life,
      isCancelled: false,
    };
    this.#push(event);
    return () => {
      event.isCancelled = true;
    };
  }

  /** The clock of one process: its timers die with it. */
  clockOf(life: Life): Clock {
    return {
      now: () => Math.floor(this.#now),
      monotonic: () => this.#now,
      schedule: (delayMs, action) =>
        this.after(
          delayMs,
          'timer',
          () => {
            if (life.isAlive) action();
          },
          life,
        ),
    };
  }

  /** Takes events until `isDone` or none is left. `isDone` is asked between events. */
  run(isDone: () => boolean): Promise<void> {
    const settled = Promise.resolve();
    return new Promise((resolve, reject) => {
      const next = (): void => {
        try {
          const event = isDone() ? null : this.#take();
          if (event === null) {
            resolve();
            return;
          }
          this.#now = event.at;
          this.steps++;
          this.onStep?.(this.elapsedMs, event.label);
          event.run();
        } catch (error) {
          reject(error);
          return;
        }
        // Ticks starve microtasks; a tick asked for by a microtask runs when no microtask is left.
        void settled.then(() => process.nextTick(next));
      };
      next();
    });
  }

  #take(): Event | null {
    for (;;) {
      const event = this.#pop();
      if (event === null) return null;
      if (event.isCancelled) continue;
      const { frozenUntil = 0, isAlive } = event.life ?? { isAlive: false };
      if (!isAlive || frozenUntil <= event.at) return event;
      event.at = frozenUntil;
      this.#push(event);
    }
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Event;
      if (!isBefore(event, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): Event | null {
    const heap = this.#heap;
    const top = heap[0];
    if (top === undefined) return null;
    const last = heap.pop() as Event;
    if (heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Event)) child++;
      const below = heap[child] as Event;
      if (!isBefore(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

function isBefore(left: Event, right: Event): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}
