/**
 * The gateway: gRPC services on top of a Cluster. Owns the server and its life; owns no customer
 * state, so that any number of gateways may run beside each other.
 *
 * Shutdown: NOT_SERVING -> `drainDelayMs`, so that load balancers look away -> no new connections,
 * streams answer what they read and end with GATEWAY_DRAINING -> at the end of the grace, force.
 */
import { Server, type ServerCredentials, setLogger } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { SERVICE_NAMES, serviceDefinition } from '../../shared/grpc/load.ts';
import type { Audited } from '../../shared/protocol/audit.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { Admission } from './admission.ts';
import { Auditor } from './auditor.ts';
import { auditRpcs } from './audit-service.ts';
import { bindService, type Runtime } from './bind-service.ts';
import { CallMetrics } from './call-metrics.ts';
import { ClusterMetrics } from './cluster-metrics.ts';
import { clusterRpcs } from './cluster-service.ts';
import { rulesRpcs } from './rules-service.ts';
import type { GatewayConfig } from './config.ts';
import { Guard, UNGUARDED } from './guard.ts';
import { hardLimitOf } from './guarded-codec.ts';
import { Health } from './health-service.ts';
import { ingestRpcs } from './ingest-service.ts';
import { watchReadiness } from './readiness.ts';
import { addReflection } from './reflection-service.ts';
import { resolutionRpcs } from './resolution-service.ts';
import type { Rpc } from './rpc.ts';
import { openServerTls } from './server-tls.ts';
import { stewardRpcs } from './steward-service.ts';
import { statusOfAll, tenantAdmission, tenantRpcs } from './tenant-rpcs.ts';

const HEALTH_SERVICE = 'grpc.health.v1.Health';

export interface GatewayOptions {
  readonly cluster: Cluster & Audited;
  /** Clusters of tenants by name, when SELFSAME_TENANTS names any; then these answer. */
  readonly tenants?: ReadonlyMap<string, Cluster & Audited>;
  readonly config: GatewayConfig;
  readonly logger: Logger;
  /** Registry that is shown on `/metrics`. */
  readonly metrics: Registry;
  /** How to choose another port, for the error when it is taken. */
  readonly portAdvice?: string;
}

export interface Gateway {
  /** `host:port` as bound. */
  readonly address: string;
  /** Whether calls should be sent here; for `/readyz`. */
  isReady(): boolean;
  /**
   * Stops: see the file header. Resolves when all is closed, at the latest `graceMs` milliseconds
   * after the call. Safe to call again. Does not close the cluster.
   */
  close(graceMs: number): Promise<void>;
}

function makeServer(config: GatewayConfig): Server {
  return new Server({
    'grpc.max_receive_message_length': hardLimitOf(config.messageBytesMax),
    'grpc.max_send_message_length': hardLimitOf(config.messageBytesMax),
    'grpc.max_concurrent_streams': config.connectionStreamsMax,
    // grpc-js adds the jitter of +-10 %. Without an age clients never find new gateways.
    'grpc.max_connection_age_ms': config.connectionAgeMs,
    'grpc.max_connection_age_grace_ms': config.connectionGraceMs,
    'grpc.keepalive_time_ms': config.keepaliveMs,
    'grpc.keepalive_timeout_ms': Math.min(config.keepaliveMs, 10_000),
  });
}

/**
 * grpc-js writes what goes wrong to standard error in lines of its own, beside the error that its
 * caller gets. It goes where everything else is logged, for those who look for it.
 */
function logLibraryErrors(logger: Logger): void {
  const log = (...words: readonly unknown[]): void => {
    logger.debug({ said: words.map(String).join(' ') }, 'grpc library');
  };
  setLogger({ error: log, info: log, debug: log });
}

function addServices(
  server: Server,
  { config, logger, metrics }: GatewayOptions,
  clusters: ReadonlyMap<string, Cluster & Audited>,
  guard: Guard,
  health: Health,
  draining: AbortSignal,
): void {
  const admission = new Admission(config);
  const { quotas } = guard;
  const trails = new Map(Array.from(clusters, ([tenant, { audit }]) => [tenant, audit]));
  const runtime: Runtime = {
    admission,
    metrics: new CallMetrics(metrics, admission, config),
    guard,
    auditor: new Auditor(trails, config.security.auditLevel, metrics, logger),
    logger,
    draining,
    messageBytesMax: config.messageBytesMax,
    deadlineDefaultMs: config.deadlineDefaultMs,
    deadlineMaxMs: config.deadlineMaxMs,
  };
  const limits = {
    batchMax: config.streamBatchMax,
    queueMax: config.streamQueueMax,
    queueBytesMax: hardLimitOf(config.messageBytesMax),
    batchTimeoutMs: config.deadlineMaxMs,
    heartbeatMs: config.heartbeatMs,
    watchStallMs: config.watchStallMs,
  };
  const servicesOf = (
    cluster: Cluster,
    tenant: string,
  ): Readonly<Record<(typeof SERVICE_NAMES)[number], object>> => {
    const batches = tenantAdmission(admission, quotas, tenant);
    return {
      'selfsame.v1.IngestService': ingestRpcs(cluster, batches, limits),
      'selfsame.v1.ResolutionService': resolutionRpcs(cluster, batches, limits),
      'selfsame.v1.StewardService': stewardRpcs(cluster),
      'selfsame.v1.ClusterService': clusterRpcs(cluster),
      'selfsame.v1.RulesService': rulesRpcs(cluster),
      'selfsame.v1.AuditService': auditRpcs(cluster),
    };
  };
  const services = [...clusters].map(
    ([tenant, cluster]) => [tenant, servicesOf(cluster, tenant)] as const,
  );
  for (const name of SERVICE_NAMES) {
    // The generated types proved each set complete; from here on messages are plain objects.
    const rpcs = new Map(
      services.map(([tenant, all]) => [tenant, all[name] as Readonly<Record<string, Rpc>>]),
    );
    bindService(server, name, serviceDefinition(name), tenantRpcs(rpcs, quotas), runtime);
  }
  const healthRpcs = health.rpcs() as unknown as Readonly<Record<string, Rpc>>;
  const definition = serviceDefinition(HEALTH_SERVICE);
  bindService(
    server,
    HEALTH_SERVICE,
    definition,
    healthRpcs,
    { ...runtime, guard: UNGUARDED },
    { isAdmitted: false },
  );
  addReflection(server);
}

function bind(
  server: Server,
  { config, portAdvice }: GatewayOptions,
  credentials: ServerCredentials,
): Promise<number> {
  const { host, port } = config;
  const isIpV6 = host.includes(':') && !host.startsWith('[');
  const target = `${isIpV6 ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(target, credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else {
        const advice = portAdvice ?? 'SELFSAME_GATEWAY_PORT chooses another';
        const message = `The gateway cannot listen on ${target}: is the port taken? ${advice}.`;
        reject(new Error(message, { cause: error }));
      }
    });
  });
}

/** Resolves when no call is open, or at the end of the grace, after which calls are cut. */
function shutDown(server: Server, graceMs: number): Promise<'drained' | 'forced'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve('forced');
    }, graceMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve('drained');
    });
  });
}

function wait(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs);
  });
}

/** Starts a gateway; it is ready as soon as the cluster is. Rejects when it cannot listen. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { cluster, config, logger } = options;
  const health = new Health(SERVICE_NAMES);
  const drain = new AbortController();
  const stop = new AbortController();
  const server = makeServer(config);
  const seen = new ClusterMetrics(options.metrics);
  const clusters = options.tenants ?? new Map([['', cluster]]);
  const counted = new Map([...clusters].map(([name, one]) => [name, seen.counting(one)]));
  const guard = new Guard(config.security, logger);
  addServices(server, options, counted, guard, health, drain.signal);
  logLibraryErrors(logger);
  const tls = openServerTls(config.security, logger, options.metrics);
  const port = await bind(server, options, tls.credentials);
  const address = `${config.host}:${port}`;
  const { readinessIntervalMs } = config;
  const asked = statusOfAll([...clusters.values()]);
  const readiness = watchReadiness(asked, readinessIntervalMs, stop.signal, (isReady, status) => {
    seen.takeStatus(status);
    const next = isReady ? 'SERVING' : 'NOT_SERVING';
    if (next !== health.status) logger.info({ serving: isReady }, 'gateway readiness changed');
    health.set(next);
  });
  logger.debug({ listen: address }, 'gateway listens');

  let closing: Promise<void> | null = null;
  const close = async (graceMs: number): Promise<void> => {
    const endMs = Date.now() + graceMs;
    stop.abort();
    health.set('NOT_SERVING');
    await readiness;
    await wait(Math.min(config.drainDelayMs, graceMs / 2));
    drain.abort();
    const outcome = await shutDown(server, Math.max(0, endMs - Date.now()));
    guard.close();
    tls.close();
    logger.info({ outcome }, 'gateway stopped');
  };
  return {
    address,
    isReady: () => health.status === 'SERVING',
    close: (graceMs) => {
      closing ??= close(graceMs);
      return closing;
    },
  };
}
