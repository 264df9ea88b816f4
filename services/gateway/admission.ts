/**
 * Bounds the work that one gateway holds at a time: calls, items and streams.
 *
 * Unary calls that do not fit are refused at once, because a queue would only add to their latency
 * while their deadline runs. Batches of streams wait in the order they came: flow control holds
 * their senders meanwhile.
 */
import { GatewayError } from '../../shared/grpc/status.ts';

export interface AdmissionLimits {
  readonly callsInflightMax: number;
  readonly itemsInflightMax: number;
  readonly streamsMax: number;
}

interface Waiter {
  readonly items: number;
  readonly admit: () => void;
}

/** Gives back what was admitted; further calls do nothing. */
export type Release = () => void;

function once(action: () => void): Release {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #waiters: Waiter[] = [];
  #calls = 0;
  #items = 0;
  #streams = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get calls(): number {
    return this.#calls;
  }

  get items(): number {
    return this.#items;
  }

  get streams(): number {
    return this.#streams;
  }

  /** Admits a unary call of so many items, or throws GATEWAY_SATURATED. */
  admitCall(items: number): Release {
    const { callsInflightMax, itemsInflightMax } = this.#limits;
    if (this.#calls >= callsInflightMax) throw saturated('calls', callsInflightMax);
    // Waiting batches came first; but one call always fits into an idle gateway.
    if (this.#items > 0 && this.#items + items > itemsInflightMax) {
      throw saturated('items', itemsInflightMax);
    }
    this.#calls++;
    this.#items += items;
    return once(() => {
      this.#calls--;
      this.#giveBack(items);
    });
  }

  /** Admits a stream for as long as it is open, or throws GATEWAY_SATURATED. */
  admitStream(): Release {
    if (this.#streams >= this.#limits.streamsMax) {
      throw saturated('streams', this.#limits.streamsMax);
    }
    this.#streams++;
    return once(() => {
      this.#streams--;
    });
  }

  /** Waits until a batch of a stream fits. Rejects with the signal's reason when it aborts. */
  async admitBatch(items: number, signal: AbortSignal): Promise<Release> {
    signal.throwIfAborted();
    if (this.#waiters.length === 0 && this.#fits(items)) this.#items += items;
    else await this.#wait(items, signal);
    return once(() => this.#giveBack(items));
  }

  #fits(items: number): boolean {
    return this.#items === 0 || this.#items + items <= this.#limits.itemsInflightMax;
  }

  #wait(items: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        // A smaller batch behind the one that left may fit now.
        this.#admitWaiters();
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        items,
        admit: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      this.#waiters.push(waiter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #giveBack(items: number): void {
    this.#items -= items;
    this.#admitWaiters();
  }

  #admitWaiters(): void {
    for (let next = this.#waiters[0]; next !== undefined && this.#fits(next.items); ) {
      this.#waiters.shift();
      this.#items += next.items;
      next.admit();
      next = this.#waiters[0];
    }
  }
}

function saturated(what: string, limit: number): GatewayError {
  return new GatewayError(
    'GATEWAY_SATURATED',
    `This gateway is at its limit of ${limit} ${what} at a time; try again after the given delay.`,
    { metadata: { limited: what, limit: String(limit) } },
  );
}
