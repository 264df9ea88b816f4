/**
 * Goal: a record is matched as it would be if it had arrived, and nothing of it stays. Method: an
 * embedded cluster under the shipped scored rules.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runSelfsame } from '../../services/cli/program.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { PartyInput } from '../../shared/domain/interaction.ts';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import type { RecordMatches } from '../../shared/protocol/explanations.ts';
import { recordingContext } from './cli-recording-context.ts';
import {
  customersOf,
  identifier,
  ingest,
  link,
  openOver,
  probability,
  visit,
} from './embedded-fixture.ts';

const RULES = loadRulesFile(standardRulesPath());
const HOME = { street: 'Wallaby Place', house_number: '7', place: 'Benalla', postcode: '3672' };
const MARGARET = { name: 'Margaret Whitfield', birth_date: '1951-03-14', ...HOME };

let store: MemoryStore;
let cluster: EmbeddedCluster;
beforeEach(async () => {
  store = new MemoryStore();
  cluster = await openOver(store, { rules: RULES });
  await ingest(
    cluster,
    visit('1', { attributes: MARGARET }, 'crm_id:1 phone:+61357620000'),
    visit('2', { attributes: { name: 'Nikos Vlahos', birth_date: '1984-10-02' } }, 'crm_id:2'),
  );
});
afterEach(() => cluster.close());

function record(attributes: Readonly<Record<string, string>>, identifiers = ''): PartyInput {
  const named = identifiers.split(' ').filter(Boolean).map(identifier);
  return { role: 'subject', identifiers: named, attributes };
}

function expectToAddUp({ matches }: RecordMatches): void {
  for (const { contributions, quarterBits, certainty } of matches) {
    expect(contributions.reduce((sum, part) => sum + part.quarterBits, 0)).toBe(quarterBits);
    expect(certainty).toBe(probability(quarterBits));
  }
}

describe('matching a record', () => {
  test('a person known under a nickname -> the customer, with what it is made of', async () => {
    const [id] = await customersOf(cluster, 'crm_id:1');
    const found = await cluster.matchRecord(
      record({ name: 'Peggy Whitfield', birth_date: '1951-03-14', ...HOME }, 'phone:+61357620000'),
    );
    expect(found).toMatchObject({ isAmbiguous: false, isTruncated: false, dropped: [] });
    expect(found.matches).toMatchObject([{ customerId: id, band: 'merge', refusal: null }]);
    expectToAddUp(found);
    expect(found.matches[0]?.contributions).toContainEqual(
      expect.objectContaining({ kind: 'comparison', name: 'birth date', level: 'exact' }),
    );
  });

  test('the same record sent -> joins with the certainty that the match told', async () => {
    const attributes = { name: 'Margret Whitfield', birth_date: '1951-03-14', ...HOME };
    const found = await cluster.matchRecord(record(attributes, 'crm_id:9 phone:+61357620000'));
    await ingest(cluster, visit('9', { attributes }, 'crm_id:9 phone:+61357620000'));
    const joined = await cluster.explain(
      { kind: 'identifier', ...identifier('crm_id:9') },
      { kind: 'identifier', ...identifier('crm_id:1') },
    );
    if (joined.kind !== 'joined') throw new Error(joined.kind);
    expect(found.matches[0]?.quarterBits).toBe(joined.path[0]?.quarterBits);
    expect(found.matches[0]?.contributions).toEqual(joined.path[0]?.contributions);
  });

  test('nobody like that -> no matches; an anchor -> its customer, whatever the name', async () => {
    const stranger = await cluster.matchRecord(
      record({ name: 'Ola Nordmann', birth_date: '2001-07-08' }),
    );
    expect(stranger).toMatchObject({ matches: [], candidates: 0 });
    const [id] = await customersOf(cluster, 'crm_id:2');
    const known = await cluster.matchRecord(record({ name: 'Ola Nordmann' }, 'crm_id:2'));
    expect(known.matches).toMatchObject([{ customerId: id, band: 'merge' }]);
    expectToAddUp(known);
  });

  test('two customers that fit alike -> ambiguous, both are told; at most as many as asked', async () => {
    await ingest(cluster, visit('3', { attributes: MARGARET }, 'crm_id:3 phone:+61357620000'));
    await cluster.command(link('cannot_link', 'crm_id:1', 'crm_id:3'), { ack: 'durable' });
    const asked = record(MARGARET, 'phone:+61357620000');
    const both = await cluster.matchRecord(asked);
    expect(both).toMatchObject({
      isAmbiguous: true,
      matches: [{ band: 'merge' }, { band: 'merge' }],
    });
    expect((await cluster.matchRecord(asked, { maxMatches: 1 })).matches).toHaveLength(1);
  });

  test('an exclusive document that differs, a login that is another -> told what forbids', async () => {
    await ingest(
      cluster,
      visit('4', { attributes: MARGARET }, 'user_id:a crm_id:1 phone:+61357620000'),
    );
    const found = await cluster.matchRecord(record(MARGARET, 'user_id:b phone:+61357620000'));
    const refusals = found.matches.map(({ refusal }) => refusal);
    expect(refusals).toContain('limit:user_id');
  });

  test('fields that ingress would reject -> invalid_argument naming them', async () => {
    await expect(cluster.matchRecord(record({}, 'telepathy:x'))).rejects.toMatchObject({
      code: 'invalid_argument',
      violations: [{ field: 'parties[0].identifiers[0].namespace' }],
    });
  });

  test('whatever is asked -> no state changes', async () => {
    const before = await contentOf();
    await cluster.matchRecord(record(MARGARET, 'crm_id:1 phone:+61357620000'));
    await cluster.matchRecord(record({ name: 'Ola Nordmann' }, 'crm_id:77 email:new@x.example'));
    await cluster.settle();
    expect(await contentOf()).toEqual(before);
    expect(await customersOf(cluster, 'crm_id:77')).toEqual(['(not_found)']);
  });
});

/** Every row of the store, how often it was written, and what the cluster counts. */
async function contentOf(): Promise<unknown> {
  const rows = store.range('', '\u{ffff}');
  expect(rows).toHaveLength(store.size);
  return structuredClone([rows, store.lastCommit, (await cluster.status()).counters]);
}

test('selfsame match -> the customer and its terms; nobody -> exit 1', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-match-'));
  const close = async () => undefined;
  try {
    const mapping = join(folder, 'mapping.yaml');
    writeFileSync(
      mapping,
      'source: desk\nformat: ndjson\nrecord_id: id\ntime: at\ntype: question\nchannel: desk\n' +
        'parties:\n  - role: subject\n    identifiers:\n      - { namespace: phone, field: phone }\n' +
        '    attributes:\n      name: name\n      birth_date: born\n',
    );
    const file = join(folder, 'record.json');
    const run = async (content: object, ...args: string[]) => {
      writeFileSync(file, `${JSON.stringify(content)}\n`);
      const context = recordingContext({
        clusters: {
          connect: async () =>
            ({ matchRecord: (...asked) => cluster.matchRecord(...asked), close }) as Cluster,
        },
      });
      const exitCode = await runSelfsame(['match', '--mapping', mapping, file, ...args], context);
      return { exitCode, stdout: context.stdout.text, stderr: context.stderr.text };
    };
    const known = {
      id: 'q1',
      at: '2025-01-01T00:00:00Z',
      name: 'Margaret Whitfield',
      born: '1951-03-14',
      phone: '+61357620000',
    };
    const found = await run(known);
    const [id] = await customersOf(cluster, 'crm_id:1');
    expect(found).toMatchObject({ exitCode: 0, stderr: '' });
    expect(found.stdout).toContain('record q1: 1 matches of ');
    expect(found.stdout).toContain(`  ${id}  `);
    expect(found.stdout).toMatch(/birth date +exact +\+\d+/);
    const nobody = await run(
      { id: 'q2', at: '2025-01-01T00:00:00Z', name: 'Ola Nordmann' },
      '--json',
    );
    expect(nobody.exitCode).toBe(1);
    expect(JSON.parse(nobody.stdout)).toMatchObject({
      records: [{ record_id: 'q2', answer: { matches: [] } }],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
