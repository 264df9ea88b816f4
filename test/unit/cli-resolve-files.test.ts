/**
 * Goal: `selfsame resolve-files` writes one right line for each record, the same for the same records.
 * Method: whole command lines on small files with a real embedded cluster in a temporary folder; the
 * clusters are judged by `selfsame evaluate`, for the identity graph against its own truth column.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { runSelfsame } from '../../services/cli/program.ts';
import { recordingContext } from './cli-recording-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const dataFolder = process.env['SELFSAME_DATA'] ?? '../shared/data';
const identityGraph = join(dataFolder, 'identity-graph', 'idr_test.csv');

let fileNumber = 0;
function file(content: string, extension = 'csv'): string {
  const path = join(folder, `file-${fileNumber++}.${extension}`);
  writeFileSync(path, content);
  return path;
}

function mapping(source: string, format: 'csv' | 'ndjson' = 'csv'): string {
  const text = `
source: ${source}
format: ${format}
record_id: id
revision: revision
time: { constant: '2025-01-01' }
type: record
channel: file
parties:
  - role: buyer
    identifiers:
      - { namespace: crm_id, template: '${source}:{id}' }
      - { namespace: email, field: email }
  - role: beneficiary
    identifiers:
      - { namespace: email, field: for_email }
`;
  return file(text, 'yaml');
}

async function selfsame(...argv: string[]) {
  const context = recordingContext();
  const exitCode = await runSelfsame(argv, context);
  return { exitCode, stdout: context.stdout.text, stderr: context.stderr.text };
}

async function resolveFiles(...argv: string[]) {
  const out = join(folder, `clusters-${fileNumber++}.csv`);
  const result = await selfsame('resolve-files', '--out', out, ...argv);
  const text = existsSync(out) ? readFileSync(out, 'utf8') : '';
  const [header, ...lines] = text.trimEnd().split('\n');
  const rows = lines.map((line) => line.split(','));
  return { ...result, out, text, header, rows };
}

const HEADER = 'id,revision,email,for_email\n';

describe('selfsame resolve-files', () => {
  test('two sources with a mapping each -> one sorted line a record, joined by evidence', async () => {
    const shop = file(`${HEADER}b,0,ada@company.example,\na,0,bob@company.example,\n`);
    const crm = file(
      '{"id": "7", "email": "ADA@company.example"}\n{"id": "8"}\n{"id": "9", "email": "x"}\n',
      'ndjson',
    );
    const { exitCode, stderr, header, rows } = await resolveFiles(
      '--mapping',
      mapping('shop'),
      shop,
      '--mapping',
      mapping('crm', 'ndjson'),
      crm,
    );
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(header).toBe('source,record_id,customer_id,certainty');
    expect(rows.map(([source, id]) => `${source} ${id}`)).toEqual([
      'crm 7',
      'crm 8',
      'crm 9',
      'shop a',
      'shop b',
    ]);
    const [crm7, crm8, crm9, shopA, shopB] = rows;
    expect(crm7?.[2]).toBe(shopB?.[2]);
    expect(new Set([crm7, crm8, crm9, shopA].map((row) => row?.[2])).size).toBe(4);
    expect(Number(crm7?.[3])).toBeGreaterThan(0.9);
    expect(Number(crm7?.[3])).toBeLessThan(1);
    // Alone: nothing to doubt.
    expect(crm8?.[3]).toBe('1');
  });

  test('a record with two parties -> the customer of the first', async () => {
    const path = file(
      `${HEADER}1,0,aunt@company.example,nephew@company.example\n` +
        '2,0,nephew@company.example,\n3,0,aunt@company.example,\n',
    );
    const { rows } = await resolveFiles('--mapping', mapping('shop'), path);
    const customers = rows.map((row) => row[2]);
    expect(customers[0]).toBe(customers[2]);
    expect(customers[0]).not.toBe(customers[1]);
  });

  test('an id in several rows -> one line, of the last revision', async () => {
    const path = file(
      `${HEADER}1,2,new@company.example,\n1,1,old@company.example,\n` +
        '2,0,new@company.example,\n3,0,old@company.example,\n',
    );
    const { rows } = await resolveFiles('--mapping', mapping('shop'), path);
    expect(rows.map((row) => row[1])).toEqual(['1', '2', '3']);
    expect(rows[0]?.[2]).toBe(rows[1]?.[2]);
    expect(rows[0]?.[2]).not.toBe(rows[2]?.[2]);
  });

  test('the same records in another order and other files -> the same bytes', async () => {
    const lines = Array.from(
      { length: 60 },
      (_, id) => `${100 + id},0,p${id % 20}@company.example,p${id % 7}@company.example\n`,
    );
    const shop = mapping('shop');
    const forwards = await resolveFiles('--mapping', shop, file(HEADER + lines.join('')));
    const odd = file(HEADER + lines.filter((_, index) => index % 2 === 1).join(''));
    const even = file(
      HEADER +
        lines
          .filter((_, index) => index % 2 === 0)
          .reverse()
          .join(''),
    );
    const shuffled = await resolveFiles('--mapping', shop, odd, even);
    expect(forwards.rows).toHaveLength(60);
    expect(shuffled.text).toBe(forwards.text);
    // Ids are keyed with the whole input: one record more, and all are others.
    const more = file(`${HEADER + lines.join('')}999,0,,\n`);
    const other = await resolveFiles('--mapping', shop, more);
    const ids = new Set(forwards.rows.map((row) => row[2]));
    expect(other.rows.filter((row) => ids.has(row[2]))).toEqual([]);
  });

  test('--min-certainty above the evidence -> apart; below the floor -> exit 2', async () => {
    const path = file(`${HEADER}1,0,a@company.example,\n2,0,a@company.example,\n`);
    const shop = mapping('shop');
    const strict = await resolveFiles('--mapping', shop, path, '--min-certainty', '0.9999');
    expect(new Set(strict.rows.map((row) => row[2])).size).toBe(2);
    const refused = await resolveFiles('--mapping', shop, path, '--min-certainty', '0.2');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('least that returns customers');
    expect(refused.text).toBe('');
  });

  test('bad records -> quarantine file, the others are written; nothing left in temp', async () => {
    const temporary = mkdtempSync(join(folder, 'temp-'));
    vi.stubEnv('TMPDIR', temporary);
    const path = file(`${HEADER}1,0,a@company.example,\n2,minus,b@company.example,\n3,0\n`);
    const { exitCode, stdout, rows } = await resolveFiles(
      '--mapping',
      mapping('shop'),
      path,
      '--json',
    );
    expect(exitCode).toBe(0);
    expect(rows).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ records: 1, customers: 1, quarantined: 2 });
    const quarantine = readFileSync(`${path}.quarantine.csv`, 'utf8').trimEnd().split('\n');
    expect(quarantine.slice(1).map((line) => line.split(',')[0])).toEqual(['3', '4']);
    vi.unstubAllEnvs();
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('with a truth file -> proposed pairs by certainty; unknown records are left out', async () => {
    const rows = ['a,0,x', 'b,0,x', 'c,0,y', 'd,0,y', 'e,0,z', 'f,0,z'];
    const path = file(HEADER + rows.map((row) => `${row}@company.example,\n`).join(''));
    const truths = ['a,1', 'b,1', 'c,2', 'd,3', 'e,4'].map((row) => `shop,${row}\n`);
    const truth = file(`source,record_id,entity_id\n${truths.join('')}`);
    const given = ['--mapping', mapping('shop'), path, '--reliability', truth];
    const { exitCode, stdout } = await resolveFiles(...given, '--json');
    expect(exitCode).toBe(0);
    const { reliability } = JSON.parse(stdout) as { reliability: object };
    expect(reliability).toMatchObject({ pairs: 2, same: 1, bins: [{ pairs: 2, observed: 0.5 }] });
    expect((await resolveFiles(...given)).stdout).toContain('2 pairs, 1 of them one customer');
    const missing = await resolveFiles('--mapping', mapping('shop'), path, '--reliability', 'none');
    expect(missing).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no such file') });
  });

  test.each([
    [['nowhere.csv', '--mapping', 'M'], /no such file: nowhere\.csv/],
    [['--mapping', 'M'], /no file follows --mapping/],
    [['nowhere.csv'], /--mapping MAPPING\.yaml is missing/],
    [['nowhere.csv', '--mapping', 'nowhere.yaml'], /nowhere\.yaml/],
  ])('%j -> exit 2 with the reason', async (argv, message) => {
    const shop = mapping('shop');
    const words = argv.map((word) => (word === 'M' ? shop : word));
    const { exitCode, stderr } = await resolveFiles(...words);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });

  test('a mapping that names an unknown namespace -> exit 2 before anything is read', async () => {
    const path = mapping('shop');
    writeFileSync(path, readFileSync(path, 'utf8').replace('crm_id', 'crm_idd'));
    const { exitCode, stderr } = await resolveFiles('--mapping', path, file(HEADER));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('crm_id');
  });

  test('two files numbered by line: of one source -> exit 2; of two sources -> all of both', async () => {
    const byLine = (source: string): string => {
      const path = mapping(source);
      const text = readFileSync(path, 'utf8').replace('record_id: id', 'record_id: { line: true }');
      writeFileSync(path, text);
      return path;
    };
    const first = file(`${HEADER}1,0,a@company.example,\n`);
    const second = file(`${HEADER}2,0,b@company.example,\n`);
    const shop = byLine('shop');
    const one = await resolveFiles('--mapping', shop, first, second);
    expect({ exitCode: one.exitCode, text: one.text }).toEqual({ exitCode: 2, text: '' });
    expect(one.stderr).toContain('would replace');
    // Another file of the same source by another mapping is no better.
    const same = await resolveFiles('--mapping', shop, first, '--mapping', byLine('shop'), second);
    expect(same.exitCode).toBe(2);
    const two = await resolveFiles('--mapping', shop, first, '--mapping', byLine('crm'), second);
    expect(two.exitCode).toBe(0);
    expect(two.rows).toHaveLength(2);
  });

  test('an output that cannot be written -> exit 2, and no half file', async () => {
    const path = file(`${HEADER}1,0,,\n`);
    const out = join(folder, 'no-such-folder', 'clusters.csv');
    const result = await selfsame(
      'resolve-files',
      '--mapping',
      mapping('shop'),
      path,
      '--out',
      out,
    );
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('cannot be written');
  });

  test('the identity graph with its documented mapping -> grouped as its truth column', async (context) => {
    if (!existsSync(identityGraph))
      context.skip(`no data sets at ${dataFolder}; name their folder in SELFSAME_DATA`);
    const graphMapping = 'deploy/examples/mappings/identity-graph.yaml';
    const { exitCode, out, rows } = await resolveFiles('--mapping', graphMapping, identityGraph);
    expect(exitCode).toBe(0);
    expect(rows).toHaveLength(9);
    // The mapping names records by line; the header is line 1.
    const records = parse<{ group: string }>(readFileSync(identityGraph), { columns: true });
    const truth = records.map(({ group }, index) => `identity-graph,${index + 2},${group}\n`);
    const truthPath = file(`source,record_id,entity_id\n${truth.join('')}`);
    const evaluation = JSON.parse((await selfsame('evaluate', out, truthPath, '--json')).stdout);
    expect(evaluation).toMatchObject({
      records: { compared: 9, only_in_clusters: 0, only_in_truth: 0 },
      clusters: { found: 2, truth: 2 },
      exactly_right_clusters: { count: 2 },
      pairwise: { precision: 1, recall: 1, f1: 1 },
      b_cubed: { precision: 1, recall: 1, f1: 1 },
    });
  });
});
