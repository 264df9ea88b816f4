/**
 * What `selfsame up` does: opens the cluster, then the doors, waits for a signal, closes in reverse.
 */
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { createLogger } from '../../../shared/adapters/logging.ts';
import { createMetricsRegistry, startMetricsServer } from '../../../shared/adapters/metrics.ts';
import {
  fatalFailure,
  packageVersion,
  untilStopped,
} from '../../../shared/cluster/service-process.ts';
import type { Audited } from '../../../shared/protocol/audit.ts';
import type { Cluster } from '../../../shared/protocol/cluster.ts';
import { ConfigError, type GatewayConfig, loadGatewayConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { CliError, ExitCode, usageError } from '../exit-codes.ts';
import { stoppedExitCode } from '../run-service.ts';
import { openNats } from './open-nats.ts';

export interface UpOptions {
  readonly data: string;
  readonly nats?: string;
  readonly listen: string;
  readonly metrics: string;
  readonly partitions?: number;
  readonly rules?: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly json?: boolean;
}

/** Time that open calls have to end at shutdown. */
const GRACE_MS = 10_000;

/** Resolves after a signal, when all is closed. Throws when it cannot start or cannot go on. */
export async function runUp(context: CliContext, options: UpOptions): Promise<void> {
  const config = gatewayConfig(context, options.listen);
  const metricsAddress = parseAddress('--metrics', options.metrics);
  const version = packageVersion();
  const logger = createLogger({
    service: 'selfsame',
    version,
    level: options.logLevel,
    destination: { write: (line: string) => context.stderr.write(line) },
  });
  const registry = createMetricsRegistry({ service: 'selfsame', version });
  const failure = fatalFailure();
  const closers: (() => Promise<void>)[] = [];
  try {
    const tenants = new Map<string, Cluster & Audited>();
    for (const tenant of tenantsServed(config, options)) {
      const own = await openCluster(context, options, tenant, { logger, registry, failure });
      closers.push(() => own.close());
      tenants.set(tenant, own);
    }
    const [cluster] = tenants.values() as IterableIterator<Cluster & Audited>;
    if (cluster === undefined) throw new Error('a gateway without a cluster');
    const portAdvice = '--listen chooses another';
    const gateway = await listening(
      startGateway({ cluster, tenants, config, logger, metrics: registry, portAdvice }),
    );
    closers.push(() => gateway.close(GRACE_MS));
    const metrics = await listening(
      startMetricsServer({
        registry,
        ...metricsAddress,
        isStarted: () => true,
        isReady: () => gateway.isReady(),
      }),
    );
    closers.push(() => metrics.close());
    announce(context, options, gateway.address, metrics.address);
    await Promise.race([untilStopped(context.signal), failure.promise]);
    context.stderr.write('stopping...\n');
  } finally {
    for (const close of closers.reverse()) await close();
  }
  context.exitCode = stoppedExitCode(context.signal);
}

interface Surroundings {
  readonly logger: Logger;
  readonly registry: Registry;
  readonly failure: ReturnType<typeof fatalFailure>;
}

/** Tenants to open a cluster for; one without a name when there are none. */
function tenantsServed({ security }: GatewayConfig, { nats }: UpOptions): readonly string[] {
  const { tenantNames } = security;
  if (tenantNames.length === 0) return [''];
  if (nats !== undefined) {
    throw usageError(
      'selfsame up --nats runs one cluster and SELFSAME_TENANTS names several: run a gateway with ' +
        'SELFSAME_TENANTS, and coordinators and shards with SELFSAME_TENANT for each tenant',
    );
  }
  return tenantNames;
}

function openCluster(
  context: CliContext,
  options: UpOptions,
  tenant: string,
  { logger, registry, failure }: Surroundings,
): Promise<Cluster & Audited> {
  const rulesPath = options.rules ?? null;
  const partitions = options.partitions ?? null;
  if (options.nats === undefined) {
    // Each tenant has data, ids and audit trail of its own.
    const dataDir = tenant === '' ? options.data : join(options.data, `t-${tenant}`);
    return context.clusters.openEmbedded({ dataDir, rulesPath, partitions });
  }
  return openNats({
    natsUrl: options.nats,
    dataDir: options.data,
    rulesPath,
    partitions,
    env: context.env,
    logger,
    registry,
    onFatal: failure.fail,
  });
}

function gatewayConfig(context: CliContext, listen: string): GatewayConfig {
  const { host, port } = parseAddress('--listen', listen);
  try {
    return loadGatewayConfig({
      ...context.env,
      SELFSAME_GATEWAY_HOST: host,
      SELFSAME_GATEWAY_PORT: String(port),
    });
  } catch (error) {
    if (error instanceof ConfigError) throw usageError(error.message, { cause: error });
    throw error;
  }
}

function parseAddress(option: string, text: string): { host: string; port: number } {
  const [, host, portText] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(portText);
  if (host === undefined || port > 65_535) {
    throw usageError(`${option} must be host:port, for example 127.0.0.1:7400`);
  }
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port };
}

/** A port that is taken is an operating error of ours, with the advice that the message holds. */
async function listening<T>(start: Promise<T>): Promise<T> {
  try {
    return await start;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CliError(ExitCode.unavailable, message, { cause: error });
  }
}

function announce(context: CliContext, options: UpOptions, grpc: string, metrics: string): void {
  const dataDir = resolve(options.data);
  if (options.json === true) {
    writeJson(context.stdout, { grpc, metrics, data: dataDir });
    return;
  }
  const target = grpc === '127.0.0.1:7400' ? '' : ` --target ${grpc}`;
  writeLines(context.stdout, [
    'Selfsame is up',
    `  gRPC     ${grpc}`,
    `  metrics  http://${metrics}/metrics`,
    `  data     ${dataDir}`,
    '',
    'In another terminal:',
    `  selfsame status${target}`,
    `  selfsame ingest FILE --mapping MAPPING.yaml${target}`,
    `  selfsame resolve email someone@example.com${target}`,
    'Ctrl-C stops it; nothing is lost.',
  ]);
}
