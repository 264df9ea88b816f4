/** The shard service: hosts the partitions assigned to it and answers queries about them. */
import { registerDiskMetrics } from '../../shared/adapters/disk-metrics.ts';
import type { Environment } from '../../shared/adapters/env-config.ts';
import { NatsLink } from '../../shared/adapters/nats-link.ts';
import { registerNatsMetrics } from '../../shared/adapters/nats-metrics.ts';
import { type JoinedCluster, joinCluster } from '../../shared/cluster/join-cluster.ts';
import {
  fatalFailure,
  isInReach,
  startServiceProcess,
  untilStopped,
} from '../../shared/cluster/service-process.ts';
import { loadShardConfig } from './config.ts';
import { type HostedPartitions, hostGenerations } from '../../shared/engine/host-generations.ts';

/** Runs until the signal aborts. Rejects when it cannot start or its store failed. */
export async function run(environment: Environment, signal: AbortSignal): Promise<void> {
  const config = loadShardConfig(environment);
  let hosted: HostedPartitions | null = null;
  let joined: JoinedCluster | null = null;
  const name = `shard-${config.index}`;
  const { logger, registry, metrics } = await startServiceProcess({
    service: 'shard',
    ...config,
    isStarted: () => hosted !== null,
    isReady: () => (hosted?.isReady() ?? false) && isInReach(joined),
  });
  try {
    joined = await joinCluster(config, `selfsame-${name}`);
    const failed = fatalFailure();
    const partitions = Array.from({ length: joined.topology.partitions }, (_, one) => one).filter(
      (partition) => partition % config.count === config.index,
    );
    hosted = await hostGenerations({
      joined,
      partitions,
      dataDir: config.dataDir,
      name,
      maxActors: config.maxActors,
      snapshotDir: config.snapshotDir,
      snapshotEntries: config.snapshotEntries,
      keptEntries: config.keptEntries,
      retireMs: config.retireMs,
      logger,
      registry,
      onFatal: failed.fail,
    });
    registerNatsMetrics(registry, NatsLink.of(joined.connection));
    registerDiskMetrics(registry, config.dataDir);
    logger.info({ partitions: partitions.length, metrics: metrics.address }, 'shard started');
    await Promise.race([untilStopped(signal), failed.promise]);
    logger.info('shard stopping');
  } finally {
    // Also after a failure: an open connection would keep a process that does nothing alive.
    await hosted?.close();
    await joined?.close();
    await metrics.close();
  }
}
