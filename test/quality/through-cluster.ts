/**
 * A data set record by record through a cluster, under the weights that were fitted to it, and
 * whether the customers are those of `selfsame resolve-files`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendBatch } from '../../services/cli/ingest/send-batch.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { modelText, withModelText } from '../../shared/ingress/model-text.ts';
import { parseRules, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { ClusterProcesses } from '../support/cluster-processes.ts';
import { resolveAll } from '../support/cluster-verdict.ts';
import { inputOf, recordIdentifier } from './batch.ts';
import type { QualityRecord } from './quality-record.ts';

/** Where the records go: real processes on a nats-server, or a cluster in this process. */
export type Transport = 'nats' | 'embedded';

export interface ThroughCluster {
  /** Customer of each record, in the order of the records given. */
  readonly customers: readonly string[];
  /** From the first record to the settled answer. */
  readonly seconds: number;
}

const BATCH_RECORDS = 500;
const BATCHES_IN_FLIGHT = 6;
const PATIENCE_MS = 120_000;
const SETTLE_MS = 20_000;
const PARTITIONS = 8;
/** Actors kept decoded in each process: what a set of 50,000 records has of them. */
const ACTORS_MAX = 600_000;

/** The shipped scored rules as a file, with weights of their own. */
export function rulesTextWith(rules: Rules): string {
  const text = readFileSync(standardRulesPath(), 'utf8');
  if (rules.scoring === null) throw new Error('these rules score nothing');
  const weighed = withModelText(text, modelText(rules.scoring));
  const parsed = parseRules(weighed);
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
  if (parsed.rules.version !== rules.version) throw new Error('the file makes another version');
  return weighed;
}

/** Sends the records in the order given, waits until all is settled, and asks for each. */
export async function throughCluster(
  records: readonly QualityRecord[],
  rules: Rules,
  transport: Transport,
): Promise<ThroughCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-through-'));
  try {
    if (transport === 'embedded') {
      const cluster = await openEmbeddedCluster({
        dataDir: join(folder, 'data'),
        rules,
        maxActors: ACTORS_MAX,
      });
      try {
        return await measured(cluster, records);
      } finally {
        await cluster.close();
      }
    }
    const rulesPath = join(folder, 'rules.yaml');
    writeFileSync(rulesPath, rulesTextWith(rules));
    const processes = await ClusterProcesses.start({
      partitions: PARTITIONS,
      shards: 2,
      environment: {
        SELFSAME_RULES: rulesPath,
        SELFSAME_STREAM_BYTES: String(2 ** 30),
        SELFSAME_MAX_ACTORS: String(ACTORS_MAX),
      },
    });
    const client = processes.connect();
    try {
      const outcome = await measured(client, records);
      if (processes.unexpectedExits.length > 0) {
        throw new Error(`processes ended: ${processes.unexpectedExits.join(', ')}`);
      }
      return outcome;
    } finally {
      await client.close();
      await processes.dispose();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(
  cluster: Cluster,
  records: readonly QualityRecord[],
): Promise<ThroughCluster> {
  const startedAt = performance.now();
  await send(cluster, records);
  await settle(cluster);
  const seconds = (performance.now() - startedAt) / 1000;
  const asked = records.map(({ id }) => recordIdentifier(id));
  const customers = (await resolveAll(cluster, asked)).map((answer, index) => {
    const found = answer.kind === 'found' ? answer.matches[0]?.customerId : undefined;
    if (found === undefined) throw new Error(`record ${records[index]?.id}: ${answer.kind}`);
    return found;
  });
  return { customers, seconds };
}

async function send(cluster: Cluster, records: readonly QualityRecord[]): Promise<void> {
  const { signal } = new AbortController();
  const sent: Promise<unknown>[] = [];
  for (let start = 0; start < records.length; start += BATCH_RECORDS) {
    if (sent.length >= BATCHES_IN_FLIGHT) await sent.shift();
    const items = records.slice(start, start + BATCH_RECORDS).map(inputOf);
    const batch = sendBatch(cluster, items, {
      ack: 'accepted',
      signal,
      patienceMs: PATIENCE_MS,
      onWait: () => undefined,
    }).then((results) => {
      const refused = results.find(({ kind }) => kind !== 'acknowledged');
      if (refused !== undefined) throw new Error(`a record was ${refused.kind}`);
    });
    batch.catch(() => undefined);
    sent.push(batch);
  }
  await Promise.all(sent);
}

/** A call may take 25 seconds; a long queue takes several. */
async function settle(cluster: Cluster): Promise<void> {
  const end = Date.now() + 60 * 60_000;
  for (;;) {
    try {
      await cluster.settle({ deadlineMs: Date.now() + SETTLE_MS });
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** Whether two labellings of the same records make the same groups. */
export function areSameGroups(
  left: ArrayLike<string | number>,
  right: ArrayLike<string | number>,
): boolean {
  if (left.length !== right.length) return false;
  const forth = new Map<string | number, string | number>();
  const back = new Map<string | number, string | number>();
  for (let index = 0; index < left.length; index++) {
    const [one, two] = [left[index] as string | number, right[index] as string | number];
    if ((forth.get(one) ?? two) !== two || (back.get(two) ?? one) !== one) return false;
    forth.set(one, two);
    back.set(two, one);
  }
  return true;
}

/** The same records in another order, by a seed. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const order = items.slice();
  let state = seed;
  for (let index = order.length - 1; index > 0; index--) {
    // Park and Miller (1988).
    state = (state * 48_271) % 2_147_483_647;
    const other = state % (index + 1);
    [order[index], order[other]] = [order[other] as Item, order[index] as Item];
  }
  return order;
}
