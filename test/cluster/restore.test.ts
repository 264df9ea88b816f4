/**
 * Goal: a shard that lost its data directory comes back from snapshots and the log after them, also
 * when the log's beginning is trimmed away; without a snapshot it says what is missing and answers
 * nothing, rather than something wrong.
 * Method: real processes; directories are removed between kill and start, while others go on.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { SnapshotDirectory } from '../../shared/adapters/snapshot-place.ts';
import { Snapshots } from '../../shared/engine/snapshots.ts';
import { JetStreamLog } from '../../shared/adapters/jetstream-log.ts';
import { connectNats } from '../../shared/adapters/nats-connection.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import { ClusterProcesses } from '../support/cluster-processes.ts';
import { identifiersOf, judge, resolveAll } from '../support/cluster-verdict.ts';
import { deliverAll, makeWorkload, type Workload } from '../support/cluster-workload.ts';
import { findNatsServer, NATS_SERVER_MISSING } from '../support/nats-server.ts';

const TIMEOUT_MS = 150_000;
const PATIENCE_MS = 60_000;
const rules = compileRules(defaultRules());
const PARTITIONS = 4;

let processes: ClusterProcesses | null = null;
afterEach(async () => {
  await processes?.dispose();
  processes = null;
});

async function deliver(target: ClusterProcesses, part: Workload): Promise<void> {
  const client = target.connect();
  const progress = { acknowledged: 0, repeatedBatches: 0, isDone: false };
  const options = { batchItems: 10, inFlight: 4, seed: 7, patienceMs: PATIENCE_MS };
  await deliverAll(client, rules, part, progress, options);
  await client.close();
}

/** First sequence that the log of each partition still has. */
async function logBegins(target: ClusterProcesses): Promise<number[]> {
  const connection = await connectNats({ servers: target.nats.url, name: 'test' });
  const log = new JetStreamLog(connection);
  const begins: number[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    begins.push((await log.bounds(partition, 1))?.firstSequence ?? 0);
  }
  await log.close();
  await connection.close();
  return begins;
}

test(
  'data directory of a shard removed, log trimmed -> restored from snapshots, answers right',
  async (context) => {
    if (findNatsServer() === null) context.skip(NATS_SERVER_MISSING);
    const workload = makeWorkload(rules, 7, 3000, 40);
    const half = Math.floor(workload.deliveries.length / 2);
    const { deliveries, commands } = workload;
    processes = await ClusterProcesses.start({
      partitions: PARTITIONS,
      environment: { SELFSAME_SNAPSHOT_ENTRIES: '100', SELFSAME_KEPT_ENTRIES: '10' },
      snapshots: true,
    });
    const running = processes;
    const from = Date.now();
    await deliver(running, { deliveries: deliveries.slice(0, half), commands });
    await running.waitFor('the logs are trimmed behind snapshots', async () =>
      (await logBegins(running)).every((first) => first > 1),
    );
    const snapshots = new Snapshots(new SnapshotDirectory(running.snapshotDir));
    expect((await snapshots.list(1)).length).toBeGreaterThan(0);

    // While one shard is away the others go on, and so do those who deliver.
    await running.kill('shard-1');
    rmSync(running.dataDir('shard-1'), { recursive: true });
    const delivering = deliver(running, { deliveries: deliveries.slice(half), commands: [] });
    running.start('shard-1');
    await running.untilReady();
    await delivering;
    const restored = running.logText('shard-1').match(/"msg":"snapshot restored"/g) ?? [];
    expect(restored.length).toBe(PARTITIONS / 2);

    const client = running.connect();
    await client.settle({ deadlineMs: Date.now() + PATIENCE_MS });
    const asked = identifiersOf(rules, deliveries);
    const found = await resolveAll(client, asked);
    await client.close();
    await running.stopServices();
    const times = { from, to: Date.now() };
    const verdict = await judge(running, rules, workload, { asked, found }, times);
    expect(verdict.faults).toEqual([]);
    expect(running.unexpectedExits).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'no snapshot and the log trimmed -> not ready and says why; directory put back -> right again',
  async (context) => {
    if (findNatsServer() === null) context.skip(NATS_SERVER_MISSING);
    const workload = makeWorkload(rules, 8, 600, 10);
    processes = await ClusterProcesses.start({
      partitions: PARTITIONS,
      environment: { SELFSAME_KEPT_ENTRIES: '10' },
    });
    const running = processes;
    const from = Date.now();
    await deliver(running, workload);
    await running.waitFor('the logs are trimmed', async () =>
      (await logBegins(running)).every((first) => first > 1),
    );
    await running.kill('shard-0');
    const aside = join(running.folder, 'aside');
    renameSync(running.dataDir('shard-0'), aside);
    running.start('shard-0');
    await running.waitFor('the shard says what is missing', () =>
      running.logText('shard-0').includes('restore a snapshot of the partition'),
    );
    expect(await running.isReady('shard-0')).toBe(false);

    await running.stop('shard-0');
    rmSync(running.dataDir('shard-0'), { recursive: true });
    expect(existsSync(aside)).toBe(true);
    renameSync(aside, running.dataDir('shard-0'));
    running.start('shard-0');
    await running.untilReady();
    const client = running.connect();
    await client.settle({ deadlineMs: Date.now() + PATIENCE_MS });
    const asked = identifiersOf(rules, workload.deliveries);
    const found = await resolveAll(client, asked);
    await client.close();
    await running.stopServices();
    const times = { from, to: Date.now() };
    const verdict = await judge(running, rules, workload, { asked, found }, times);
    expect(verdict.faults).toEqual([]);
  },
  TIMEOUT_MS,
);
