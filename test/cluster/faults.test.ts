/**
 * Goal: what can go wrong around the processes gives a clear message and exit code, and is over
 * once repaired.
 * Method: NATS that is missing, too old, without JetStream, away for a while; stores that are in
 * use, cut off, gone. Real processes throughout, except for the old server, which is played.
 */
import { truncateSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import { type Cluster, ClusterError } from '../../shared/protocol/cluster.ts';
import { ClusterProcesses } from '../support/cluster-processes.ts';
import { describeWithNats } from '../support/describe-with-nats.ts';
import { identifiersOf, judge, resolveAll } from '../support/cluster-verdict.ts';
import { deliverAll, makeWorkload } from '../support/cluster-workload.ts';
import { freePort, NatsServer } from '../support/nats-server.ts';

const TIMEOUT_MS = 120_000;
const PATIENCE_MS = 60_000;
const rules = compileRules(defaultRules());
const workload = makeWorkload(rules, 6, 600, 20);
const asked = identifiersOf(rules, workload.deliveries);
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

describeWithNats('faults around the processes', () => {
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

  /** Starts one more process of each service with these settings; they are to end by themselves. */
  async function failToStart(environment: Readonly<Record<string, string>>) {
    return Promise.all(
      SERVICES.map(async (name) => ({ name, ...(await processes.runSpare(name, environment)) })),
    );
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
      const settings = { SELFSAME_NATS_URL: url, SELFSAME_NATS_WAIT_MS: '300' };
      for (const { name, code, said } of await failToStart(settings)) {
        expect({ name, code }).toEqual({ name, code: 3 });
        expect(said).toContain(`NATS does not answer at ${url}`);
        expect(said).toContain('nats-server --jetstream');
        expect(said).not.toMatch(/^ {4}at /m);
      }
    },
    TIMEOUT_MS,
  );

  test(
    'NATS older than 2.9 -> exit 3, says which version it is and which is needed',
    async () => {
      const { url, server } = await oldServer();
      for (const { name, code, said } of await failToStart({ SELFSAME_NATS_URL: url })) {
        expect({ name, code }).toEqual({ name, code: 3 });
        expect(said).toContain('is version 2.8.4; 2.9.0 or later is needed');
      }
      server.close();
    },
    TIMEOUT_MS,
  );

  test(
    'NATS without JetStream -> exit 3, says how to start it',
    async () => {
      const plain = await NatsServer.start({ jetStream: false });
      for (const { name, code, said } of await failToStart({ SELFSAME_NATS_URL: plain.url })) {
        expect({ name, code }).toEqual({ name, code: 3 });
        expect(said).toContain('--store_dir');
      }
      await plain.dispose();
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
    },
    TIMEOUT_MS,
  );

  test(
    'started while NATS is missing -> exit 3; started again when it is there -> works',
    async () => {
      await processes.kill('nats');
      await processes.stop('shard-0');
      processes.start('shard-0', { environment: { SELFSAME_NATS_WAIT_MS: '300' } });
      expect(await processes.untilExit('shard-0')).toBe(3);
      await processes.restart('nats');
      processes.start('shard-0');
      await processes.untilReady();
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
      const { code, said } = await processes.runSpare('coordinator', {
        SELFSAME_DATA_DIR: dataDir,
      });
      expect(code).toBe(3);
      expect(said).toContain('the store is in use');
      await deliver([0.5, 0.6]);
    },
    TIMEOUT_MS,
  );

  test(
    'the disk of a shard is full -> it ends with 3 and says so; room made -> nothing is lost',
    async () => {
      await processes.stop('shard-1');
      const fileBytesMax = statSync(largestFile(processes.dataDir('shard-1'))).size;
      processes.start('shard-1', { fileBytesMax });
      const delivering = deliver([0.6, 0.8]);
      expect(await processes.untilExit('shard-1')).toBe(3);
      expect(processes.logText('shard-1')).toContain('no space is left');
      processes.start('shard-1');
      await delivering;
      await processes.untilReady();
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
      expect(processes.logText('shard-0')).toContain('is damaged: it is truncated');
      rmSync(processes.dataDir('shard-0'), { recursive: true });
      processes.start('shard-0');
      await processes.untilReady();
      await deliver([0.8, 1]);
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
