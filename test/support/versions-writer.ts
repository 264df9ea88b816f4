/**
 * Child process of the crash tests of versions: ingests the stream of `crash-input.ts`, proposes the
 * candidate, activates it when it is complete; every start goes on with what remains.
 * Arguments: DIRECTORY BATCHES CANDIDATE_FILE. Output: a line for each step, `done` at the end.
 */
import { readFileSync } from 'node:fs';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { parseRules } from '../../shared/ingress/rules-file.ts';
import { crashBatch } from './crash-input.ts';

const [directory = '', batches = '0', file = ''] = process.argv.slice(2);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const text = readFileSync(file, 'utf8');
const parsed = parseRules(text);
if (parsed.kind === 'invalid') throw new Error('the candidate is invalid');
const { version } = parsed.rules;

const cluster = await openEmbeddedCluster({ dataDir: directory, idKey: Buffer.alloc(16, 7) });
print('open');
const isLive = (await cluster.status()).rulesVersion === version;
if (!isLive) await cluster.versions.propose({ rules: text, isFitted: false });
print(isLive ? 'live' : 'proposed');
for (let number = 0; number < Number(batches); number++) {
  const { items, receivedAt, retraction } = crashBatch(number);
  await cluster.ingest(items, { ack: 'durable', receivedAt });
  if (retraction !== null) await cluster.command(retraction, { ack: 'durable' });
  if (number % 10 === 0) print(`ingested ${number}`);
}
for (let shadow = true; shadow; ) {
  const view = await cluster.versions.list();
  shadow = view.shadow !== null && !view.shadow.isComplete;
  await new Promise((resolve) => setTimeout(resolve, 5));
}
print('activating');
await cluster.versions.activate(version);
print('activated');
while ((await cluster.versions.list()).leaving.length > 0) {
  await new Promise((resolve) => setTimeout(resolve, 5));
}
await cluster.close();
print('done');
