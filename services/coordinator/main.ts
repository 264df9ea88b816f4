/**
 * The coordinator service: router for gateways, and owner of the merge desk's partitions.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { SYSTEM_CLOCK } from '../../shared/adapters/clock.ts';
import { registerDiskMetrics } from '../../shared/adapters/disk-metrics.ts';
import type { Environment } from '../../shared/adapters/env-config.ts';
import { NatsLink } from '../../shared/adapters/nats-link.ts';
import { registerNatsMetrics } from '../../shared/adapters/nats-metrics.ts';
import {
  type JoinedCluster,
  type JoinedGeneration,
  joinCluster,
} from '../../shared/cluster/join-cluster.ts';
import { snapshotPlaces } from '../../shared/cluster/settings.ts';
import { ReferenceCodec } from '../../shared/cluster/references.ts';
import {
  fatalFailure,
  isInReach,
  startServiceProcess,
  untilStopped,
} from '../../shared/cluster/service-process.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { decode, encode } from '../../shared/protocol/codec.ts';
import {
  COORDINATOR_QUEUE,
  INGEST_SUBJECT,
  type IngressCall,
} from '../../shared/protocol/ingress-call.ts';
import { decodeMarks, MARKS_SUBJECT, MarkTable } from '../../shared/protocol/marks.ts';
import { SettledRounds } from '../../shared/protocol/settled-rounds.ts';
import { partitionCount } from '../../shared/protocol/topology.ts';
import { type HostedPartitions, hostGenerations } from '../../shared/engine/host-generations.ts';
import { AssignmentReader } from '../../shared/cluster/assignment-log.ts';
import { Assigner } from './assigner.ts';
import { registerAssignerMetrics } from './assigner-metrics.ts';
import { loadCoordinatorConfig } from './config.ts';
import { Ingress } from './ingress.ts';
import { registerRouterMetrics, registerRouterTimes } from './router-metrics.ts';
import type { ScaledCluster } from './scaling/scaler.ts';
import { type Scaling, startScaling } from './scaling/start-scaling.ts';
import { Router, type RouterTimes } from '../../shared/cluster/router.ts';

/** Batches of gateways at work in this process; more are refused as overloaded. */
const CALLS_MAX = 512;

/** Runs until the signal aborts. Rejects when it cannot start or its store failed. */
export async function run(environment: Environment, signal: AbortSignal): Promise<void> {
  const config = loadCoordinatorConfig(environment);
  let hosted: HostedPartitions | null = null;
  let assigning: { close(): Promise<void> } | null = null;
  let isRouting = false;
  let joined: JoinedCluster | null = null;
  const name = `coordinator-${config.index}`;
  const { logger, registry, metrics } = await startServiceProcess({
    service: 'coordinator',
    ...config,
    isStarted: () => isRouting,
    isReady: () => isRouting && (hosted?.isReady() ?? true) && isInReach(joined),
  });
  let routers: ReturnType<typeof startRouters> | null = null;
  let scaling: Scaling | null = null;
  try {
    joined = await joinCluster(config, `selfsame-${name}`, 'coordinator');
    const failed = fatalFailure();
    const around = { logger, registry, onFatal: failed.fail };
    assigning =
      config.placement === 'static' ? null : await startAssigner(joined, logger, registry);
    if (assigning === null) {
      hosted = await hostDesks(joined, config, around);
      registerDiskMetrics(registry, config.dataDir);
    }
    routers = startRouters(joined, config.retireMs, registerRouterTimes(registry), logger);
    registerRouterMetrics(registry, routers.live);
    registerNatsMetrics(registry, [NatsLink.of(joined.connection)], config);
    const cluster = scaledCluster(joined);
    scaling = await startScaling({ ...config, cluster, clock: SYSTEM_CLOCK, registry });
    isRouting = true;
    const addresses = { metrics: metrics.address, scaler: scaling.address };
    logger.info(addresses, 'coordinator started');
    await Promise.race([untilStopped(signal), failed.promise]);
    logger.info('coordinator stopping');
  } finally {
    // Also after a failure: an open connection would keep a process that does nothing alive.
    scaling?.close();
    routers?.close();
    await assigning?.close();
    await hosted?.close();
    await joined?.close();
    await metrics.close();
  }
}

function scaledCluster(joined: JoinedCluster): ScaledCluster {
  return {
    bus: joined.bus,
    onLive: (listener) =>
      joined.versions.onChange(({ live }) => {
        const { generation, bus, topology } = joined.generation(live);
        listener({ generation, bus, partitions: partitionCount(topology) });
      }),
  };
}

/** Static placement: the merge desk lives in the coordinators. */
function hostDesks(
  joined: JoinedCluster,
  config: ReturnType<typeof loadCoordinatorConfig>,
  around: {
    readonly logger: Logger;
    readonly registry: Registry;
    readonly onFatal: (error: unknown) => void;
  },
): Promise<HostedPartitions> {
  const { dataDir, snapshotEntries, keptEntries, retireMs } = config;
  return hostGenerations({
    ...around,
    joined,
    partitions: (topology) =>
      Array.from({ length: topology.desks }, (_, desk) => desk)
        .filter((desk) => desk % config.count === config.index)
        .map((desk) => topology.partitions + desk),
    dataDir,
    name: `coordinator-${config.index}`,
    maxActors: 10_000,
    snapshotPlace: snapshotPlaces(config, joined.connection),
    snapshotEntries,
    keptEntries,
    retireMs,
  });
}

async function startAssigner(
  joined: JoinedCluster,
  logger: Logger,
  registry: Registry,
): Promise<{ close(): Promise<void> }> {
  await joined.assignments.open();
  const { assignments: log, bus } = joined;
  const reader = new AssignmentReader(log, bus);
  const seats = (): number => joined.seats;
  const assigner = new Assigner({ log, reader, bus, seats, logger });
  registerAssignerMetrics(registry, assigner, reader);
  return {
    close: async () => {
      await assigner.close();
      reader.close();
    },
  };
}

interface StartedRouter {
  readonly router: Router;
  close(): void;
}

/**
 * Answers gateways' calls, for whatever generation is live; also used when all services share one
 * process. The router of a former generation goes on for those gateways that learn late.
 */
export function startRouters(
  joined: JoinedCluster,
  retireMs: number,
  times: RouterTimes,
  logger: Logger,
): { readonly live: () => Router; close(): void } {
  const started = new Map<number, StartedRouter>();
  const unlisten = joined.versions.onChange(({ live }) => {
    if (started.has(live.generation)) return;
    for (const [generation, former] of started) {
      // Well before its logs are removed: what it still held is told to be of unknown outcome.
      setTimeout(() => {
        started.delete(generation);
        former.close();
      }, retireMs / 2).unref();
    }
    started.set(live.generation, startRouter(joined.generation(live), times, logger));
  });
  return {
    live: () => {
      const { generation } = joined.versions.state.live;
      return (started.get(generation) as StartedRouter).router;
    },
    close: () => {
      unlisten();
      for (const router of started.values()) router.close();
    },
  };
}

function startRouter(joined: JoinedGeneration, times: RouterTimes, logger: Logger): StartedRouter {
  const marks = new MarkTable();
  const rounds = new SettledRounds(partitionCount(joined.topology));
  const router = new Router({
    log: joined.log,
    clock: SYSTEM_CLOCK,
    marks,
    topology: joined.topology,
    routerId: randomBytes(6).toString('base64url'),
    times,
    onAppendFailed: (partition, epoch, error) =>
      logger.warn({ partition, epoch, err: error }, 'append not acknowledged'),
  });
  const ingress = new Ingress({
    router,
    rounds,
    marks,
    clock: SYSTEM_CLOCK,
    rules: compileRules(joined.rules),
    references: new ReferenceCodec(joined.idKey),
    onResolved: times.resolved,
  });
  const subscription = joined.bus.subscribe(MARKS_SUBJECT, (bytes) => {
    for (const mark of decodeMarks(bytes).partitions) {
      if (!marks.take(mark)) continue;
      rounds.take(mark);
      ingress.takeMark(mark);
    }
  });
  const responder = joined.bus.respond(
    INGEST_SUBJECT,
    COORDINATOR_QUEUE,
    async (bytes, _subject, { deadlineMs }) =>
      encode(await ingress.handle(decode(bytes) as IngressCall, deadlineMs)),
    {
      concurrencyMax: CALLS_MAX,
      onHandlerError: (error) => logger.error({ err: error }, 'ingress call failed'),
    },
  );
  return {
    router,
    close: () => {
      responder.close();
      subscription.close();
      router.close();
    },
  };
}
