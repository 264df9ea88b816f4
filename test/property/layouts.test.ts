/**
 * Other partitions, any number of times, while input goes on: the same customers, ids and records as
 * those of a cluster that was never changed; and the report beforehand says so.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generationStore } from '../../shared/adapters/generation-store.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { ClusterError } from '../../shared/protocol/cluster.ts';
import {
  changedLayout,
  type Layout,
  type LayoutChange,
  LayoutRefused,
} from '../../shared/protocol/layout.ts';
import { outcomeOf } from './engine-run.ts';
import {
  anySteps,
  completeReport,
  play,
  type Step,
  untilComplete,
  VERSIONS,
} from './version-steps.ts';

const RUNS_FACTOR = Number(process.env.SELFSAME_RUNS ?? 1);
const FIRST: Layout = { partitions: 3, desks: 1, slots: null };
const slot = fc.nat(4095);

const anyChange: fc.Arbitrary<LayoutChange> = fc.oneof(
  fc.integer({ min: 1, max: 9 }).map((partitions) => ({ kind: 'count', partitions }) as const),
  fc.nat(4).map((partition) => ({ kind: 'split', partition }) as const),
  fc.tuple(slot, slot, fc.nat(4)).map(
    ([one, other, partition]) =>
      ({
        kind: 'move',
        first: Math.min(one, other),
        last: Math.max(one, other),
        partition,
      }) as const,
  ),
);

const anyCase = fc.record({
  rules: fc.constantFrom(...VERSIONS),
  first: anySteps(20),
  changes: fc.array(fc.tuple(anyChange, anySteps(6), anySteps(6)), { minLength: 1, maxLength: 3 }),
});

const only = (layout: LayoutChange) => ({ rules: null, isFitted: false, layout });

function applied(layout: Layout, change: LayoutChange): Layout | null {
  try {
    return changedLayout(layout, change);
  } catch (error) {
    if (error instanceof LayoutRefused) return null;
    throw error;
  }
}

describe('a cluster with other partitions', () => {
  test('equals one that never changed', { timeout: 240_000 }, async () => {
    let changed = 0;
    const refusals: string[] = [];
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ rules, first, changes }) => {
        const idKey = Buffer.from('0123456789abcdef');
        const [store, freshStore] = [new MemoryStore(), new MemoryStore()];
        const cluster = await openEmbeddedCluster({
          dataDir: store,
          rules,
          idKey,
          partitions: FIRST.partitions,
        });
        let layout = FIRST;
        await play(cluster, first);
        const played: Step[] = [...first];
        for (const [change, meanwhile, after] of changes) {
          const next = applied(layout, change);
          const proposing = cluster.versions.propose(only(change)).then(
            () => 'proposed',
            (error: unknown) => (error as ClusterError).code,
          );
          if (next === null) {
            refusals.push(await proposing);
            continue;
          }
          await play(cluster, meanwhile);
          await proposing;
          await untilComplete(cluster);
          await cluster.settle();
          expect(await completeReport(cluster)).toMatchObject({
            interactionsMoved: 0,
            profilesChanged: 0,
            profilesGone: 0,
            profilesAdded: 0,
          });
          await play(cluster, after);
          await cluster.versions.activate(rules.version);
          played.push(...meanwhile, ...after);
          layout = next;
          changed++;
        }
        const { live } = await cluster.versions.list();
        expect(live.layout).toEqual(layout);
        await cluster.settle();
        const fresh = await openEmbeddedCluster({
          dataDir: freshStore,
          rules,
          idKey,
          partitions: 1,
        });
        await play(fresh, played);
        const own = generationStore(store, live.generation) as MemoryStore;
        expect(outcomeOf(own, layout.partitions)).toEqual(outcomeOf(freshStore, 1));
        await cluster.close();
        await fresh.close();
      }),
      { numRuns: 12 * RUNS_FACTOR },
    );
    expect(changed).toBeGreaterThan(8);
    expect(refusals.filter((code) => code !== 'failed_precondition')).toEqual([]);
  });
});
