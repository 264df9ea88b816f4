/**
 * Bus port: messages between processes that nobody keeps. What must not be lost goes into the log.
 *
 * Implementations: `nats-bus.ts` (processes), `memory-bus.ts` (one process); one contract suite
 * (`test/unit/bus-contract.ts`) runs on both. Subjects are dot-separated tokens; a subscription may
 * use `*` (one token) and a final `>` (one or more). At most once, in order from one sender to one
 * receiver. Subjects must not hold personal data.
 */

export type BusErrorCode =
  | 'no_responders' // nobody answers the subject: nothing was handled
  | 'timeout' // no answer in time: outcome unknown
  | 'cancelled' // the caller's signal: outcome unknown
  | 'overloaded' // the responder refused: nothing was handled
  | 'handler_failed' // the responder's handler threw: a bug on its side, logged there
  | 'too_large' // over the transport's limit
  | 'unavailable' // not connected; outcome unknown
  | 'closed';

export class BusError extends Error {
  readonly code: BusErrorCode;
  readonly retryable: boolean;
  constructor(code: BusErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BusError';
    this.code = code;
    this.retryable = ['no_responders', 'timeout', 'overloaded', 'unavailable'].includes(code);
  }
}

export interface BusSubscription {
  /** Nothing is delivered afterwards; requests being handled are still answered. Idempotent. */
  close(): void;
}

/** Must not throw; `subject` is the one published to. */
export type BusHandler = (bytes: Uint8Array, subject: string) => void;
export type BusResponder = (
  bytes: Uint8Array,
  subject: string,
  call: BusCall,
) => Promise<Uint8Array>;

/** What came with a request. */
export interface BusCall {
  /**
   * Epoch milliseconds, by this process's clock, after which nobody waits for the answer; null: not
   * told. Time left travels and not a time of day, since clocks of machines differ. What a request
   * spent in sockets is not known: it may be over a little sooner.
   */
  readonly deadlineMs: number | null;
}

export interface RequestOptions {
  /** How long this attempt waits. Not above 0: rejects with `timeout`, and nothing is sent. */
  readonly timeoutMs: number;
  /**
   * Time left for the work, milliseconds; travels with the request. Above `timeoutMs` where a request
   * without an answer is made again and may find the work done. Default `timeoutMs`.
   */
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
}

export interface RespondOptions {
  /** Requests handled at a time; more are refused as `overloaded`. Default 1,024. */
  readonly concurrencyMax?: number;
  /** Called with what a handler threw, once each. */
  readonly onHandlerError?: (error: unknown) => void;
}

export const CONCURRENCY_MAX_DEFAULT = 1_024;

export interface Bus {
  /** Sends to all subscribers and to one member of each queue; nobody listening is no error. */
  publish(subject: string, bytes: Uint8Array): void;
  /** With `queue`, one member of the queue gets each message. */
  subscribe(
    subject: string,
    handler: BusHandler,
    options?: { readonly queue?: string },
  ): BusSubscription;
  /** Rejects with `BusError`. */
  request(subject: string, bytes: Uint8Array, options: RequestOptions): Promise<Uint8Array>;
  /** Answers requests; of the members of a queue one gets each. */
  respond(
    subject: string,
    queue: string,
    handler: BusResponder,
    options?: RespondOptions,
  ): BusSubscription;
  /** Resolves when all that was published before is with the transport. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
