/**
 * Goal: what can go wrong around the processes gives a clear message and exit code, and is over
 * once repaired.
 * Method: NATS that is missing, too old, without JetStream, away for a while; stores that are in
 * use, cut off, gone. Real processes throughout, except for the old server, which is played.
 */
import { truncateSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import { type Cluster, ClusterError } from '../../shared/protocol/cluster.ts';
import { ClusterProcesses, type ServiceName } from '../support/cluster-processes.ts';
import { identifiersOf, judge, resolveAll } from '../support/cluster-verdict.ts';
import { deliverAll, makeWorkload } from '../support/cluster-workload.ts';
import { findNatsServer, freePort, NATS_SERVER_MISSING, NatsServer } from '../support/nats-server.ts';

const TIMEOUT_MS = 120_000;
const PATIENCE_MS = 60_000;
const rules = compileRules(defaultRules());
const workload = makeWorkload(rules, 6, 600, 20);
const asked = identifiersOf(rules, workload.deliveries);
const isSkipped = findNatsServer() === null;
const SERVICES = ['gateway', 'coordinator', 'shard-0'] as const;

/** Speaks just enough of the protocol to be taken for a server of 2021. */
async function oldServer(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((socket) => {
    const info = { server_id: 'X', version: '2.8.4', proto: 1, max_payload: 1_048_576 };
    socket.write(`INFO ${JSON.stringify({ ...info, jetstream: true })}\r\n`);
    socket.on('data', (chunk) => {
      if (String(chunk).includes('PING')) socket.write('PONG\r\n');
    });
    socket.on('error', () => undefined);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `nats://127.0.0.1:${port}`, server };
}

describe.skipIf(isSkipped)('faults around the processes', () => {
  let processes: ClusterProcesses;
  let client: Cluster;
  let from = 0;

  beforeAll(async () => {
    processes = await ClusterProcesses.start({ partitions: 4 });
    client = processes.connect();
    from = Date.now();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await client?.close();
    await processes?.dispose();
  });

  /** Exit codes of the services when started with these settings, and what they printed. */
  async function failToStart(environment: Readonly<Record<string, string>>) {
    await Promise.all(SERVICES.map((name) => processes.stop(name)));
    const before = new Map(SERVICES.map((name) => [name, processes.logText(name).length]));
    for (const name of SERVICES) processes.start(name, environment);
    const ends: { name: ServiceName; code: number | null; said: string }[] = [];
    for (const name of SERVICES) {
      const code = await processes.untilExit(name);
      ends.push({ name, code, said: processes.logText(name).slice(before.get(name)) });
    }
    return ends;
  }

  async function repair(): Promise<void> {
    for (const name of SERVICES) if (!processes.isRunning(name)) processes.start(name);
    await processes.untilReady();
  }

  async function deliver(part: readonly [number, number]): Promise<void> {
    const [start, end] = part.map((share) => Math.floor(share * workload.deliveries.length));
    const progress = { acknowledged: 0, repeatedBatches: 0, isDone: false };
    const commands = start === 0 ? workload.commands : [];
    const deliveries = workload.deliveries.slice(start, end);
    await deliverAll(client, rules, { deliveries, commands }, progress, {
      batchItems: 50,
      inFlight: 2,
      seed: 6,
      patienceMs: PATIENCE_MS,
    });
  }

  test(
    'nobody listens at the NATS URL -> exit 3 within the wait, says where and what to do',
    async () => {
      const url = `nats://127.0.0.1:${await freePort()}`;
      const ends = await failToStart({ SELFSAME_NATS_URL: url, SELFSAME_NATS_WAIT_MS: '300' });
      for (const { name, code, said } of ends) {
        expect({ name, code }).toEqual({ name, code: 3 });
        expect(said).toContain(`NATS does not answer at ${url}`);
        expect(said).toContain('nats-server --jetstream');
        expect(said).not.toMatch(/^ {4}at /m);
      }
      await repair();
    },
    TIMEOUT_MS,
  );

  test(
    'NATS older than 2.9 -> exit 3, says which version it is and which is needed',
    async () => {
      const { url, server } = await oldServer();
      const ends = await failToStart({ SELFSAME_NATS_URL: url });
      for (const { name, code, said } of ends) {
        expect({ name, code }).toEqual({ name, code: 3 });
        expect(said).toContain('is version 2.8.4; 2.9.0 or later is needed');
      }
      server.close();
      await repair();
    },
    TIMEOUT_MS,
  );

  test(
    'NATS without JetStream -> exit 3, says how to start it',
    async () => {
      const plain = await NatsServer.start({ jetStream: false });
      const ends = await failToStart({ SELFSAME_NATS_URL: plain.url });
      for (const { name, code, said } of ends) {
        expect({ name, code }).toEqual({ name, code: 3 });
        expect(said).toContain('--store_dir');
      }
      await plain.dispose();
      await repair();
    },
    TIMEOUT_MS,
  );

  test(
    'a setting out of its range -> exit 2, names it',
    async () => {
      for (const { name, code, said } of await failToStart({ SELFSAME_PARTITIONS: 'many' })) {
        expect({ name, code }).toEqual({ name, code: 2 });
        expect(said).toContain('SELFSAME_PARTITIONS must be an integer from 1 to 4096');
      }
      await repair();
    },
    TIMEOUT_MS,
  );

  test(
    'NATS goes away while they run -> typed errors, no exit; back again -> they work by themselves',
    async () => {
      await deliver([0, 0.3]);
      await processes.kill('nats');
      const refused = client.ingest(workload.deliveries.slice(0, 1), {
        ack: 'durable',
        deadlineMs: Date.now() + 1500,
      });
      await expect(refused).rejects.toBeInstanceOf(ClusterError);
      await expect(refused).rejects.toMatchObject({
        code: expect.stringMatching(/^(unavailable|deadline_exceeded)$/),
      });
      for (const name of processes.serviceNames) expect(processes.isRunning(name)).toBe(true);
      await processes.restart('nats');
      await deliver([0.3, 0.5]);
      await processes.untilReady();
    },
    TIMEOUT_MS,
  );

  test(
    'a data directory that another process uses -> exit 3, and the first one goes on',
    async () => {
      const dataDir = processes.dataDir('shard-0');
      await processes.stop('coordinator');
      processes.start('coordinator', { SELFSAME_DATA_DIR: dataDir });
      expect(await processes.untilExit('coordinator')).toBe(3);
      expect(processes.logText('coordinator')).toMatch(/in use|locked|holds/);
      await repair();
      await deliver([0.5, 0.7]);
    },
    TIMEOUT_MS,
  );

  test(
    'a store file cut off -> exit 3, says so; directory removed -> replayed from the log',
    async () => {
      await processes.kill('shard-0');
      const file = largestFile(processes.dataDir('shard-0'));
      truncateSync(file, Math.floor(statSync(file).size / 3));
      processes.start('shard-0');
      expect(await processes.untilExit('shard-0')).toBe(3);
      expect(processes.logText('shard-0')).toMatch(/cut off|truncated|shorter|damaged|corrupt/);
      rmSync(processes.dataDir('shard-0'), { recursive: true });
      await repair();
      await deliver([0.7, 1]);
    },
    TIMEOUT_MS,
  );

  test(
    'after all of it -> stores and answers are the oracle’s',
    async () => {
      await client.settle({ deadlineMs: Date.now() + PATIENCE_MS });
      const found = await resolveAll(client, asked);
      await processes.stopServices();
      const times = { from, to: Date.now() };
      const verdict = await judge(processes, rules, workload, { asked, found }, times);
      expect(verdict.faults).toEqual([]);
      expect(processes.unexpectedExits).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

function largestFile(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((left, right) => statSync(right).size - statSync(left).size);
  return files[0] as string;
}

test.runIf(isSkipped)('nats-server is not installed', (context) => {
  context.skip(NATS_SERVER_MISSING);
});
