/**
 * Goal: nothing merges that cannot be undone (promise 4). Evidence that is added and taken back, in
 * any interleaving with everything else, leaves the customers, edges and counts of a cluster that
 * never saw it.
 * Method: two runs of the engine, one without, compared with each other; no oracle takes part.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeHistory, shuffleHistory } from '../support/history.ts';
import type { OracleEvent } from '../support/oracle-events.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { routeForTest, testIds } from '../support/oracle-routing.ts';
import { createRandom } from '../support/random.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import { countingPersons, scoredTestRules, testRules } from '../support/test-rules.ts';
import { outcomeOf, runMessages } from './engine-run.ts';

const TIMEOUT_MS = 60_000;
const BOUNDS = { interruptAfterTimeLimit: 0.9 * TIMEOUT_MS, markInterruptAsFailure: true };
/** Later than all `decidedAt` of a history, so that the taking back counts. */
const LATER = 1_000;

/** The same evidence under names of its own, so that only its content meets the base history. */
function renamed(event: OracleEvent): OracleEvent {
  switch (event.kind) {
    case 'interaction': {
      const { interactionId, delivery } = event.interaction;
      const id = testIds.interaction('extra', interactionId);
      const deliveryId = delivery === '' ? '' : testIds.delivery('extra', delivery);
      const source = 'extra';
      return { ...event, interaction: { ...event.interaction, source, id, deliveryId } };
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
    case 'interaction': {
      const { source, delivery, id } = event.interaction;
      if (delivery === '') return { kind: 'retract_interaction', interaction: id, ...later };
      return { kind: 'order_delivery', source, delivery, decidedAt: LATER, standing: 0 };
    }
    case 'link_decision':
    case 'split_decision':
      return { kind: 'retract_decision', decisionId: event.decisionId, ...later };
    case 'retract_identifier':
      return { ...event, decidedAt: LATER, withdrawn: true };
    case 'order_value':
    case 'order_delivery':
    case 'order_way':
      return { ...event, decidedAt: LATER, standing: 1 };
    case 'retract_interaction':
    case 'retract_decision':
      return null;
  }
}

/** A bad file corrects what the base history delivered, with parties of others; taken back as one. */
function badDelivery(seed: number, base: readonly OracleEvent[]): OracleEvent[][] {
  const random = createRandom(seed);
  const known = base.flatMap((event) => (event.kind === 'interaction' ? [event.interaction] : []));
  return known
    .filter(() => random.chance(0.3))
    .map((interaction) => {
      const { source } = interaction;
      const delivery = 'bad';
      const bad = {
        ...interaction,
        revision: interaction.revision + random.below(4),
        digest: testIds.digest(`bad ${interaction.digest}`),
        receivedAt: 0,
        parties: random.pick(known).parties,
        delivery,
        deliveryId: testIds.delivery(source, delivery),
      };
      const back = { kind: 'order_delivery', source, delivery, decidedAt: LATER } as const;
      return [
        { kind: 'interaction', interaction: bad },
        { ...back, standing: 0 },
      ];
    });
}

/** Extra evidence with what takes it back, none of which the base history decides otherwise. */
function extras(seed: number, rules: Rules, base: readonly OracleEvent[]): OracleEvent[][] {
  const suppressed = new Set(
    base.map((event) =>
      event.kind === 'retract_identifier'
        ? `${event.profile} ${event.namespace} ${event.value}`
        : '',
    ),
  );
  const ordered = new Set(
    base.map((event) => {
      if (event.kind === 'order_way') return `${event.way}${event.name}`;
      return event.kind === 'order_value' ? event.key : '';
    }),
  );
  const options = { events: 40, persons: 5, decisionShare: 0.4, deliveries: 3, orderShare: 0.1 };
  const described = { ...options, rules, wayShare: 0.5 };
  return makeHistory(seed, described).flatMap((made) => {
    if (made.kind === 'order_delivery') return [];
    if (made.kind === 'order_value' && ordered.has(made.key)) return [];
    if (made.kind === 'order_way' && ordered.has(`${made.way}${made.name}`)) return [];
    const event = renamed(made);
    const back = undo(event);
    if (back === null) return [];
    if (event.kind === 'retract_identifier') {
      const key = `${event.profile} ${event.namespace} ${event.value}`;
      if (suppressed.has(key)) return [];
    }
    return [[event, back]];
  });
}

/** The breaker's orders are evidence that nobody takes back: it is off. */
const RULES = [
  testRules(),
  testRules({ ...countingPersons(testRules()), stormHolders: 0 }),
  testRules({ ...countingPersons(scoredTestRules()), stormHolders: 0 }),
];

interface Case {
  readonly rules: Rules;
  readonly base: readonly OracleEvent[];
  readonly mixed: readonly OracleEvent[];
  readonly partitions: number;
  readonly batch: number;
}

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    seed: fc.nat(1_000_000),
    events: fc.integer({ min: 5, max: 40 }),
    persons: fc.integer({ min: 2, max: 6 }),
    deliveries: fc.constantFrom(0, 2),
    wayShare: fc.constantFrom(0, 0.4),
    rules: fc.constantFrom(...RULES),
  })
  .chain(({ seed, ...options }) => {
    const history = makeHistory(seed, { ...options, hubValues: 2, orderShare: 0.1 });
    const pairs = extras(seed + 1, options.rules, history).concat(badDelivery(seed, history));
    return fc.record({
      rules: fc.constant(options.rules),
      base: fc.shuffledSubarray(history, { minLength: 1 }),
      added: fc.subarray(pairs, { minLength: 1 }),
      /** 0: everything extra comes last; else the seed of an interleaving. */
      order: fc.nat(1_000_000),
      partitions: fc.constantFrom(1, 7, 64),
      batch: fc.integer({ min: 1, max: 60 }),
    });
  })
  .map(({ added, order, ...rest }) => {
    const all = [...rest.base, ...added.flat()];
    return { ...rest, mixed: order === 0 ? all : shuffleHistory(order, all) };
  });

const LIMIT = { timeout: TIMEOUT_MS };

/** A delivery that was taken back by rejecting it stands rejected, which is the only trace of it. */
function settledState(outcome: ReturnType<typeof outcomeOf>): ReturnType<typeof outcomeOf> {
  const standings = outcome.standings.filter(
    ([id, kind]) => !(id.startsWith('=c') && kind === 'evidence.rejected'),
  );
  return { ...outcome, standings };
}

test('added and taken back, amid anything -> as if never added', LIMIT, async () => {
  let joined = 0;
  await fc.assert(
    fc.asyncProperty(anyCase, async ({ rules, base, mixed, ...run }) => {
      const [without, withExtras] = await Promise.all([
        runMessages(rules, base.map(messageOf), { ...run, batch: 20 }),
        runMessages(rules, mixed.map(messageOf), run),
      ]);
      const expected = settledState(outcomeOf(without, run.partitions));
      expect(settledState(outcomeOf(withExtras, run.partitions))).toEqual(expected);
      if (expected.ladders.length > 0) joined++;
    }),
    { numRuns: 80, ...BOUNDS },
  );
  // The runs are about something: most base histories join customers.
  expect(joined).toBeGreaterThan(20);
});

/** An evidence value that observations of a profile carry whose anchor names a person. */
interface Taken {
  readonly profile: ProfileId;
  readonly namespace: string;
  readonly value: string;
}

function takenOf(events: readonly OracleEvent[], pick: number): Taken | null {
  const found: Taken[] = [];
  for (const event of events) {
    if (event.kind !== 'interaction') continue;
    for (const { profile, profileKind, values } of event.interaction.parties) {
      if (profileKind !== 'person') continue;
      for (const { kind, namespace, value } of values) {
        if (kind === 'evidence') found.push({ profile, namespace, value });
      }
    }
  }
  return found[pick % found.length] ?? null;
}

/** The interaction as it would have been routed had the source not sent the value: nothing was made of it. */
function neverSent(rules: Rules, event: OracleEvent, taken: Taken): OracleEvent {
  if (event.kind !== 'interaction') return event;
  const { interaction } = event;
  const parties = interaction.parties.map((party) => {
    const isOf = party.profile === taken.profile;
    const { role, attributes, profileKind, namespace, value, others } = party;
    const values = party.values.filter(
      (held) =>
        held.kind !== 'derived' &&
        !(isOf && held.namespace === taken.namespace && held.value === taken.value),
    );
    // The anchor of others is made of what they carry.
    const own = profileKind === 'person' || profileKind === 'device' ? [{ namespace, value }] : [];
    const identifiers = [...own, ...others, ...values];
    return { role, identifiers, attributes: Object.fromEntries(attributes) };
  });
  const { delivery: label, ...rest } = interaction;
  const routed = routeForTest(rules, {
    ...rest,
    ...(label === '' ? {} : { delivery: label }),
    parties,
  });
  return { kind: 'interaction', interaction: { ...routed, digest: interaction.digest } };
}

const anyTaken = fc
  .record({
    seed: fc.nat(1_000_000),
    events: fc.integer({ min: 10, max: 60 }),
    persons: fc.integer({ min: 2, max: 6 }),
    rules: fc.constantFrom(...RULES, scoredTestRules()),
  })
  .chain(({ seed, ...options }) => {
    const history = makeHistory(seed, { ...options, hubValues: 2, orderShare: 0.1 });
    return fc.record({
      rules: fc.constant(options.rules),
      base: fc.shuffledSubarray(history, { minLength: 1 }),
      pick: fc.nat(1_000),
      at: fc.nat(100),
      partitions: fc.constantFrom(1, 7, 64),
      batch: fc.integer({ min: 1, max: 60 }),
    });
  });

test(
  'an identifier retracted -> as if it had never been sent, nor anything made of it',
  LIMIT,
  async () => {
    let derived = 0;
    await fc.assert(
      fc.asyncProperty(anyTaken, async ({ rules, base, pick, at, ...run }) => {
        const taken = takenOf(base, pick);
        fc.pre(taken !== null);
        const isAboutIt = (event: OracleEvent): boolean =>
          event.kind === 'retract_identifier' &&
          event.profile === taken.profile &&
          event.value === taken.value;
        const rest = base.filter((event) => !isAboutIt(event));
        const retraction = { kind: 'retract_identifier', ...taken } as const;
        const all = rest.toSpliced(at % (rest.length + 1), 0, {
          ...retraction,
          decidedAt: LATER,
          withdrawn: false,
        });
        const without = rest.map((event) => neverSent(rules, event, taken));
        const [expected, found] = await Promise.all([
          runMessages(rules, without.map(messageOf), { ...run, batch: 20 }),
          runMessages(rules, all.map(messageOf), run),
        ]);
        expect(outcomeOf(found, run.partitions)).toEqual(outcomeOf(expected, run.partitions));
        if (rules.scoring !== null && taken.namespace === 'email') derived++;
      }),
      { numRuns: 80, ...BOUNDS },
    );
    expect(derived).toBeGreaterThan(5);
  },
);
