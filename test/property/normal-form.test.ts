/**
 * Goal: nothing merges that cannot be undone (promise 4). Evidence that is added and taken back, in
 * any interleaving with everything else, leaves the customers, edges and counts of a cluster that
 * never saw it.
 * Method: two runs of the engine, one without, compared with each other; no oracle takes part.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeHistory } from '../support/history.ts';
import type { OracleEvent } from '../support/oracle-events.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { testIds } from '../support/oracle-routing.ts';
import { testRules } from '../support/test-rules.ts';
import { outcomeOf, runMessages } from './engine-run.ts';

const TIMEOUT_MS = 60_000;
const BOUNDS = { interruptAfterTimeLimit: 0.9 * TIMEOUT_MS, markInterruptAsFailure: true };
/** Later than all `decidedAt` of a history, so that the taking back counts. */
const LATER = 1_000;

/** The same evidence under names of its own, so that only its content meets the base history. */
function renamed(event: OracleEvent): OracleEvent {
  switch (event.kind) {
    case 'interaction': {
      const { interactionId } = event.interaction;
      const id = testIds.interaction('extra', interactionId);
      return { ...event, interaction: { ...event.interaction, source: 'extra', id } };
    }
    case 'link_decision':
    case 'split_decision':
      return { ...event, decisionId: `extra-${event.decisionId}` };
    default:
      return event;
  }
}

/** What takes the event back; null: it is no evidence by itself. */
function undo(event: OracleEvent): OracleEvent | null {
  const later = { decidedAt: LATER, withdrawn: false } as const;
  switch (event.kind) {
    case 'interaction':
      return { kind: 'retract_interaction', interaction: event.interaction.id, ...later };
    case 'link_decision':
    case 'split_decision':
      return { kind: 'retract_decision', decisionId: event.decisionId, ...later };
    case 'retract_identifier':
      return { ...event, decidedAt: LATER, withdrawn: true };
    case 'retract_interaction':
    case 'retract_decision':
      return null;
  }
}

/** Extra evidence with what takes it back, none of which the base history decides otherwise. */
function extras(seed: number, base: readonly OracleEvent[]): OracleEvent[] {
  const suppressed = new Set(
    base.map((event) =>
      event.kind === 'retract_identifier'
        ? `${event.profile} ${event.namespace} ${event.value}`
        : '',
    ),
  );
  return makeHistory(seed, { events: 40, persons: 5, decisionShare: 0.4 }).flatMap((made) => {
    const event = renamed(made);
    const back = undo(event);
    if (back === null) return [];
    if (event.kind === 'retract_identifier') {
      const key = `${event.profile} ${event.namespace} ${event.value}`;
      if (suppressed.has(key)) return [];
    }
    return [event, back];
  });
}

const anyCase = fc
  .record({
    seed: fc.nat(1_000_000),
    events: fc.integer({ min: 5, max: 40 }),
    persons: fc.integer({ min: 2, max: 6 }),
  })
  .chain(({ seed, ...options }) => {
    const base = makeHistory(seed, { ...options, hubValues: 2 });
    const pairs = extras(seed + 1, base);
    const indices = Array.from({ length: pairs.length / 2 }, (_, index) => index);
    return fc
      .record({
        kept: fc.shuffledSubarray(base, { minLength: 1 }),
        added: fc.subarray(indices, { minLength: 1 }),
        order: fc.nat(1_000_000),
        partitions: fc.constantFrom(1, 7, 64),
        batch: fc.integer({ min: 1, max: 60 }),
      })
      .chain(({ kept, added, ...rest }) => {
        const extra = added.flatMap((index) => pairs.slice(2 * index, 2 * index + 2));
        const all = [...kept, ...extra];
        return fc.record({
          base: fc.constant(kept),
          mixed: fc.oneof(
            fc.constant(all),
            fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
          ),
          ...Object.fromEntries(
            Object.entries(rest).map(([name, value]) => [name, fc.constant(value)]),
          ),
        }) as fc.Arbitrary<{
          base: OracleEvent[];
          mixed: OracleEvent[];
          partitions: number;
          batch: number;
        }>;
      });
  });

test('added and taken back, interleaved with anything -> as if never added', { timeout: TIMEOUT_MS }, async () => {
  const rules = testRules();
  let differing = 0;
  await fc.assert(
    fc.asyncProperty(anyCase, async ({ base, mixed, ...run }) => {
      const [without, withExtras] = await Promise.all([
        runMessages(rules, base.map(messageOf), { ...run, batch: 20 }),
        runMessages(rules, mixed.map(messageOf), run),
      ]);
      const expected = outcomeOf(without, run.partitions);
      expect(outcomeOf(withExtras, run.partitions)).toEqual(expected);
      if (expected.ladders.length > 0) differing++;
    }),
    { numRuns: 80, ...BOUNDS },
  );
  // The runs are about something: most base histories join customers.
  expect(differing).toBeGreaterThan(20);
});
