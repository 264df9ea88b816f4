/**
 * Goal: other rules are tried, measured and activated in a cluster of processes while it takes in
 * interactions, a shard and the coordinator are killed, and nothing acknowledged is lost.
 * Method: two shards, coordinator and gateway as processes; the answers afterwards equal those of a
 * fresh embedded cluster that was given the same input under the candidate. The change feed, replayed
 * from its beginning, ends at the customers that readers see.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendBatch } from '../../services/cli/ingest/send-batch.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules, defaultRulesPath, parseRules } from '../../shared/ingress/rules-file.ts';
import { type Cluster, ClusterError, type Command } from '../../shared/protocol/cluster.ts';
import { ClusterProcesses, TEST_ID_KEY } from '../support/cluster-processes.ts';
import { identifiersOf, resolveAll } from '../support/cluster-verdict.ts';
import { makeWorkload } from '../support/cluster-workload.ts';
import { foldFeed } from '../support/feed-fold.ts';
import { describeWithNats } from '../support/describe-with-nats.ts';

const TIMEOUT_MS = 180_000;
const PATIENCE_MS = 60_000;
const BATCH = 25;
const rules = compileRules(defaultRules());
const workload = makeWorkload(rules, 11, 1500, 40);
const asked = identifiersOf(rules, workload.deliveries);

/** Emails no longer join (a possible match only), and user ids are read without case. */
function candidateText(): string {
  return readFileSync(defaultRulesPath(), 'utf8')
    .replace(/(\n {2}email:\n(?: {4}.*\n)*? {4}certainty: )0\.97/, '$10.65')
    .replace(/(\n {2}user_id:\n {4}kind: person\n)/, '$1    normaliser: lower\n');
}

const parsed = parseRules(candidateText());
if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
const candidate = parsed.rules;

interface Step {
  readonly items: readonly InteractionInput[];
  readonly command: Command | null;
  readonly receivedAt: number;
}

function steps(): Step[] {
  const made: Step[] = [];
  const { deliveries, commands } = workload;
  for (let start = 0; start < deliveries.length; start += BATCH) {
    const number = made.length;
    const items = deliveries.slice(start, start + BATCH);
    made.push({ items, command: commands[number] ?? null, receivedAt: 1000 + number });
  }
  return made;
}

async function deliver(cluster: Cluster, list: readonly Step[]): Promise<void> {
  const { signal } = new AbortController();
  for (const { items, command, receivedAt } of list) {
    await sendBatch(cluster, items, {
      ack: 'durable',
      receivedAt,
      signal,
      patienceMs: PATIENCE_MS,
      onWait: () => undefined,
    });
    if (command !== null) await again(() => cluster.command(command, { ack: 'durable' }));
  }
}

async function again<T>(call: () => Promise<T>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const isTransient =
        error instanceof ClusterError && (error.retryable || error.code === 'deadline_exceeded');
      if (!isTransient || Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

describeWithNats('other rules in a cluster of processes', () => {
  let processes: ClusterProcesses;
  let client: Cluster;

  beforeAll(async () => {
    processes = await ClusterProcesses.start({
      partitions: 8,
      environment: { SELFSAME_RETIRE_MS: '3000' },
    });
    client = processes.connect();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await client?.close();
    await processes?.dispose();
  });

  const list = () => again(() => client.versions.list());
  const settle = () => again(() => client.settle({ deadlineMs: Date.now() + PATIENCE_MS }));

  test(
    'tried and dropped -> no streams and no rows of it stay',
    async () => {
      await deliver(client, steps().slice(0, 4));
      await client.versions.propose({ rules: candidateText(), isFitted: false });
      await processes.waitFor('complete', async () => (await list()).shadow?.isComplete === true);
      await client.versions.drop(candidate.version);
      await processes.waitFor('removed', async () => (await list()).leaving.length === 0);
      expect(await list()).toMatchObject({ live: { generation: 1 }, shadow: null });
    },
    TIMEOUT_MS,
  );

  test(
    'tried under load and kills, then activated under load -> as if it had always been so',
    async () => {
      const all = steps();
      const third = Math.floor(all.length / 3);
      await deliver(client, all.slice(4, third));
      await client.versions.propose({ rules: candidateText(), isFitted: false });
      const delivering = deliver(client, all.slice(third, 2 * third));
      await processes.kill('shard-0');
      processes.start('shard-0');
      await processes.waitFor('begun', async () => ((await list()).shadow?.copied ?? 0) > 0);
      await processes.kill('coordinator');
      await processes.kill('shard-1');
      processes.start('coordinator');
      processes.start('shard-1');
      await delivering;
      await processes.untilReady();
      await processes.waitFor('complete', async () => {
        const { shadow } = await list();
        return shadow?.isComplete === true && shadow.pending === 0;
      });
      const report = await client.versions.report({ deadlineMs: Date.now() + 25_000 });
      expect(report).toMatchObject({ isComplete: true, profilesGone: 0 });
      expect(report.split).toBeGreaterThan(0);
      expect(report.shadow.customers).toBeGreaterThan(report.live.customers);

      const rest = deliver(client, all.slice(2 * third));
      const { live } = await again(() => client.versions.activate(candidate.version));
      expect(live).toMatchObject({ generation: 3, version: candidate.version });
      await rest;
      await processes.waitFor('retired', async () => (await list()).leaving.length === 0);
      await settle();

      const fresh = await openEmbeddedCluster({
        dataDir: new MemoryStore(),
        rules: candidate,
        idKey: Buffer.from(TEST_ID_KEY, 'hex'),
      });
      await deliver(fresh, all);
      expect(await resolveAll(client, asked)).toEqual(await resolveAll(fresh, asked));
      await fresh.close();
      expect((await client.status()).rulesVersion).toBe(candidate.version);
    },
    TIMEOUT_MS,
  );

  test(
    'the feed from its beginning -> the customers that readers see',
    async () => {
      const { told, history } = await foldFeed(client);
      expect(told.size).toBeGreaterThan(500);
      const wrong: unknown[] = [];
      for (const [profile, customer] of told) {
        const view = await client.getCustomer(profile);
        if (view?.customerId !== customer)
          wrong.push([view?.customerId, ...(history.get(profile) ?? [])].join('\n'));
      }
      expect(wrong).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    'everything stopped and started -> the new version, without a word about rules',
    async () => {
      const before = await resolveAll(client, asked);
      await processes.stopServices();
      for (const name of processes.serviceNames) processes.start(name);
      await processes.untilReady();
      expect(await again(() => resolveAll(client, asked))).toEqual(before);
      expect(processes.unexpectedExits).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
