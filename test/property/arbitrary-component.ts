/**
 * Random components for property tests: few values, labels and certainties, so that ties, conflicts
 * and contests are frequent. Shrinks towards few members and edges.
 */
import { EMPTY_DIGEST } from '../../shared/domain/matching/digest.ts';
import fc from 'fast-check';
import type {
  ComponentEdge,
  ComponentMember,
  LimitedValue,
} from '../../shared/domain/component.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import {
  CERTAIN,
  indexRules,
  type Limit,
  type NamespaceRules,
  type RulesIndex,
} from '../../shared/domain/rules.ts';

export interface Component {
  readonly rules: RulesIndex;
  readonly members: readonly ComponentMember[];
  readonly edges: readonly ComponentEdge[];
}

const NAMESPACES = ['birth', 'card', 'login', 'mail'] as const;

function namespaceRules(
  name: string,
  priority: number,
  limit: Limit | null,
  exclusive: boolean,
): NamespaceRules {
  return {
    name,
    kind: 'evidence',
    priority,
    certainty: 28,
    limit,
    exclusive,
    holderCap: 64,
    personCap: null,
    namesRecords: false,
    parts: [],
    normaliser: 'text',
    blockedValues: [],
    blockedPatterns: [],
    blockJunk: false,
  };
}

const arbitraryRules: fc.Arbitrary<RulesIndex> = fc
  .record({
    counts: fc.tuple(...NAMESPACES.map(() => fc.integer({ min: 0, max: 4 }))),
    exclusive: fc.tuple(...NAMESPACES.map(() => fc.integer({ min: 0, max: 4 }))),
    order: fc.shuffledSubarray([1, 2, 3, 4], { minLength: 4, maxLength: 4 }),
  })
  .map(({ counts, exclusive, order }) =>
    indexRules({
      version: '0',
      normaliserVersion: 'text-1',
      reviewFloor: -8,
      clusterFloor: 4,
      componentCap: 1000,
      scoring: null,
      devicePersonCap: 5,
      stormHolders: 0,
      stormPairs: 2,
      namespaces: NAMESPACES.map((name, index) => {
        const count = counts[index] ?? 0;
        // The window shows in the buckets of the members' values only.
        const limit: Limit | null = count === 0 ? null : { count, window: 'month' };
        return namespaceRules(name, order[index] ?? 1, limit, exclusive[index] === 0);
      }),
    }),
  );

interface Density {
  readonly membersMax: number;
  readonly certainties: readonly number[];
  readonly supportMax: number;
  readonly priorityMax: number;
  /** Share of all pairs that have an edge, at most. */
  readonly edgesMax: number;
}

const SPARSE: Density = {
  membersMax: 7,
  certainties: [4, 12, 28, 119, CERTAIN],
  supportMax: 2,
  priorityMax: 4,
  edgesMax: 14,
};
/** One or two tie groups with more edges than the comparator sort takes. */
const DENSE: Density = {
  membersMax: 16,
  certainties: [12],
  supportMax: 0,
  priorityMax: 2,
  edgesMax: 120,
};

function arbitraryMember(profile: ProfileId, profiles: readonly ProfileId[]) {
  const value: fc.Arbitrary<LimitedValue> = fc.tuple(
    fc.constantFrom(...NAMESPACES, 'undeclared'),
    fc.integer({ min: 0, max: 1 }),
    fc.constantFrom('u', 'v', 'w', 'x', 'y'),
  );
  const label = fc.tuple(fc.constantFrom('split-1', 'split-2'), fc.constantFrom('a', 'b'));
  return fc
    .record({
      receivedAt: fc.option(fc.integer({ min: 0, max: 4 }), { nil: null, freq: 5 }),
      limited: fc.uniqueArray(value, { maxLength: 4, selector: (entry) => entry.join() }),
      labels: fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.uniqueArray(label, { maxLength: 2, selector: String }) },
      ),
      cannotLinks: fc.oneof(
        { weight: 5, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.subarray([...profiles, 'elsewhere' as ProfileId]) },
      ),
    })
    .map((drawn): ComponentMember => ({ profile, digest: EMPTY_DIGEST, ...drawn }));
}

function arbitraryEdge(density: Density, count: number) {
  return fc
    .record({
      ends: fc.tuple(fc.nat(count - 1), fc.nat(count - 1)),
      certainty: fc.constantFrom(...density.certainties),
      support: fc.nat(density.supportMax),
      priority: fc.integer({ min: 1, max: density.priorityMax }),
      mustLink: fc.integer({ min: 0, max: 9 }).map((drawn) => drawn === 0),
    })
    .filter(({ ends: [left, right] }) => left !== right)
    .map(({ ends: [left, right], mustLink, ...evidence }): ComponentEdge => {
      const strength = mustLink ? { certainty: CERTAIN, support: 0, priority: 0 } : evidence;
      const low = profileAt(Math.min(left, right));
      return { low, high: profileAt(Math.max(left, right)), ...strength, mustLink };
    });
}

function profileAt(index: number): ProfileId {
  return `profile-${String(index).padStart(2, '0')}` as ProfileId;
}

function arbitraryComponent(density: Density): fc.Arbitrary<Component> {
  return fc.integer({ min: 2, max: density.membersMax }).chain((count) => {
    const profiles = Array.from({ length: count }, (_, index) => profileAt(index));
    return fc.record({
      rules: arbitraryRules,
      members: fc.tuple(...profiles.map((profile) => arbitraryMember(profile, profiles))),
      edges: fc.uniqueArray(arbitraryEdge(density, count), {
        maxLength: density.edgesMax,
        size: 'max',
        selector: ({ low, high }) => `${low} ${high}`,
      }),
    });
  });
}

/** Small components, dense in ties and conflicts; some also in edges. */
export const anyComponent = fc.oneof(
  { weight: 3, arbitrary: arbitraryComponent(SPARSE) },
  { weight: 1, arbitrary: arbitraryComponent(DENSE) },
);
