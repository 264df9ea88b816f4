/**
 * Pipelined publishing with acknowledgements.
 *
 * The client's own `js.publish` makes a request object, a timer and a stack per message: 22,000/s.
 * Here all share one reply subscription, one table and one timer.
 * A1. Every append settles exactly once: acknowledged, refused, or `unavailable` (outcome unknown)
 *     after the timeout or at the first sign of a lost connection.
 * A2. Nothing is handed to the client while it is disconnected: it would be sent after the
 *     reconnect, long after its caller was told that the outcome is unknown.
 */
import { type Msg, type MsgHdrs, type Subscription } from 'nats';
import { apiError, transportError } from './jetstream-api.ts';
import { LogError } from './log.ts';
import { inboxOf, type NatsLink } from './nats-link.ts';
import { traceHeaders } from './trace-headers.ts';

interface PendingAppend {
  readonly subject: string;
  readonly expiresAt: number;
  readonly resolve: (sequence: number) => void;
  readonly reject: (error: LogError) => void;
}

interface PubAck {
  readonly seq?: number;
  readonly error?: { readonly code?: number; readonly err_code?: number; description?: string };
}

export interface AppenderOptions {
  readonly timeoutMs: number;
  /** More unacknowledged appends than this are refused: the table is bounded. */
  readonly inFlightMax: number;
  /** Tells why nobody answered at a subject: the stream is missing, or it has no leader. */
  readonly explainNoResponders: (subject: string) => Promise<LogError>;
}

/** Expired appends are looked for this often; a timeout may be late by as much. */
const SWEEP_INTERVAL_MS = 100;

export class JetStreamAppender {
  readonly #link: NatsLink;
  readonly #options: AppenderOptions;
  readonly #unlisten: () => void;
  readonly #replyPrefix: string;
  readonly #replies: Subscription;
  /** In order of sending, so the oldest expire first. */
  readonly #pending = new Map<number, PendingAppend>();
  #nextToken = 0;
  #sweep: NodeJS.Timeout | null = null;

  constructor(link: NatsLink, options: AppenderOptions) {
    this.#link = link;
    this.#options = options;
    this.#replyPrefix = `${inboxOf(link.connection)}.`;
    this.#replies = link.connection.subscribe(`${this.#replyPrefix}*`, {
      callback: (error, message) => {
        if (error === null) this.#onReply(message);
      },
    });
    const reason = 'the connection to NATS was lost before the acknowledgement';
    this.#unlisten = link.listen({ onDown: () => this.#rejectAll('unavailable', reason) });
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  /** Resolves with the sequence; rejects with `LogError`. Order in a subject: the calls'. */
  append(subject: string, bytes: Uint8Array, messageHeaders?: MsgHdrs): Promise<number> {
    return new Promise((resolve, reject) => {
      if (!this.#link.isUp) {
        reject(new LogError('unavailable', `not connected to NATS (${subject}); nothing was sent`));
        return;
      }
      if (this.#pending.size >= this.#options.inFlightMax) {
        const limit = this.#options.inFlightMax;
        reject(new LogError('unavailable', `${limit} appends are unacknowledged (${subject})`));
        return;
      }
      const token = this.#nextToken++;
      const expiresAt = performance.now() + this.#options.timeoutMs;
      this.#pending.set(token, { subject, expiresAt, resolve, reject });
      try {
        const traced = messageHeaders ?? traceHeaders();
        this.#link.connection.publish(subject, bytes, {
          reply: `${this.#replyPrefix}${token}`,
          ...(traced === undefined ? {} : { headers: traced }),
        });
      } catch (error) {
        this.#pending.delete(token);
        reject(transportError(error, subject));
        return;
      }
      this.#sweep ??= setInterval(() => this.#expire(), SWEEP_INTERVAL_MS);
    });
  }

  #onReply(message: Msg): void {
    const token = Number(message.subject.slice(this.#replyPrefix.length));
    const pending = this.#pending.get(token);
    // Its caller was told already (timeout, lost connection).
    if (pending === undefined) return;
    this.#pending.delete(token);
    if (message.data.length === 0) {
      // Status 503: nobody listens at the subject. The message was not accepted.
      void this.#options.explainNoResponders(pending.subject).then(pending.reject, pending.reject);
      return;
    }
    const ack = JSON.parse(message.string()) as PubAck;
    if (ack.error !== undefined) pending.reject(apiError(ack.error, pending.subject));
    else if (ack.seq !== undefined) pending.resolve(ack.seq);
    else pending.reject(new LogError('unsupported', `not a PubAck (${pending.subject})`));
  }

  #expire(): void {
    const now = performance.now();
    for (const [token, pending] of this.#pending) {
      if (pending.expiresAt > now) break;
      this.#pending.delete(token);
      const waited = `no acknowledgement within ${this.#options.timeoutMs} ms`;
      pending.reject(new LogError('unavailable', `${waited} (${pending.subject})`));
    }
    if (this.#pending.size === 0) this.#stopSweep();
  }

  #stopSweep(): void {
    if (this.#sweep !== null) clearInterval(this.#sweep);
    this.#sweep = null;
  }

  close(): void {
    this.#unlisten();
    if (!this.#link.connection.isClosed()) this.#replies.unsubscribe();
    this.#rejectAll('closed', 'the log was closed before the acknowledgement');
  }

  #rejectAll(code: 'unavailable' | 'closed', reason: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#stopSweep();
    for (const append of pending) {
      append.reject(new LogError(code, `${reason} (${append.subject})`));
    }
  }
}
