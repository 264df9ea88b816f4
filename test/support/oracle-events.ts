/**
 * What the oracle reads: interactions already routed, and decisions about profile ids.
 *
 * An event list is a bag: `runOracle` gives the same answer for every permutation of it, and for
 * every event repeated.
 */
import type { InteractionId, KeyId, ProfileId } from '../../shared/domain/identifier.ts';
import type { RoutedInteraction } from '../../shared/domain/interaction.ts';

/** One delivery of one version of an interaction. */
export interface InteractionEvent {
  readonly kind: 'interaction';
  readonly interaction: RoutedInteraction;
}

export interface LinkDecisionEvent {
  readonly kind: 'link_decision';
  readonly decisionId: string;
  readonly verdict: 'must_link' | 'cannot_link';
  readonly left: ProfileId;
  readonly right: ProfileId;
  /** Epoch milliseconds. */
  readonly decidedAt: number;
  /** Digest of the content: decides between deliveries with one id and one `decidedAt`. */
  readonly digest: string;
}

export interface SplitDecisionEvent {
  readonly kind: 'split_decision';
  readonly decisionId: string;
  readonly labels: readonly (readonly [profile: ProfileId, label: string])[];
  readonly decidedAt: number;
  readonly digest: string;
}

/** Takes a decision back; with `withdrawn`, takes the taking back back. */
export interface RetractDecisionEvent {
  readonly kind: 'retract_decision';
  readonly decisionId: string;
  readonly decidedAt: number;
  readonly withdrawn: boolean;
}

export interface RetractInteractionEvent {
  readonly kind: 'retract_interaction';
  readonly interaction: InteractionId;
  readonly decidedAt: number;
  readonly withdrawn: boolean;
}

export interface RetractIdentifierEvent {
  readonly kind: 'retract_identifier';
  readonly profile: ProfileId;
  readonly namespace: string;
  readonly value: string;
  readonly decidedAt: number;
  readonly withdrawn: boolean;
}

/** S22: 0 rejected, 1 released, 2 held. */
export interface OrderValueEvent {
  readonly kind: 'order_value';
  readonly key: KeyId;
  readonly namespace: string;
  readonly value: string;
  readonly decidedAt: number;
  readonly standing: 0 | 1 | 2;
}

export interface OrderDeliveryEvent {
  readonly kind: 'order_delivery';
  readonly source: string;
  readonly delivery: string;
  readonly decidedAt: number;
  readonly standing: 0 | 1 | 2;
}

/** About a source (2) or a rule (3). */
export interface OrderWayEvent {
  readonly kind: 'order_way';
  readonly way: 2 | 3;
  readonly name: string;
  readonly decidedAt: number;
  readonly standing: 0 | 1 | 2;
}

export type DecisionEvent = LinkDecisionEvent | SplitDecisionEvent;

export type OracleEvent =
  | InteractionEvent
  | DecisionEvent
  | RetractDecisionEvent
  | RetractInteractionEvent
  | RetractIdentifierEvent
  | OrderValueEvent
  | OrderDeliveryEvent
  | OrderWayEvent;
