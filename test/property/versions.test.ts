/**
 * A shadow generation equals a fresh cluster that was given the same input under the candidate.
 *
 * Method: random deliveries (spellings, corrections, repeats of one revision with other content),
 * retractions and decisions, some before the proposal, some while the shadow is built, under pairs
 * of versions that differ in normalisers, certainties, kinds, limits and caps. The rows of all
 * actors of the shadow are compared with those of the fresh cluster, not only customers.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generationStore } from '../../shared/adapters/generation-store.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { DAY_MS, type NamespaceRules, type Rules } from '../../shared/domain/rules.ts';
import { type EmbeddedCluster, openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { Command } from '../../shared/protocol/cluster.ts';

import { outcomeOf } from './engine-run.ts';
import { testRules } from '../support/test-rules.ts';

const PARTITIONS = 3;
const RUNS_FACTOR = Number(process.env.SELFSAME_RUNS ?? 1);

function version(change: (entry: NamespaceRules) => Partial<NamespaceRules>, rest = {}): Rules {
  return testRules({
    namespaces: testRules().namespaces.map((entry) => ({
      ...entry,
      normaliser: 'lower',
      ...change(entry),
    })),
    ...rest,
  });
}

const VERSIONS: readonly Rules[] = [
  version(() => ({})),
  version(() => ({ normaliser: 'trim' })),
  version(({ name }) => (name === 'email' ? { blockedValues: ['e1'], certainty: 20 } : {})),
  version(({ name }) => (name === 'crm' ? { kind: 'evidence', holderCap: 3 } : {})),
  version(({ kind }) => (kind === 'evidence' ? { holderCap: 2, limit: null } : {})),
  version(({ name }) => (name === 'login' ? { limit: null, priority: 12 } : {}), {
    devicePersonCap: 1,
  }),
];

const NAMESPACES = ['crm', 'login', 'loyalty', 'email', 'phone', 'passport', 'cookie', 'ip'];
const anyValue = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom('e', 'E', ' e', 'e '))
  .map(([number, spelling]) => `${spelling}${number}`);
const anyParty = fc.record({
  role: fc.constantFrom('subject', 'buyer'),
  identifiers: fc.array(fc.record({ namespace: fc.constantFrom(...NAMESPACES), value: anyValue }), {
    maxLength: 4,
  }),
});

type Step =
  | { readonly kind: 'ingest'; readonly input: InteractionInput; readonly receivedAt: number }
  | { readonly kind: 'command'; readonly command: Command };

const anyIngest: fc.Arbitrary<Step> = fc
  .record({
    id: fc.integer({ min: 1, max: 8 }),
    revision: fc.nat(2),
    day: fc.nat(5),
    receivedAt: fc.nat(20),
    parties: fc.array(anyParty, { minLength: 1, maxLength: 2 }),
  })
  .map(({ id, revision, day, receivedAt, parties }) => ({
    kind: 'ingest',
    receivedAt,
    input: {
      source: 's',
      interactionId: `i${id}`,
      revision,
      type: 'visit',
      channel: 'web',
      occurredAt: day * DAY_MS,
      parties,
      propertiesJson: '{}',
    },
  }));

/** In the spelling that all versions read alike: see profileTranslator for what else can be kept. */
const anySelector = fc
  .tuple(fc.constantFrom('login', 'loyalty', 'cookie'), fc.integer({ min: 1, max: 3 }))
  .map(([namespace, number]) => ({ kind: 'identifier', namespace, value: `e${number}` }) as const);
const audit = { decidedBy: 'steward', reason: 'test' };
const anyCommand: fc.Arbitrary<Step> = fc
  .oneof(
    fc
      .record({
        kind: fc.constantFrom('must_link' as const, 'cannot_link' as const),
        decisionId: fc.constantFrom('d1', 'd2', 'd3'),
        left: anySelector,
        right: anySelector,
        decidedAt: fc.nat(9),
      })
      .map((command): Command => ({ ...command, ...audit })),
    fc
      .record({ decisionId: fc.constantFrom('d1', 'd2'), decidedAt: fc.nat(9) })
      .map((command): Command => ({ kind: 'retract_decision', withdrawn: false, ...command })),
    fc
      .record({ id: fc.integer({ min: 1, max: 8 }), decidedAt: fc.nat(9), withdrawn: fc.boolean() })
      .map(
        ({ id, ...command }): Command => ({
          kind: 'retract_interaction',
          source: 's',
          interactionId: `i${id}`,
          ...command,
        }),
      ),
    fc
      .record({
        profile: anySelector,
        number: fc.integer({ min: 1, max: 3 }),
        decidedAt: fc.nat(9),
      })
      .map(
        ({ number, ...command }): Command => ({
          kind: 'retract_identifier',
          namespace: 'email',
          value: `e${number}`,
          withdrawn: false,
          ...command,
        }),
      ),
  )
  .map((command) => ({ kind: 'command', command }));

const anyCase = fc.record({
  versions: fc.shuffledSubarray([...VERSIONS], { minLength: 2, maxLength: 2 }),
  before: fc.array(fc.oneof({ weight: 3, arbitrary: anyIngest }, anyCommand), { maxLength: 25 }),
  meanwhile: fc.array(fc.oneof({ weight: 3, arbitrary: anyIngest }, anyCommand), { maxLength: 10 }),
});

async function play(cluster: EmbeddedCluster, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const options = { ack: 'durable' } as const;
    if (step.kind === 'command') await cluster.command(step.command, options);
    else await cluster.ingest([step.input], { ...options, receivedAt: step.receivedAt });
  }
}

async function open(store: MemoryStore, rules: Rules): Promise<EmbeddedCluster> {
  return openEmbeddedCluster({
    dataDir: store,
    rules,
    partitions: PARTITIONS,
    idKey: Buffer.from('0123456789abcdef'),
  });
}

describe('a shadow generation', () => {
  test('equals a fresh cluster under its version', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ versions, before, meanwhile }) => {
        const [first, second] = versions as [Rules, Rules];
        const store = new MemoryStore();
        const cluster = await open(store, first);
        await play(cluster, before);
        const proposing = cluster.versions.propose({ rules: second, isFitted: false });
        await play(cluster, meanwhile);
        await proposing;
        await untilComplete(cluster);
        await cluster.versions.activate(second.version);
        await cluster.settle();
        const freshStore = new MemoryStore();
        const fresh = await open(freshStore, second);
        await play(fresh, [...before, ...meanwhile]);
        expect(outcomeOf(generationStore(store, 2) as MemoryStore, PARTITIONS)).toEqual(
          outcomeOf(freshStore, PARTITIONS),
        );
        await cluster.close();
        await fresh.close();
      }),
      { numRuns: 60 * RUNS_FACTOR },
    );
  });
});

async function untilComplete(cluster: EmbeddedCluster): Promise<void> {
  while ((await cluster.versions.list()).shadow?.isComplete !== true) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
