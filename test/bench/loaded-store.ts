/**
 * A store with the state of many customers, each known by one login: made by the embedded cluster,
 * whose rows are those of a shard.
 */
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { Shard } from '../../shared/engine/shard.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { ingestAll } from './embedded-ingest.ts';
import { loginOf } from './workload.ts';

const CHUNK = 20_000;
const IDS_AT_A_TIME = 5_000;

/** Fills the directory; nothing is left in flight when it resolves. */
export async function loadCustomers(
  dataDir: string,
  partitions: number,
  customers: number,
): Promise<void> {
  const cluster = await openEmbeddedCluster({ dataDir, partitions });
  for (let first = 0; first < customers; first += CHUNK) {
    const count = Math.min(CHUNK, customers - first);
    const items = Array.from({ length: count }, (_, index) => registration(first + index));
    await ingestAll(cluster, items);
  }
  await cluster.close();
}

/** Customers of the shard's partitions, all of whom are decoded once: as many stay as may. */
export function visitCustomers({ partitions }: Shard): number {
  let found = 0;
  for (const { partition } of partitions.values()) {
    let after = '';
    for (;;) {
      const ids = partition.actors.idsAfter('profile', after, IDS_AT_A_TIME);
      for (const id of ids) partition.actors.load('profile', id);
      found += ids.length;
      if (ids.length < IDS_AT_A_TIME) break;
      after = ids.at(-1) as string;
    }
  }
  return found;
}

function registration(person: number): InteractionInput {
  return {
    source: 'web',
    interactionId: `registration-${person}`,
    revision: 1,
    type: 'registered',
    channel: 'web',
    occurredAt: Date.UTC(2026, 0, 5) + (person % 80_000_000),
    parties: [{ role: 'subject', identifiers: [loginOf(person)] }],
    propertiesJson: '{"path":"/register"}',
  };
}
