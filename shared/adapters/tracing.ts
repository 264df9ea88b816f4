/**
 * Traces (OpenTelemetry): spans, and the trace context that travels with the work.
 *
 * Off unless OTEL_EXPORTER_OTLP_ENDPOINT is set; then nothing is loaded, no span is made, and each
 * function here costs a comparison. The usual OTEL_ variables hold: OTEL_TRACES_SAMPLER and
 * OTEL_TRACES_SAMPLER_ARG (default: what the caller decided, of calls without a decision one in a
 * hundred), OTEL_BSP_... for the queue of finished spans, which drops what does not fit.
 *
 * T1 Context is carried beside the data: in headers of requests and log entries, never in the bytes.
 *    Reducers do not see it, so it cannot change a state, a hash or an answer.
 * T2 An entry of a log holds work of many calls: it carries the contexts of TRACES_MAX of them.
 * T3 No personal data: names and attributes are of methods, subjects, partitions and codes.
 * T4 Only sampled contexts travel.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type * as Api from '@opentelemetry/api';
import type { Attributes, Span, SpanContext, Tracer } from '@opentelemetry/api';

/** Values of the W3C header `traceparent` of the work at hand; mostly one or none. */
export type Traces = readonly string[];

export type SpanKindName = 'server' | 'client' | 'producer' | 'consumer';

export const TRACE_HEADER = 'traceparent';
const TRACES_MAX = 8;
const NONE: Traces = Object.freeze([]);
const SAMPLED = 1;
const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
/** `SpanKind` and `SpanStatusCode` of the API, which is not loaded while tracing is off. */
const KINDS = { server: 1, client: 2, producer: 3, consumer: 4 } as const;
const STATUS_ERROR = 2;
/** Of calls that come without a decision. */
const ROOT_RATIO = 0.01;

interface Running {
  readonly tracer: Tracer;
  readonly api: typeof Api;
}

interface Active {
  readonly traces: Traces;
  readonly first: SpanContext | null;
}

const NOTHING: Active = { traces: NONE, first: null };

let running: Running | null = null;
const active = new AsyncLocalStorage<Active>();

export interface Tracing {
  /** Sends what is finished, within some seconds, and ends tracing. */
  close(): Promise<void>;
}

/** Starts tracing for the process when the environment asks for it. */
export async function startTracing(
  { service, version }: { readonly service: string; readonly version: string },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Tracing> {
  const endpoint = environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  if (endpoint === '' || environment['OTEL_SDK_DISABLED'] === 'true') {
    return { close: () => Promise.resolve() };
  }
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const { BasicTracerProvider, BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler } =
    sdk;
  const isSamplerGiven = (environment['OTEL_TRACES_SAMPLER'] ?? '') !== '';
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': `selfsame-${service}`,
      'service.version': version,
    }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
    ...(isSamplerGiven
      ? {}
      : { sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ROOT_RATIO) }) }),
  });
  running = { tracer: provider.getTracer('selfsame', version), api };
  return {
    close: async () => {
      running = null;
      // A collector that is away must not keep the process from ending with its own exit code.
      await provider.shutdown().catch(() => undefined);
    },
  };
}

/** Contexts of the work at hand, to be sent along with what follows from it. */
export function activeTraces(): Traces {
  if (running === null) return NONE;
  return active.getStore()?.traces ?? NONE;
}

/** For log lines: the trace of the work at hand. */
export function traceFields(): { readonly trace_id?: string; readonly span_id?: string } {
  if (running === null) return {};
  const first = active.getStore()?.first ?? null;
  return first === null ? {} : { trace_id: first.traceId, span_id: first.spanId };
}

/** The first TRACES_MAX different ones of what goes on together. */
export function joinTraces(parts: Iterable<{ readonly traces: Traces }>): Traces {
  if (running === null) return NONE;
  let joined: Set<string> | null = null;
  for (const part of parts) {
    for (const one of part.traces) {
      joined ??= new Set();
      if (joined.size < TRACES_MAX) joined.add(one);
    }
  }
  return joined === null ? NONE : Array.from(joined);
}

/**
 * Runs work that others asked for, within a span of each of their traces; none: without a span, and
 * without the context of whatever happens to run it.
 */
export function inSpans<T>(
  name: string,
  kind: SpanKindName,
  parents: Traces,
  attributes: Attributes,
  work: () => T,
): T {
  if (running === null) return work();
  if (parents.length === 0)
    return active.getStore() === undefined ? work() : active.run(NOTHING, work);
  const spans = parents
    .map((parent) => startSpan(running as Running, name, kind, parent, attributes))
    .filter((span) => span !== null);
  return runIn(spans, work);
}

/** Runs a call that came from outside: within its trace when it brings one, else in one of its own. */
export function inServerSpan<T>(
  name: string,
  parent: string | null,
  attributes: Attributes,
  work: (setCode: (code: number) => void) => T,
): T {
  if (running === null) return work(ignoreCode);
  const span = startSpan(running, name, 'server', parent, attributes, true);
  if (span === null) return work(ignoreCode);
  const setCode = (code: number): void => {
    span.setAttribute('rpc.grpc.status_code', code);
    if (code !== 0) span.setStatus({ code: STATUS_ERROR });
  };
  return runIn([span], () => work(setCode));
}

function ignoreCode(): void {
  // Tracing is off.
}

/** null: the parent is none, or not sampled. */
function startSpan(
  { tracer, api }: Running,
  name: string,
  kind: SpanKindName,
  parent: string | null,
  attributes: Attributes,
  mayBeRoot = false,
): Span | null {
  const parsed = parent === null ? null : parse(parent);
  if (parsed === null && !mayBeRoot) return null;
  const root = api.ROOT_CONTEXT;
  const context = parsed === null ? root : api.trace.setSpanContext(root, parsed);
  return tracer.startSpan(name, { kind: KINDS[kind], attributes }, context);
}

function parse(traceparent: string): SpanContext | null {
  const [, traceId, spanId, flags] = FORM.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & SAMPLED, isRemote: true };
}

function runIn<T>(spans: readonly Span[], work: () => T): T {
  const contexts = spans
    .map((span) => span.spanContext())
    .filter(({ traceFlags }) => (traceFlags & SAMPLED) !== 0);
  const traces = contexts.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
  const end = (error?: unknown): void => {
    for (const span of spans) {
      if (error !== undefined) {
        // The kind of failure only: messages may hold what a caller sent (T3).
        span.setStatus({ code: STATUS_ERROR });
        span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
      }
      span.end();
    }
  };
  try {
    const result = active.run({ traces, first: contexts[0] ?? null }, work);
    if (result instanceof Promise) result.then(() => end(), end);
    else end();
    return result;
  } catch (error) {
    end(error);
    throw error;
  }
}
