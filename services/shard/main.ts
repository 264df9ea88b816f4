/** The shard service: hosts the partitions that it is given and answers queries about them. */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { registerDiskMetrics } from '../../shared/adapters/disk-metrics.ts';
import type { Environment } from '../../shared/adapters/env-config.ts';
import { NatsLink } from '../../shared/adapters/nats-link.ts';
import { registerNatsMetrics } from '../../shared/adapters/nats-metrics.ts';
import { AssignmentReader } from '../../shared/cluster/assignment-log.ts';
import { type JoinedCluster, joinCluster } from '../../shared/cluster/join-cluster.ts';
import {
  fatalFailure,
  isInReach,
  startServiceProcess,
  untilStopped,
} from '../../shared/cluster/service-process.ts';
import { snapshotPlaces } from '../../shared/cluster/settings.ts';
import { hostGenerations } from '../../shared/engine/host-generations.ts';
import type { Topology } from '../../shared/protocol/topology.ts';
import { loadShardConfig } from './config.ts';
import { PlacementAgent } from './placement-agent.ts';
import { assertNameIsFree } from './shard-name.ts';

interface Running {
  isReady(): boolean;
  /** In good order: partitions are moved away first, where somebody is there to take them. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

interface Surroundings {
  readonly logger: Logger;
  readonly registry: Registry;
  readonly onFatal: (error: unknown) => void;
}

type Config = ReturnType<typeof loadShardConfig>;

/** Runs until the signal aborts. Rejects when it cannot start or its store failed. */
export async function run(environment: Environment, signal: AbortSignal): Promise<void> {
  const config = loadShardConfig(environment);
  let running: Running | null = null;
  let joined: JoinedCluster | null = null;
  let isLeaving = false;
  const { logger, registry, metrics } = await startServiceProcess({
    service: 'shard',
    ...config,
    isStarted: () => running !== null,
    isReady: () => !isLeaving && (running?.isReady() ?? false) && isInReach(joined),
  });
  try {
    const isStatic = config.placement === 'static';
    const name = isStatic ? `shard-${config.index}` : config.name;
    joined = await joinCluster(config, `selfsame-${name}`, 'shard');
    const failed = fatalFailure();
    const around = { logger, registry, onFatal: failed.fail };
    const start = isStatic ? runStatic : runAssigned;
    running = await start(joined, config, name, around);
    registerNatsMetrics(registry, [NatsLink.of(joined.connection)], config);
    registerDiskMetrics(registry, config.dataDir);
    logger.info({ shard: name, metrics: metrics.address }, 'shard started');
    await Promise.race([untilStopped(signal), failed.promise]);
    logger.info('shard stopping');
    isLeaving = true;
    await running.leave();
  } finally {
    // Also after a failure: an open connection would keep a process that does nothing alive.
    await running?.close();
    await joined?.close();
    await metrics.close();
  }
}

function hostOptions(joined: JoinedCluster, config: Config, name: string) {
  const { dataDir, maxActors, snapshotEntries, keptEntries, retireMs } = config;
  const snapshotPlace = snapshotPlaces(config, joined.connection);
  const kept = { snapshotPlace, snapshotEntries, keptEntries, retireMs };
  return { joined, name, dataDir, maxActors, ...kept };
}

async function runStatic(
  joined: JoinedCluster,
  config: Config,
  name: string,
  around: Surroundings,
): Promise<Running> {
  const partitions = (topology: Topology): number[] =>
    Array.from({ length: topology.partitions }, (_, one) => one).filter(
      (partition) => partition % config.count === config.index,
    );
  const options = hostOptions(joined, config, name);
  const hosted = await hostGenerations({ ...options, ...around, partitions });
  return {
    isReady: () => hosted.isReady(),
    leave: () => Promise.resolve(),
    close: () => hosted.close(),
  };
}

async function runAssigned(
  joined: JoinedCluster,
  config: Config,
  name: string,
  around: Surroundings,
): Promise<Running> {
  const { assignments, bus } = joined;
  await assignments.create();
  await assertNameIsFree(bus, name);
  let agent: PlacementAgent | null = null;
  const hosted = await hostGenerations({
    ...hostOptions(joined, config, name),
    ...around,
    partitions: null,
    onState: () => agent?.soon(),
  });
  const reader = new AssignmentReader(assignments, bus);
  const { logger } = around;
  const started = new PlacementAgent({ name, bus, log: assignments, reader, hosted, logger });
  agent = started;
  return {
    isReady: () => started.isReady,
    leave: async () => {
      const isEmpty = await started.leave(config.drainMs);
      if (!isEmpty) logger.warn('the drain budget is over: partitions are released as they are');
    },
    close: async () => {
      started.close();
      reader.close();
      await hosted.close();
    },
  };
}
