/** Turns oracle events into the ingress messages that say the same to a cluster. */
import { createHash } from 'node:crypto';
import { wayIdOf } from '../../shared/domain/actors/ways.ts';
import { type IngressMessage, MessageKind } from '../../shared/domain/messages.ts';
import { deliver } from '../../shared/protocol/pack-interaction.ts';
import type { OracleEvent } from './oracle-events.ts';
import { testIds } from './oracle-routing.ts';

function decisionActor(decisionId: string): string {
  return createHash('sha256').update(`decision:${decisionId}`).digest('base64url').slice(0, 20);
}

export function messageOf(event: OracleEvent): IngressMessage {
  switch (event.kind) {
    case 'interaction':
      return deliver(event.interaction);
    case 'link_decision':
      return [
        MessageKind.decide,
        decisionActor(event.decisionId),
        event.decisionId,
        event.decidedAt,
        event.digest,
        [event.verdict === 'must_link' ? 1 : 0, event.left, event.right],
        'steward',
        '',
      ];
    case 'split_decision':
      return [
        MessageKind.decide,
        decisionActor(event.decisionId),
        event.decisionId,
        event.decidedAt,
        event.digest,
        [2, event.labels],
        'steward',
        '',
      ];
    case 'retract_decision':
      return [
        MessageKind.retractDecision,
        decisionActor(event.decisionId),
        event.decidedAt,
        event.withdrawn ? 1 : 0,
      ];
    case 'retract_interaction':
      return [
        MessageKind.retractInteraction,
        event.interaction,
        event.decidedAt,
        event.withdrawn ? 1 : 0,
      ];
    case 'order_value':
      return [
        MessageKind.orderValue,
        event.key,
        event.namespace,
        event.value,
        event.decidedAt,
        event.standing,
      ];
    case 'order_delivery':
      return [
        MessageKind.orderDelivery,
        testIds.delivery(event.source, event.delivery),
        event.source,
        event.delivery,
        event.decidedAt,
        event.standing,
      ];
    case 'order_way':
      return [
        MessageKind.orderWay,
        wayIdOf(event.way, event.name),
        event.way,
        event.name,
        event.decidedAt,
        event.standing,
      ];
    case 'retract_identifier':
      return [
        MessageKind.suppress,
        event.profile,
        event.namespace,
        event.value,
        event.decidedAt,
        event.withdrawn ? 1 : 0,
      ];
  }
}
