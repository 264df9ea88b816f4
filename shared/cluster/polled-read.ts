/**
 * Reads of a log that is asked at intervals: one at a time, and again and again until closed.
 *
 * R1 `refresh` resolves after a read that began after the call: one that was under way may have asked for
 *    the end of the log before the entry was there.
 * R2 A read that fails in the background is repeated at the next interval; whoever calls `refresh` hears
 *    of its failure.
 */
import { type Clock, SYSTEM_CLOCK } from '../adapters/clock.ts';

export class PolledRead {
  readonly #read: () => Promise<void>;
  readonly #intervalMs: number;
  readonly #clock: Clock;
  #reading: Promise<void> | null = null;
  #cancel: (() => void) | null = null;
  #isClosed = false;

  constructor(read: () => Promise<void>, intervalMs: number, clock: Clock = SYSTEM_CLOCK) {
    this.#read = read;
    this.#intervalMs = intervalMs;
    this.#clock = clock;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Begins to read at intervals, the first time after one. */
  start(): void {
    if (this.#isClosed) return;
    this.#cancel = this.#clock.schedule(this.#intervalMs, () => {
      void this.refresh()
        .catch(() => undefined)
        .then(() => this.start());
    });
  }

  async refresh(): Promise<void> {
    await this.#reading?.catch(() => undefined);
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    await this.#reading;
  }

  /** A read that is under way goes on; it is to look at `isClosed`. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }
}
