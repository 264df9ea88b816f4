/**
 * What `selfsame up` does: opens the cluster, then the doors, waits for a signal, closes in reverse.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLogger } from '../../../shared/adapters/logging.ts';
import { createMetricsRegistry, startMetricsServer } from '../../../shared/adapters/metrics.ts';
import { packageRoot } from '../../../shared/ingress/package-root.ts';
import { ConfigError, type GatewayConfig, loadGatewayConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { CliError, ExitCode, usageError } from '../exit-codes.ts';

export interface UpOptions {
  readonly data: string;
  readonly listen: string;
  readonly metrics: string;
  readonly partitions?: number;
  readonly rules?: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly json?: boolean;
}

/** Time that open calls have to end at shutdown. */
const GRACE_MS = 10_000;

/** Resolves after a signal, when all is closed. Throws when it cannot start. */
export async function runUp(context: CliContext, options: UpOptions): Promise<void> {
  const config = gatewayConfig(context, options.listen);
  const metricsAddress = parseAddress('--metrics', options.metrics);
  const version = programVersion();
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
    await aborted(context.signal);
    context.exitCode = context.signal.reason === 'SIGTERM' ? ExitCode.ok : ExitCode.interrupted;
    context.stderr.write('stopping...\n');
  } finally {
    for (const close of closers.reverse()) await close();
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

function programVersion(): string {
  const file: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  const version: unknown =
    typeof file === 'object' && file !== null ? Reflect.get(file, 'version') : undefined;
  return typeof version === 'string' ? version : 'unknown';
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

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((settled) => {
    if (signal.aborted) settled();
    else signal.addEventListener('abort', () => settled(), { once: true });
  });
}
