/**
 * Oracle, first step: from a bag of events to the live evidence (S4, S5, S10).
 *
 * Owns which deliveries, decisions and identifiers count. Does not own what follows from them.
 * Rules are cited as in ARCHITECTURE.md section 2.
 */
import type { EvidenceId } from '../../shared/domain/actors/evidence-standing.ts';
import { wayIdOf } from '../../shared/domain/actors/ways.ts';
import { compareText } from '../../shared/domain/identifier.ts';
import type { InteractionId, ProfileId } from '../../shared/domain/identifier.ts';
import type {
  ProfileKind,
  RoutedAnchor,
  RoutedInteraction,
  RoutedValue,
} from '../../shared/domain/interaction.ts';
import type { Fact } from '../../shared/domain/matching/digest.ts';
import { dayOf } from '../../shared/domain/rules.ts';
import { testIds } from './oracle-routing.ts';
import type {
  DecisionEvent,
  OracleEvent,
  OrderDeliveryEvent,
  OrderValueEvent,
  OrderWayEvent,
} from './oracle-events.ts';

/** A party of a live interaction, attached to its profile, without suppressed identifiers. */
export interface LiveObservation {
  readonly interaction: InteractionId;
  /** Index of the party. */
  readonly party: number;
  readonly role: string;
  /** UTC day of `occurred_at`. */
  readonly day: number;
  /** Least over all deliveries of the interaction. */
  readonly receivedAt: number;
  readonly profile: ProfileId;
  readonly profileKind: ProfileKind;
  readonly namespace: string;
  readonly value: string;
  readonly others: readonly RoutedAnchor[];
  readonly values: readonly RoutedValue[];
  readonly facts: readonly Fact[];
}

/** The effective link decision of one pair, `low < high`. */
export interface LiveLink {
  readonly low: ProfileId;
  readonly high: ProfileId;
  readonly mustLink: boolean;
}

export interface LiveEvidence {
  readonly observations: readonly LiveObservation[];
  /** Effective decisions, one a pair. */
  readonly links: readonly LiveLink[];
  /** Live splits: every label of every profile. */
  readonly labels: ReadonlyMap<ProfileId, readonly (readonly [string, string])[]>;
  /** S22: evidence values held or rejected, as `namespace\nvalue`. */
  readonly silenced: ReadonlySet<string>;
  /** S22: rules held or rejected. */
  readonly silentRules: ReadonlySet<string>;
  /** S22: the order in force about each value, delivery, source and rule. */
  readonly orders: readonly (readonly [EvidenceId, standing: 0 | 1 | 2])[];
  /** Every profile that a live decision names. */
  readonly decided: ReadonlySet<ProfileId>;
}

interface Retraction {
  readonly decidedAt: number;
  readonly withdrawn: boolean;
}

/** Latest `decided_at` counts; at equal times the retraction does (S4, S5, S10). */
function keepRetraction(table: Map<string, Retraction>, key: string, entry: Retraction): void {
  const held = table.get(key);
  const isLater = held === undefined || entry.decidedAt > held.decidedAt;
  const isTieBreaker = held !== undefined && entry.decidedAt === held.decidedAt && held.withdrawn;
  if (isLater || isTieBreaker) table.set(key, entry);
}

function suppressionKey(profile: ProfileId, namespace: string, value: string): string {
  return `${profile}\n${namespace}\n${value}`;
}

/** S22: the latest order counts; at equal times the stricter. */
function keepOrder<Event extends { decidedAt: number; standing: 0 | 1 | 2 }>(
  table: Map<string, Event>,
  key: string,
  next: Event,
): void {
  const held = table.get(key);
  const strictness = [2, 0, 1];
  const difference =
    held === undefined
      ? 1
      : next.decidedAt - held.decidedAt ||
        (strictness[next.standing] as number) - (strictness[held.standing] as number);
  if (difference > 0) table.set(key, next);
}

interface LiveVersion {
  readonly interaction: RoutedInteraction;
  readonly receivedAt: number;
  readonly isHeld: boolean;
}

/** All that was ever delivered, reduced to the one version of each thing that counts. */
class Winners {
  /** Interaction -> label of the delivery -> what came with it. */
  readonly interactions = new Map<InteractionId, Map<string, RoutedInteraction[]>>();
  readonly deliveryOrders = new Map<string, OrderDeliveryEvent>();
  readonly valueOrders = new Map<string, OrderValueEvent>();
  /** By kind (2 source, 3 rule) and name. */
  readonly wayOrders = new Map<string, OrderWayEvent>();
  readonly decisions = new Map<string, DecisionEvent>();
  readonly decisionRetractions = new Map<string, Retraction>();
  readonly interactionRetractions = new Map<string, Retraction>();
  readonly suppressions = new Map<string, Retraction>();

  add(event: OracleEvent): void {
    switch (event.kind) {
      case 'interaction':
        return this.addInteraction(event.interaction);
      case 'link_decision':
      case 'split_decision':
        return this.addDecision(event);
      case 'retract_decision':
        return keepRetraction(this.decisionRetractions, event.decisionId, event);
      case 'retract_interaction':
        return keepRetraction(this.interactionRetractions, event.interaction, event);
      case 'retract_identifier': {
        const key = suppressionKey(event.profile, event.namespace, event.value);
        return keepRetraction(this.suppressions, key, event);
      }
      case 'order_delivery':
        return keepOrder(this.deliveryOrders, `${event.source}\n${event.delivery}`, event);
      case 'order_way':
        return keepOrder(this.wayOrders, `${event.way}${event.name}`, event);
      case 'order_value':
        return keepOrder(this.valueOrders, `${event.namespace}\n${event.value}`, event);
    }
  }

  private addInteraction(next: RoutedInteraction): void {
    const byLabel = this.interactions.get(next.id) ?? new Map<string, RoutedInteraction[]>();
    this.interactions.set(next.id, byLabel);
    byLabel.set(next.delivery, [...(byLabel.get(next.delivery) ?? []), next]);
  }

  standingOf({ source, delivery }: RoutedInteraction): 0 | 1 | 2 {
    const ofSource = this.wayOrders.get(`2${source}`)?.standing ?? 1;
    if (delivery === '') return ofSource;
    const ofDelivery = this.deliveryOrders.get(`${source}\n${delivery}`)?.standing ?? 1;
    if (ofSource === 0 || ofDelivery === 0) return 0;
    return ofSource === 2 || ofDelivery === 2 ? 2 : 1;
  }

  /** S4: of all that no order rejects the highest (revision, digest), rather one not held. */
  liveVersion(byLabel: ReadonlyMap<string, readonly RoutedInteraction[]>): LiveVersion | null {
    const counted = [...byLabel.values()].flat().filter((one) => this.standingOf(one) !== 0);
    const [best] = counted.sort(
      (left, right) =>
        right.revision - left.revision ||
        compareText(right.digest, left.digest) ||
        this.standingOf(left) - this.standingOf(right),
    );
    if (best === undefined) return null;
    const receivedAt = Math.min(...counted.map((one) => one.receivedAt));
    return { interaction: best, receivedAt, isHeld: this.standingOf(best) === 2 };
  }

  /** S10: one content a decision id, the highest (decided_at, digest). */
  private addDecision(next: DecisionEvent): void {
    const held = this.decisions.get(next.decisionId);
    const order =
      held === undefined
        ? 1
        : next.decidedAt - held.decidedAt || compareText(next.digest, held.digest);
    if (order > 0) this.decisions.set(next.decisionId, next);
  }
}

function isInForce(retraction: Retraction | undefined): boolean {
  return retraction !== undefined && !retraction.withdrawn;
}

/** S6: without what was derived of identifiers of which too few are left. */
export function withoutUnfounded(values: readonly RoutedValue[]): RoutedValue[] {
  const left = new Set(values.map(({ key }) => key));
  return values.filter(
    ({ bases }) => bases.length === 0 || bases.some((basis) => basis.every((key) => left.has(key))),
  );
}

/** S5: the anchor of a profile is not among `others` or `values`, so it cannot be suppressed. */
function observe(
  winners: Winners,
  { interaction, receivedAt, isHeld }: LiveVersion,
): LiveObservation[] {
  return interaction.parties.map((party, index) => {
    const isCarried = (carried: { namespace: string; value: string }): boolean => {
      const key = suppressionKey(party.profile, carried.namespace, carried.value);
      return !isInForce(winners.suppressions.get(key));
    };
    return {
      interaction: interaction.id,
      party: index,
      role: party.role,
      day: dayOf(interaction.occurredAt),
      receivedAt,
      profile: party.profile,
      profileKind: party.profileKind,
      namespace: party.namespace,
      value: party.value,
      others: isHeld ? [] : party.others.filter(isCarried),
      values: withoutUnfounded(
        party.values.filter((held) => isCarried(held) && !(isHeld && held.kind !== 'context')),
      ),
      facts: isHeld
        ? []
        : party.facts.filter(([namespace, value]) => isCarried({ namespace, value })),
    };
  });
}

/** S10: a decision stands unless a retraction at or after its `decided_at` is in force. */
function isStanding(winners: Winners, decision: DecisionEvent): boolean {
  const retraction = winners.decisionRetractions.get(decision.decisionId);
  if (retraction === undefined || retraction.withdrawn) return true;
  return retraction.decidedAt < decision.decidedAt;
}

/** S10: on one pair the greatest (decided_at, decision_id) is effective. */
function effectiveLinks(standing: readonly DecisionEvent[]): LiveLink[] {
  const byPair = new Map<string, DecisionEvent & { kind: 'link_decision' }>();
  for (const decision of standing) {
    if (decision.kind !== 'link_decision' || decision.left === decision.right) continue;
    const pair = [decision.left, decision.right].sort(compareText).join(' ');
    const held = byPair.get(pair);
    const order =
      held === undefined
        ? 1
        : decision.decidedAt - held.decidedAt || compareText(decision.decisionId, held.decisionId);
    if (order > 0) byPair.set(pair, decision);
  }
  return [...byPair.values()].map(({ left, right, verdict }) => ({
    low: left < right ? left : right,
    high: left < right ? right : left,
    mustLink: verdict === 'must_link',
  }));
}

/** The live evidence of a bag of events; independent of their order. */
export function readLiveEvidence(events: readonly OracleEvent[]): LiveEvidence {
  const winners = new Winners();
  for (const event of events) winners.add(event);

  const observations: LiveObservation[] = [];
  for (const [id, byLabel] of winners.interactions) {
    if (isInForce(winners.interactionRetractions.get(id))) continue;
    const live = winners.liveVersion(byLabel);
    if (live !== null) observations.push(...observe(winners, live));
  }
  const silenced = [...winners.valueOrders.values()].filter(({ standing }) => standing !== 1);

  const standing = [...winners.decisions.values()].filter((each) => isStanding(winners, each));
  const decided = new Set<ProfileId>();
  const labels = new Map<ProfileId, (readonly [string, string])[]>();
  for (const decision of standing) {
    if (decision.kind === 'link_decision') {
      decided.add(decision.left).add(decision.right);
      continue;
    }
    for (const [profile, label] of decision.labels) {
      decided.add(profile);
      const held = labels.get(profile) ?? [];
      held.push([decision.decisionId, label]);
      labels.set(profile, held);
    }
  }
  return {
    observations,
    links: effectiveLinks(standing),
    labels,
    decided,
    orders: [
      ...[...winners.valueOrders.values()].map(
        ({ key, standing: now }) => [`=k${key}`, now] as const,
      ),
      ...[...winners.wayOrders.values()].map(
        ({ way, name, standing: now }) =>
          [`=${way === 2 ? 's' : 'r'}${wayIdOf(way, name)}`, now] as const,
      ),
      ...[...winners.deliveryOrders.values()].map(
        ({ source, delivery, standing: now }) =>
          [`=c${testIds.delivery(source, delivery)}`, now] as const,
      ),
    ],
    silentRules: new Set(
      [...winners.wayOrders.values()]
        .filter(({ way, standing: now }) => way === 3 && now !== 1)
        .map(({ name }) => name),
    ),
    silenced: new Set(silenced.map(({ namespace, value }) => `${namespace}\n${value}`)),
  };
}
