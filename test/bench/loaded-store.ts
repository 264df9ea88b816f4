/**
 * A store with the state of many customers, each known by one login: made by the embedded cluster,
 * whose rows are those of a shard.
 */
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { Shard } from '../../shared/engine/shard.ts';
import { register } from './registrations.ts';
import { loginOf } from './workload.ts';

const IDS_AT_A_TIME = 5_000;

/** Fills the directory; nothing is left in flight when it resolves. */
export async function loadCustomers(
  dataDir: string,
  partitions: number,
  customers: number,
): Promise<void> {
  const cluster = await openEmbeddedCluster({ dataDir, partitions });
  await register(cluster, 0, customers, (person) => [loginOf(person)]);
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
