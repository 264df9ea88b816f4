/**
 * Goal: whatever the history, the order of arrival, the partition count and the batch size, the
 * embedded engine ends where the oracle does (ARCHITECTURE section 2), internal records included.
 * Method: seeded histories over rules whose limits, caps and windows vary; fast-check draws which
 * events arrive and in which order, and drops events to shrink a failure.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NamespaceRules, Rules } from '../../shared/domain/rules.ts';
import { breakerOrders } from '../support/cluster-outcome.ts';
import { makeHistory } from '../support/history.ts';
import { runOracle } from '../support/oracle.ts';
import type { OracleEvent } from '../support/oracle-events.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { createRandom } from '../support/random.ts';
import {
  orderOfDelivery,
  orderOfRule,
  orderOfSource,
  wholeDelivery,
} from '../support/whole-delivery.ts';
import { countingPersons, scoredTestRules, testRules } from '../support/test-rules.ts';
import { outcomeByOracle, outcomeOf, runMessages } from './engine-run.ts';

/** Multiplies the runs, for a long search: `SELFSAME_RUNS=20 npm test -- property engine`. */
const RUNS_FACTOR = Number(process.env.SELFSAME_RUNS ?? 1);
const TIMEOUT_MS = 60_000 * RUNS_FACTOR;
/** Passing runs take a few seconds; shrinking stops here and prints the smallest so far. */
const BOUNDS = { interruptAfterTimeLimit: 0.9 * TIMEOUT_MS, markInterruptAsFailure: true };

type Change = Partial<Pick<NamespaceRules, 'limit' | 'exclusive' | 'holderCap' | 'certainty'>>;

function changed(changes: Readonly<Record<string, Change>>, rest: Partial<Rules> = {}): Rules {
  const namespaces = testRules().namespaces.map((entry) => ({ ...entry, ...changes[entry.name] }));
  return testRules({ ...rest, namespaces });
}

/** Each reaches what the shipped test rules do not: windows on anchors, devices limited, caps. */
const RULES: readonly (readonly [name: string, rules: Rules])[] = [
  ['test', testRules()],
  [
    'windows on anchors',
    changed({
      login: { limit: { count: 1, window: 'day' } },
      loyalty: { limit: { count: 1, window: 'week' } },
      crm: { limit: { count: 1, window: 'month' } },
      email: { limit: { count: 2, window: 'day' } },
    }),
  ],
  [
    'exclusive anchors, limited devices and context',
    changed({
      crm: { exclusive: true },
      cookie: { limit: { count: 2, window: 'day' }, certainty: 12 },
      app: { exclusive: true },
      ip: { limit: { count: 1, window: 'week' } },
    }),
  ],
  [
    'low caps',
    changed(
      { email: { holderCap: 2 }, phone: { holderCap: 2 }, address: { certainty: 20 } },
      { devicePersonCap: 1, clusterFloor: 12, reviewFloor: 1 },
    ),
  ],
  ['scored', scoredTestRules()],
  ['counting persons', countingPersons(testRules())],
  ['scored, counting persons', countingPersons(scoredTestRules())],
];

interface Case {
  readonly rules: Rules;
  readonly events: readonly OracleEvent[];
  readonly partitions: number;
  readonly batch: number;
}

/** Also takes back a share of the interactions, later than any decision of the history. */
function withRetractions(seed: number, history: OracleEvent[], share: number): OracleEvent[] {
  const random = createRandom(seed);
  return history.flatMap((event): OracleEvent[] => {
    if (event.kind !== 'interaction' || !random.chance(share)) return [event];
    const retraction = { kind: 'retract_interaction', decidedAt: 1000, withdrawn: false } as const;
    return [event, { ...retraction, interaction: event.interaction.id }];
  });
}

function anyCase(most: number): fc.Arbitrary<Case> {
  return fc
    .record({
      seed: fc.nat(1_000_000),
      events: fc.integer({ min: 10, max: most }),
      persons: fc.integer({ min: 2, max: 10 }),
      householdSize: fc.integer({ min: 1, max: 4 }),
      hubValues: fc.integer({ min: 0, max: 2 }),
      decisionShare: fc.constantFrom(0, 0.15, 0.4),
      redeliveryShare: fc.constantFrom(0.1, 0.5),
      noiseShare: fc.constantFrom(0, 0.1, 0.3),
      rules: fc.constantFrom(...RULES.map(([, rules]) => rules)),
      retractShare: fc.constantFrom(0, 0.3, 0.8),
      deliveries: fc.constantFrom(0, 1, 3),
      orderShare: fc.constantFrom(0, 0.15),
      wayShare: fc.constantFrom(0, 0.4),
    })
    .chain(({ seed, retractShare, ...options }) => {
      const history = withRetractions(seed, makeHistory(seed, options), retractShare);
      return fc.record({
        rules: fc.constant(options.rules),
        // Also the order of arrival; shrinking drops events.
        events: fc.oneof(
          { weight: 3, arbitrary: fc.shuffledSubarray(history, { minLength: history.length }) },
          { weight: 1, arbitrary: fc.shuffledSubarray(history, { minLength: 1 }) },
        ),
        partitions: fc.constantFrom(1, 7, 64),
        batch: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 200 })),
      });
    });
}

async function expectOracle({ rules, events, partitions, batch }: Case): Promise<void> {
  const store = await runMessages(rules, events.map(messageOf), { partitions, batch });
  const all = Array.from({ length: partitions }, (_, partition) => [partition, store] as const);
  const held = breakerOrders(all);
  const expected = outcomeByOracle(runOracle(rules, [...events, ...held]));
  expect(outcomeOf(store, partitions)).toEqual(expected);
}

describe('embedded engine against the oracle', () => {
  test.for([
    [30, 150],
    [90, 60],
  ] as const)('any history of at most %i events', { timeout: TIMEOUT_MS }, async ([most, runs]) => {
    const numRuns = runs * RUNS_FACTOR;
    await fc.assert(fc.asyncProperty(anyCase(most), expectOracle), { numRuns, ...BOUNDS });
  });
});

describe('a delivery of more interactions than a slice', () => {
  const rules = testRules();
  const orders = [
    orderOfDelivery(2, 1),
    orderOfDelivery(0, 2),
    orderOfDelivery(1, 3),
    orderOfDelivery(0, 4),
    orderOfDelivery(2, 5),
    orderOfSource(2, 1),
    orderOfSource(1, 6),
    orderOfSource(2, 7),
    orderOfRule('email', 2, 1),
    orderOfRule('email', 1, 6),
    orderOfRule('email', 0, 7),
  ];
  const whole = wholeDelivery(rules);

  test('orders amid its arrival -> the latest counts for all', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const arrival = fc.record({
      rules: fc.constant(rules),
      events: fc
        .subarray(orders, { minLength: 1 })
        .chain((given) =>
          fc.shuffledSubarray([...whole, ...given], { minLength: whole.length + given.length }),
        ),
      partitions: fc.constantFrom(1, 7, 64),
      batch: fc.integer({ min: 1, max: 100 }),
    });
    await fc.assert(fc.asyncProperty(arrival, expectOracle), { numRuns: 12, ...BOUNDS });
  });
});
