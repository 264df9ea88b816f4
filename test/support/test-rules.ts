/**
 * A small version whose caps and limits are so low that histories of 30 events reach all of them.
 *
 * Every mechanism of ARCHITECTURE.md section 2 has a namespace here; the reason for each value
 * stands beside it.
 */
import { createHash } from 'node:crypto';
import { CERTAIN } from '../../shared/domain/rules.ts';
import { shippedModel } from '../../shared/learning/shipped-model.ts';
import type { NamespaceRules, Rules } from '../../shared/domain/rules.ts';

type Declared = Pick<NamespaceRules, 'name' | 'kind' | 'priority' | 'certainty'> &
  Partial<NamespaceRules>;

const DECLARED: readonly Declared[] = [
  // As certain as a must-link: shows which of the two counts on one pair.
  { name: 'crm', kind: 'person', priority: 1, certainty: CERTAIN },
  {
    name: 'login',
    kind: 'person',
    priority: 2,
    certainty: 60,
    limit: { count: 1, window: 'ever' },
  },
  // Better priority than `loyalty`: its edges pass the loyalty limit.
  { name: 'passport', kind: 'evidence', priority: 3, certainty: 56, exclusive: true },
  {
    name: 'loyalty',
    kind: 'person',
    priority: 4,
    certainty: 48,
    limit: { count: 2, window: 'ever' },
    namesRecords: true,
  },
  { name: 'email', kind: 'evidence', priority: 5, certainty: 40 },
  {
    name: 'phone',
    kind: 'evidence',
    priority: 6,
    certainty: 24,
    limit: { count: 1, window: 'week' },
  },
  // Between the floors: review edges only.
  { name: 'address', kind: 'evidence', priority: 7, certainty: 6 },
  // Below the review floor: no edge, though it groups device persons.
  { name: 'nickname', kind: 'evidence', priority: 8, certainty: 2 },
  { name: 'cookie', kind: 'device', priority: 9, certainty: 16 },
  { name: 'app', kind: 'device', priority: 10, certainty: 12 },
  { name: 'ip', kind: 'context', priority: 11, certainty: 0 },
];

/**
 * The version used by simulations and property tests. Floors: one day alone on a device gives
 * certainty 6 (a review edge), two give 9 (a clustering edge).
 */
export function testRules(overrides: Partial<Omit<Rules, 'version'>> = {}): Rules {
  const namespaces = DECLARED.map((declared) => ({
    limit: null,
    exclusive: false,
    holderCap: 4,
    personCap: null,
    namesRecords: false,
    parts: [],
    normaliser: 'text',
    blockedValues: [],
    blockedPatterns: [],
    blockJunk: false,
    ...declared,
  })).sort((left, right) => (left.name < right.name ? -1 : 1));
  const content = {
    normaliserVersion: 'test-1',
    reviewFloor: 4,
    clusterFloor: 8,
    componentCap: 1000,
    devicePersonCap: 2,
    stormHolders: 0,
    stormPairs: 2,
    namespaces,
    scoring: null,
    ...overrides,
  };
  const version = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
  return { version, ...content };
}

/** Emails of more than two persons and phones of more than one are generic below the holder cap. */
export function countingPersons(rules: Rules): Rules {
  const caps = new Map([
    ['email', 2],
    ['phone', 1],
  ]);
  const { version: _, ...content } = rules;
  const namespaces = rules.namespaces.map((entry) => ({
    ...entry,
    personCap: caps.get(entry.name) ?? null,
  }));
  // Six holders and more: the breaker holds the value.
  return testRules({ ...content, namespaces, stormHolders: 2 });
}

/** Pairs are scored; caps, floors and the prior are such that 30 events reach all bands. */
export function scoredTestRules(overrides: Partial<Omit<Rules, 'version'>> = {}): Rules {
  const specs = [
    { name: 'name', kind: 'person_name', facts: ['person_name'] },
    { name: 'given', kind: 'given_name', facts: ['person_name'] },
    { name: 'birth', kind: 'date', facts: ['birth_date'] },
    { name: 'email', kind: 'email', facts: ['email'] },
    { name: 'phone', kind: 'identifier', facts: ['phone'] },
    { name: 'passport', kind: 'identifier', facts: ['passport'], exclusive: true },
  ] as const;
  const base = testRules();
  const [first] = base.namespaces as [NamespaceRules];
  const derived = (name: string, priority: number, parts: readonly string[]): NamespaceRules => ({
    ...first,
    name,
    kind: 'derived',
    priority,
    certainty: null,
    holderCap: 6,
    limit: null,
    parts,
  });
  const namespaces = [
    ...base.namespaces.map((entry) =>
      entry.name === 'email' || entry.name === 'phone' ? { ...entry, certainty: null } : entry,
    ),
    derived('key_birth', 50, ['birth_date']),
    derived('key_name', 51, ['name_sounds']),
    // Made of an identifier as well: it goes with the email. One party's emails often make the same.
    derived('key_mail', 52, ['given_initial', 'email_name']),
  ].sort((left, right) => (left.name < right.name ? -1 : 1));
  const model = shippedModel(specs);
  return testRules({
    namespaces,
    scoring: { ...model, prior: -6 * 256, rarityOfOthers: 6 },
    ...overrides,
  });
}
