/**
 * A shadow generation equals a fresh cluster that was given the same input under the candidate.
 *
 * Method: random deliveries (spellings, corrections, repeats of one revision with other content),
 * retractions, decisions and orders, some before the proposal, some while the shadow is built, under pairs
 * of versions that differ in normalisers, certainties, kinds, limits and caps. The rows of all
 * actors of the shadow are compared with those of the fresh cluster, not only customers.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generationStore } from '../../shared/adapters/generation-store.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import { type EmbeddedCluster, openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { outcomeOf } from './engine-run.ts';
import { anySteps, play, untilComplete, VERSIONS } from './version-steps.ts';

const PARTITIONS = 3;
const RUNS_FACTOR = Number(process.env.SELFSAME_RUNS ?? 1);

const anyCase = fc.record({
  versions: fc.shuffledSubarray([...VERSIONS], { minLength: 2, maxLength: 2 }),
  before: anySteps(25),
  meanwhile: anySteps(10),
});

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
