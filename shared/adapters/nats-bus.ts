/**
 * Bus over NATS core messages. Does not own the connection.
 *
 * A refused or failed request is answered with a header instead of silence, so that the caller
 * learns of it at once; the header names the kind only, never the handler's message.
 * Subjects of a cluster begin with its own prefix on the wire, as its streams do: clusters that
 * share a NATS do not hear each other.
 */
import { headers, type Msg, type NatsConnection, NatsError, type Subscription } from 'nats';
import {
  type Bus,
  type BusCall,
  BusError,
  type BusErrorCode,
  type BusHandler,
  type BusResponder,
  type BusSubscription,
  CONCURRENCY_MAX_DEFAULT,
  type RequestOptions,
  type RespondOptions,
} from './bus.ts';
import { traceHeaders, tracesOf } from './trace-headers.ts';
import { inSpans } from './tracing.ts';

const ERROR_HEADER = 'Selfsame-Error';
/** Time left for the work when the request was sent, whole milliseconds. */
const DEADLINE_HEADER = 'selfsame-deadline-ms';
const ERROR_TEXT = {
  overloaded: 'the responder is overloaded',
  handler_failed: 'the responder failed',
} as const;
type ResponderError = keyof typeof ERROR_TEXT;

/** First token of every subject that the services use. */
const SUBJECT_ROOT = 'selfsame';

export class NatsBus implements Bus {
  readonly #connection: NatsConnection;
  readonly #prefix: string;
  readonly #subscriptions = new Set<Subscription>();
  readonly #openRequests = new Set<(error: BusError) => void>();
  #isClosed = false;

  /** `prefix`: what `selfsame` at the begin of a subject stands for. */
  constructor(connection: NatsConnection, prefix: string = SUBJECT_ROOT) {
    this.#connection = connection;
    this.#prefix = prefix;
  }

  publish(subject: string, bytes: Uint8Array): void {
    this.#assertOpen();
    try {
      this.#connection.publish(withRoot(subject, SUBJECT_ROOT, this.#prefix), bytes);
    } catch (error) {
      throw toBusError(error, subject);
    }
  }

  subscribe(
    subject: string,
    handler: BusHandler,
    options: { readonly queue?: string } = {},
  ): BusSubscription {
    return this.#listen(subject, options.queue, (message) => {
      handler(message.data, this.#subjectOf(message));
    });
  }

  async request(subject: string, bytes: Uint8Array, options: RequestOptions): Promise<Uint8Array> {
    this.#assertOpen();
    if (options.signal?.aborted === true) throw cancelled(subject);
    if (!(options.timeoutMs > 0)) throw outOfTime(subject);
    const fields = traceHeaders() ?? headers();
    const budgetMs = Math.ceil(options.budgetMs ?? options.timeoutMs);
    fields.set(DEADLINE_HEADER, String(budgetMs));
    return new Promise((resolve, reject) => {
      const giveUp = (error: BusError): void => {
        finish();
        reject(error);
      };
      const onAbort = (): void => giveUp(cancelled(subject));
      const finish = (): void => {
        options.signal?.removeEventListener('abort', onAbort);
        this.#openRequests.delete(giveUp);
      };
      options.signal?.addEventListener('abort', onAbort);
      this.#openRequests.add(giveUp);
      const placed = withRoot(subject, SUBJECT_ROOT, this.#prefix);
      const request = { timeout: options.timeoutMs, headers: fields };
      this.#connection.request(placed, bytes, request).then(
        (reply) => {
          finish();
          const error = reply.headers?.get(ERROR_HEADER) ?? '';
          if (isResponderError(error)) {
            reject(new BusError(error, `${ERROR_TEXT[error]} (${subject})`));
          } else resolve(reply.data);
        },
        (error: unknown) => giveUp(toBusError(error, subject)),
      );
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
    const answer = async (message: Msg): Promise<void> => {
      if (running >= concurrencyMax) {
        respondError(message, 'overloaded');
        return;
      }
      running++;
      try {
        const place = this.#subjectOf(message);
        const attributes = { 'messaging.system': 'nats', 'messaging.destination.name': place };
        const name = `process ${place.replace(/\.\d+$/, '')}`;
        const reply = await inSpans(name, 'consumer', tracesOf(message), attributes, () =>
          handler(message.data, place, callOf(message)),
        );
        // A connection closed meanwhile has no one to tell; the caller's timeout does.
        if (!this.#connection.isClosed()) message.respond(reply);
      } catch (error) {
        options.onHandlerError?.(error);
        respondError(message, 'handler_failed');
      } finally {
        running--;
      }
    };
    const respondError = (message: Msg, error: ResponderError): void => {
      if (this.#connection.isClosed()) return;
      const fields = headers();
      fields.set(ERROR_HEADER, error);
      message.respond(undefined, { headers: fields });
    };
    return this.#listen(subject, queue, (message) => void answer(message));
  }

  async flush(): Promise<void> {
    this.#assertOpen();
    try {
      await this.#connection.flush();
    } catch (error) {
      throw toBusError(error, 'flush');
    }
  }

  close(): Promise<void> {
    this.#isClosed = true;
    for (const subscription of this.#subscriptions) {
      if (!this.#connection.isClosed()) subscription.unsubscribe();
    }
    this.#subscriptions.clear();
    for (const giveUp of this.#openRequests) {
      giveUp(new BusError('closed', 'the bus was closed before the answer'));
    }
    return Promise.resolve();
  }

  #listen(
    subject: string,
    queue: string | undefined,
    handle: (message: Msg) => void,
  ): BusSubscription {
    this.#assertOpen();
    const subscription = this.#connection.subscribe(withRoot(subject, SUBJECT_ROOT, this.#prefix), {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, message) => {
        if (error === null) handle(message);
      },
    });
    this.#subscriptions.add(subscription);
    return {
      close: () => {
        if (!this.#subscriptions.delete(subscription)) return;
        if (!this.#connection.isClosed()) subscription.unsubscribe();
      },
    };
  }

  #subjectOf(message: Msg): string {
    return withRoot(message.subject, this.#prefix, SUBJECT_ROOT);
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new BusError('closed', 'the bus is closed');
  }
}

function withRoot(subject: string, from: string, to: string): string {
  if (from === to || !subject.startsWith(`${from}.`)) return subject;
  return to + subject.slice(from.length);
}

/** A header that is absent or no number tells nothing; work is bounded by its own limits then. */
function callOf(message: Msg): BusCall {
  const text = message.headers?.get(DEADLINE_HEADER) ?? '';
  return { deadlineMs: /^\d{1,9}$/.test(text) ? Date.now() + Number(text) : null };
}

function outOfTime(subject: string): BusError {
  return new BusError('timeout', `no time is left (${subject})`);
}

function cancelled(subject: string): BusError {
  return new BusError('cancelled', `the caller gave up (${subject})`);
}

function isResponderError(text: string): text is ResponderError {
  return text in ERROR_TEXT;
}

const CODES: Readonly<Record<string, BusErrorCode>> = {
  '503': 'no_responders',
  TIMEOUT: 'timeout',
  MAX_PAYLOAD_EXCEEDED: 'too_large',
  CONNECTION_CLOSED: 'closed',
  CONNECTION_DRAINING: 'closed',
};

function toBusError(error: unknown, subject: string): BusError {
  const code = error instanceof NatsError ? CODES[error.code] : undefined;
  const reason = error instanceof Error ? error.message : String(error);
  return new BusError(code ?? 'unavailable', `${reason} (${subject})`, { cause: error });
}
