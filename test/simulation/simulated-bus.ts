/**
 * Bus of a simulated cluster, for what nobody keeps: marks. Drops, repeats and delays; in order from
 * one sender to one receiver, in any order between senders.
 */
import {
  type Bus,
  BusError,
  type BusHandler,
  type BusResponder,
  type BusSubscription,
} from '../../shared/adapters/bus.ts';
import type { FaultRates } from './faults.ts';
import type { Life, Scheduler } from './scheduler.ts';

interface Listener {
  readonly subject: string;
  readonly handler: BusHandler;
  readonly life: Life;
  /** Sender -> virtual time of its last delivery here. */
  readonly lastAt: Map<Life, number>;
}

interface Responder {
  readonly subject: string;
  readonly handler: BusResponder;
  readonly life: Life;
}

export class BusServer {
  readonly #scheduler: Scheduler;
  readonly #rates: FaultRates;
  readonly #latencyMs: number;
  readonly #listeners = new Set<Listener>();
  /** Sees everything published, before it is lost or delayed. */
  readonly #onPublish: (sender: Life, bytes: Uint8Array, subject: string) => void;
  readonly #responders = new Set<Responder>();

  constructor(
    scheduler: Scheduler,
    rates: FaultRates,
    latencyMs: number,
    onPublish: (sender: Life, bytes: Uint8Array, subject: string) => void,
  ) {
    this.#scheduler = scheduler;
    this.#rates = rates;
    this.#latencyMs = latencyMs;
    this.#onPublish = onPublish;
  }

  /** The bus as one process sees it. */
  connect(life: Life): Bus {
    return {
      publish: (subject, bytes) => this.#publish(life, subject, bytes),
      subscribe: (subject, handler) => this.#subscribe(life, subject, handler),
      request: (subject, bytes, { timeoutMs }) => this.#request(life, subject, bytes, timeoutMs),
      respond: (subject, _queue, handler) => {
        const responder = { subject, handler, life };
        this.#responders.add(responder);
        return { close: () => this.#responders.delete(responder) };
      },
      flush: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }

  /** As NATS: that nobody listens is known at once; who stands still is only slow. */
  #request(
    sender: Life,
    subject: string,
    bytes: Uint8Array,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    const scheduler = this.#scheduler;
    return new Promise((resolve, reject) => {
      const later = (waitMs: number, label: string, run: () => void): void => {
        scheduler.after(waitMs, label, () => void (sender.isAlive && run()), sender);
      };
      const isAsked = this.ask(subject, bytes, (_, answer) => {
        later(scheduler.draw(this.#latencyMs), 'answer', () => resolve(answer));
      });
      if (isAsked) later(timeoutMs, 'no answer', () => reject(new BusError('timeout', subject)));
      else {
        later(scheduler.draw(this.#latencyMs), 'nobody answers', () =>
          reject(new BusError('no_responders', subject)),
        );
      }
    });
  }

  /**
   * Asks one of those that answer the subject; `take` is called if it lives, and with what it says.
   * False: nobody answers it.
   */
  ask(subject: string, bytes: Uint8Array, take: (by: Life, answer: Uint8Array) => void): boolean {
    const scheduler = this.#scheduler;
    const alive = [...this.#responders].filter(
      (one) => one.subject === subject && one.life.isAlive,
    );
    if (alive.length === 0) return false;
    const { handler, life } = scheduler.random.pick(alive);
    scheduler.after(
      scheduler.draw(this.#latencyMs),
      'question',
      () => {
        if (!life.isAlive) return;
        handler(bytes, subject, { deadlineMs: null }).then(
          (answer) => take(life, answer),
          () => undefined,
        );
      },
      life,
    );
    return true;
  }

  #subscribe(life: Life, subject: string, handler: BusHandler): BusSubscription {
    const listener: Listener = { subject, handler, life, lastAt: new Map() };
    this.#listeners.add(listener);
    return { close: () => this.#listeners.delete(listener) };
  }

  #publish(sender: Life, subject: string, bytes: Uint8Array): void {
    this.#onPublish(sender, bytes, subject);
    const { random } = this.#scheduler;
    for (const listener of this.#listeners) {
      if (!listener.life.isAlive) {
        this.#listeners.delete(listener);
        continue;
      }
      if (listener.subject !== subject || random.chance(this.#rates.dropMark)) continue;
      this.#send(sender, listener, bytes);
      if (random.chance(this.#rates.repeatMark)) this.#send(sender, listener, bytes);
    }
  }

  #send(sender: Life, listener: Listener, bytes: Uint8Array): void {
    const scheduler = this.#scheduler;
    const isSlow = scheduler.random.chance(this.#rates.delay);
    const wanted = scheduler.now + scheduler.draw(isSlow ? 1000 : this.#latencyMs);
    const at = Math.max(wanted, listener.lastAt.get(sender) ?? 0);
    listener.lastAt.set(sender, at);
    scheduler.at(
      at,
      'mark',
      () => {
        if (listener.life.isAlive && this.#listeners.has(listener)) {
          listener.handler(bytes, listener.subject);
        }
      },
      listener.life,
    );
  }
}
