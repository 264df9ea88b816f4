/**
 * What every service process has around its work: settings, logger, metrics server, termination.
 */
import type { NatsConnection } from 'nats';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, type LoggingOptions } from '../adapters/logging.ts';
import {
  createMetricsRegistry,
  type MetricsServer,
  startMetricsServer,
} from '../adapters/metrics.ts';
import { startTracing } from '../adapters/tracing.ts';
import { NatsLink } from '../adapters/nats-link.ts';
import { SettingError } from '../adapters/env-config.ts';
import { packageRoot } from '../ingress/package-root.ts';

export interface ServiceProcess {
  readonly logger: Logger;
  readonly registry: Registry;
  /** Closed last: it ends tracing as well. */
  readonly metrics: MetricsServer;
}

export async function startServiceProcess(options: {
  readonly service: string;
  readonly logLevel: string;
  readonly metricsHost: string;
  readonly metricsPort: number;
  readonly isStarted: () => boolean;
  readonly isReady: () => boolean;
}): Promise<ServiceProcess> {
  const version = packageVersion();
  const logger = createLogger({ service: options.service, version, level: logLevel(options) });
  const registry = createMetricsRegistry({ service: options.service, version });
  const metrics = await startMetricsServer({
    registry,
    host: options.metricsHost,
    port: options.metricsPort,
    isStarted: options.isStarted,
    isReady: options.isReady,
  });
  const tracing = await startTracing({ service: options.service, version });
  const close = async (): Promise<void> => {
    await metrics.close();
    await tracing.close();
  };
  return { logger, registry, metrics: { ...metrics, close } };
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

function logLevel({ logLevel: level }: { readonly logLevel: string }) {
  const known: LoggingOptions['level'] = LEVELS.find((one) => one === level);
  if (known === undefined) {
    throw new SettingError(`SELFSAME_LOG_LEVEL must be one of ${LEVELS.join(', ')}`);
  }
  return known;
}

/** Version of this package, for logs and `selfsame_build_info`. */
export function packageVersion(): string {
  const file = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return file.version;
}

/** Resolves when the process is asked to end (SIGTERM, SIGINT) or the work failed for good. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A failure that ends the service: `promise` rejects once `fail` is called. */
export function fatalFailure(): {
  readonly promise: Promise<never>;
  readonly fail: (error: unknown) => void;
} {
  let fail: (error: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    fail = reject;
  });
  promise.catch(() => undefined);
  return { promise, fail };
}

/** Whether the cluster is joined, and its NATS is in reach at this moment. */
export function isInReach(joined: { readonly connection: NatsConnection } | null): boolean {
  return joined !== null && NatsLink.of(joined.connection).isUp;
}
