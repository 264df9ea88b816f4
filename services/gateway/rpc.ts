/**
 * What a service of the gateway is made of: one `Rpc` per method. `bind-service.ts` adds what all
 * methods share: admission, deadline, cancellation, errors, metrics, logs.
 */
import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServerDuplexStream,
  ServerWritableStream,
} from '@grpc/grpc-js';
import type { OpenRecord } from './auditor.ts';
import type { Caller } from './tokens.ts';

export interface CallContext {
  readonly caller: Caller;
  /** Full name, e.g. `selfsame.v1.IngestService/IngestInteraction`. */
  readonly method: string;
  /** From `x-request-id`, or made up; safe to log. */
  readonly requestId: string;
  /** Epoch milliseconds; of streams: Infinity unless the client set one. */
  readonly deadlineMs: number;
  /** Aborts with a ClusterError: cancelled by the client, or past the deadline. */
  readonly signal: AbortSignal;
  /** Aborts when the gateway stops: streams answer what they have read, then end. */
  readonly draining: AbortSignal;
  /** Counts the messages of streams; those of unary calls are counted for them. */
  readonly messages: MessageCounter;
  /** To be called when a standby answered, with the entries that it was behind: a header tells. */
  readonly onStandIn: (lagEntries: number) => void;
  /** The call in the audit trail; null: it is not recorded. Streams record their messages. */
  readonly record: OpenRecord | null;
}

export interface MessageCounter {
  received(messages: number): void;
  sent(messages: number): void;
}

/** An answer that is encoded already. */
export class EncodedMessage {
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

export interface UnaryRpc<Request, Response> {
  readonly kind: 'unary';
  /** Weight of the call for admission: identifiers or interactions in it. Default 1. */
  readonly items?: (request: Request) => number;
  readonly handle: (request: Request, context: CallContext) => Promise<Response | EncodedMessage>;
}

export interface ServerStreamRpc<Request, Response> {
  readonly kind: 'server_stream';
  readonly handle: (
    request: Request,
    stream: ServerWritableStream<Request, Response>,
    context: CallContext,
  ) => Promise<void>;
}

export interface BidiRpc<Request, Response> {
  readonly kind: 'bidi_stream';
  readonly handle: (
    stream: ServerDuplexStream<Request, Response | EncodedMessage>,
    context: CallContext,
  ) => Promise<void>;
}

export type Rpc = UnaryRpc<never, object> | ServerStreamRpc<never, object> | BidiRpc<never, object>;

/**
 * The Rpcs that implement a generated handler interface: a missing, misspelt or wrongly typed
 * method is a compile error (grpc-js itself accepts a service with missing handlers).
 */
export type RpcsOf<Handlers> = {
  readonly [Name in keyof Handlers as string extends Name
    ? never
    : Name]: Handlers[Name] extends handleUnaryCall<infer Request, infer Response>
    ? UnaryRpc<Request, Response>
    : Handlers[Name] extends handleServerStreamingCall<infer Request, infer Response>
      ? ServerStreamRpc<Request, Response>
      : Handlers[Name] extends handleBidiStreamingCall<infer Request, infer Response>
        ? BidiRpc<Request, Response>
        : never;
};
