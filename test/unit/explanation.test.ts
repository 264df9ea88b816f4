/**
 * Goal: what is said of an edge adds up to its certainty, whatever the edge rests on, and shows no
 * personal value. Method: scored records through an embedded cluster; the records of `fake_1000`
 * where the data sets are at hand.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { defaultRules, loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import type { ExplainedEdge, Explanation } from '../../shared/protocol/cluster.ts';
import { link } from './embedded-fixture.ts';
import { ingest, named, openFresh, probability, visit } from './embedded-fixture.ts';
import { hasData, rows } from '../quality/quality-record.ts';

const RULES = loadRulesFile(standardRulesPath());
const HOME = { street: 'Wallaby Place', house_number: '7', place: 'Benalla', postcode: '3672' };

let cluster: EmbeddedCluster;
beforeEach(async () => {
  cluster = await openFresh({ rules: RULES });
});
afterEach(() => cluster.close());

function edgesOf(explanation: Explanation): readonly ExplainedEdge[] {
  switch (explanation.kind) {
    case 'joined':
      return explanation.path;
    case 'apart':
      return explanation.refused;
    case 'how':
      return [...explanation.steps, ...explanation.refused];
    case 'not_found':
      return [];
  }
}

function expectToAddUp(edge: ExplainedEdge): void {
  const quarterBits = edge.contributions.reduce((sum, part) => sum + part.quarterBits, 0);
  const logOdds = edge.contributions.reduce((sum, part) => sum + part.logOdds, 0);
  expect(quarterBits).toBe(edge.quarterBits);
  expect(logOdds).toBe(edge.quarterBits / 4);
  expect(edge.certainty).toBe(probability(edge.quarterBits));
  expect(edge.contributions.map(({ kind }) => kind)).not.toContain('pending');
}

describe('contributions', () => {
  test('a scored edge -> prior, levels and the alternative, no values', async () => {
    await ingest(
      cluster,
      visit(
        '1',
        { attributes: { name: 'Margaret Whitfield', birth_date: '1951-03-04', ...HOME } },
        'crm_id:1 phone:+61357620000',
      ),
      visit(
        '2',
        { attributes: { name: 'Peggy Whitfield', birth_date: '1951-04-03', ...HOME } },
        'crm_id:2 phone:+61357620000',
      ),
    );
    const found = await cluster.explain(named('crm_id:1'), named('crm_id:2'));
    if (found.kind !== 'joined') throw new Error(`found ${found.kind}`);
    const [edge] = found.path;
    if (edge === undefined) throw new Error('no edge');
    expectToAddUp(edge);
    const levelOf = (name: string) =>
      edge.contributions.find((part) => part.kind === 'comparison' && part.name === name)?.level;
    expect(levelOf('birth date')).toBe('swapped day and month');
    expect(levelOf('given name')).toBe('another form of it');
    expect(levelOf('phone')).toBe('same, rare');
    expect(edge.contributions[0]).toMatchObject({ kind: 'prior' });
    expect(edge.contributions.map(({ kind }) => kind)).toContain('alternative');
    expect(JSON.stringify(edge.contributions)).not.toMatch(/whitfield|peggy|1951|benalla|5762/i);
    expect(found.versions).toEqual({
      rulesVersion: RULES.version,
      modelVersion: expect.stringMatching(/^[0-9a-f]{16}$/),
      generation: 1,
    });
  });

  test('declared, same party, device and decisions -> terms of their own', async () => {
    await ingest(
      cluster,
      visit('1', { day: 0 }, 'user_id:a cookie:d'),
      visit('2', { day: 1 }, 'user_id:a cookie:d'),
      visit('3', { day: 2 }, 'user_id:a crm_id:1'),
      visit('4', { day: 3 }, 'user_id:b cookie:d'),
    );
    await cluster.command(link('must_link', 'user_id:a', 'user_id:c'), { ack: 'durable' });
    await cluster.command(link('cannot_link', 'crm_id:1', 'user_id:b'), { ack: 'durable' });
    const kinds = new Set<string>();
    for (const [left, right] of [
      ['user_id:a', 'crm_id:1'],
      ['user_id:a', 'user_id:c'],
      ['user_id:a', 'cookie:d'],
      ['user_id:b', 'crm_id:1'],
    ] as const) {
      const edges = edgesOf(await cluster.explain(named(left), named(right)));
      expect(edges.length, `${left} ${right}`).toBeGreaterThan(0);
      for (const edge of edges) {
        expectToAddUp(edge);
        for (const { kind } of edge.contributions) kinds.add(kind);
      }
    }
    expect([...kinds].sort()).toEqual(['decision', 'declared', 'device_days']);
  });

  test('rules that score nothing -> no model is named', async () => {
    const declared = await openFresh({ rules: defaultRules() });
    await ingest(declared, visit('1', {}, 'crm_id:1'));
    const how = await declared.explain(named('crm_id:1'), null);
    expect(how).toMatchObject({ versions: { modelVersion: null } });
    await declared.close();
  });

  test.runIf(hasData('splink/fake_1000.csv'))(
    'the records of fake_1000 -> every edge of every customer adds up',
    { timeout: 120_000 },
    async () => {
      const records = rows('splink/fake_1000.csv').map((row) => {
        const attributes: Record<string, string> = {};
        for (const [name, column] of Object.entries({
          given_name: 'first_name',
          surname: 'surname',
          birth_date: 'dob',
          place: 'city',
        })) {
          if (row[column]) attributes[name] = row[column];
        }
        const email = row['email'] ? ` email:${row['email']}` : '';
        return visit(
          row['unique_id'] as string,
          { attributes },
          `crm_id:r${row['unique_id']}${email}`,
        );
      });
      await cluster.ingest(records, { ack: 'durable', receivedAt: 0 });
      const outcomes = new Map<string, number>();
      for (const { interactionId } of records) {
        const how = await cluster.explain(named(`crm_id:r${interactionId}`), null);
        for (const edge of edgesOf(how)) {
          expectToAddUp(edge);
          outcomes.set(edge.outcome, (outcomes.get(edge.outcome) ?? 0) + 1);
        }
      }
      expect(outcomes.get('accepted')).toBeGreaterThan(1_000);
      expect(outcomes.get('refused')).toBeGreaterThan(10);
    },
  );
});
