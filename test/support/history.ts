/**
 * Seeded histories: bags of routed interactions and decisions over a small universe in which
 * collisions that matter are frequent.
 *
 * The same (seed, options, rules) gives the same history on every machine. A history is listed in
 * the order it was made; retractions name interactions and decisions that may come later or never.
 * Use `shuffleHistory` for another order of arrival: the right answer does not depend on it.
 */
import { DAY_MS } from '../../shared/domain/rules.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import type { Identifier, ProfileId } from '../../shared/domain/identifier.ts';
import type { RoutedInteraction } from '../../shared/domain/interaction.ts';
import type { OracleEvent } from './oracle-events.ts';
import { type IdFunctions, routeForTest, testIds } from './oracle-routing.ts';
import type { NormalisedParty } from './oracle-routing.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import { testRules } from './test-rules.ts';

export interface HistoryOptions {
  /** Events in all, duplicates included. */
  readonly events: number;
  readonly persons: number;
  /** Persons of one household share a cookie, an address and now and then an email. */
  readonly householdSize: number;
  /** UTC days over which `occurred_at` spreads; the first is a Thursday. */
  readonly days: number;
  readonly sources: number;
  /** Values that anybody may use, per namespace: these pass the holder cap. 0: none. */
  readonly hubValues: number;
  /** Share of events that are decisions and retractions, 0..1. */
  readonly decisionShare: number;
  /** Share of interactions that deliver an interaction id again, 0..1. */
  readonly redeliveryShare: number;
  /** Share of parties that carry an identifier of somebody else, 0..1. */
  readonly noiseShare: number;
  readonly rules: Rules;
  /** Labels of deliveries of which interactions come with one, or with none; 0: no labels. */
  readonly deliveries: number;
  /** Share of events that are orders, 0..1. */
  readonly orderShare: number;
  /** How ids are hashed. */
  readonly ids: IdFunctions;
  /** Share of the orders that are about sources and rules, the others about deliveries and values. */
  readonly wayShare: number;
}

/** Options of a history of about `events` events, its universe in proportion. */
export function historyOptions(overrides: Partial<HistoryOptions> = {}): HistoryOptions {
  const events = overrides.events ?? 60;
  return {
    events,
    persons: Math.max(3, Math.round(events / 10)),
    householdSize: 2,
    days: 12,
    sources: 2,
    hubValues: 1,
    decisionShare: 0.2,
    redeliveryShare: 0.25,
    noiseShare: 0.1,
    rules: overrides.rules ?? testRules(),
    deliveries: 0,
    orderShare: 0,
    wayShare: 0,
    ids: testIds,
    ...overrides,
  };
}

/** 2024-10-03, a Thursday. */
const FIRST_DAY = 19_999;
/** `received_at` and `decided_at` come from so few instants that equal ones are common. */
const INSTANTS = 24;
const ROLES = ['subject', 'buyer', 'beneficiary', 'agent'] as const;

/** What a person may show, by namespace. */
type Belongings = ReadonlyMap<string, readonly string[]>;

function belongingsOf(person: number, options: HistoryOptions, random: Random): Belongings {
  const household = Math.floor(person / options.householdSize);
  const own = (prefix: string, most: number): string[] =>
    Array.from({ length: 1 + random.below(most) }, (_, index) => `${prefix}-${person}-${index}`);
  const emails = own('email', 2);
  if (random.chance(0.4)) emails.push(`email-home-${household}`);
  for (let hub = 0; hub < options.hubValues; hub++) {
    if (random.chance(Math.min(0.7, 6 / options.persons))) emails.push(`email-hub-${hub}`);
  }
  const phones = own('phone', 3);
  if (random.chance(0.3)) phones.push(`phone-home-${household}`);
  return new Map([
    ['crm', random.chance(0.6) ? own('crm', 2) : []],
    ['login', random.chance(0.8) ? own('login', 2) : []],
    ['loyalty', random.chance(0.6) ? own('loyalty', 3) : []],
    ['passport', random.chance(0.7) ? own('passport', 2) : []],
    ['email', emails],
    ['phone', phones],
    ['address', [`address-${household}`]],
    ['nickname', random.chance(0.5) ? [`nickname-${person % 3}`] : []],
    ['cookie', [...own('cookie', 1), ...own('cookie', 1), `cookie-home-${household}`]],
    ['app', random.chance(0.5) ? [`app-home-${household}`, ...own('app', 1)] : []],
    ['ip', [`ip-${household % 4}`]],
  ]);
}

/** How often a party shows an identifier of a namespace. */
const SHOWN: readonly (readonly [namespace: string, probability: number])[] = [
  ['crm', 0.2],
  ['login', 0.35],
  ['loyalty', 0.2],
  ['passport', 0.15],
  ['email', 0.4],
  ['phone', 0.3],
  ['address', 0.2],
  ['nickname', 0.1],
  ['cookie', 0.4],
  ['app', 0.15],
  ['ip', 0.2],
];

const GIVEN = ['Margaret', 'Peggy', 'Nikos', 'Robert', 'Bob', 'Aiko', 'Ivana', 'Tom'] as const;
const SURNAMES = ['Whitfield', 'Vlahos', 'Whitfeld', 'Okafor'] as const;

class HistoryMaker {
  private readonly random: Random;
  private readonly options: HistoryOptions;
  private readonly universe: readonly Belongings[];
  private readonly delivered: RoutedInteraction[] = [];
  private readonly carried: { profile: ProfileId; identifier: Identifier }[] = [];
  private readonly profiles: ProfileId[] = [];
  private readonly decided: ProfileId[] = [];
  private readonly decisionIds: readonly string[];

  constructor(seed: number, options: HistoryOptions) {
    this.options = options;
    this.random = createRandom(seed);
    this.universe = Array.from({ length: options.persons }, (_, person) =>
      belongingsOf(person, options, this.random),
    );
    const decisions = Math.max(2, Math.ceil(options.events * options.decisionShare * 0.4));
    this.decisionIds = Array.from({ length: decisions }, (_, index) => `decision-${index}`);
  }

  make(): OracleEvent[] {
    const events: OracleEvent[] = [];
    while (events.length < this.options.events) {
      if (this.options.orderShare > 0 && this.random.chance(this.options.orderShare)) {
        events.push(this.makeOrder());
        continue;
      }
      const isDecision = this.random.chance(this.options.decisionShare);
      events.push(isDecision ? this.makeDecision() : this.makeInteraction());
    }
    return events;
  }

  private party(person: number): NormalisedParty {
    const { random } = this;
    const identifiers: Identifier[] = [];
    for (const [namespace, probability] of SHOWN) {
      while (random.chance(probability * (identifiers.length === 0 ? 1 : 0.7))) {
        const isNoise = random.chance(this.options.noiseShare);
        const owner = isNoise ? random.below(this.universe.length) : person;
        const values = this.universe[owner]?.get(namespace) ?? [];
        if (values.length === 0) break;
        identifiers.push({ namespace, value: random.pick(values) });
        if (!random.chance(0.3)) break;
      }
    }
    const attributes: Record<string, string> = random.chance(0.3) ? { name: `Name ${person}` } : {};
    if (this.options.rules.scoring !== null) this.describePerson(person, attributes);
    return { role: random.pick(ROLES), identifiers, attributes };
  }

  /** Name and birth date as somebody wrote them down: of a household one surname, now and then a slip. */
  private describePerson(person: number, attributes: Record<string, string>): void {
    const { random } = this;
    const household = Math.floor(person / this.options.householdSize);
    const shown = random.chance(this.options.noiseShare) ? random.below(GIVEN.length) : person;
    const name = `${GIVEN[shown % GIVEN.length]} ${SURNAMES[household % SURNAMES.length]}`;
    delete attributes['name'];
    if (random.chance(0.8)) attributes['name'] = random.chance(0.2) ? name.slice(0, -1) : name;
    const day = 10 + ((shown * 7) % 19);
    const year = 1950 + ((shown * 13) % 50);
    if (random.chance(0.6)) attributes['birth_date'] = `${year}-03-${day}`;
  }

  private makeInteraction(): OracleEvent {
    const { random, options } = this;
    if (this.delivered.length > 0 && random.chance(options.redeliveryShare)) {
      return this.redeliver(random.pick(this.delivered));
    }
    const source = `source-${random.below(options.sources)}`;
    // Ids come from a pool: some meet an id again by chance, as with a source that reuses them.
    const interactionId = `id-${random.below(options.events * 4)}`;
    return this.deliver(source, interactionId, random.below(3));
  }

  /** The same content again, a neighbouring revision, or the same revision with other content. */
  private redeliver(earlier: RoutedInteraction): OracleEvent {
    const { random } = this;
    if (random.chance(0.35)) {
      const again = { ...earlier, receivedAt: random.below(INSTANTS) };
      if (this.options.deliveries > 0 && random.chance(0.3)) {
        const delivery = this.pickDelivery();
        const deliveryId =
          delivery === '' ? '' : this.options.ids.delivery(earlier.source, delivery);
        return { kind: 'interaction', interaction: { ...again, delivery, deliveryId } };
      }
      return { kind: 'interaction', interaction: again };
    }
    const revision = Math.max(0, earlier.revision + random.below(3) - 1);
    return this.deliver(earlier.source, earlier.interactionId, revision);
  }

  private deliver(source: string, interactionId: string, revision: number): OracleEvent {
    const { random, options } = this;
    const count = random.chance(0.75) ? 1 : 2 + random.below(2);
    const first = random.below(options.persons);
    const parties = Array.from({ length: count }, (_, index) =>
      this.party(index === 0 ? first : (first + random.below(3)) % options.persons),
    );
    if (count > 1 && random.chance(0.5)) this.shareOneValue(parties);
    const interaction = routeForTest(
      options.rules,
      {
        source,
        interactionId,
        revision,
        type: 'purchase',
        channel: random.pick(['web', 'shop']),
        occurredAt: this.pickInstant(),
        receivedAt: random.below(INSTANTS),
        parties,
        propertiesJson: '{}',
        ...this.labelled(),
      },
      options.ids,
    );
    this.remember(interaction);
    return { kind: 'interaction', interaction };
  }

  /** Empty: none. */
  private pickDelivery(): string {
    const label = this.random.below(this.options.deliveries + 1);
    return label === 0 ? '' : `delivery-${label}`;
  }

  private labelled(): { delivery?: string } {
    if (this.options.deliveries === 0) return {};
    const delivery = this.pickDelivery();
    return delivery === '' ? {} : { delivery };
  }

  /** About a delivery, or a value that somebody carried or that is a hub. */
  private makeOrder(): OracleEvent {
    const { random, options } = this;
    const decidedAt = random.below(INSTANTS);
    const standing = random.pick([0, 1, 2] as const);
    if (options.wayShare > 0 && random.chance(options.wayShare)) {
      const isSource = random.chance(0.4);
      const rules = ['email', 'phone', 'address', 'login', 'loyalty', 'cookie', 'key_birth'];
      const name = isSource ? `source-${random.below(options.sources)}` : random.pick(rules);
      return { kind: 'order_way', way: isSource ? 2 : 3, name, decidedAt, standing };
    }
    if (options.deliveries > 0 && random.chance(0.6)) {
      const source = `source-${random.below(options.sources)}`;
      const delivery = `delivery-${1 + random.below(options.deliveries)}`;
      return { kind: 'order_delivery', source, delivery, decidedAt, standing };
    }
    const evidence = this.carried.filter(
      ({ identifier }) => identifier.namespace === 'email' || identifier.namespace === 'phone',
    );
    const hub = { namespace: 'email', value: 'email-hub-0' };
    const { namespace, value } =
      evidence.length > 0 && random.chance(0.7) ? random.pick(evidence).identifier : hub;
    const key = this.options.ids.key(namespace, value);
    return { kind: 'order_value', key, namespace, value, decidedAt, standing };
  }

  /** An evidence value that several parties of one interaction carry (S2). */
  private shareOneValue(parties: NormalisedParty[]): void {
    const shared = { namespace: 'email', value: `email-hub-${this.random.below(2)}` };
    for (const [index, party] of parties.entries()) {
      parties[index] = { ...party, identifiers: [...party.identifiers, shared] };
    }
  }

  /** Mostly inside a day, now and then its first or last millisecond. */
  private pickInstant(): number {
    const { random } = this;
    const start = (FIRST_DAY + random.below(this.options.days)) * DAY_MS;
    const within = random.pick([0, DAY_MS - 1, random.below(DAY_MS), random.below(DAY_MS)]);
    return start + within;
  }

  private remember(interaction: RoutedInteraction): void {
    this.delivered.push(interaction);
    for (const { profile, namespace, value, others, values } of interaction.parties) {
      this.profiles.push(profile);
      this.carried.push({ profile, identifier: { namespace, value } });
      for (const other of others) {
        this.profiles.push(other.profile);
        this.carried.push({ profile, identifier: other });
      }
      for (const carried of values) this.carried.push({ profile, identifier: carried });
    }
  }

  private makeDecision(): OracleEvent {
    const roll = this.random.below(20);
    if (this.delivered.length === 0 || roll < 4) return this.linkDecision('must_link');
    if (roll < 8) return this.linkDecision('cannot_link');
    if (roll < 11) return this.splitDecision();
    if (roll < 13) return this.retractDecision();
    return roll < 16 ? this.retractInteraction() : this.retractIdentifier();
  }

  private stamp(): { decidedAt: number; withdrawn: boolean } {
    return { decidedAt: this.random.below(INSTANTS), withdrawn: this.random.chance(0.3) };
  }

  /** Mostly a profile that was seen, often one decided on before, rarely one never seen. */
  private pickProfile(): ProfileId {
    const { random } = this;
    const isUnseen = this.profiles.length === 0 || random.chance(0.05);
    const isAgain = !isUnseen && this.decided.length > 0 && random.chance(0.5);
    let profile = this.options.ids.profile('login', `unseen-${random.below(3)}`);
    if (isAgain) profile = random.pick(this.decided);
    else if (!isUnseen) profile = random.pick(this.profiles);
    this.decided.push(profile);
    return profile;
  }

  private linkDecision(verdict: 'must_link' | 'cannot_link'): OracleEvent {
    const left = this.pickProfile();
    let right = this.pickProfile();
    for (let attempt = 0; right === left && attempt < 8; attempt++) right = this.pickProfile();
    if (right === left) right = this.options.ids.profile('login', 'unseen-other');
    const decisionId = this.random.pick(this.decisionIds);
    const digest = this.options.ids.digest(JSON.stringify([verdict, left, right]));
    const decidedAt = this.random.below(INSTANTS);
    return { kind: 'link_decision', decisionId, verdict, left, right, decidedAt, digest };
  }

  private splitDecision(): OracleEvent {
    const named = new Map<ProfileId, string>();
    const count = 2 + this.random.below(4);
    for (let index = 0; index < count; index++) {
      named.set(this.pickProfile(), this.random.pick(['a', 'b', 'c']));
    }
    const labels = [...named];
    const decisionId = this.random.pick(this.decisionIds);
    const digest = this.options.ids.digest(JSON.stringify(['split', labels]));
    const decidedAt = this.random.below(INSTANTS);
    return { kind: 'split_decision', decisionId, labels, decidedAt, digest };
  }

  private retractDecision(): OracleEvent {
    const decisionId = this.random.pick(this.decisionIds);
    return { kind: 'retract_decision', decisionId, ...this.stamp() };
  }

  private retractInteraction(): OracleEvent {
    const { random, options } = this;
    const interaction =
      this.delivered.length > 0 && random.chance(0.8)
        ? random.pick(this.delivered).id
        : this.options.ids.interaction('source-0', `id-${random.below(options.events * 4)}`);
    return { kind: 'retract_interaction', interaction, ...this.stamp() };
  }

  private retractIdentifier(): OracleEvent {
    const { profile, identifier } = this.random.pick(this.carried);
    const { namespace, value } = identifier;
    return { kind: 'retract_identifier', profile, namespace, value, ...this.stamp() };
  }
}

/** A history for a seed; see `historyOptions` for the defaults. */
export function makeHistory(seed: number, overrides: Partial<HistoryOptions> = {}): OracleEvent[] {
  return new HistoryMaker(seed, historyOptions(overrides)).make();
}

/** The same bag of events in another order. */
export function shuffleHistory(seed: number, events: readonly OracleEvent[]): OracleEvent[] {
  return createRandom(seed).shuffle(events);
}
