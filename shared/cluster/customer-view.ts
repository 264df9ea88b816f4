/**
 * The customer view: everything known of one customer at a certainty, gathered from its profiles.
 * Survivorship is left to the reader: all values are returned, most observed first.
 */
import { bandOf } from '../domain/band.ts';
import { unpackProfile } from '../domain/actors/profile-codec.ts';
import type { Days } from '../domain/actors/days.ts';
import type { ProfileState } from '../domain/actors/states.ts';
import { readLadder } from '../domain/component.ts';
import { compareText, type ProfileId } from '../domain/identifier.ts';
import { DAY_MS, dayOf, type QuarterBits } from '../domain/rules.ts';
import type { CustomerProfileView, CustomerView } from '../protocol/cluster.ts';
import type { ObservationRow } from '../protocol/query.ts';
import { certaintyAt } from './attribution-reader.ts';
import { type ComponentView, readComponent } from './component-reader.ts';
import { type AskOptions, PartitionBatch } from './partition-batch.ts';
import { possibleSinceMs } from './possible-since-reader.ts';
import { asProbability, matchOf, type ReaderContext } from './reader.ts';

const TIMELINE_MAX = 1000;
const KINDS = ['person', 'persona', 'device', 'interaction'] as const;

type IdentifierView = CustomerView['identifiers'][number];
type AttributeView = CustomerView['attributes'][number];

/** The customer that `profile` belongs to at `minCertainty`, or null when it is unknown. */
export async function readCustomer(
  context: ReaderContext,
  profile: ProfileId,
  askedId: string | null,
  minCertainty: QuarterBits,
  options: AskOptions,
): Promise<CustomerView | null> {
  const component = await readComponent(context, profile, options);
  if (component === null) return null;
  const founderOf = (member: ProfileId): ProfileId => {
    const ladder = component.result.ladders.get(member);
    return ladder === undefined ? member : readLadder(member, ladder, minCertainty).founder;
  };
  const founder = founderOf(profile);
  const members = component.members.filter((member) => founderOf(member) === founder);
  const batch = new PartitionBatch(context.topology);
  for (const member of members) batch.askProfile(member, TIMELINE_MAX);
  await batch.run(context.port, options);
  const states = new Map<ProfileId, ProfileState>();
  const rows: TimedRow[] = [];
  for (const member of members) {
    const answer = batch.profiles.get(member) ?? null;
    if (answer === null) continue;
    const state = unpackProfile(answer[0]);
    states.set(member, state);
    const ladder = component.result.ladders.get(member) ?? { strongest: null, steps: [] };
    const { certainty } = readLadder(member, ladder, minCertainty);
    for (const row of answer[1]) {
      const day = dayOf(row[0][6]);
      const isOwn = (one: ProfileId): boolean => founderOf(one) === founder;
      rows.push([row, certaintyAt(context, state, day, certainty, isOwn)]);
    }
  }
  const others = await readOthers(context, component, states, minCertainty, options);
  const customerId = context.references.customerId(founder);
  return {
    customerId,
    redirectedFrom: askedId !== null && askedId !== customerId ? askedId : null,
    minCertainty: asProbability(minCertainty),
    profiles: profileViews(context, component, states, minCertainty),
    identifiers: identifiersOf(context, states),
    attributes: attributesOf(states),
    timeline: timelineOf(rows),
    relationships: relationshipsOf(states, others.customers),
    possibleMatches: possibleMatches(context, component, states, others, customerId),
    ambiguous: isAmbiguous(component, states, minCertainty),
    oversized: component.root !== null && isHeld(component),
    settledLagMs: 0,
  };
}

function isHeld({ root }: ComponentView): boolean {
  for (const member of root?.members.values() ?? []) if (member.held.size > 0) return true;
  return false;
}

interface Others {
  readonly customers: ReadonlyMap<ProfileId, string>;
  /** The customer's own profiles, and those that it could be joined with. */
  readonly states: ReadonlyMap<ProfileId, ProfileState>;
}

/** The customers of all profiles that relationships and possible matches name. */
async function readOthers(
  context: ReaderContext,
  component: ComponentView,
  states: ReadonlyMap<ProfileId, ProfileState>,
  minCertainty: QuarterBits,
  options: AskOptions,
): Promise<Others> {
  const batch = new PartitionBatch(context.topology);
  const possible = new Set<ProfileId>();
  const askPossible = (profile: ProfileId): void => {
    possible.add(profile);
    batch.askLadder(profile);
  };
  for (const state of states.values()) {
    for (const [other] of state.relations.values()) batch.askLadder(other);
    for (const [high, pair] of state.pairs) if (pair.review !== null) askPossible(high);
    for (const low of state.reviews.keys()) askPossible(low);
  }
  for (const { edge } of component.result.refused) {
    if (!states.has(edge.low) && !states.has(edge.high)) continue;
    askPossible(edge.low);
    askPossible(edge.high);
  }
  for (const member of component.root?.members.values() ?? []) {
    for (const high of member.held) askPossible(high);
  }
  for (const profile of possible) if (!states.has(profile)) batch.askProfile(profile, 0);
  await batch.run(context.port, options);
  const customers = new Map<ProfileId, string>();
  for (const [profile, ladder] of batch.ladders) {
    const known = ladder ?? ([null, []] as const);
    customers.set(profile, matchOf(context, profile, known, minCertainty).customerId);
  }
  const known = new Map(states);
  for (const [profile, answer] of batch.profiles) {
    if (answer !== null) known.set(profile, unpackProfile(answer[0]));
  }
  return { customers, states: known };
}

function profileViews(
  context: ReaderContext,
  component: ComponentView,
  states: ReadonlyMap<ProfileId, ProfileState>,
  minCertainty: QuarterBits,
): CustomerProfileView[] {
  const views: CustomerProfileView[] = [];
  for (const [profile, state] of states) {
    const ladder = component.result.ladders.get(profile) ?? { strongest: null, steps: [] };
    views.push({
      profileRef: context.references.profileRef(profile),
      kind: KINDS[state.kind ?? 0],
      anchor: { namespace: state.namespace, value: state.value },
      certainty: asProbability(readLadder(profile, ladder, minCertainty).certainty),
      days: state.days.length,
      firstReceivedAt: state.receivedAt,
    });
  }
  return views.sort(
    (left, right) => right.days - left.days || compareText(left.profileRef, right.profileRef),
  );
}

/** Days on which something was seen, over several profiles. */
class SeenDays {
  readonly #days = new Set<number>();
  #last = 0;

  add(days: Days): void {
    for (const day of days) this.#days.add(day);
    this.#last = Math.max(this.#last, days.at(-1) ?? 0);
  }

  get count(): number {
    return this.#days.size;
  }

  get lastMs(): number {
    return this.#last * DAY_MS;
  }
}

function identifiersOf(
  context: ReaderContext,
  states: ReadonlyMap<ProfileId, ProfileState>,
): IdentifierView[] {
  const found = new Map<
    string,
    { name: Omit<IdentifierView, 'days' | 'lastSeenAt'>; seen: SeenDays }
  >();
  const add = (namespace: string, value: string, days: Days): void => {
    const kind = context.rules.byName.get(namespace)?.rules.kind;
    if (kind === undefined || kind === 'derived' || days.length === 0) return;
    const key = `${namespace}\u0000${value}`;
    const entry = found.get(key) ?? { name: { namespace, value, kind }, seen: new SeenDays() };
    entry.seen.add(days);
    found.set(key, entry);
  };
  for (const state of states.values()) {
    add(state.namespace, state.value, state.days);
    for (const hold of state.values.values()) add(hold.namespace, hold.value, hold.days);
    for (const hold of state.others.values()) add(hold.namespace, hold.value, hold.days);
    for (const hold of state.devices.values()) add(hold.namespace, hold.value, hold.days);
  }
  return Array.from(found.values(), ({ name, seen }) => ({
    ...name,
    days: seen.count,
    lastSeenAt: seen.lastMs,
  })).sort(
    (left, right) =>
      right.days - left.days ||
      compareText(left.namespace, right.namespace) ||
      compareText(left.value, right.value),
  );
}

function attributesOf(states: ReadonlyMap<ProfileId, ProfileState>): AttributeView[] {
  const found = new Map<string, { name: string; value: string; seen: SeenDays }>();
  for (const state of states.values()) {
    for (const [key, { name, value, days }] of state.attributes) {
      const entry = found.get(key) ?? { name, value, seen: new SeenDays() };
      entry.seen.add(days);
      found.set(key, entry);
    }
  }
  return Array.from(found.values(), ({ name, value, seen }) => ({
    name,
    value,
    days: seen.count,
    lastSeenAt: seen.lastMs,
  })).sort(
    (left, right) =>
      compareText(left.name, right.name) ||
      right.days - left.days ||
      compareText(left.value, right.value),
  );
}

/** With how certain it is this customer's. */
type TimedRow = readonly [ObservationRow, certainty: number];

function timelineOf(rows: readonly TimedRow[]): CustomerView['timeline'] {
  return rows
    .map(([[header, role], certainty]) => ({
      source: header[2],
      interactionId: header[3],
      type: header[4],
      channel: header[5],
      role,
      occurredAt: header[6],
      certainty,
    }))
    .sort(
      (left, right) =>
        right.occurredAt - left.occurredAt ||
        compareText(left.source, right.source) ||
        compareText(left.interactionId, right.interactionId),
    )
    .slice(0, TIMELINE_MAX);
}

function relationshipsOf(
  states: ReadonlyMap<ProfileId, ProfileState>,
  customers: Others['customers'],
): CustomerView['relationships'] {
  const found = new Map<string, CustomerView['relationships'][number]>();
  for (const state of states.values()) {
    for (const [other, role, otherRole, interactions] of state.relations.values()) {
      const customerId = customers.get(other);
      if (customerId === undefined) continue;
      const key = `${customerId}\u0000${role}\u0000${otherRole}`;
      const known = found.get(key)?.interactions ?? 0;
      found.set(key, { customerId, role, otherRole, interactions: known + interactions });
    }
  }
  return Array.from(found.values()).sort(
    (left, right) =>
      right.interactions - left.interactions || compareText(left.customerId, right.customerId),
  );
}

/** Whether the strongest edge of a profile, at or above the view, is one that was contested. */
function isAmbiguous(
  { result }: ComponentView,
  states: ReadonlyMap<ProfileId, ProfileState>,
  minCertainty: QuarterBits,
): boolean {
  for (const profile of states.keys()) {
    const contested = result.ladders.get(profile)?.contested;
    if (contested !== undefined && contested >= minCertainty) return true;
  }
  return false;
}

function possibleMatches(
  context: ReaderContext,
  component: ComponentView,
  states: ReadonlyMap<ProfileId, ProfileState>,
  others: Others,
  ownId: string,
): CustomerView['possibleMatches'] {
  const found = new Map<string, CustomerView['possibleMatches'][number]>();
  const add = (own: ProfileId, other: ProfileId, certainty: QuarterBits, reason: string): void => {
    const customerId = others.customers.get(other);
    if (customerId === undefined || customerId === ownId) return;
    const known = found.get(customerId);
    const probability = asProbability(certainty);
    if (known !== undefined && known.certainty >= probability) return;
    const band = bandOf(context.rules.rules, certainty);
    const pair = own < other ? ([own, other] as const) : ([other, own] as const);
    const possibleSince = possibleSinceMs(pair, others.states);
    found.set(customerId, { customerId, certainty: probability, band, reason, possibleSince });
  };
  for (const [profile, state] of states) {
    for (const [high, pair] of state.pairs)
      if (pair.review !== null) add(profile, high, pair.review, 'review');
    for (const [low, certainty] of state.reviews) add(profile, low, certainty, 'review');
    const member = component.root?.members.get(profile);
    for (const high of member?.held ?? [])
      add(profile, high, member?.edges.get(high)?.[1] ?? 0, 'held');
  }
  for (const { edge, reason } of component.result.refused) {
    if (states.has(edge.low)) add(edge.low, edge.high, edge.certainty, reason.kind);
    if (states.has(edge.high)) add(edge.high, edge.low, edge.certainty, reason.kind);
  }
  return Array.from(found.values()).sort(
    (left, right) =>
      right.certainty - left.certainty || compareText(left.customerId, right.customerId),
  );
}
