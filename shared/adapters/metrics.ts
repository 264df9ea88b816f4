/**
 * Prometheus metrics of one process, and the HTTP server that shows them.
 *
 * Text format only, decided once: prom-client cannot switch a registry to OpenMetrics later without
 * losing `_total`. Three questions for probes, none of which shows data: `/startupz`, has it recovered
 * once; `/readyz`, may work be sent here now; `/livez`, does the event loop turn, and nothing else:
 * a NATS that is away must not get every process restarted.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Gauges of prom-client that end in `_total`, which only counters may: promtool rejects them. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
] as const;

export interface ProcessInfo {
  /** `gateway`, `coordinator`, `shard`, `selfsame` (all in one). */
  readonly service: string;
  readonly version: string;
}

/** A registry with the metrics of the process and `selfsame_build_info`. */
export function createMetricsRegistry({ service, version }: ProcessInfo): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  new Gauge({
    name: 'selfsame_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames: ['service', 'version'],
    registers: [registry],
  })
    .labels(service, version)
    .set(1);
  return registry;
}

export interface MetricsServerOptions {
  readonly registry: Registry;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Whether the process has recovered what it had; true for good once it was. */
  readonly isStarted: () => boolean;
  readonly isReady: () => boolean;
}

export interface MetricsServer {
  /** `host:port` as bound. */
  readonly address: string;
  close(): Promise<void>;
}

function answer(response: ServerResponse, code: number, type: string, body: string): void {
  response.writeHead(code, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}

async function route(
  path: string,
  response: ServerResponse,
  { registry, isStarted, isReady }: MetricsServerOptions,
): Promise<void> {
  const plain = 'text/plain; charset=utf-8';
  switch (path) {
    case '/metrics':
      answer(response, 200, registry.contentType, await registry.metrics());
      return;
    case '/livez':
      answer(response, 200, plain, 'alive\n');
      return;
    case '/startupz':
      if (isStarted()) answer(response, 200, plain, 'started\n');
      else answer(response, 503, plain, 'starting\n');
      return;
    case '/readyz': {
      const isServing = isReady();
      answer(response, isServing ? 200 : 503, plain, isServing ? 'ready\n' : 'not ready\n');
      return;
    }
    default:
      answer(response, 404, plain, 'Try /metrics, /startupz, /readyz or /livez.\n');
  }
}

/** Serves `/metrics`, `/startupz`, `/readyz` and `/livez`. Rejects when it cannot listen. */
export function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answer(response, 405, 'text/plain; charset=utf-8', 'Only GET.\n');
      return;
    }
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    route(path, response, options).catch((error: unknown) => {
      // A collector failed: the scrape must fail visibly, the process must not.
      if (response.headersSent) response.destroy();
      else answer(response, 500, 'text/plain; charset=utf-8', `${String(error)}\n`);
    });
  });
  // Probes and scrapes are short; a client that dawdles must not hold a socket for ever.
  server.requestTimeout = 10_000;
  server.headersTimeout = 10_000;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const where = `${options.host}:${options.port}`;
      reject(
        new Error(`Metrics cannot listen on ${where}; choose another port.`, { cause: error }),
      );
    });
    server.listen(options.port, options.host, () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        address: `${options.host}:${port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
