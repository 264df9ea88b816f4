/** Reads the log of the change feed as an iterable that survives lost subscriptions. */
import type { Log } from '../adapters/log.ts';

/** Wait before a lost subscription is made anew. */
const RETRY_MS = 100;

export class FeedReader {
  readonly #log: Log;
  readonly #signal: AbortSignal;

  constructor(log: Log, signal: AbortSignal) {
    this.#log = log;
    this.#signal = signal;
  }

  async *from(start: number): AsyncIterable<readonly [sequence: number, bytes: Uint8Array]> {
    let next = start;
    while (!this.#signal.aborted) {
      for await (const entry of this.#once(next)) {
        if (entry[0] < next) continue;
        next = entry[0] + 1;
        yield entry;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** One subscription, until it is lost or the signal aborts. */
  async *#once(start: number): AsyncIterable<readonly [number, Uint8Array]> {
    const queue: (readonly [number, Uint8Array])[] = [];
    let wake: () => void = () => undefined;
    let drained: () => void = () => undefined;
    let isOver = false;
    const end = (): void => {
      isOver = true;
      wake();
    };
    const subscription = this.#log.subscribe(0, 1, start, {
      onEntries: (entries) => {
        for (const { sequence, bytes } of entries) queue.push([sequence, bytes]);
        wake();
        return new Promise((resolve) => {
          drained = resolve;
        });
      },
      onLost: end,
    });
    this.#signal.addEventListener('abort', end, { once: true });
    try {
      while (!isOver) {
        const entry = queue.shift();
        if (entry !== undefined) {
          yield entry;
          continue;
        }
        drained();
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (isOver || queue.length > 0) resolve();
        });
      }
    } finally {
      this.#signal.removeEventListener('abort', end);
      drained();
      subscription.close();
    }
  }
}
