/** A gateway on a free port over an embedded cluster in memory, for tests. */
import { Registry } from 'prom-client';
import { createLogger } from '../../shared/adapters/logging.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { tenantIdKey } from '../../shared/cluster/tenants.ts';
import { connect, type ConnectOptions } from '../../shared/grpc/client.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { type GatewayConfig, loadGatewayConfig } from '../../services/gateway/config.ts';
import { type Gateway, startGateway } from '../../services/gateway/gateway.ts';
import { type EmbeddedCluster, openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { FaultCluster } from './fault-cluster.ts';

export interface TestGateway {
  readonly gateway: Gateway;
  readonly cluster: FaultCluster;
  readonly client: Cluster;
  readonly registry: Registry;
  /** All log lines so far, as text. */
  readonly logText: () => string;
  stop(): Promise<void>;
}

export interface SecuredGateway {
  /** Settings of `services/gateway/security-config.ts`. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly client?: ConnectOptions;
}

export async function startTestGateway(
  overrides: Partial<GatewayConfig> = {},
  secured: SecuredGateway = {},
): Promise<TestGateway> {
  const lines: string[] = [];
  const logger = createLogger({
    service: 'gateway',
    version: 'test',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  });
  const cluster = new FaultCluster(
    await openEmbeddedCluster({
      dataDir: new MemoryStore(),
      partitions: 4,
      idKey: new Uint8Array(16).fill(7),
    }),
  );
  const registry = new Registry();
  const config = {
    ...loadGatewayConfig({ SELFSAME_GATEWAY_PORT: '0', ...secured.environment }),
    drainDelayMs: 0,
    readinessIntervalMs: 20,
    ...overrides,
  };
  const tenants = new Map<string, EmbeddedCluster>();
  for (const name of config.security.tenantNames) tenants.set(name, await tenantCluster(name));
  const gateway = await startGateway({
    cluster,
    config,
    logger,
    metrics: registry,
    ...(tenants.size === 0 ? {} : { tenants }),
  });
  const client = connect(gateway.address, secured.client);
  return {
    gateway,
    cluster,
    client,
    registry,
    logText: () => lines.join(''),
    stop: async () => {
      await client.close();
      await gateway.close(1_000);
      await cluster.close();
      for (const one of tenants.values()) await one.close();
    },
  };
}

/** An embedded cluster in memory with the ids of that tenant. */
function tenantCluster(name: string): Promise<EmbeddedCluster> {
  return openEmbeddedCluster({
    dataDir: new MemoryStore(),
    partitions: 4,
    idKey: Buffer.from(tenantIdKey('07'.repeat(16), name), 'hex'),
  });
}

/** An interaction of one person, known by a login and an email address. */
export function sampleInteraction(
  index: number,
  overrides: Partial<InteractionInput> = {},
): InteractionInput {
  return {
    source: 'web',
    interactionId: `visit-${index}`,
    revision: 1,
    type: 'page_view',
    channel: 'web',
    occurredAt: Date.UTC(2024, 0, 1) + index * 1000,
    parties: [
      {
        role: 'subject',
        identifiers: [
          { namespace: 'user_id', value: `user-${index}` },
          { namespace: 'email', value: `person${index}@shop.example` },
        ],
        attributes: { name: `Person ${index}` },
      },
    ],
    propertiesJson: '{"path":"/"}',
    ...overrides,
  };
}

/** Waits until the condition holds; names it when it does not in time, by default 3 s. */
export async function until(
  name: string,
  condition: () => boolean,
  patienceMs = 3_000,
): Promise<void> {
  const endMs = Date.now() + patienceMs;
  while (!condition()) {
    if (Date.now() > endMs) throw new Error(`Waited ${patienceMs} ms in vain: ${name}.`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
