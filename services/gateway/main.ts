/** The gateway service: gRPC in front of a NATS cluster. */
import type { Environment } from '../../shared/adapters/env-config.ts';
import { readSettings } from '../../shared/adapters/env-config.ts';
import { NatsLink } from '../../shared/adapters/nats-link.ts';
import { registerNatsMetrics } from '../../shared/adapters/nats-metrics.ts';
import { joinCluster } from '../../shared/cluster/join-cluster.ts';
import { GenerationsCluster } from '../../shared/cluster/generations-cluster.ts';
import { startServiceProcess, untilStopped } from '../../shared/cluster/service-process.ts';
import { CLUSTER_SETTINGS } from '../../shared/cluster/settings.ts';
import { loadGatewayConfig } from './config.ts';
import { type Gateway, startGateway } from './gateway.ts';

/** Time that open calls have to end at shutdown. */
export const GRACE_MS = 10_000;

/** Runs until the signal aborts. Rejects when it cannot start. */
export async function run(
  environment: Environment,
  signal: AbortSignal,
  onListening: (address: string) => void = () => undefined,
): Promise<void> {
  const settings = readSettings(CLUSTER_SETTINGS, environment);
  const config = loadGatewayConfig(environment);
  let gateway: Gateway | null = null;
  const { logger, registry, metrics } = await startServiceProcess({
    service: 'gateway',
    ...settings,
    isStarted: () => gateway !== null,
    isReady: () => gateway?.isReady() ?? false,
  });
  const closers: (() => Promise<void>)[] = [];
  try {
    const { tenantNames } = config.security;
    const tenants = new Map<string, GenerationsCluster>();
    const links: NatsLink[] = [];
    for (const tenant of tenantNames.length > 0 ? tenantNames : ['']) {
      const joined = await joinCluster({ ...settings, tenant }, 'selfsame-gateway', 'gateway');
      closers.push(() => joined.close());
      const cluster = new GenerationsCluster(joined);
      closers.push(() => cluster.close());
      links.push(NatsLink.of(joined.connection));
      tenants.set(tenant, cluster);
    }
    registerNatsMetrics(registry, links, settings);
    const [cluster] = tenants.values() as IterableIterator<GenerationsCluster>;
    if (cluster === undefined) throw new Error('a gateway without a cluster');
    gateway = await startGateway({ cluster, tenants, config, logger, metrics: registry });
    logger.info({ address: gateway.address, metrics: metrics.address }, 'gateway started');
    onListening(gateway.address);
    await untilStopped(signal);
    logger.info('gateway stopping');
  } finally {
    // Also after a failure: an open connection would keep a process that does nothing alive.
    await gateway?.close(GRACE_MS);
    for (const close of closers.reverse()) await close();
    await metrics.close();
  }
}
