/**
 * All services of a NATS cluster in this process: router, merge desk, every partition, and the
 * cluster as a gateway sees it. The same parts that run as processes of their own, wired once.
 */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { readSettings } from '../../../shared/adapters/env-config.ts';
import { joinCluster } from '../../../shared/cluster/join-cluster.ts';
import { NatsCluster } from '../../../shared/cluster/nats-cluster.ts';
import { CLUSTER_SETTINGS } from '../../../shared/cluster/settings.ts';
import type { Cluster } from '../../../shared/protocol/cluster.ts';
import { partitionCount } from '../../../shared/protocol/topology.ts';
import { startRouter } from '../../coordinator/main.ts';
import { hostShard } from '../../../shared/engine/host-shard.ts';

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
export async function openNats(options: OpenNatsOptions): Promise<Cluster> {
  const environment = {
    ...options.env,
    SELFSAME_NATS_URL: options.natsUrl,
    ...(options.rulesPath === null ? {} : { SELFSAME_RULES: options.rulesPath }),
    ...(options.partitions === null ? {} : { SELFSAME_PARTITIONS: String(options.partitions) }),
  };
  const settings = readSettings(CLUSTER_SETTINGS, environment);
  const joined = await joinCluster(settings, 'selfsame-up');
  try {
    const hosted = await hostShard({
      joined,
      partitions: Array.from({ length: partitionCount(joined.topology) }, (_, one) => one),
      dataDir: join(options.dataDir, 'nats'),
      name: 'up',
      maxActors: 200_000,
      snapshotDir: settings.snapshotDir,
      snapshotEntries: settings.snapshotEntries,
      keptEntries: settings.keptEntries,
      logger: options.logger,
      registry: options.registry,
      onFatal: options.onFatal,
    });
    const router = startRouter(joined);
    const cluster = new NatsCluster(joined);
    const closeReader = cluster.close.bind(cluster);
    cluster.close = async () => {
      await closeReader();
      router.close();
      await hosted.close();
      await joined.close();
    };
    return cluster;
  } catch (error) {
    await joined.close();
    throw error;
  }
}
