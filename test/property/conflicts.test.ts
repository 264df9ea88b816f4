/**
 * Goal: of every must-link that decisions defeat, the decisions named are those that do (S24).
 * Method: random links, splits and retractions on a few profiles, held to the oracle: each conflict
 * names decisions, each of them is in force, and without all of them the pair's conflict names none of
 * them any more.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { DAY_MS } from '../../shared/domain/rules.ts';
import { type EmbeddedCluster, openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { Command } from '../../shared/protocol/cluster.ts';
import type { ConflictView } from '../../shared/protocol/stewardship.ts';
import { testRules } from '../support/test-rules.ts';

const PROFILES = 6;
const RULES = testRules({
  namespaces: testRules().namespaces.map((entry) => ({ ...entry, normaliser: 'trim' })),
});
const DURABLE = { ack: 'durable' } as const;
const by = { decidedBy: 'steward:1', reason: 'test' };

const anyProfile = fc
  .integer({ min: 0, max: PROFILES - 1 })
  .map((index) => ({ kind: 'identifier', namespace: 'crm', value: `c${index}` }) as const);
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        kind: fc.constantFrom('must_link' as const, 'must_link' as const, 'cannot_link' as const),
        decisionId: fc.integer({ min: 0, max: 30 }).map((index) => `d${index}`),
        left: anyProfile,
        right: anyProfile,
        decidedAt: fc.nat(9),
      })
      .filter(({ left, right }) => left.value !== right.value)
      .map((link): Command => ({ ...link, ...by })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({
        decisionId: fc.constantFrom('s0', 's1'),
        members: fc.uniqueArray(anyProfile, {
          minLength: 2,
          maxLength: 2,
          selector: ({ value }) => value,
        }),
        decidedAt: fc.nat(9),
      })
      .map(({ members, ...rest }): Command => {
        return { kind: 'split', groups: members.map((member) => [member]), ...rest, ...by };
      }),
  },
);

async function open(): Promise<EmbeddedCluster> {
  const cluster = await openEmbeddedCluster({
    dataDir: new MemoryStore(),
    rules: RULES,
    partitions: 3,
    idKey: Buffer.from('0123456789abcdef'),
  });
  const inputs = Array.from({ length: PROFILES }, (_, index) => ({
    source: 's',
    interactionId: `${index}`,
    revision: 0,
    type: 'visit',
    channel: 'web',
    occurredAt: index * DAY_MS,
    parties: [{ role: 'subject', identifiers: [{ namespace: 'crm', value: `c${index}` }] }],
    propertiesJson: '{}',
  }));
  await cluster.ingest(inputs, { ...DURABLE, receivedAt: 1 });
  return cluster;
}

async function conflictsOf(cluster: EmbeddedCluster): Promise<readonly ConflictView[]> {
  return (await cluster.stewardship.listConflicts()).conflicts;
}

test('a defeated must-link -> names what defeats it', { timeout: 60_000 }, async () => {
  let defeated = 0;
  const anyCommands = fc.array(anyCommand, { minLength: 4, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(anyCommands, async (commands) => {
      const cluster = await open();
      for (const command of commands) await cluster.command(command, DURABLE);
      const before = (await conflictsOf(cluster)).filter(
        ({ kind }) => kind === 'cannot_link' || kind === 'split_decision',
      );
      for (const { defeatedBy, decision, decisionId, kind } of before) {
        defeated++;
        expect(decision).toMatchObject({
          decisionId,
          verdict: 'same',
          standing: 'effective',
          ...by,
        });
        expect(defeatedBy.length).toBeGreaterThan(0);
        const verdict = kind === 'cannot_link' ? 'different' : 'split';
        for (const other of defeatedBy)
          expect(other).toMatchObject({ verdict, standing: 'effective' });
      }
      // Without what defeats the first one nothing of it is left to name.
      const names = (before[0]?.defeatedBy ?? []).map(({ decisionId }) => decisionId);
      for (const decisionId of names) {
        const back = { kind: 'retract_decision', decisionId, decidedAt: 99, withdrawn: false };
        await cluster.command(back as Command, DURABLE);
      }
      const left = (await conflictsOf(cluster)).flatMap(({ defeatedBy }) => defeatedBy);
      expect(left.filter(({ decisionId }) => names.includes(decisionId))).toEqual([]);
      await cluster.close();
    }),
    { numRuns: 60 },
  );
  // The runs are about something.
  expect(defeated).toBeGreaterThan(20);
});
