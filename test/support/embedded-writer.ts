/**
 * Child process of the embedded crash tests: ingests the stream of `crash-input.ts`, acknowledged
 * DURABLE, and prints what was acknowledged.
 * Arguments: DIRECTORY FROM TO ACKNOWLEDGED. FROM and TO are batch numbers; ACKNOWLEDGED is a file
 * with a batch number a line, whose interactions must be found before anything is sent again.
 * Output: `open <number of acknowledged interactions that are missing>`, a line per acknowledged
 * batch, `done`; or `failed <code>: <message>` of the first error.
 */
import { readFileSync } from 'node:fs';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { interactionIdOf } from '../../shared/ingress/hashing.ts';
import { partitionOf } from '../../shared/protocol/topology.ts';
import { crashBatch } from './crash-input.ts';

const [directory = '', from = '0', to = '0', acknowledgedFile = ''] = process.argv.slice(2);
const IN_FLIGHT = 6;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

function describeError(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return `failed ${String(code)}: ${String(message)}`;
}

async function run(): Promise<void> {
  const cluster = await openEmbeddedCluster({ dataDir: directory, idKey: Buffer.alloc(16, 7) });
  const { topology } = cluster.context;
  const has = (source: string, interactionId: string): boolean => {
    const id = interactionIdOf(source, interactionId);
    const home = cluster.engine.partitions[partitionOf(topology, id)];
    return (home?.actors.load('interaction', id)?.versions.size ?? 0) > 0;
  };
  let missing = 0;
  for (const line of readFileSync(acknowledgedFile, 'utf8').split('\n').filter(Boolean)) {
    for (const { source, interactionId } of crashBatch(Number(line)).items) {
      if (!has(source, interactionId)) missing++;
    }
  }
  print(`open ${missing}`);
  try {
    const open = new Set<Promise<void>>();
    for (let number = Number(from); number < Number(to); number++) {
      const { items, receivedAt, retraction } = crashBatch(number);
      const commands = retraction === null ? [] : [cluster.command(retraction, { ack: 'durable' })];
      const sent: Promise<void> = Promise.all([
        cluster.ingest(items, { ack: 'durable', receivedAt }),
        ...commands,
      ]).then(() => {
        open.delete(sent);
        print(String(number));
      });
      open.add(sent);
      if (open.size >= IN_FLIGHT) await Promise.race(open);
    }
    await Promise.all(open);
  } finally {
    await cluster.close().catch(() => undefined);
  }
  print('done');
}

await run().catch((error: unknown) => {
  print(describeError(error));
  process.exitCode = 1;
});
