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
import { performance } from 'node:perf_hooks';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

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

/** A metric without labels whose value is a plain number somewhere, read at every scrape. */
export interface NumberMetric {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

export function registerGauges(registry: Registry, metrics: readonly NumberMetric[]): void {
  for (const { name, help, read } of metrics) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }
}

/** What `read` tells must not fall while the process lives: a fall looks like a restart. */
export function registerCounters(registry: Registry, metrics: readonly NumberMetric[]): void {
  for (const { name, help, read } of metrics) {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}

/** Share of the time since the scrape before in which the event loop was busy. */
function eventLoopBusy(): () => number {
  let before = performance.eventLoopUtilization();
  let busy = 0;
  return () => {
    const now = performance.eventLoopUtilization();
    const since = performance.eventLoopUtilization(now, before);
    // Two scrapers at the same moment: the second one is told what the first one was.
    if (since.active + since.idle >= 50) {
      busy = since.utilization;
      before = now;
    }
    return busy;
  };
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
  registerGauges(registry, [
    {
      name: 'selfsame_event_loop_busy_ratio',
      help: 'Share of the time since the scrape before in which the event loop was busy.',
      read: eventLoopBusy(),
    },
  ]);
  new Gauge({
    name: SCRAPE_SECONDS,
    help: 'Time that the scrape before this one took to gather its page.',
    registers: [registry],
  });
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

const SCRAPE_SECONDS = 'selfsame_scrape_seconds';

/** Told by the next scrape, since a page cannot hold the time that it took. */
function noteScrape(registry: Registry, seconds: number): void {
  const gauge = registry.getSingleMetric(SCRAPE_SECONDS);
  if (gauge instanceof Gauge) gauge.set(seconds);
}

async function route(
  path: string,
  response: ServerResponse,
  { registry, isStarted, isReady }: MetricsServerOptions,
): Promise<void> {
  const plain = 'text/plain; charset=utf-8';
  switch (path) {
    case '/metrics': {
      const startedAt = performance.now();
      const page = await registry.metrics();
      noteScrape(registry, (performance.now() - startedAt) / 1000);
      answer(response, 200, registry.contentType, page);
      return;
    }
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
