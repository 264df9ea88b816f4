/**
 * All services of a NATS cluster in this process: router, merge desk, every partition, and the
 * cluster as a gateway sees it. The same parts that run as processes of their own, wired once.
 */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { registerDiskMetrics } from '../../../shared/adapters/disk-metrics.ts';
import { readSettings } from '../../../shared/adapters/env-config.ts';
import { NatsLink } from '../../../shared/adapters/nats-link.ts';
import { registerNatsMetrics } from '../../../shared/adapters/nats-metrics.ts';
import { joinCluster } from '../../../shared/cluster/join-cluster.ts';
import { GenerationsCluster } from '../../../shared/cluster/generations-cluster.ts';
import { CLUSTER_SETTINGS, snapshotPlaces } from '../../../shared/cluster/settings.ts';
import { partitionCount } from '../../../shared/protocol/topology.ts';
import { startRouters } from '../../coordinator/main.ts';
import { registerRouterMetrics, registerRouterTimes } from '../../coordinator/router-metrics.ts';
import { hostGenerations } from '../../../shared/engine/host-generations.ts';

export interface OpenNatsOptions {
  readonly natsUrl: string;
  readonly dataDir: string;
  readonly rulesPath: string | null;
  readonly partitions: number | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly onFatal: (error: unknown) => void;
}

/** Closing the cluster closes all of it, connection and store included. */
export async function openNats(options: OpenNatsOptions): Promise<GenerationsCluster> {
  const environment = {
    ...options.env,
    // One process: there is nobody to give a partition to.
    SELFSAME_PLACEMENT: 'static',
    SELFSAME_NATS_URL: options.natsUrl,
    ...(options.rulesPath === null ? {} : { SELFSAME_RULES: options.rulesPath }),
    ...(options.partitions === null ? {} : { SELFSAME_PARTITIONS: String(options.partitions) }),
  };
  const settings = readSettings(CLUSTER_SETTINGS, environment);
  const dataDir = join(options.dataDir, 'nats');
  const joined = await joinCluster(settings, 'selfsame-up', 'up');
  try {
    const hosted = await hostGenerations({
      joined,
      partitions: (topology) => Array.from({ length: partitionCount(topology) }, (_, one) => one),
      dataDir,
      name: 'up',
      maxActors: 200_000,
      snapshotPlace: snapshotPlaces(settings, joined.connection),
      snapshotEntries: settings.snapshotEntries,
      keptEntries: settings.keptEntries,
      retireMs: settings.retireMs,
      logger: options.logger,
      registry: options.registry,
      onFatal: options.onFatal,
    });
    const { registry, logger } = options;
    const routers = startRouters(joined, settings.retireMs, registerRouterTimes(registry), logger);
    registerRouterMetrics(registry, routers.live);
    registerNatsMetrics(registry, [NatsLink.of(joined.connection)], settings);
    registerDiskMetrics(registry, dataDir);
    const cluster = new GenerationsCluster(joined);
    const closeReader = cluster.close.bind(cluster);
    cluster.close = async () => {
      await closeReader();
      routers.close();
      await hosted.close();
      await joined.close();
    };
    return cluster;
  } catch (error) {
    await joined.close();
    throw error;
  }
}
