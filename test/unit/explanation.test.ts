/**
 * Goal: what is said of an edge adds up to its certainty, whatever the edge rests on, and shows no
 * personal value. Method: scored records through an embedded cluster; the records of `fake_1000`
 * where the data sets are at hand.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { defaultRules, loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import type { Command } from '../../shared/protocol/cluster.ts';
import type { ExplainedEdge, Explanation } from '../../shared/protocol/explanations.ts';
import {
  customersOf,
  identifier,
  ingest,
  link,
  named,
  openFresh,
  probability,
  visit,
} from './embedded-fixture.ts';
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

/** Of some customers the first two profiles: the links named, cannot-linked, part them. */
async function expectNamedLinksToSplit(anchors: readonly string[]): Promise<void> {
  const firstOf = new Map<string, string>();
  let parted = 0;
  for (const anchor of anchors) {
    const [id = ''] = await customersOf(cluster, anchor);
    const first = firstOf.get(id);
    if (first === undefined || parted === 25) {
      firstOf.set(id, anchor);
      continue;
    }
    const found = await cluster.explain(named(first), named(anchor));
    if (found.kind !== 'joined') continue;
    expect(found.split.isComplete).toBe(true);
    for (const { leftRef, rightRef } of found.split.edges) {
      const [left, right] = [leftRef, rightRef].map((ref) => ({ kind: 'ref', ref }) as const);
      const command = { ...link('cannot_link', first, anchor), left, right } as Command;
      expect(await cluster.command(command, { ack: 'durable' })).toMatchObject({
        kind: 'acknowledged',
      });
    }
    const after = await cluster.explain(named(first), named(anchor));
    expect(after.kind).toBe('apart');
    parted++;
  }
  expect(parted).toBe(25);
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
      await expectNamedLinksToSplit(records.map(({ interactionId }) => `crm_id:r${interactionId}`));
    },
  );
});

describe('smallest changes', () => {
  const WHITFIELD = { surname: 'Whitfield', birth_date: '1951-03-14', ...HOME };

  test('a chain -> the weakest link is named; cannot-linked, the two are apart', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'user_id:a crm_id:1'),
      visit('2', {}, 'crm_id:1 loyalty_id:l'),
      visit('3', {}, 'loyalty_id:l billing_account:b'),
    );
    const found = await cluster.explain(named('user_id:a'), named('billing_account:b'));
    if (found.kind !== 'joined') throw new Error(`found ${found.kind}`);
    const least = Math.min(...found.path.map(({ certainty }) => certainty));
    expect(found.weakest?.certainty).toBe(least);
    expect(found.split).toEqual({ edges: [found.weakest], isComplete: true });
    const { weakest } = found;
    const ends = [weakest?.left, weakest?.right].map((end) => `${end?.namespace}:${end?.value}`);
    const [one = '', other = ''] = ends;
    const result = await cluster.command(link('cannot_link', one, other), { ack: 'durable' });
    expect(result.kind).toBe('acknowledged');
    const after = await cluster.explain(named('user_id:a'), named('billing_account:b'));
    expect(after.kind).toBe('apart');
  });

  test('another path takes the place of the weakest link -> all that hold them are named', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm_id:1 loyalty_id:l'),
      visit('2', {}, 'crm_id:1 billing_account:b'),
      visit('3', {}, 'loyalty_id:l billing_account:b'),
    );
    const found = await cluster.explain(named('crm_id:1'), named('billing_account:b'));
    if (found.kind !== 'joined') throw new Error(`found ${found.kind}`);
    expect(found.split.isComplete).toBe(true);
    expect(found.split.edges).toHaveLength(2);
    for (const edge of found.split.edges) expectToAddUp(edge);
  });

  test('nothing in common -> said so, scored anyway, a must-link would join', async () => {
    await ingest(
      cluster,
      visit(
        '1',
        { attributes: { name: 'Margaret Whitfield', birth_date: '1951-03-14' } },
        'crm_id:1',
      ),
      visit('2', { attributes: { name: 'Nikos Vlahos', birth_date: '1984-10-02' } }, 'crm_id:2'),
    );
    const found = await cluster.explain(named('crm_id:1'), named('crm_id:2'));
    if (found.kind !== 'apart' || found.asked === null) throw new Error(`found ${found.kind}`);
    expect(found.refused).toEqual([]);
    expect(found.asked.outcome).toBe('no_common_key');
    expectToAddUp(found.asked);
    expect(found.asked.quarterBits).toBeLessThan(0);
    expect(found.joins.map((steps) => steps.map(({ kind }) => kind))).toEqual([
      ['must_link'],
      ['raise_certainty'],
    ]);
    const [, [rise]] = found.joins as [unknown, [{ quarterBits: number }]];
    expect(found.asked.quarterBits + rise.quarterBits).toBe(RULES.clusterFloor);
  });

  test('a couple in the review band or below -> how much is missing', async () => {
    await ingest(
      cluster,
      visit(
        '1',
        { attributes: { ...WHITFIELD, given_name: 'Kate' } },
        'crm_id:1 phone:+61357620000',
      ),
      visit(
        '2',
        { attributes: { ...WHITFIELD, given_name: 'Conor' } },
        'crm_id:2 phone:+61357620000',
      ),
    );
    const found = await cluster.explain(named('crm_id:1'), named('crm_id:2'));
    if (found.kind !== 'apart') throw new Error(`found ${found.kind}`);
    const edge = found.asked ?? found.refused[0];
    expect(['review', 'below_review']).toContain(edge?.outcome);
    const rise = found.joins.flat().find(({ kind }) => kind === 'raise_certainty');
    expect((edge?.quarterBits ?? 0) + (rise?.quarterBits ?? 0)).toBe(RULES.clusterFloor);
  });

  test('a cannot-link, a limit in the way -> named, with nothing that is not needed', async () => {
    await ingest(
      cluster,
      visit('1', { day: 0 }, 'user_id:a crm_id:1'),
      visit('2', { day: 1 }, 'user_id:a crm_id:1'),
      visit('3', {}, 'user_id:b crm_id:1'),
      visit('4', {}, 'user_id:c crm_id:3'),
    );
    const limited = await cluster.explain(named('user_id:a'), named('user_id:b'));
    if (limited.kind !== 'apart') throw new Error(`found ${limited.kind}`);
    expect(limited.joins.flat().map(({ kind, namespace }) => [kind, namespace])).toEqual([
      ['must_link', ''],
      ['lift_limit', 'user_id'],
    ]);
    await cluster.command(link('cannot_link', 'user_id:c', 'crm_id:3'), { ack: 'durable' });
    const forbidden = await cluster.explain(named('user_id:c'), named('crm_id:3'));
    if (forbidden.kind !== 'apart') throw new Error(`found ${forbidden.kind}`);
    const steps = forbidden.joins.map((option) => option.map(({ kind }) => kind));
    // With the cannot-link gone the evidence joins them: no must-link is needed besides.
    expect(steps).toEqual([['withdraw_cannot_link']]);
    expect(forbidden.joins[0]?.[0]?.edge?.reasons.at(-1)?.decisionId).toMatch(/^decision-/);
  });
});

describe('ambiguous answers', () => {
  test('the best evidence fits two customers -> says so, and lists the other; a view above it does not', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'user_id:a crm_id:1'),
      visit('2', {}, 'user_id:b crm_id:1'),
      visit('3', {}, 'user_id:c'),
    );
    const customerOf = async (anchor: string, minCertainty?: number) => {
      const [id = ''] = await customersOf(cluster, anchor);
      return cluster.getCustomer(id, minCertainty === undefined ? {} : { minCertainty });
    };
    const fits = await customerOf('user_id:a');
    expect(fits).toMatchObject({ ambiguous: true });
    expect(fits?.possibleMatches).toMatchObject([{ band: 'merge', reason: 'contested' }]);
    // A look-up says so without reading the customer.
    const flags = async (text: string, minCertainty?: number) => {
      const asked = [identifier(text)];
      const [answer] = await cluster.resolve(
        asked,
        minCertainty === undefined ? {} : { minCertainty },
      );
      return answer?.kind === 'found' ? answer.matches.map(({ isContested }) => isContested) : null;
    };
    expect(await flags('user_id:a')).toEqual([true]);
    expect(await flags('user_id:a', 0.9999)).toEqual([undefined]);
    expect(await flags('user_id:c')).toEqual([undefined]);
    expect(await customerOf('user_id:a', 0.9999)).toMatchObject({ ambiguous: false });
    expect(await customerOf('user_id:c')).toMatchObject({ ambiguous: false, possibleMatches: [] });
  });
});
