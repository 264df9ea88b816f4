/**
 * Goal: no acknowledged interaction is lost and none counts twice (promise 1), embedded: the
 * process is killed with -9 at random moments, the disk fills up, the file is cut, a second process
 * comes. Method: a child ingests 10,000 interactions (SELFSAME_LONG=1: 50,000) and prints what was acknowledged DURABLE; each
 * successor goes on from before the first gap, so that much is delivered again, having looked for
 * what was acknowledged of that. In the end everything is there, and every count is the oracle's.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { LmdbStore } from '../../shared/adapters/lmdb-store.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { interactionIdOf } from '../../shared/ingress/hashing.ts';
import { routeInteraction } from '../../shared/ingress/routing.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import { observationsIn, outcomeByOracle, outcomeOf, profilesIn } from '../property/engine-run.ts';
import { wrongHolds } from '../support/check-holds.ts';
import { BATCH_ITEMS, crashBatch } from '../support/crash-input.ts';
import type { OracleEvent } from '../support/oracle-events.ts';
import { sized } from '../support/long-form.ts';
import { runOracle } from '../support/oracle.ts';
import { createRandom } from '../support/random.ts';

const INTERACTIONS = sized(10_000, 50_000);
const KILLS = 20;
const PARTITIONS = 8;
const BATCHES = INTERACTIONS / BATCH_ITEMS;

let home: string;
let directory: string;
let acknowledgedFile: string;
let child: ChildProcess | null = null;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'selfsame-crash-'));
  directory = join(home, 'data');
  acknowledgedFile = join(home, 'acknowledged');
  writeFileSync(acknowledgedFile, '');
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

function writerCommand(from: number, to: number): string[] {
  const script = resolve('dist/test/support/embedded-writer.js');
  const range = [directory, String(from), String(to), acknowledgedFile];
  return [process.execPath, script, ...range];
}

interface WriterEnd {
  readonly acknowledged: readonly number[];
  /** Acknowledged earlier, about to be sent again, and not found; null: it did not open. */
  readonly missing: number | null;
  readonly isDone: boolean;
  readonly failure: string | null;
}

/** Runs a writer to its end; `onAcknowledged` may kill it. */
async function runWriter(
  command: readonly string[],
  onAcknowledged: (count: number, kill: () => void) => void = () => undefined,
): Promise<WriterEnd> {
  const [program = '', ...args] = command;
  const writer = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  writer.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  child = writer;
  const closed = once(writer, 'close');
  const acknowledged: number[] = [];
  let missing: number | null = null;
  let isDone = false;
  let failure: string | null = null;
  for await (const line of createInterface({ input: writer.stdout })) {
    if (/^\d+$/.test(line)) {
      acknowledged.push(Number(line));
      onAcknowledged(acknowledged.length, () => writer.kill('SIGKILL'));
    } else if (line.startsWith('open ')) missing = Number(line.slice(5));
    else if (line === 'done') isDone = true;
    else failure = line;
  }
  await closed;
  if (missing === null && failure === null) failure = `it never opened: ${errors}`;
  return { acknowledged, missing, isDone, failure };
}

/** The events of the first batches, routed as ingress routes them. */
function oracleEvents(batches: number): OracleEvent[] {
  const rules = compileRules(defaultRules());
  const events: OracleEvent[] = [];
  for (let number = 0; number < batches; number++) {
    const { items, receivedAt, retraction } = crashBatch(number);
    for (const item of items) {
      const routed = routeInteraction(rules, item, receivedAt);
      if (routed.kind === 'rejected') throw new Error('the stream has an invalid interaction');
      events.push({ kind: 'interaction', interaction: routed.interaction });
    }
    if (retraction === null) continue;
    const { source, interactionId, decidedAt, withdrawn } = retraction;
    const interaction = interactionIdOf(source, interactionId);
    events.push({ kind: 'retract_interaction', interaction, decidedAt, withdrawn });
  }
  return events;
}

/** All that the store holds equals the oracle, down to the observations of each profile. */
async function expectOracle(batches: number): Promise<void> {
  const store = await LmdbStore.open(directory);
  try {
    const oracle = runOracle(defaultRules(), oracleEvents(batches));
    expect(outcomeOf(store, PARTITIONS)).toEqual(outcomeByOracle(oracle));
    const rows = observationsIn(store, PARTITIONS);
    for (const [profile, state] of profilesIn(store, PARTITIONS)) {
      expect(wrongHolds(state, rows.get(profile) ?? [])).toEqual([]);
    }
    const stored = Array.from(rows, ([profile, own]) =>
      own.map(([header]) => `${header[0]} ${header[1]} ${profile}`),
    ).flat();
    const expected = oracle.attributions.map(
      ({ interaction, party, profile }) => `${interaction} ${party} ${profile}`,
    );
    expect(stored.sort()).toEqual(expected.sort());
  } finally {
    await store.close();
  }
}

function firstGap(acknowledged: ReadonlySet<number>): number {
  let number = 0;
  while (acknowledged.has(number)) number++;
  return number;
}

test(`${INTERACTIONS} interactions, ${KILLS} kills -> none lost, none twice, the oracle's customers`, async () => {
  const random = createRandom(2026);
  const acknowledged = new Set<number>();
  for (let kills = 0; acknowledged.size < BATCHES || kills < KILLS; ) {
    const gap = firstGap(acknowledged);
    // Starting before the gap delivers again what is there already; at the end, a good part of it.
    const from = Math.max(0, gap - (gap === BATCHES ? random.below(BATCHES) : 5));
    const again = Array.from(acknowledged).filter((number) => number >= from);
    writeFileSync(acknowledgedFile, again.join('\n'));
    const share = Math.ceil((BATCHES - from) / Math.max(1, KILLS - kills));
    const killAt = kills < KILLS ? 1 + random.below(share) : null;
    const delayMs = random.below(40);
    const end = await runWriter(writerCommand(from, BATCHES), (count, kill) => {
      if (count === killAt) setTimeout(kill, delayMs);
    });
    for (const number of end.acknowledged) acknowledged.add(number);
    expect(end).toMatchObject({ missing: 0, failure: null });
    if (!end.isDone) kills++;
  }
  expect(acknowledged.size).toBe(BATCHES);
  await expectOracle(BATCHES);
}, 300_000);

test('the disk is full -> a clear error; with space again it goes on, nothing is lost', async () => {
  const total = 400;
  // 24 MiB in blocks of 512 bytes; ignored, the signal becomes an error of write(2).
  const limited = ['/bin/sh', '-c', 'trap "" XFSZ; ulimit -f 24000; exec "$@"', 'sh'];
  const full = await runWriter([...limited, ...writerCommand(0, total)]);
  expect(full.isDone).toBe(false);
  expect(full.failure).toMatch(/^failed unavailable: nothing was acknowledged: no space is left/);
  expect(full.acknowledged.length).toBeGreaterThan(0);
  writeFileSync(acknowledgedFile, full.acknowledged.join('\n'));
  const again = await runWriter(writerCommand(firstGap(new Set(full.acknowledged)), total));
  expect(again).toMatchObject({ missing: 0, isDone: true, failure: null });
  await expectOracle(total);
}, 120_000);

test('a truncated store file -> refused, saying so; with the file mended it goes on', async () => {
  const first = await runWriter(writerCommand(0, 20));
  expect(first.isDone).toBe(true);
  const file = join(directory, 'data.mdb');
  copyFileSync(file, join(home, 'copy'));
  truncateSync(file, statSync(file).size >> 1);
  const cut = await runWriter(writerCommand(20, 40));
  expect(cut.missing).toBeNull();
  expect(cut.failure).toMatch(/^failed corrupt: .*(restore|snapshot|backup|copy)/i);
  copyFileSync(join(home, 'copy'), file);
  writeFileSync(acknowledgedFile, first.acknowledged.join('\n'));
  expect(await runWriter(writerCommand(20, 40))).toMatchObject({ missing: 0, isDone: true });
  await expectOracle(40);
}, 60_000);

test('a second process on the same directory -> locked; after the first ends it may', async () => {
  const cluster = await openEmbeddedCluster({ dataDir: directory, idKey: Buffer.alloc(16, 7) });
  const second = await runWriter(writerCommand(0, 5));
  expect(second.failure).toMatch(/^failed locked: the store is in use: .*Stop the other process/);
  await cluster.close();
  expect(await runWriter(writerCommand(0, 5))).toMatchObject({ isDone: true, failure: null });
  await expectOracle(5);
}, 60_000);
