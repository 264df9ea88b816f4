/**
 * Metrics of calls, under the names of go-grpc-prometheus, so that stock dashboards work.
 * Labels are bounded: methods of the contract and gRPC codes; never anything from a request.
 */
import { performance } from 'node:perf_hooks';
import { status } from '@grpc/grpc-js';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Admission, AdmissionLimits } from './admission.ts';
import type { MessageCounter, Rpc } from './rpc.ts';

/** Seconds. From an in-memory look-up to the longest deadline (30 s). */
const HANDLING_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30];
const METHOD_LABELS = ['grpc_type', 'grpc_service', 'grpc_method'] as const;

/** Observes one call: call `end` once. */
export interface CallObserver extends MessageCounter {
  end(code: status): void;
}

export class CallMetrics {
  readonly #started: Counter<(typeof METHOD_LABELS)[number]>;
  readonly #handled: Counter<(typeof METHOD_LABELS)[number] | 'grpc_code'>;
  readonly #received: Counter<(typeof METHOD_LABELS)[number]>;
  readonly #sent: Counter<(typeof METHOD_LABELS)[number]>;
  readonly #seconds: Histogram<(typeof METHOD_LABELS)[number]>;

  constructor(registry: Registry, admission: Admission, limits: AdmissionLimits) {
    const registers = [registry];
    const labelNames = [...METHOD_LABELS];
    this.#started = new Counter({
      name: 'grpc_server_started_total',
      help: 'Calls started on the server.',
      labelNames,
      registers,
    });
    this.#handled = new Counter({
      name: 'grpc_server_handled_total',
      help: 'Calls completed on the server, whatever their result.',
      labelNames: [...METHOD_LABELS, 'grpc_code'],
      registers,
    });
    this.#received = new Counter({
      name: 'grpc_server_msg_received_total',
      help: 'Messages received on streams and in unary calls.',
      labelNames,
      registers,
    });
    this.#sent = new Counter({
      name: 'grpc_server_msg_sent_total',
      help: 'Messages sent on streams and in unary calls.',
      labelNames,
      registers,
    });
    this.#seconds = new Histogram({
      name: 'grpc_server_handling_seconds',
      help: 'Time from the start of a call to its end.',
      labelNames,
      buckets: HANDLING_BUCKETS,
      registers,
    });
    registerLoad(registry, admission, limits);
  }

  /** Makes the series of a method, so that they exist before its first call. */
  forMethod(type: Rpc['kind'], service: string, method: string): () => CallObserver {
    const labels = { grpc_type: type, grpc_service: service, grpc_method: method };
    const started = this.#started.labels(labels);
    const received = this.#received.labels(labels);
    const sent = this.#sent.labels(labels);
    const seconds = this.#seconds.labels(labels);
    const handled = new Map<status, { inc(): void }>();
    const handledAs = (code: status): { inc(): void } => {
      const known = handled.get(code);
      if (known !== undefined) return known;
      const made = this.#handled.labels({ ...labels, grpc_code: status[code] ?? 'UNKNOWN' });
      handled.set(code, made);
      return made;
    };
    handledAs(status.OK);
    return () => {
      const startedAt = performance.now();
      started.inc();
      return {
        received: (messages) => received.inc(messages),
        sent: (messages) => sent.inc(messages),
        end: (code) => {
          handledAs(code).inc();
          seconds.observe((performance.now() - startedAt) / 1000);
        },
      };
    };
  }
}

/** Every bound is exported beside its use, so that saturation is a ratio of two series. */
function registerLoad(registry: Registry, admission: Admission, limits: AdmissionLimits): void {
  const rows = [
    ['calls', 'Unary calls at work.', () => admission.calls, limits.callsInflightMax],
    [
      'items',
      'Identifiers and interactions at work.',
      () => admission.items,
      limits.itemsInflightMax,
    ],
    ['streams', 'Open streams.', () => admission.streams, limits.streamsMax],
  ] as const;
  for (const [name, help, read, limit] of rows) {
    new Gauge({
      name: `selfsame_gateway_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
    new Gauge({
      name: `selfsame_gateway_${name}_limit`,
      help: `Most ${name} that are admitted at a time.`,
      registers: [registry],
    }).set(limit);
  }
}
