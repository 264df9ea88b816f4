/**
 * Lets the event loop of a process turn while entries are applied one after the other.
 *
 * Entries that arrived together are applied without a pause of their own: promises resolve before
 * timers fire and sockets are read. Without a pause a long backlog would hold up commits, marks and
 * look-ups, and the senders would take the silence for loss.
 */
import type { Clock } from '../adapters/clock.ts';

export class Breath {
  readonly #clock: Clock;
  readonly #sliceMs: number;
  /** Those who wait for their turn, the first to go first. */
  readonly #waiting: (() => void)[] = [];
  #beganAt = 0;
  /** The loop has not turned since the slice began. */
  #isOpen = false;

  /** `sliceMs`: most time between two turns, up to the length of one entry. Infinity: no pauses. */
  constructor(clock: Clock, sliceMs: number) {
    this.#clock = clock;
    this.#sliceMs = sliceMs;
  }

  /** Resolves at once within a slice that nobody else waits for, else when it is the caller's turn. */
  async taken(): Promise<void> {
    if (this.#sliceMs === Number.POSITIVE_INFINITY) return;
    if (this.#waiting.length > 0 || this.#isOver) {
      const turn = new Promise<void>((resolve) => this.#waiting.push(resolve));
      if (!this.#isOver) this.#next();
      await turn;
    }
    if (!this.#isOpen) this.#open();
  }

  get #isOver(): boolean {
    return this.#isOpen && this.#clock.monotonic() - this.#beganAt >= this.#sliceMs;
  }

  #open(): void {
    this.#beganAt = this.#clock.monotonic();
    this.#isOpen = true;
    this.#clock.schedule(0, () => {
      this.#isOpen = false;
      this.#next();
    });
  }

  #next(): void {
    this.#waiting.shift()?.();
  }
}
