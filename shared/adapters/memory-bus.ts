/**
 * Bus within one process. Deliveries run in later microtasks, never inside the call that sends, so
 * that a sender cannot be re-entered. Bytes are passed on, not copied.
 */
import {
  type Bus,
  type BusCall,
  BusError,
  type BusHandler,
  type BusResponder,
  type BusSubscription,
  CONCURRENCY_MAX_DEFAULT,
  type RequestOptions,
  type RespondOptions,
} from './bus.ts';

type Reply = (answer: Uint8Array | BusError) => void;

/** A request that is being answered. */
interface Open {
  readonly reply: Reply;
  readonly call: BusCall;
}

interface Listener {
  readonly pattern: readonly string[];
  readonly queue: string | null;
  /** `open` is null for what was published without asking for an answer. */
  readonly deliver: (bytes: Uint8Array, subject: string, open: Open | null) => void;
  readonly isResponder: boolean;
  isClosed: boolean;
}

export class MemoryBus implements Bus {
  readonly #listeners = new Set<Listener>();
  /** Turn of each queue, so that its members share the load. */
  readonly #turns = new Map<string, number>();
  readonly #openRequests = new Set<(error: BusError) => void>();
  #isClosed = false;

  publish(subject: string, bytes: Uint8Array): void {
    this.#assertOpen();
    this.#deliver(this.#receiversOf(subject), subject, bytes, null);
  }

  subscribe(
    subject: string,
    handler: BusHandler,
    options: { readonly queue?: string } = {},
  ): BusSubscription {
    return this.#listen(subject, options.queue ?? null, false, handler);
  }

  async request(subject: string, bytes: Uint8Array, options: RequestOptions): Promise<Uint8Array> {
    this.#assertOpen();
    if (options.signal?.aborted === true) throw cancelled(subject);
    if (!(options.timeoutMs > 0)) throw new BusError('timeout', `no time is left (${subject})`);
    const receivers = this.#receiversOf(subject);
    if (receivers.length === 0) {
      throw new BusError('no_responders', `nobody answers ${subject}`);
    }
    return new Promise((resolve, reject) => {
      const settle: Reply = (answer) => {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', onAbort);
        this.#openRequests.delete(settle);
        if (answer instanceof BusError) reject(answer);
        else resolve(answer);
      };
      const onAbort = (): void => settle(cancelled(subject));
      const timer = setTimeout(() => {
        const waited = `no answer within ${options.timeoutMs} ms`;
        settle(new BusError('timeout', `${waited} (${subject})`));
      }, options.timeoutMs);
      options.signal?.addEventListener('abort', onAbort);
      this.#openRequests.add(settle);
      const deadlineMs = Date.now() + Math.ceil(options.budgetMs ?? options.timeoutMs);
      this.#deliver(receivers, subject, bytes, { reply: settle, call: { deadlineMs } });
    });
  }

  respond(
    subject: string,
    queue: string,
    handler: BusResponder,
    options: RespondOptions = {},
  ): BusSubscription {
    const concurrencyMax = options.concurrencyMax ?? CONCURRENCY_MAX_DEFAULT;
    let running = 0;
    const answer = async (bytes: Uint8Array, from: string, open: Open | null): Promise<void> => {
      const reply = open?.reply;
      const call = open?.call ?? { deadlineMs: null };
      if (running >= concurrencyMax) {
        reply?.(new BusError('overloaded', `${concurrencyMax} requests are open (${subject})`));
        return;
      }
      running++;
      try {
        const answered = await handler(bytes, from, call);
        reply?.(answered);
      } catch (error) {
        options.onHandlerError?.(error);
        reply?.(new BusError('handler_failed', `the responder failed (${subject})`));
      } finally {
        running--;
      }
    };
    return this.#listen(subject, queue, true, (bytes, from, open) => {
      void answer(bytes, from, open);
    });
  }

  async flush(): Promise<void> {
    this.#assertOpen();
    await new Promise((resolve) => setImmediate(resolve));
  }

  close(): Promise<void> {
    this.#isClosed = true;
    for (const listener of this.#listeners) listener.isClosed = true;
    this.#listeners.clear();
    for (const settle of this.#openRequests) {
      settle(new BusError('closed', 'the bus was closed before the answer'));
    }
    return Promise.resolve();
  }

  #listen(
    subject: string,
    queue: string | null,
    isResponder: boolean,
    deliver: Listener['deliver'],
  ): BusSubscription {
    this.#assertOpen();
    const listener: Listener = {
      pattern: subject.split('.'),
      queue,
      isResponder,
      deliver,
      isClosed: false,
    };
    this.#listeners.add(listener);
    return {
      close: () => {
        listener.isClosed = true;
        this.#listeners.delete(listener);
      },
    };
  }

  /** Every plain subscriber and one member of each queue whose pattern matches. */
  #receiversOf(subject: string): Listener[] {
    const tokens = subject.split('.');
    const receivers: Listener[] = [];
    const queues = new Map<string, Listener[]>();
    for (const listener of this.#listeners) {
      if (!matches(listener.pattern, tokens)) continue;
      if (listener.queue === null) {
        receivers.push(listener);
        continue;
      }
      // Queues of one name on different subjects are different queues, as in NATS.
      const key = `${listener.pattern.join('.')} ${listener.queue}`;
      const members = queues.get(key);
      if (members === undefined) queues.set(key, [listener]);
      else members.push(listener);
    }
    for (const [key, members] of queues) {
      const turn = this.#turns.get(key) ?? 0;
      this.#turns.set(key, turn + 1);
      const member = members[turn % members.length];
      if (member !== undefined) receivers.push(member);
    }
    return receivers;
  }

  #deliver(
    receivers: readonly Listener[],
    subject: string,
    bytes: Uint8Array,
    open: Open | null,
  ): void {
    for (const receiver of receivers) {
      queueMicrotask(() => {
        if (!receiver.isClosed) receiver.deliver(bytes, subject, open);
        else if (receiver.isResponder) {
          open?.reply(new BusError('no_responders', `nobody answers ${subject}`));
        }
      });
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new BusError('closed', 'the bus is closed');
  }
}

function cancelled(subject: string): BusError {
  return new BusError('cancelled', `the caller gave up (${subject})`);
}

function matches(pattern: readonly string[], subject: readonly string[]): boolean {
  for (const [index, token] of pattern.entries()) {
    if (token === '>') return subject.length > index;
    if (index >= subject.length || (token !== '*' && token !== subject[index])) return false;
  }
  return pattern.length === subject.length;
}
