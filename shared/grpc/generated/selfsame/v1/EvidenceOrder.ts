// Original file: selfsame/v1/steward_service.proto

import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from '../../selfsame/v1/Identifier.ts';
import type { DeliveryName as _selfsame_v1_DeliveryName, DeliveryName__Output as _selfsame_v1_DeliveryName__Output } from '../../selfsame/v1/DeliveryName.ts';
import type { Standing as _selfsame_v1_Standing, Standing__Output as _selfsame_v1_Standing__Output } from '../../selfsame/v1/Standing.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { OrderOrigin as _selfsame_v1_OrderOrigin, OrderOrigin__Output as _selfsame_v1_OrderOrigin__Output } from '../../selfsame/v1/OrderOrigin.ts';

/**
 * An order about a value, a delivery, a source or a rule.
 */
export interface EvidenceOrder {
  /**
   * The value; absent when the order is about something else.
   */
  'value'?: (_selfsame_v1_Identifier | null);
  /**
   * The delivery; absent when the order is about something else.
   */
  'delivery'?: (_selfsame_v1_DeliveryName | null);
  /**
   * How it stands.
   */
  'standing'?: (_selfsame_v1_Standing);
  /**
   * When it was decided.
   */
  'decidedAt'?: (_google_protobuf_Timestamp | null);
  /**
   * Who decided; `breaker` for the merge-storm breaker.
   */
  'decidedBy'?: (string);
  /**
   * Why.
   */
  'reason'?: (string);
  /**
   * Profiles that held the value, or interactions of the delivery, when the order was given; else 0.
   */
  'count'?: (number);
  /**
   * Where some profiles that came last to a value held by the breaker were seen last: a delivery
   * named here is what to reject when it was a bad one.
   */
  'origins'?: (_selfsame_v1_OrderOrigin)[];
  /**
   * Of a value, as the change feed names it; else empty, and for a value that the live version cannot
   * read any more.
   */
  'valueRef'?: (string);
  /**
   * The source; empty when the order is about something else.
   */
  'source'?: (string);
  /**
   * The rule, by its namespace; empty when the order is about something else.
   */
  'rule'?: (string);
}

/**
 * An order about a value, a delivery, a source or a rule.
 */
export interface EvidenceOrder__Output {
  /**
   * The value; absent when the order is about something else.
   */
  'value': (_selfsame_v1_Identifier__Output | null);
  /**
   * The delivery; absent when the order is about something else.
   */
  'delivery': (_selfsame_v1_DeliveryName__Output | null);
  /**
   * How it stands.
   */
  'standing': (_selfsame_v1_Standing__Output);
  /**
   * When it was decided.
   */
  'decidedAt': (_google_protobuf_Timestamp__Output | null);
  /**
   * Who decided; `breaker` for the merge-storm breaker.
   */
  'decidedBy': (string);
  /**
   * Why.
   */
  'reason': (string);
  /**
   * Profiles that held the value, or interactions of the delivery, when the order was given; else 0.
   */
  'count': (number);
  /**
   * Where some profiles that came last to a value held by the breaker were seen last: a delivery
   * named here is what to reject when it was a bad one.
   */
  'origins': (_selfsame_v1_OrderOrigin__Output)[];
  /**
   * Of a value, as the change feed names it; else empty, and for a value that the live version cannot
   * read any more.
   */
  'valueRef': (string);
  /**
   * The source; empty when the order is about something else.
   */
  'source': (string);
  /**
   * The rule, by its namespace; empty when the order is about something else.
   */
  'rule': (string);
}
