/**
 * Goal: a crash at any step between proposal and activation neither loses nor changes anything.
 * Method: a child that ingests, proposes and activates in an embedded cluster is killed with -9 in
 * the middle of the first copy, of ingress, at the activation and while the former generation is
 * removed; at last it ends by itself, and the store equals that of a fresh cluster that was given
 * the same input under the candidate.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { generationStore } from '../../shared/adapters/generation-store.ts';
import { LmdbStore } from '../../shared/adapters/lmdb-store.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { defaultRulesPath, parseRules } from '../../shared/ingress/rules-file.ts';
import { outcomeOf } from '../property/engine-run.ts';
import { crashBatch } from '../support/crash-input.ts';
import { createRandom } from '../support/random.ts';

const BATCHES = 120;
const PARTITIONS = 8;

test('kills from the proposal to the removal of the former -> as a fresh cluster', async () => {
  const home = mkdtempSync(join(tmpdir(), 'selfsame-versions-'));
  const directory = join(home, 'data');
  const file = join(home, 'rules.yaml');
  const text = readFileSync(defaultRulesPath(), 'utf8').replace(
    /(\n {2}email:\n(?: {4}.*\n)*? {4}certainty: )0\.97/,
    '$10.65',
  );
  writeFileSync(file, text);
  const random = createRandom(7);
  try {
    // Where the child is killed: a line that it prints, and some milliseconds after it.
    const kills: readonly (readonly [RegExp, number])[] = [
      [/^ingested 60/, 0],
      [/^proposed/, 60],
      [/^proposed/, random.below(200)],
      [/^ingested 100/, random.below(50)],
      [/^activating/, 0],
      [/^(activating|live)/, random.below(10)],
      [/^(activated|live)/, 0],
      [/^(activated|live)/, random.below(40)],
    ];
    for (const [line, delayMs] of kills) await runWriter(directory, file, line, delayMs);
    expect(await runWriter(directory, file, null, 0)).toContain('done');
    const parsed = parseRules(text);
    if (parsed.kind === 'invalid') throw new Error('the candidate is invalid');
    const freshStore = new MemoryStore();
    const fresh = await openEmbeddedCluster({ dataDir: freshStore, rules: parsed.rules });
    for (let number = 0; number < BATCHES; number++) {
      const { items, receivedAt, retraction } = crashBatch(number);
      await fresh.ingest(items, { ack: 'durable', receivedAt });
      if (retraction !== null) await fresh.command(retraction, { ack: 'durable' });
    }
    await fresh.close();
    const store = await LmdbStore.open(directory);
    try {
      expect(store.range('p0', 'p:', { limit: 1 })).toEqual([]);
      const live = generationStore(store, 2);
      expect(outcomeOf(live, PARTITIONS)).toEqual(outcomeOf(freshStore, PARTITIONS));
    } finally {
      await store.close();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}, 180_000);

/** Runs the child until it ends or is killed `delayMs` after the first line that matches. */
async function runWriter(
  directory: string,
  file: string,
  line: RegExp | null,
  delayMs: number,
): Promise<readonly string[]> {
  const script = resolve('dist/test/support/versions-writer.js');
  const args = [script, directory, String(BATCHES), file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const closed = once(child, 'close');
  const lines: string[] = [];
  let isKilled = false;
  for await (const printed of createInterface({ input: child.stdout })) {
    lines.push(printed);
    if (line === null || isKilled || !line.test(printed)) continue;
    isKilled = true;
    setTimeout(() => child.kill('SIGKILL'), delayMs);
  }
  await closed;
  expect(errors).toBe('');
  return lines;
}
