/**
 * What `selfsame up` does: opens the cluster, then the doors, waits for a signal, closes in reverse.
 */
import { join, resolve } from 'node:path';
import { createLogger } from '../../../shared/adapters/logging.ts';
import { createMetricsRegistry, startMetricsServer } from '../../../shared/adapters/metrics.ts';
import { packageVersion, untilStopped } from '../../../shared/cluster/service-process.ts';
import { ClusterError } from '../../../shared/protocol/cluster.ts';
import { ConfigError, type GatewayConfig, loadGatewayConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { CliError, ExitCode, usageError } from '../exit-codes.ts';
import { pause } from '../pause.ts';
import { type RunService, runTogether, SERVICE_RUNNERS, stoppedExitCode } from '../run-service.ts';

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
/** While a cluster over NATS starts, it is asked for its state ten times in this time. */
const STATUS_MS = 2_000;

/** Resolves after a signal, when all is closed. Throws when it cannot start. */
export async function runUp(context: CliContext, options: UpOptions): Promise<void> {
  if (options.nats === undefined) await runEmbedded(context, options);
  else await runOverNats(context, options, options.nats);
  context.exitCode = stoppedExitCode(context.signal);
}

async function runEmbedded(context: CliContext, options: UpOptions): Promise<void> {
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
  const closers: (() => Promise<void>)[] = [];
  try {
    const cluster = await context.clusters.openEmbedded({
      dataDir: options.data,
      rulesPath: options.rules ?? null,
      partitions: options.partitions ?? null,
    });
    closers.push(() => cluster.close());
    const gateway = await listening(startGateway({ cluster, config, logger, metrics: registry }));
    closers.push(() => gateway.close(GRACE_MS));
    const metrics = await listening(
      startMetricsServer({ registry, ...metricsAddress, isReady: () => gateway.isReady() }),
    );
    closers.push(() => metrics.close());
    announce(context, options, gateway.address, metrics.address);
    await untilStopped(context.signal);
    context.stderr.write('stopping...\n');
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** All services of a NATS cluster in this process: the same code as in processes of their own. */
async function runOverNats(context: CliContext, options: UpOptions, nats: string): Promise<void> {
  const grpc = parseAddress('--listen', options.listen);
  const metrics = parseAddress('--metrics', options.metrics);
  const shared = {
    ...context.env,
    SELFSAME_NATS_URL: nats,
    SELFSAME_LOG_LEVEL: options.logLevel,
    ...(options.rules === undefined ? {} : { SELFSAME_RULES: options.rules }),
    ...(options.partitions === undefined
      ? {}
      : { SELFSAME_PARTITIONS: String(options.partitions) }),
    // The gateway's is the one that --metrics names: the others take free ports.
    SELFSAME_METRICS_PORT: '0',
  };
  const gateway = {
    ...shared,
    SELFSAME_GATEWAY_HOST: grpc.host,
    SELFSAME_GATEWAY_PORT: String(grpc.port),
    SELFSAME_METRICS_HOST: metrics.host,
    SELFSAME_METRICS_PORT: String(metrics.port),
  };
  const alone = { SELFSAME_SHARD_COUNT: '1', SELFSAME_COORDINATOR_COUNT: '1' };
  const inFolder = (name: string) => ({
    ...shared,
    ...alone,
    SELFSAME_DATA_DIR: join(options.data, name),
  });
  const [runCoordinator, runShard, runGateway] = await Promise.all([
    SERVICE_RUNNERS.coordinator(),
    SERVICE_RUNNERS.shard(),
    SERVICE_RUNNERS.gateway(),
  ]);
  const ended = new AbortController();
  let announced: Promise<void> = Promise.resolve();
  const runAndAnnounce: RunService = (environment, signal) =>
    runGateway(environment, signal, (address) => {
      announced = announceWhenReady(context, options, address, ended.signal);
      announced.catch(() => undefined);
    });
  try {
    await runTogether(
      [
        [runCoordinator, inFolder('coordinator')],
        [runShard, inFolder('shard')],
        [runAndAnnounce, gateway],
      ],
      context.signal,
    );
  } finally {
    ended.abort();
  }
  await announced;
}

/** Asks until the gateway answers that every partition runs. */
async function announceWhenReady(
  context: CliContext,
  options: UpOptions,
  address: string,
  signal: AbortSignal,
): Promise<void> {
  const cluster = await context.clusters.connect(address);
  try {
    while (!signal.aborted) {
      try {
        const status = await cluster.status({ deadlineMs: Date.now() + STATUS_MS, signal });
        if (status.partitions.every((partition) => partition.state === 'running')) {
          announce(context, options, address, options.metrics);
          return;
        }
      } catch (error) {
        if (!(error instanceof ClusterError)) throw error;
      }
      await pause(STATUS_MS / 10, signal);
    }
  } finally {
    await cluster.close();
  }
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
