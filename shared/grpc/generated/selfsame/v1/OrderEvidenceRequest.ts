// Original file: selfsame/v1/steward_service.proto

import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from '../../selfsame/v1/Identifier.ts';
import type { DeliveryName as _selfsame_v1_DeliveryName, DeliveryName__Output as _selfsame_v1_DeliveryName__Output } from '../../selfsame/v1/DeliveryName.ts';
import type { Standing as _selfsame_v1_Standing, Standing__Output as _selfsame_v1_Standing__Output } from '../../selfsame/v1/Standing.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { AckLevel as _selfsame_v1_AckLevel, AckLevel__Output as _selfsame_v1_AckLevel__Output } from '../../selfsame/v1/AckLevel.ts';

/**
 * Asks to hold, release or reject evidence.
 */
export interface OrderEvidenceRequest {
  /**
   * A value of a namespace of kind evidence. Give this, `delivery`, `source` or `rule`.
   */
  'value'?: (_selfsame_v1_Identifier | null);
  /**
   * A delivery; the order may arrive before its interactions.
   */
  'delivery'?: (_selfsame_v1_DeliveryName | null);
  /**
   * How it shall stand. Required.
   */
  'standing'?: (_selfsame_v1_Standing);
  /**
   * When it was decided; of the orders about one subject the latest counts. Default: now.
   */
  'decidedAt'?: (_google_protobuf_Timestamp | null);
  /**
   * UUID chosen by the client: lets the gateway remember the time of a repeat without decided_at.
   */
  'requestId'?: (string);
  /**
   * How far the order must have got before the answer.
   */
  'ackLevel'?: (_selfsame_v1_AckLevel);
  /**
   * Who decided, e.g. `steward:4711`; recorded with the order. At most 200 characters.
   */
  'decidedBy'?: (string);
  /**
   * Why; recorded with the order. At most 1,000 characters; leave personal data out.
   */
  'reason'?: (string);
  /**
   * A source, whatever the label; the order may arrive before its interactions.
   */
  'source'?: (string);
  /**
   * A rule: a namespace of the live version whose values, anchors or devices propose pairs. Held or
   * rejected, its pairs are kept and count for nothing.
   */
  'rule'?: (string);
}

/**
 * Asks to hold, release or reject evidence.
 */
export interface OrderEvidenceRequest__Output {
  /**
   * A value of a namespace of kind evidence. Give this, `delivery`, `source` or `rule`.
   */
  'value': (_selfsame_v1_Identifier__Output | null);
  /**
   * A delivery; the order may arrive before its interactions.
   */
  'delivery': (_selfsame_v1_DeliveryName__Output | null);
  /**
   * How it shall stand. Required.
   */
  'standing': (_selfsame_v1_Standing__Output);
  /**
   * When it was decided; of the orders about one subject the latest counts. Default: now.
   */
  'decidedAt': (_google_protobuf_Timestamp__Output | null);
  /**
   * UUID chosen by the client: lets the gateway remember the time of a repeat without decided_at.
   */
  'requestId': (string);
  /**
   * How far the order must have got before the answer.
   */
  'ackLevel': (_selfsame_v1_AckLevel__Output);
  /**
   * Who decided, e.g. `steward:4711`; recorded with the order. At most 200 characters.
   */
  'decidedBy': (string);
  /**
   * Why; recorded with the order. At most 1,000 characters; leave personal data out.
   */
  'reason': (string);
  /**
   * A source, whatever the label; the order may arrive before its interactions.
   */
  'source': (string);
  /**
   * A rule: a namespace of the live version whose values, anchors or devices propose pairs. Held or
   * rejected, its pairs are kept and count for nothing.
   */
  'rule': (string);
}
