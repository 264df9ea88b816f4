/**
 * Goal: what an earlier build wrote stays readable: log entries byte for byte, stored states, ids.
 * Method: `recorded-cluster.json` holds every row of a small embedded cluster (log, states, feed,
 * configuration). A layout that changes on purpose needs a migration or, before the first release,
 * a new recording: `SELFSAME_RECORD=1 npx vitest run --project golden test/golden/frames.test.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { Partition } from '../../shared/engine/partition.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { decodeFrame, encodeFrame, SubframeKind } from '../../shared/protocol/frame.ts';
import { outcomeOf } from '../property/engine-run.ts';
import { customersOf, ingest, link, named, openOver, visit } from '../unit/embedded-fixture.ts';

const FILE = new URL('./recorded-cluster.json', import.meta.url);
const PARTITIONS = 3;
const ANCHORS = ['crm:1', 'crm:2', 'crm:3', 'login:a', 'login:b', 'login:c', 'cookie:home'];

interface Recording {
  readonly customers: Readonly<Record<string, readonly string[]>>;
  /** Key and value, base64. */
  readonly rows: readonly (readonly [string, string])[];
}

const INPUTS = [
  visit('1', { day: 1, attributes: { name: 'Ann' } }, 'crm:1 email:x ip:9'),
  visit('2', { day: 2 }, 'crm:2 email:x cookie:home'),
  visit('3', { day: 3 }, 'buyer| login:a phone:5', 'beneficiary| login:b'),
  visit('4', { day: 3 }, 'login:c phone:5 address:here'),
  visit('5', { day: 4 }, 'crm:3 address:here cookie:home'),
  visit('6', { day: 5 }, 'cookie:home email:lonely'),
  visit('7', { day: 5 }, 'cookie:home'),
  visit('8', { day: 6 }, ''),
  visit('3', { day: 7, revision: 1 }, 'buyer| login:a phone:5 passport:p', 'agent| login:b'),
];

async function fill(cluster: EmbeddedCluster): Promise<void> {
  await ingest(cluster, ...INPUTS);
  for (const command of [
    link('must_link', 'login:c', 'crm:3', 5, 'decision-a'),
    link('cannot_link', 'crm:1', 'crm:2', 6, 'decision-b'),
    {
      kind: 'retract_interaction',
      source: 'shop',
      interactionId: '7',
      decidedAt: 7,
      withdrawn: false,
    },
    {
      kind: 'retract_identifier',
      profile: named('crm:1'),
      namespace: 'email',
      value: 'x',
      decidedAt: 7,
      withdrawn: false,
    },
  ] as const) {
    await cluster.command(command, { ack: 'durable' });
  }
}

async function customers(cluster: EmbeddedCluster): Promise<Recording['customers']> {
  const found = await Promise.all(
    ANCHORS.map(async (anchor) => [anchor, await customersOf(cluster, anchor)] as const),
  );
  return Object.fromEntries(found);
}

const open = (store: MemoryStore): Promise<EmbeddedCluster> =>
  openOver(store, { partitions: PARTITIONS, now: () => 1_700_000_000_000 });

async function record(): Promise<void> {
  const store = new MemoryStore();
  const cluster = await open(store);
  await fill(cluster);
  const recording: Recording = {
    customers: await customers(cluster),
    rows: store
      .range('', '\x7f')
      .map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')] as const),
  };
  await cluster.close();
  writeFileSync(FILE, `${JSON.stringify(recording, null, 1)}\n`);
}

let recording: Recording;
beforeAll(async () => {
  if (process.env.SELFSAME_RECORD === '1') await record();
  recording = JSON.parse(readFileSync(FILE, 'utf8')) as Recording;
});

async function recordedStore(): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.commit(recording.rows.map(([key, row]) => [key, Buffer.from(row, 'base64')]));
  return store;
}

/** Entries of the log of a partition, in order. */
function entriesOf(store: MemoryStore, partition: number): Uint8Array[] {
  const prefix = `l${String(partition).padStart(4, '0')}/000001/`;
  return store.range(`${prefix}000000000001`, `${prefix}\x7f`).map(([, bytes]) => bytes);
}

describe('a recorded cluster', () => {
  test('its frames -> decoded and encoded to the same bytes, of every kind that it writes', async () => {
    const store = await recordedStore();
    const kinds = new Set<number>();
    for (let partition = 0; partition <= PARTITIONS; partition++) {
      for (const bytes of entriesOf(store, partition)) {
        const subframes = decodeFrame(bytes);
        for (const [kind] of subframes) kinds.add(kind);
        expect(Buffer.from(encodeFrame(subframes)).equals(bytes)).toBe(true);
      }
    }
    expect(kinds).toEqual(
      new Set([SubframeKind.ingress, SubframeKind.link, SubframeKind.activate]),
    );
  });

  test('opened -> the same ids for the same anchors; the same input again changes none', async () => {
    const cluster = await open(await recordedStore());
    expect(await customers(cluster)).toEqual(recording.customers);
    await fill(cluster);
    expect(await customers(cluster)).toEqual(recording.customers);
    const { partitions } = await cluster.status();
    expect(partitions.every(({ quarantined, epoch }) => quarantined === 0 && epoch === 1)).toBe(
      true,
    );
    await cluster.close();
  });

  test('its log replayed into empty partitions -> the states that it holds', async () => {
    const recorded = await recordedStore();
    const store = new MemoryStore();
    for (let partition = 0; partition <= PARTITIONS; partition++) {
      const replica = new Partition({
        partition,
        topology: { partitions: PARTITIONS, desks: 1 },
        store,
        maxActors: 100,
        fragmentBytes: Number.POSITIVE_INFINITY,
      });
      replica.openEpoch(1);
      for (const [index, bytes] of entriesOf(recorded, partition).entries()) {
        replica.apply(index + 1, bytes);
      }
      await store.commit(replica.takeWrites());
    }
    expect(outcomeOf(store, PARTITIONS)).toEqual(outcomeOf(recorded, PARTITIONS));
  });
});
