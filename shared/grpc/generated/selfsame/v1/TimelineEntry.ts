// Original file: selfsame/v1/customer.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * One interaction of a customer's timeline.
 */
export interface TimelineEntry {
  /**
   * The sending system.
   */
  'source'?: (string);
  /**
   * The source's own id.
   */
  'interactionId'?: (string);
  /**
   * What happened.
   */
  'type'?: (string);
  /**
   * Where it happened.
   */
  'channel'?: (string);
  /**
   * The part the customer took.
   */
  'role'?: (string);
  /**
   * When it happened.
   */
  'occurredAt'?: (_google_protobuf_Timestamp | null);
  /**
   * Probability, 0 to 1, that it was this customer's. Of what only a shared device is known of: the
   * certainty of the customer's share in it (see GetAttribution).
   */
  'certainty'?: (number | string);
}

/**
 * One interaction of a customer's timeline.
 */
export interface TimelineEntry__Output {
  /**
   * The sending system.
   */
  'source': (string);
  /**
   * The source's own id.
   */
  'interactionId': (string);
  /**
   * What happened.
   */
  'type': (string);
  /**
   * Where it happened.
   */
  'channel': (string);
  /**
   * The part the customer took.
   */
  'role': (string);
  /**
   * When it happened.
   */
  'occurredAt': (_google_protobuf_Timestamp__Output | null);
  /**
   * Probability, 0 to 1, that it was this customer's. Of what only a shared device is known of: the
   * certainty of the customer's share in it (see GetAttribution).
   */
  'certainty': (number);
}
