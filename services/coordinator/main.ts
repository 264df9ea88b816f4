/**
 * The coordinator service: router for gateways, and owner of the merge desk's partitions.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
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
import { loadCoordinatorConfig } from './config.ts';
import { Ingress } from './ingress.ts';
import { registerRouterMetrics, registerRouterTimes } from './router-metrics.ts';
import { Router, type RouterTimes } from '../../shared/cluster/router.ts';

/** Batches of gateways at work in this process; more are refused as overloaded. */
const CALLS_MAX = 512;

/** Runs until the signal aborts. Rejects when it cannot start or its store failed. */
export async function run(environment: Environment, signal: AbortSignal): Promise<void> {
  const config = loadCoordinatorConfig(environment);
  let hosted: HostedPartitions | null = null;
  let joined: JoinedCluster | null = null;
  const name = `coordinator-${config.index}`;
  const { logger, registry, metrics } = await startServiceProcess({
    service: 'coordinator',
    ...config,
    isStarted: () => hosted !== null,
    isReady: () => (hosted?.isReady() ?? false) && isInReach(joined),
  });
  let routers: ReturnType<typeof startRouters> | null = null;
  try {
    joined = await joinCluster(config, `selfsame-${name}`);
    const { topology } = joined;
    const failed = fatalFailure();
    const desks = Array.from({ length: topology.desks }, (_, desk) => desk)
      .filter((desk) => desk % config.count === config.index)
      .map((desk) => topology.partitions + desk);
    hosted = await hostGenerations({
      joined,
      partitions: desks,
      dataDir: config.dataDir,
      name,
      maxActors: 10_000,
      snapshotDir: config.snapshotDir,
      snapshotEntries: config.snapshotEntries,
      keptEntries: config.keptEntries,
      retireMs: config.retireMs,
      logger,
      registry,
      onFatal: failed.fail,
    });
    routers = startRouters(joined, config.retireMs, registerRouterTimes(registry), logger);
    registerRouterMetrics(registry, routers.live);
    registerNatsMetrics(registry, NatsLink.of(joined.connection));
    registerDiskMetrics(registry, config.dataDir);
    logger.info({ desks: desks.length, metrics: metrics.address }, 'coordinator started');
    await Promise.race([untilStopped(signal), failed.promise]);
    logger.info('coordinator stopping');
  } finally {
    // Also after a failure: an open connection would keep a process that does nothing alive.
    routers?.close();
    await hosted?.close();
    await joined?.close();
    await metrics.close();
  }
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
    async (bytes) => encode(await ingress.handle(decode(bytes) as IngressCall)),
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
