/**
 * Turns Rpcs into grpc-js handlers: request id, admission, deadline, cancellation, errors with
 * details, metrics, and one log line for each failure that an operator must see.
 *
 * I1: a call is answered at its deadline even when the cluster does not answer; what it holds is
 * given
 *     back only when the cluster has let go of it, so that limits count real work.
 * I2: nothing of a request reaches logs or metrics but its method and request id.
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import {
  Metadata,
  type Server,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type UntypedServiceImplementation,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { inServerSpan, TRACE_HEADER } from '../../shared/adapters/tracing.ts';
import { encodeError, factsOf, GatewayError, type WireError } from '../../shared/grpc/status.ts';
import { ClusterError } from '../../shared/protocol/cluster.ts';
import type { Admission } from './admission.ts';
import type { AuditedCall, Auditor, OpenRecord } from './auditor.ts';
import type { CallMetrics, CallObserver } from './call-metrics.ts';
import type { Guard } from './guard.ts';
import { guardedDefinition, UnusableMessage } from './guarded-codec.ts';
import type { BidiRpc, CallContext, Rpc, ServerStreamRpc, UnaryRpc } from './rpc.ts';
import type { Caller } from './tokens.ts';

export interface Runtime {
  readonly admission: Admission;
  readonly metrics: CallMetrics;
  readonly guard: Pick<Guard, 'admit'>;
  readonly auditor: Pick<Auditor, 'open' | 'denied'>;
  readonly logger: Logger;
  readonly draining: AbortSignal;
  readonly messageBytesMax: number;
  readonly deadlineDefaultMs: number;
  readonly deadlineMaxMs: number;
}

interface Method {
  /** `package.Service/Method` */
  readonly name: string;
  readonly observe: () => CallObserver;
  /** Health answers without admission: a full gateway is alive. */
  readonly isAdmitted: boolean;
}

/** What all kinds of call have in common. */
interface AnyCall {
  readonly metadata: Metadata;
  sendMetadata(metadata: Metadata): void;
  getAuthContext(): ReturnType<ServerUnaryCall<object, object>['getAuthContext']>;
  getDeadline(): Date | number;
  on(event: 'cancelled', listener: () => void): unknown;
  off(event: 'cancelled', listener: () => void): unknown;
}

const REQUEST_ID_KEY = 'x-request-id';
/**
 * Of an answer for which a standby stood in: the most entries of its log that one had not applied. Such
 * an answer is never from before what this gateway knew to be durable.
 */
const STANDBY_LAG_KEY = 'x-selfsame-standby-lag';
/**
 * What a client may choose as a request id: a UUID (RFC 9562), or a trace id of 32 hexadecimal digits
 * (W3C Trace Context). It goes into logs, and of any freer form somebody's phone number is one.
 */
const REQUEST_ID_FORM =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32})$/i;

function requestIdOf(metadata: Metadata): string {
  const given = metadata.get(REQUEST_ID_KEY)[0];
  return typeof given === 'string' && REQUEST_ID_FORM.test(given) ? given : randomUUID();
}

/**
 * Sends the headers. Of unary calls only with the answer: once a client has headers it counts the
 * call as committed and no longer retries it (gRFC A6), so failures travel as trailers alone.
 */
function sendHeaders(call: AnyCall, requestId: string, standbyLag: number | null = null): void {
  const headers = new Metadata();
  if (standbyLag !== null) headers.set(STANDBY_LAG_KEY, String(standbyLag));
  headers.set(REQUEST_ID_KEY, requestId);
  call.sendMetadata(headers);
}

/** What is known of a call before anybody vouches for it. */
type UnknownCall = Omit<CallContext, 'caller' | 'record' | 'onStandIn'>;

/** Who may make this call; one that is known and may not is recorded. */
async function admitted(
  call: AnyCall,
  { method, requestId }: UnknownCall,
  { guard, auditor }: Runtime,
): Promise<AuditedCall> {
  const auditedCall = (caller: Caller): AuditedCall => ({
    caller,
    method,
    requestId,
    get certificate() {
      // Asked for only when there is something to record: it costs a copy of the certificate.
      const name = call.getAuthContext().sslPeerCertificate?.subject.CN;
      return Array.isArray(name) ? name.join(' ') : name;
    },
  });
  const caller = await guard.admit(method, call.metadata, (known) => {
    auditor.denied(auditedCall(known));
  });
  return auditedCall(caller);
}

/** A call on its way: its context, and what must be undone at its end. */
interface OpenCall {
  readonly context: UnknownCall;
  readonly observer: CallObserver;
  /** Rejects when the context's signal aborts; never resolves. */
  readonly aborted: Promise<never>;
  readonly close: () => void;
}

/**
 * The client's deadline ends before ours, which is counted from when the call arrived: a client that
 * cancels this little before ours ran out of time. At most a fifth of the time it gave.
 */
const DEADLINE_TRANSIT_MS = 50;

function openCall(
  call: AnyCall,
  method: Method,
  runtime: Runtime,
  setCode: (code: status) => void,
  isUnary: boolean,
): OpenCall {
  const requestId = requestIdOf(call.metadata);
  const now = Date.now();
  const observer = told(method, requestId, runtime.logger, setCode);
  const asked = Number(call.getDeadline());
  const deadlineMs = isUnary
    ? Math.min(
        Number.isFinite(asked) ? asked : now + runtime.deadlineDefaultMs,
        now + runtime.deadlineMaxMs,
      )
    : asked;
  const controller = new AbortController();
  const { signal } = controller;
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  // Nobody waits for it when the call ends first.
  aborted.catch(() => {});
  const onDeadline = (): void => {
    controller.abort(
      new ClusterError('deadline_exceeded', 'The deadline passed; the outcome is unknown.'),
    );
  };
  const timer = isUnary ? setTimeout(onDeadline, Math.max(0, deadlineMs - now)) : undefined;
  const onCancelled = (): void => {
    const early = Math.min(DEADLINE_TRANSIT_MS, (asked - now) / 5);
    if (Date.now() >= asked - early) onDeadline();
    else controller.abort(new ClusterError('cancelled', 'The client cancelled the call.'));
  };
  call.on('cancelled', onCancelled);
  return {
    context: {
      method: method.name,
      requestId,
      deadlineMs,
      signal,
      draining: runtime.draining,
      messages: observer,
    },
    observer,
    aborted,
    close: () => {
      clearTimeout(timer);
      call.off('cancelled', onCancelled);
    },
  };
}

/** Observes a call for metrics, its trace, and the log of those who ask for every call (`debug`). */
function told(
  method: Method,
  requestId: string,
  logger: Logger,
  setCode: (code: status) => void,
): CallObserver {
  const observer = method.observe();
  const startedAt = performance.now();
  return {
    received: (messages) => observer.received(messages),
    sent: (messages) => observer.sent(messages),
    end: (code) => {
      observer.end(code);
      setCode(code);
      if (!logger.isLevelEnabled('debug')) return;
      const grpcCode = status[code] ?? 'UNKNOWN';
      const durationMs = Math.round(performance.now() - startedAt);
      const fields = { grpc_method: method.name, grpc_code: grpcCode, duration_ms: durationMs };
      logger.debug({ ...fields, request_id: requestId }, 'call handled');
    },
  };
}

/** Runs a call within the trace that it brings, or one of its own. */
function traced(
  method: Method,
  metadata: Metadata,
  run: (setCode: (code: status) => void) => Promise<void>,
): void {
  const given = metadata.get(TRACE_HEADER)[0];
  const [service, name] = method.name.split('/') as [string, string];
  const attributes = { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': name };
  // Neither rejects: what fails is told to the caller.
  void inServerSpan(method.name, typeof given === 'string' ? given : null, attributes, run);
}

/** Encodes a failure, and logs what an operator must see. */
function failureOf(error: unknown, context: UnknownCall, logger: Logger): WireError {
  const facts = factsOf(error);
  if (facts.reason === 'INTERNAL') {
    const { method, requestId } = context;
    logger.error({ grpc_method: method, request_id: requestId, err: error }, 'call failed');
  }
  const failure = encodeError(facts, context.requestId);
  failure.metadata.set(REQUEST_ID_KEY, context.requestId);
  return failure;
}

function usable<Request>(request: Request): Request {
  if (request instanceof UnusableMessage) throw request.error;
  return request;
}

async function runUnary(
  rpc: UnaryRpc<object, object>,
  method: Method,
  runtime: Runtime,
  call: ServerUnaryCall<object, object>,
  callback: sendUnaryData<object>,
  setCode: (code: status) => void,
): Promise<void> {
  const { context, observer, aborted, close } = openCall(call, method, runtime, setCode, true);
  observer.received(1);
  let standbyLag: number | null = null;
  const onStandIn = (lag: number): void => {
    standbyLag = Math.max(standbyLag ?? 0, lag);
  };
  try {
    const audited = await admitted(call, context, runtime);
    const { caller } = audited;
    const request = usable(call.request);
    const items = rpc.items?.(request) ?? 1;
    const release = method.isAdmitted ? runtime.admission.admitCall(items) : () => {};
    const record = runtime.auditor.open(audited, request, items);
    const work = (async () => {
      try {
        if (record?.begun != null) await record.begun;
        // Its caller may have gone while the record was written: then it is not done either.
        context.signal.throwIfAborted();
        const answer = await rpc.handle(request, { ...context, caller, record, onStandIn });
        record?.end(null, answer);
        return answer;
      } catch (error) {
        record?.end(error, null);
        throw error;
      } finally {
        release();
      }
    })();
    const response = await Promise.race([work, aborted]);
    observer.sent(1);
    observer.end(status.OK);
    sendHeaders(call, context.requestId, standbyLag);
    callback(null, response);
  } catch (error) {
    const failure = failureOf(error, context, runtime.logger);
    observer.end(failure.code);
    callback(failure);
  } finally {
    close();
  }
}

async function runStream(
  handle: (context: CallContext) => Promise<void>,
  method: Method,
  runtime: Runtime,
  call: ServerWritableStream<object, object> | ServerDuplexStream<object, object>,
  setCode: (code: status) => void,
): Promise<void> {
  const { context, observer, aborted, close } = openCall(call, method, runtime, setCode, false);
  let release = (): void => {};
  let record: OpenRecord | null = null;
  try {
    const audited = await admitted(call, context, runtime);
    if (method.isAdmitted) release = runtime.admission.admitStream();
    record = runtime.auditor.open(audited, 'request' in call ? call.request : {}, 0);
    if (record?.begun != null) await record.begun;
    sendHeaders(call, context.requestId);
    const onStandIn = (): void => {};
    const work = handle({ ...context, caller: audited.caller, record, onStandIn });
    await Promise.race([work, aborted]);
    record?.end(null, null);
    observer.end(status.OK);
    call.end();
  } catch (error) {
    record?.end(error, null);
    const failure = failureOf(error, context, runtime.logger);
    observer.end(failure.code);
    // grpc-js turns the error event of a stream into its status.
    call.emit('error', failure);
  } finally {
    release();
    close();
  }
}

function handlerOf(
  rpc: Rpc,
  method: Method,
  runtime: Runtime,
): UntypedServiceImplementation[string] {
  switch (rpc.kind) {
    case 'unary': {
      const unary = rpc as unknown as UnaryRpc<object, object>;
      return (call: ServerUnaryCall<object, object>, callback: sendUnaryData<object>) =>
        traced(method, call.metadata, (setCode) =>
          runUnary(unary, method, runtime, call, callback, setCode),
        );
    }
    case 'server_stream': {
      const { handle } = rpc as unknown as ServerStreamRpc<object, object>;
      return (call: ServerWritableStream<object, object>) =>
        traced(method, call.metadata, (setCode) =>
          runStream(
            async (context) => {
              context.messages.received(1);
              await handle(usable(call.request), call, context);
            },
            method,
            runtime,
            call,
            setCode,
          ),
        );
    }
    case 'bidi_stream': {
      const { handle } = rpc as unknown as BidiRpc<object, object>;
      return (call: ServerDuplexStream<object, object>) =>
        traced(method, call.metadata, (setCode) =>
          runStream((context) => handle(call, context), method, runtime, call, setCode),
        );
    }
  }
}

/**
 * Adds a service to the server. Throws when the Rpcs are not exactly the methods of the definition,
 * in name and in kind.
 */
export function bindService(
  server: Server,
  serviceName: string,
  definition: ServiceDefinition,
  rpcs: Readonly<Record<string, Rpc>>,
  runtime: Runtime,
  options: { readonly isAdmitted: boolean } = { isAdmitted: true },
): void {
  const unknown = Object.keys(rpcs).filter((name) => definition[name] === undefined);
  if (unknown.length > 0) {
    throw new Error(`${serviceName} has handlers without a method: ${unknown.join(', ')}.`);
  }
  const handlers: UntypedServiceImplementation = {};
  for (const [name, { requestStream, responseStream }] of Object.entries(definition)) {
    const rpc = rpcs[name];
    const kind = requestStream ? 'bidi_stream' : responseStream ? 'server_stream' : 'unary';
    if (rpc?.kind !== kind) throw new Error(`${serviceName}/${name} has no ${kind} handler.`);
    const method = {
      name: `${serviceName}/${name}`,
      observe: runtime.metrics.forMethod(kind, serviceName, name),
      isAdmitted: options.isAdmitted,
    };
    handlers[name] = handlerOf(rpc, method, runtime);
  }
  server.addService(guardedDefinition(definition, runtime.messageBytesMax), handlers);
}

/** The error with which streams end when the gateway stops. */
export function drainingError(metadata: Readonly<Record<string, string>> = {}): GatewayError {
  return new GatewayError(
    'GATEWAY_DRAINING',
    'This gateway is shutting down; connect again and repeat what was not answered.',
    { metadata },
  );
}
