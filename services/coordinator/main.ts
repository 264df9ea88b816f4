/**
 * The coordinator service: router for gateways, and owner of the merge desk's partitions.
 */
import { randomBytes } from 'node:crypto';
import { SYSTEM_CLOCK } from '../../shared/adapters/clock.ts';
import type { Environment } from '../../shared/adapters/env-config.ts';
import { type JoinedCluster, joinCluster } from '../../shared/cluster/join-cluster.ts';
import { ReferenceCodec } from '../../shared/cluster/references.ts';
import {
  fatalFailure,
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
import { type HostedShard, hostShard } from '../../shared/engine/host-shard.ts';
import { loadCoordinatorConfig } from './config.ts';
import { Ingress } from './ingress.ts';
import { registerRouterMetrics } from './router-metrics.ts';
import { Router } from './router.ts';

/** Batches of gateways at work in this process; more are refused as overloaded. */
const CALLS_MAX = 512;

/** Runs until the signal aborts. Rejects when it cannot start or its store failed. */
export async function run(environment: Environment, signal: AbortSignal): Promise<void> {
  const config = loadCoordinatorConfig(environment);
  let hosted: HostedShard | null = null;
  const name = `coordinator-${config.index}`;
  const { logger, registry, metrics } = await startServiceProcess({
    service: 'coordinator',
    ...config,
    isReady: () => hosted?.isReady() ?? false,
  });
  let joined: JoinedCluster | null = null;
  let router: ReturnType<typeof startRouter> | null = null;
  try {
    joined = await joinCluster(config, `selfsame-${name}`);
    const { topology } = joined;
    const failed = fatalFailure();
    const desks = Array.from({ length: topology.desks }, (_, desk) => desk)
      .filter((desk) => desk % config.count === config.index)
      .map((desk) => topology.partitions + desk);
    hosted = await hostShard({
      joined,
      partitions: desks,
      dataDir: config.dataDir,
      name,
      maxActors: 10_000,
      snapshotDir: config.snapshotDir,
      snapshotEntries: config.snapshotEntries,
      keptEntries: config.keptEntries,
      logger,
      registry,
      onFatal: failed.fail,
    });
    router = startRouter(joined);
    registerRouterMetrics(registry, router.router);
    logger.info({ desks: desks.length, metrics: metrics.address }, 'coordinator started');
    await Promise.race([untilStopped(signal), failed.promise]);
    logger.info('coordinator stopping');
  } finally {
    // Also after a failure: an open connection would keep a process that does nothing alive.
    router?.close();
    await hosted?.close();
    await joined?.close();
    await metrics.close();
  }
}

/** Answers gateways' calls; also used when all services share one process. */
export function startRouter(joined: JoinedCluster): {
  readonly router: Router;
  close(): void;
} {
  const marks = new MarkTable();
  const rounds = new SettledRounds(partitionCount(joined.topology));
  const router = new Router({
    log: joined.log,
    clock: SYSTEM_CLOCK,
    marks,
    topology: joined.topology,
    routerId: randomBytes(6).toString('base64url'),
  });
  const ingress = new Ingress({
    router,
    rounds,
    marks,
    clock: SYSTEM_CLOCK,
    rules: compileRules(joined.rules),
    references: new ReferenceCodec(joined.idKey),
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
    { concurrencyMax: CALLS_MAX },
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
