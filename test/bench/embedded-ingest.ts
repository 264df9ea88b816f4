/**
 * Durable ingest of the embedded cluster, against the raw commit rate of its store: the very rows
 * that the cluster committed, committed once more to a copy of the store as it was before.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedCluster, openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { LmdbStore } from '../../shared/adapters/lmdb-store.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { inParallel, measure } from './measure.ts';
import { RecordedStore, repeatCommits } from './recorded-store.ts';
import type { Figure, Report } from './report.ts';
import { batchesOf, Workload } from './workload.ts';

export interface IngestSizes {
  readonly persons: number;
  readonly interactions: number;
}

const BATCH = 500;
const IN_FLIGHT = 8;

/** Sends all in batches, several in flight; throws when one is not acknowledged. */
export async function ingestAll(
  cluster: Cluster,
  interactions: readonly InteractionInput[],
  batch = BATCH,
  inFlight = IN_FLIGHT,
): Promise<void> {
  await inParallel(batchesOf(interactions, batch), inFlight, async (items) => {
    const results = await cluster.ingest(items, { ack: 'durable' });
    const refused = results.find((result) => result.kind !== 'acknowledged');
    if (refused !== undefined) throw new Error(`not acknowledged: ${JSON.stringify(refused)}`);
  });
}

interface Case {
  readonly what: string;
  readonly stream: (workload: Workload, count: number) => InteractionInput[];
}

const CASES: readonly Case[] = [
  { what: 'durable ingest, 90 % known', stream: (load, count) => load.stream(count, 0.9) },
  {
    what: 'durable ingest, 90 % known, on another day',
    stream: (load, count) => load.stream(count, 0.9, 1),
  },
  { what: 'durable ingest, all known', stream: (load, count) => load.stream(count, 1) },
  { what: 'durable ingest, all new', stream: (load, count) => load.stream(count, 0) },
];

export async function benchEmbeddedIngest(report: Report, sizes: IngestSizes): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-bench-'));
  try {
    const workload = new Workload(sizes.persons);
    const dataDir = join(folder, 'measured');
    const cluster = await openEmbeddedCluster({ dataDir });
    report.progress(`loading ${sizes.persons} persons`);
    await ingestAll(cluster, Array.from(workload.load()));
    for (const { what, stream } of CASES) {
      const items = stream(workload, sizes.interactions);
      const figure = await measureIngest(cluster, items);
      // Nothing is in flight: the file holds all of it, and a copy is a store like this one.
      const again = stream(workload, Math.ceil(sizes.interactions / 4));
      const raw = await rawCommitRate(folder, dataDir, again);
      report.add({
        ...figure,
        what,
        peer: { what: 'raw commits of the same rows', value: raw.interactionsPerSecond },
        note: `${raw.rows.toFixed(1)} rows, ${Math.round(raw.bytes)} B each`,
      });
    }
    await cluster.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureIngest(
  cluster: EmbeddedCluster,
  items: readonly InteractionInput[],
): Promise<Omit<Figure, 'what'>> {
  const before = sentSoFar(cluster);
  const { seconds, cpuSeconds, othersCores } = await measure(() => ingestAll(cluster, items));
  const after = sentSoFar(cluster);
  return {
    part: 'embedded',
    value: items.length / seconds,
    unit: 'interactions/s',
    cpuMicros: (cpuSeconds / items.length) * 1e6,
    othersCores,
    fanout: {
      entries: (after.entries - before.entries) / items.length,
      linkMessages: (after.linkMessages - before.linkMessages) / items.length,
    },
  };
}

function copyOf(folder: string, dataDir: string): string {
  const copy = mkdtempSync(join(folder, 'copy-'));
  cpSync(join(dataDir, 'data.mdb'), join(copy, 'data.mdb'));
  return copy;
}

function sentSoFar(cluster: EmbeddedCluster) {
  let entries = 0;
  let linkMessages = 0;
  for (const { position } of cluster.engine.partitions) {
    entries += position.sequence;
    for (const number of position.sent.values()) linkMessages += number;
  }
  return { entries, linkMessages };
}

/**
 * How many interactions a second the store could take if everything else were free: what a cluster
 * commits for them on one copy of the data is committed once more to another.
 */
async function rawCommitRate(folder: string, dataDir: string, items: readonly InteractionInput[]) {
  const recordedDir = copyOf(folder, dataDir);
  const repeatedDir = copyOf(folder, dataDir);
  const recorded = new RecordedStore(await LmdbStore.open(recordedDir));
  const cluster = await openEmbeddedCluster({ dataDir: recorded });
  const opening = { commits: recorded.commits.length, rows: recorded.rows, bytes: recorded.bytes };
  await ingestAll(cluster, items);
  await cluster.close();
  await recorded.close();
  const commits = recorded.commits.slice(opening.commits);
  const store = await LmdbStore.open(repeatedDir);
  const { seconds } = await measure(() => repeatCommits(store, commits));
  await store.close();
  rmSync(recordedDir, { recursive: true });
  rmSync(repeatedDir, { recursive: true });
  return {
    interactionsPerSecond: items.length / seconds,
    rows: (recorded.rows - opening.rows) / items.length,
    bytes: (recorded.bytes - opening.bytes) / items.length,
  };
}
