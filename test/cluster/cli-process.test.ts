/**
 * Goal: the `selfsame` executable works as a process: from any folder, with signals and pipes.
 * Method: real processes; a whole cluster is started, asked, stopped and started again.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, test } from 'vitest';

/** Start of Node, tsx and LMDB on a busy machine. */
const TIMEOUT_MS = 60_000;
const executable = resolve('services/cli/selfsame.mjs');
const folder = mkdtempSync(join(tmpdir(), 'selfsame-process-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Running = ChildProcessByStdio<null, Readable, Readable>;
const started: Running[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function start(...argv: string[]): Running {
  const child = spawn(process.execPath, [executable, ...argv], {
    cwd: folder,
    env: { ...process.env, SELFSAME_TARGET: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  return child;
}

async function selfsame(...argv: string[]) {
  const child = start(...argv);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: code as number | null, stdout, stderr };
}

/** Starts a cluster on free ports; resolves when it says where it listens. */
async function up(): Promise<{ readonly child: Running; readonly grpc: string }> {
  const child = start(
    'up',
    '--data',
    'data',
    '--listen',
    '127.0.0.1:0',
    '--metrics',
    '127.0.0.1:0',
    '--json',
  );
  const errors = text(child.stderr);
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes('}')) return { child, grpc: (JSON.parse(said) as { grpc: string }).grpc };
  }
  throw new Error(`up ended without saying where it listens: ${await errors}`);
}

async function stopped(child: Running, signal: NodeJS.Signals): Promise<number | null> {
  const closed = once(child, 'exit');
  child.kill(signal);
  const [code] = await closed;
  return code as number | null;
}

const MAPPING = `
source: crm
format: csv
record_id: id
time: { constant: '2025-01-01' }
type: contact
channel: crm
parties:
  - role: subject
    identifiers:
      - { namespace: crm_id, field: id }
      - { namespace: email, field: email }
    attributes: { name: name }
`;

describe('the selfsame executable', () => {
  test(
    'evaluate from another folder -> exit 0; bad usage -> exit 2',
    async () => {
      writeFileSync(join(folder, 'a.csv'), 'source,record_id,customer_id\ns,1,x\ns,2,x\n');
      const good = await selfsame('evaluate', 'a.csv', 'a.csv', '--json');
      expect(good).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(good.stdout)).toMatchObject({ exactly_right_clusters: { count: 1 } });
      expect((await selfsame('evaluate', 'a.csv')).code).toBe(2);
    },
    TIMEOUT_MS,
  );

  test(
    'up, ingest, ask, SIGTERM -> 0; up again -> the same answer; Ctrl-C -> 130',
    async () => {
      writeFileSync(join(folder, 'crm.yaml'), MAPPING);
      // By the rules that new data begin with: the names count as well.
      const rows = '101,Ada Byron,ada@company.example\n102,Byron Ada,ada@company.example\n';
      writeFileSync(join(folder, 'crm.csv'), `id,name,email\n${rows}`);
      const first = await up();
      const target = ['--target', first.grpc];
      const ingested = await selfsame('ingest', 'crm.csv', '--mapping', 'crm.yaml', ...target);
      expect(ingested).toMatchObject({ code: 0, stderr: '' });
      const answer = await selfsame('resolve', 'crm_id', '101', ...target);
      expect(answer).toMatchObject({ code: 0, stderr: '' });
      // One process a folder: a second one is refused, and harms nothing.
      const second = await selfsame('ingest', 'crm.csv', '--mapping', 'crm.yaml', '--data', 'data');
      expect(second.code).toBe(3);
      expect(await stopped(first.child, 'SIGTERM')).toBe(0);

      const again = await up();
      const asked = await selfsame('resolve', 'crm_id', '102', '--target', again.grpc);
      expect(asked.stdout).toBe(answer.stdout);
      expect(await stopped(again.child, 'SIGINT')).toBe(130);

      const gone = await selfsame('status', '--target', again.grpc);
      expect(gone.code).toBe(3);
      expect(gone.stderr).toContain('selfsame up');
    },
    TIMEOUT_MS,
  );

  test(
    'up on a port that is taken -> exit 3, and one line that names the option',
    async () => {
      const other = createServer();
      await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
      const { port } = other.address() as AddressInfo;
      const listen = ['--listen', `127.0.0.1:${port}`, '--metrics', '127.0.0.1:0'];
      const { code, stdout, stderr } = await selfsame('up', '--data', 'taken', ...listen);
      other.close();
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toMatch(/^selfsame: [^\n]*is the port taken\? --listen chooses another\.\n$/);
    },
    TIMEOUT_MS,
  );

  test(
    'a reader that leaves early -> no error',
    async () => {
      const child = start('--help');
      child.stdout.destroy();
      const errors = text(child.stderr);
      const [code] = await once(child, 'close');
      expect(await errors).toBe('');
      expect(code).toBe(0);
    },
    TIMEOUT_MS,
  );
});
