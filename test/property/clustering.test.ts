/**
 * Goal: clustering of a component obeys ARCHITECTURE S13 to S15 for any rules, members and edges.
 * Method: random components are compared with `naive-clustering.ts`, an implementation of the same
 * text by sets and full scans, and checked against laws that hold for any correct implementation.
 * fast-check prints the seed and the shrunk component of a failure.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusterComponent } from '../../shared/domain/clustering.ts';
import {
  type ClusterResult,
  type ComponentEdge,
  readLadder,
} from '../../shared/domain/component.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import { CERTAIN } from '../../shared/domain/rules.ts';
import { anyComponent, type Component } from './arbitrary-component.ts';
import {
  clusterWith,
  compareEdges,
  floodComponents,
  groupOf,
  isContested,
  membersOf,
  naiveCluster,
  reasonsAgainst,
  valuesIn,
  viewOf,
} from './naive-clustering.ts';

function run({ rules, members, edges }: Component): ClusterResult {
  return clusterComponent(rules, members, edges);
}

function profilesOf({ members }: Component): readonly ProfileId[] {
  return members.map(({ profile }) => profile);
}

/**
 * Shrinking a large component takes minutes with the naive implementation: after this time the
 * smallest failure so far is printed. Passing runs take 2 s; one that is cut short fails.
 */
const BOUNDS = { interruptAfterTimeLimit: 25_000, markInterruptAsFailure: true };

function holds(check: (component: Component) => void, numRuns = 400): void {
  fc.assert(fc.property(anyComponent, check), { numRuns, ...BOUNDS });
}

describe('clustering of a component', () => {
  test('any component -> the naive implementation accepts and refuses the same edges', () => {
    holds((component) => {
      const { accepted, refused } = run(component);
      expect({ accepted, refused }).toEqual(naiveCluster(component));
    }, 1500);
  });

  test('shuffled members and edges -> the same result', () => {
    const shuffled = anyComponent.chain((component) =>
      fc.record({
        component: fc.constant(component),
        members: fc.shuffledSubarray([...component.members], {
          minLength: component.members.length,
        }),
        edges: fc.shuffledSubarray([...component.edges], { minLength: component.edges.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ component, members, edges }) => {
        const result = run(component);
        const again = clusterComponent(component.rules, members, edges);
        expect(again).toEqual(result);
        expect([...again.ladders.keys()]).toEqual([...result.ladders.keys()]);
      }),
      { numRuns: 400, ...BOUNDS },
    );
  });

  test('accepted edges -> a forest, by falling certainty', () => {
    holds((component) => {
      const { accepted } = run(component);
      const clusters = floodComponents(profilesOf(component), accepted);
      expect(accepted.length).toBe(component.members.length - clusters.length);
      const certainties = accepted.map(({ certainty }) => certainty);
      expect(certainties).toEqual(certainties.toSorted((left, right) => right - left));
    });
  });

  test('an edge in neither list -> its ends meet over accepted edges at least as strong', () => {
    holds((component) => {
      const { accepted, refused } = run(component);
      const listed = new Set([...accepted, ...refused.map(({ edge }) => edge)]);
      expect(listed.size).toBe(accepted.length + refused.length);
      for (const edge of component.edges.filter((candidate) => !listed.has(candidate))) {
        const before = accepted.filter((other) => compareEdges(other, edge) < 0);
        const clusters = floodComponents(profilesOf(component), before);
        expect(clusterWith(clusters, edge.low)).toBe(clusterWith(clusters, edge.high));
      }
    });
  });

  test('each refusal -> its reason held when the edge was judged', () => {
    holds((component) => {
      const { accepted, refused } = run(component);
      const clustersAfter = (isBefore: (other: ComponentEdge) => boolean) =>
        floodComponents(profilesOf(component), accepted.filter(isBefore));
      for (const { edge, reason } of refused) {
        const group = component.edges.filter((other) => groupOf(other) === groupOf(edge));
        const isEarlier = (other: ComponentEdge) => compareEdges(other, edge) < 0;
        const start = clustersAfter((other) => isEarlier(other) && !group.includes(other));
        const then = clustersAfter(isEarlier);
        const ends = [clusterWith(then, edge.low), clusterWith(then, edge.high)] as const;
        const heldThen = isContested(component, start, group, edge)
          ? { kind: 'contested' }
          : reasonsAgainst(component, ends[0], ends[1], edge)[0];
        expect(reason).toEqual(heldThen);
      }
    });
  });

  test('cannot-links and split labels -> never within one cluster, and still apart at the end', () => {
    holds((component) => {
      const { accepted, refused } = run(component);
      const clusters = floodComponents(profilesOf(component), accepted);
      for (const cluster of clusters) {
        const inside = membersOf(component, cluster);
        for (const one of inside) {
          const others = inside.filter((member) => member !== one);
          expect(others.filter(({ profile }) => one.cannotLinks.includes(profile))).toEqual([]);
          for (const [decision, label] of one.labels) {
            const clash = others.filter(({ labels }) =>
              labels.some(([id, other]) => id === decision && other !== label),
            );
            expect(clash).toEqual([]);
          }
        }
      }
      const decided = refused.filter(({ reason }) =>
        ['cannot_link', 'split_decision'].includes(reason.kind),
      );
      for (const { edge, reason } of decided) {
        const left = clusterWith(clusters, edge.low);
        const right = clusterWith(clusters, edge.high);
        expect(reasonsAgainst(component, left, right, edge)).toContainEqual(reason);
      }
    });
  });

  test('limits and exclusivity -> exceeded only by must-links, better edges or one profile', () => {
    holds((component) => {
      const { accepted } = run(component);
      for (const cluster of floodComponents(profilesOf(component), accepted)) {
        const inside = membersOf(component, cluster);
        const joins = accepted.filter(({ low }) => cluster.has(low));
        if (joins.some(({ mustLink }) => mustLink)) continue;
        const expectWithin = (namespace: string, bucket: number | null, capacity: number) => {
          const values = valuesIn(inside, namespace, bucket);
          if (values.size <= capacity) return;
          const alone = inside.map((member) => valuesIn([member], namespace, bucket).size);
          expect(values.size).toBe(Math.max(...alone));
        };
        for (const { name, exclusive, limit, priority } of component.rules.rules.namespaces) {
          if (exclusive) expectWithin(name, null, 1);
          if (limit === null || joins.some((edge) => edge.priority < priority)) continue;
          for (const bucket of [0, 1]) expectWithin(name, bucket, limit.count);
        }
      }
    });
  });

  test('ladders at any certainty -> founder and certainty of the view by brute force', () => {
    holds((component) => {
      const { accepted, ladders } = run(component);
      const certainties = new Set(accepted.map(({ certainty }) => certainty));
      const thresholds = new Set([...certainties, ...[...certainties].map((at) => at + 1), 4]);
      expect([...ladders.keys()]).toEqual(profilesOf(component));
      for (const [profile, ladder] of ladders) {
        for (const threshold of thresholds) {
          expect(readLadder(profile, ladder, threshold), `${profile} at ${threshold}`).toEqual(
            viewOf(component, accepted, profile, threshold),
          );
        }
      }
    });
  });

  test('steps of a ladder -> strictly falling certainties, another founder each, never itself', () => {
    holds((component) => {
      for (const [profile, { strongest, steps }] of run(component).ladders) {
        const certainties = steps.map(([certainty]) => certainty);
        const founders = steps.map(([, founder]) => founder);
        expect(certainties).toEqual([...new Set(certainties)].sort((a, b) => b - a));
        expect(new Set([profile, ...founders]).size).toBe(steps.length + 1);
        for (const certainty of certainties) expect(certainty).toBeLessThanOrEqual(strongest ?? -1);
      }
    });
  });

  test('a stricter view -> refines the looser one', () => {
    holds((component) => {
      const { ladders } = run(component);
      const customersAt = (threshold: number) => {
        const byFounder = new Map<ProfileId, ProfileId[]>();
        for (const [profile, ladder] of ladders) {
          const { founder } = readLadder(profile, ladder, threshold);
          byFounder.set(founder, [...(byFounder.get(founder) ?? []), profile]);
        }
        return byFounder;
      };
      const thresholds = [4, 12, 13, 28, 119, CERTAIN];
      for (const [index, strict] of thresholds.slice(1).entries()) {
        const loose = thresholds[index] ?? 4;
        for (const together of customersAt(strict).values()) {
          const founders = together.map(
            (profile) => readLadder(profile, ladders.get(profile) ?? never(), loose).founder,
          );
          expect(new Set(founders).size).toBe(1);
        }
      }
    });
  });

  test('generated components -> every kind of refusal occurs, so the laws above are tested', () => {
    const kinds = new Map<string, number>();
    for (const component of fc.sample(anyComponent, { numRuns: 600, seed: 1 })) {
      for (const { reason } of run(component).refused) {
        kinds.set(reason.kind, (kinds.get(reason.kind) ?? 0) + 1);
      }
    }
    const all = ['cannot_link', 'split_decision', 'limit', 'exclusive', 'contested'];
    expect(all.filter((kind) => (kinds.get(kind) ?? 0) <= 40)).toEqual([]);
  });
});

function never(): never {
  throw new Error('a ladder is missing');
}
