/**
 * Goal: `selfsame ingest` loses no record, names each that it could not take, and goes on where an
 * interrupted run stopped.
 * Method: whole command lines against a cluster at the port that keeps what it acknowledged, and
 * refuses and fails as told; what the records become is asked of a real embedded cluster in memory.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { type Cluster, ClusterError, type IngestResult } from '../../shared/protocol/cluster.ts';
import { runSelfsame } from '../../services/cli/program.ts';
import { type EmbeddedCluster, openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { recordingContext } from './cli-recording-context.ts';

const MAPPING = `
source: crm
format: csv
record_id: id
time: changed
type: contact_saved
channel: crm
skip_when:
  - { field: status, in: [deleted] }
parties:
  - role: subject
    identifiers:
      - { namespace: crm_id, field: id }
      - { namespace: email, field: email }
`;
const HEADER = 'id,email,changed,status\n';

let folder: string;
/** When set, answers instead of the ledger below. */
let real: EmbeddedCluster | null;
/** Interactions of acknowledged batches, in order. */
let received: InteractionInput[];
/** Entries that the cluster says its logs hold. */
let entries: number;
/** Called with the number of the call, from 1, before it reaches the cluster. */
let beforeIngest: (call: number) => void | Promise<void>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'selfsame-ingest-'));
  writeFileSync(join(folder, 'crm.yaml'), MAPPING);
  real = null;
  received = [];
  entries = 0;
  beforeIngest = () => undefined;
});
afterEach(async () => {
  await real?.close();
  rmSync(folder, { recursive: true });
});

function unasked(): never {
  throw new Error('ingest asks nothing of the kind');
}

function client(): Cluster & { readonly audit: never } {
  let calls = 0;
  return {
    get audit(): never {
      return unasked();
    },
    get versions(): never {
      return unasked();
    },
    get stewardship(): never {
      return unasked();
    },
    ingest: async (items, options): Promise<readonly IngestResult[]> => {
      calls += 1;
      await beforeIngest(calls);
      if (options.signal?.aborted === true) throw new ClusterError('cancelled', 'cancelled');
      const results = await real?.ingest(items, options);
      received.push(...items);
      entries += items.length;
      const token = { partition: 0, epoch: 1, sequence: entries, origin: 0 };
      return results ?? items.map(() => ({ kind: 'acknowledged', token, dropped: [] }));
    },
    status: async () => ({
      mode: 'embedded',
      rulesVersion: '0123456789abcdef',
      settledLagMs: 0,
      counters: {},
      partitions: [
        {
          partition: 0,
          owner: 'test',
          epoch: 1,
          term: 1,
          standby: null,
          standbyLag: 0,
          appliedSequence: entries,
          durableSequence: entries,
          lastSequence: entries,
          outboxMessages: 0,
          quarantined: 0,
          state: 'running',
        },
      ],
    }),
    resolve: unasked,
    getCustomer: unasked,
    explain: unasked,
    matchRecord: unasked,
    getAttribution: unasked,
    command: unasked,
    listOrders: unasked,
    watch: unasked,
    settle: unasked,
    close: async () => undefined,
  };
}

async function openReal(): Promise<EmbeddedCluster> {
  real = await openEmbeddedCluster({ dataDir: new MemoryStore(), partitions: 2 });
  return real;
}

async function ingest(argv: readonly string[], signal: AbortSignal = new AbortController().signal) {
  const context = recordingContext({
    signal,
    clusters: { connect: async () => client(), openEmbedded: async () => client() },
  });
  const exitCode = await runSelfsame(
    ['ingest', ...argv, '--mapping', join(folder, 'crm.yaml')],
    context,
  );
  return { exitCode, stdout: context.stdout.text, stderr: context.stderr.text };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function rows(from: number, to: number): string {
  let text = '';
  for (let id = from; id < to; id++) text += `${id},p${id}@company.example,2025-01-02,\n`;
  return text;
}

/** Distinct ids that the cluster acknowledged. */
function takenIds(): number {
  return new Set(received.map((input) => input.interactionId)).size;
}

describe('selfsame ingest', () => {
  test('a clean file -> all of it, no files left behind', async () => {
    const path = file('contacts.csv', HEADER + rows(0, 2_500));
    const { exitCode, stdout, stderr } = await ingest([path, '--json']);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      records: 2_500,
      ingested: 2_500,
      quarantined: 0,
      files: [{ file: path, resumed_at: 0, quarantine_file: null }],
    });
    expect(takenIds()).toBe(2_500);
    expect(existsSync(`${path}.selfsame-checkpoint`)).toBe(false);
    expect(existsSync(`${path}.quarantine.csv`)).toBe(false);
  });

  test('gzip and several files with one mapping -> each once, again -> no more customers', async () => {
    const cluster = await openReal();
    const packed = file('a.csv.gz', gzipSync(HEADER + rows(100, 110)));
    const plain = file('b.csv', HEADER + rows(110, 120));
    expect((await ingest([packed, plain])).exitCode).toBe(0);
    const before = await cluster.status();
    expect((await ingest([packed, plain])).exitCode).toBe(0);
    const [answer] = await cluster.resolve([{ namespace: 'crm_id', value: '119' }]);
    expect(answer?.kind).toBe('found');
    const after = await cluster.status();
    expect(before.counters['observations_added']).toBe(20);
    expect(after.counters['observations_added']).toBe(20);
  });

  test('two files numbered by line under one source -> exit 2 before anything is sent', async () => {
    const byLine = MAPPING.replace('record_id: id', 'record_id: { line: true }');
    writeFileSync(join(folder, 'crm.yaml'), byLine);
    const paths = [file('a.csv', HEADER + rows(0, 3)), file('b.csv', HEADER + rows(3, 6))];
    const { exitCode, stderr } = await ingest(paths);
    expect(exitCode).toBe(2);
    for (const word of [...paths, 'source crm', 'a source of its own']) {
      expect(stderr).toContain(word);
    }
    expect(received).toEqual([]);
    expect((await ingest(paths.slice(0, 1))).exitCode).toBe(0);
    expect(takenIds()).toBe(3);
  });

  test('bad records -> quarantine with line and reason, the others pass', async () => {
    await openReal();
    const bad = [
      `${HEADER}1,a@company.example,2025-01-02,`,
      '2,b@company.example,yesterday,',
      '3,too,few',
      ',,2025-01-02,',
      '5,e@company.example,2025-01-02,deleted',
      '6,f@company.example,2990-01-02,',
      '7,noreply@company.example,2025-01-02,\n',
    ].join('\n');
    const path = file('bad.csv', bad);
    const { exitCode, stdout } = await ingest([path, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      records: 7,
      ingested: 2,
      quarantined: 4,
      skipped: 1,
      dropped_values: 1,
    });
    const lines = readFileSync(`${path}.quarantine.csv`, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe('line,field,reason');
    expect(lines.slice(1).map((line) => line.split(',', 2).join(':'))).toEqual([
      '3:',
      '4:',
      '5:',
      '7:occurredAt',
    ]);
    // The quarantine says where to look, it does not repeat personal data.
    expect(lines.join('\n')).not.toContain('company.example');
    expect((await ingest([path, '--strict'])).exitCode).toBe(1);
  });

  test('nothing but bad records -> exit 1', async () => {
    const path = file('bad.csv', `${HEADER}1,a@company.example,yesterday,\n`);
    expect((await ingest([path])).exitCode).toBe(1);
  });

  test('overload and short absence -> waited for, nothing lost or reported as done', async () => {
    beforeIngest = (call) => {
      if (call === 1) throw new ClusterError('overloaded', 'busy', { retryAfterMs: 1 });
      if (call === 3) throw new ClusterError('unavailable', 'moving');
      if (call === 4) throw new ClusterError('deadline_exceeded', 'late');
    };
    const path = file('contacts.csv', HEADER + rows(0, 2_200));
    const { exitCode, stdout, stderr } = await ingest([path, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).ingested).toBe(2_200);
    expect(stderr).toContain('waiting: moving');
    expect(stderr).not.toContain('busy');
  });

  test('absent for longer than the patience -> exit 3, and a second run goes on', async () => {
    beforeIngest = (call) => {
      if (call > 3) throw new ClusterError('unavailable', 'gone');
    };
    const path = file('contacts.csv', `${HEADER}x,,never,\n${rows(0, 6_000)}`);
    const failed = await ingest([path, '--patience', '0.2']);
    expect(failed.exitCode).toBe(3);
    expect(failed.stderr).toContain('gone');
    const checkpoint = JSON.parse(readFileSync(`${path}.selfsame-checkpoint`, 'utf8'));
    expect(checkpoint.records).toBe(3_000);

    beforeIngest = () => undefined;
    const acknowledged = received.length;
    const { exitCode, stdout, stderr } = await ingest([path, '--json']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('going on after 3,000 records');
    expect(JSON.parse(stdout)).toMatchObject({ records: 6_001, ingested: 6_000, quarantined: 1 });
    expect(received).toHaveLength(acknowledged + 3_001);
    expect(takenIds()).toBe(6_000);
    expect(existsSync(`${path}.selfsame-checkpoint`)).toBe(false);
    expect(readFileSync(`${path}.quarantine.csv`, 'utf8').trimEnd().split('\n')).toHaveLength(2);
  });

  test('Ctrl-C -> exit 130 with the place; the same command goes on from there', async () => {
    const interruption = new AbortController();
    beforeIngest = (call) => {
      if (call === 5) interruption.abort('SIGINT');
    };
    const path = file('contacts.csv', HEADER + rows(0, 9_000));
    const stopped = await ingest([path], interruption.signal);
    expect(stopped.exitCode).toBe(130);
    const [, place] = /after ([\d,]+) records; the same command goes on/.exec(stopped.stderr) ?? [];
    const records = Number(place?.replace(',', ''));
    expect(records).toBeGreaterThan(0);
    expect(records).toBeLessThan(9_000);
    beforeIngest = () => undefined;
    expect((await ingest([path])).exitCode).toBe(0);
    expect(received).toHaveLength(9_000);
    expect(records).toBeLessThanOrEqual(received.length);
    expect(takenIds()).toBe(9_000);
  });

  /** What differs from the run that was interrupted. */
  const DIFFERENT: readonly (readonly [string, (path: string) => Promise<string[]>])[] = [
    [
      'the file has changed',
      async (path) => (writeFileSync(path, `${HEADER + rows(0, 5_000)}\n`), []),
    ],
    [
      'the mapping has changed',
      async () => (writeFileSync(join(folder, 'crm.yaml'), `${MAPPING}# changed\n`), []),
    ],
    ['another target', async () => ['--target', 'other.example:1']],
    ['--restart', async () => ['--restart']],
    [
      'the cluster lost its data',
      async () => {
        entries = 0;
        return [];
      },
    ],
  ];
  test.each(DIFFERENT)('after an interruption %s -> from the beginning', async (_what, change) => {
    beforeIngest = (call) => {
      if (call > 3) throw new ClusterError('internal', 'broken');
    };
    const path = file('contacts.csv', HEADER + rows(0, 5_000));
    expect((await ingest([path])).exitCode).toBe(3);
    expect(existsSync(`${path}.selfsame-checkpoint`)).toBe(true);
    const argv = await change(path);
    beforeIngest = () => undefined;
    received = [];
    expect((await ingest([path, ...argv])).exitCode).toBe(0);
    expect(received.length).toBeGreaterThanOrEqual(5_000);
    expect(takenIds()).toBe(5_000);
  });

  test.each([
    [['nowhere.csv'], /no such file: nowhere\.csv/],
    [[], /no file follows --mapping/],
    [['x.csv', '--data', 'd', '--target', 'h:1'], /exclude each other/],
    [['x.csv', '--rules', 'r.yaml'], /only has a meaning with --data/],
    [['x.csv', '--ack', 'never'], /Allowed choices are accepted, durable, settled/],
  ])('%j -> exit 2 with the reason', async (argv, message) => {
    const { exitCode, stderr } = await ingest(argv);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });

  test('a header without a column of the mapping -> exit 2 naming file, line and column', async () => {
    const path = file('other.csv', 'id,mail,changed,status\n1,a,2025-01-01,\n');
    const { exitCode, stderr } = await ingest([path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(path);
    expect(stderr).toMatch(/line 1: .*email/);
  });

  test('a mapping with mistakes -> exit 2 with every mistake', async () => {
    const mapping = MAPPING.replace('record_id', 'recordid').replace('format: csv', 'format: xml');
    writeFileSync(join(folder, 'crm.yaml'), mapping);
    const { exitCode, stderr } = await ingest([file('a.csv', HEADER)]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/recordid[^]*record_id|record_id[^]*recordid/);
    expect(stderr).toContain('format: must be one of csv, ndjson');
  });
});
