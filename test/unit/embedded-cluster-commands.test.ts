/** Commands of stewards on an embedded cluster: each kind, what it undoes, what is refused. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { Command } from '../../shared/protocol/cluster.ts';
import { customersOf, ingest, link, named, openFresh, visit } from './embedded-fixture.ts';

let cluster: EmbeddedCluster;
beforeEach(async () => {
  cluster = await openFresh();
});
afterEach(() => cluster.close());

async function run(command: Command): Promise<void> {
  const result = await cluster.command(command, { ack: 'durable' });
  expect(result).toMatchObject({ kind: 'acknowledged' });
}

async function areTogether(left: string, right: string): Promise<boolean> {
  const [[one], [other]] = await Promise.all([
    customersOf(cluster, left),
    customersOf(cluster, right),
  ]);
  return one === other;
}

const takenBack = (command: Command, decidedAt: number, withdrawn = false): Command => ({
  kind: 'retract_decision',
  decisionId: 'decisionId' in command ? command.decisionId : '',
  decidedAt,
  withdrawn,
});

describe('decisions', () => {
  test('must-link joins, taken back it no longer does, withdrawn it does again', async () => {
    await ingest(cluster, visit('1', {}, 'login:a'), visit('2', {}, 'login:b'));
    const before = await customersOf(cluster, 'login:b');
    const decision = link('must_link', 'login:a', 'login:b', 5);
    await run(decision);
    expect(await areTogether('login:a', 'login:b')).toBe(true);
    await run(takenBack(decision, 6));
    expect(await areTogether('login:a', 'login:b')).toBe(false);
    expect(await customersOf(cluster, 'login:b')).toEqual(before);
    await run(takenBack(decision, 7, true));
    expect(await areTogether('login:a', 'login:b')).toBe(true);
  });

  test('cannot-link parts what evidence joins; of two on one pair the later counts', async () => {
    await ingest(cluster, visit('1', {}, 'crm:1 email:x'), visit('2', {}, 'crm:2 email:x'));
    expect(await areTogether('crm:1', 'crm:2')).toBe(true);
    await run(link('cannot_link', 'crm:1', 'crm:2', 5));
    expect(await areTogether('crm:1', 'crm:2')).toBe(false);
    await run(link('must_link', 'crm:2', 'crm:1', 4));
    expect(await areTogether('crm:1', 'crm:2')).toBe(false);
    await run(link('must_link', 'crm:2', 'crm:1', 6));
    expect(await areTogether('crm:1', 'crm:2')).toBe(true);
  });

  test('split by references -> parts as labelled, each with an id of its own founder', async () => {
    const all = [1, 2, 3, 4].map((index) => visit(`${index}`, {}, `crm:${index} email:x`));
    await ingest(cluster, ...all);
    const [whole] = (await customersOf(cluster, 'crm:1')) as [string];
    const view = await cluster.getCustomer(whole);
    const refOf = (value: string): { kind: 'ref'; ref: string } => ({
      kind: 'ref',
      ref: view?.profiles.find(({ anchor }) => anchor.value === value)?.profileRef ?? '',
    });
    const split: Command = {
      kind: 'split',
      decisionId: 'split-1',
      groups: [[refOf('1'), named('crm:2')], [refOf('3'), refOf('4')], []],
      decidedAt: 3,
      decidedBy: 'steward-7',
      reason: 'two people',
    };
    await run(split);
    expect(await areTogether('crm:1', 'crm:3')).toBe(false);
    expect(await areTogether('crm:2', 'crm:4')).toBe(false);
    expect(await customersOf(cluster, 'crm:1')).toEqual([whole]);
    expect(await customersOf(cluster, 'email:x')).toHaveLength(
      new Set((await Promise.all([1, 2, 3, 4].map((n) => customersOf(cluster, `crm:${n}`)))).flat())
        .size,
    );
    await run(takenBack(split, 3));
    expect(await customersOf(cluster, 'email:x')).toEqual([whole]);
  });
});

describe('retractions', () => {
  test('an interaction -> its evidence is gone everywhere; withdrawn -> it is back', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1'),
      visit('2', {}, 'crm:2'),
      visit('3', {}, 'crm:1 crm:2'),
    );
    expect(await areTogether('crm:1', 'crm:2')).toBe(true);
    const [id] = (await customersOf(cluster, 'crm:1')) as [string];
    const retraction = {
      kind: 'retract_interaction',
      source: 'shop',
      interactionId: '3',
      decidedAt: 5,
    } as const;
    await run({ ...retraction, withdrawn: false });
    expect(await areTogether('crm:1', 'crm:2')).toBe(false);
    expect((await cluster.getCustomer(id))?.timeline.map((entry) => entry.interactionId)).toEqual([
      '1',
    ]);
    // A later revision does not bring it back, a withdrawal does.
    await ingest(cluster, visit('3', { revision: 9 }, 'crm:1 crm:2'));
    expect(await areTogether('crm:1', 'crm:2')).toBe(false);
    await run({ ...retraction, decidedAt: 6, withdrawn: true });
    expect(await areTogether('crm:1', 'crm:2')).toBe(true);
  });

  test('an identifier on one profile -> it no longer connects that profile, others keep it', async () => {
    const all = [1, 2, 3].map((index) => visit(`${index}`, {}, `crm:${index} email:x`));
    await ingest(cluster, ...all);
    const retraction = {
      kind: 'retract_identifier',
      profile: named('crm:3'),
      namespace: 'email',
      value: ' x ',
      decidedAt: 5,
    } as const;
    await run({ ...retraction, withdrawn: false });
    expect(await areTogether('crm:1', 'crm:2')).toBe(true);
    expect(await areTogether('crm:1', 'crm:3')).toBe(false);
    await run({ ...retraction, decidedAt: 6, withdrawn: true });
    expect(await areTogether('crm:1', 'crm:3')).toBe(true);
  });
});

describe('rejections', () => {
  const decided = { decidedAt: 1, decidedBy: 'steward-7', reason: '' } as const;
  const pair = { left: named('login:a'), right: named('login:b') } as const;
  const long = 'x'.repeat(1001);

  const CASES: readonly (readonly [name: string, command: Command, fields: string[]])[] = [
    [
      'a pair of one',
      { kind: 'must_link', decisionId: 'd', ...decided, left: pair.left, right: pair.left },
      ['right'],
    ],
    [
      'a shared value',
      { kind: 'cannot_link', decisionId: 'd', ...decided, ...pair, left: named('email:x') },
      ['left'],
    ],
    [
      'unknown namespaces',
      { kind: 'must_link', decisionId: 'd', ...decided, left: named('t:1'), right: named('t:2') },
      ['left', 'right'],
    ],
    ['no decision id', { kind: 'must_link', decisionId: '', ...decided, ...pair }, ['decision_id']],
    [
      'long texts',
      { kind: 'must_link', decisionId: long, ...pair, decidedAt: 1, decidedBy: long, reason: long },
      ['decision_id', 'decided_by', 'reason'],
    ],
    [
      'a time before 1970',
      { kind: 'must_link', decisionId: 'd', ...decided, ...pair, decidedAt: -1 },
      ['decided_at'],
    ],
    [
      'a time that is none',
      { kind: 'retract_decision', decisionId: 'd', decidedAt: Number.NaN, withdrawn: false },
      ['decided_at'],
    ],
    [
      'one group',
      { kind: 'split', decisionId: 'd', ...decided, groups: [[pair.left]] },
      ['groups'],
    ],
    [
      'a profile in two groups',
      {
        kind: 'split',
        decisionId: 'd',
        ...decided,
        groups: [[pair.left], [pair.right, pair.left]],
      },
      ['groups[1].profiles[1]'],
    ],
    [
      'a reference of another cluster',
      {
        kind: 'split',
        decisionId: 'd',
        ...decided,
        groups: [[{ kind: 'ref', ref: `p${'a'.repeat(26)}` }], [pair.left]],
      },
      ['groups[0].profiles[0]'],
    ],
    [
      'no interaction named',
      {
        kind: 'retract_interaction',
        source: '',
        interactionId: '',
        decidedAt: 1,
        withdrawn: false,
      },
      ['source', 'interaction_id'],
    ],
    [
      'the anchor itself',
      {
        kind: 'retract_identifier',
        profile: pair.left,
        namespace: 'login',
        value: 'a',
        decidedAt: 1,
        withdrawn: false,
      },
      ['value'],
    ],
    [
      'a value that cannot be',
      {
        kind: 'retract_identifier',
        profile: pair.left,
        namespace: 'email',
        value: ' ',
        decidedAt: 1,
        withdrawn: false,
      },
      ['value'],
    ],
  ];

  test.for(CASES)(
    '%s -> rejected with the fields, nothing is stored',
    async ([, command, fields]) => {
      const before = await cluster.status();
      const result = await cluster.command(command, { ack: 'durable' });
      if (result.kind !== 'rejected') throw new Error('it was taken');
      expect(result.violations.map(({ field }) => field)).toEqual(fields);
      for (const { description } of result.violations) {
        expect(description.length).toBeGreaterThan(10);
        expect(description).not.toContain(long);
      }
      const after = await cluster.status();
      expect(after.partitions).toEqual(before.partitions);
    },
  );
});
