// Original file: selfsame/v1/resolution_service.proto

import type { ChangeKind as _selfsame_v1_ChangeKind, ChangeKind__Output as _selfsame_v1_ChangeKind__Output } from '../../selfsame/v1/ChangeKind.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * One change, or a heartbeat.
 */
export interface WatchChangesResponse {
  /**
   * Opaque position: resume after it, also after a heartbeat. Empty only in heartbeats of a stream
   * that was opened without a token, as long as the cluster has not told the position of now.
   */
  'resumeToken'?: (string);
  /**
   * What happened.
   */
  'kind'?: (_selfsame_v1_ChangeKind);
  /**
   * Stable: the same event delivered again has the same id. Empty in heartbeats.
   */
  'eventId'?: (string);
  /**
   * When it happened.
   */
  'occurredAt'?: (_google_protobuf_Timestamp | null);
  /**
   * The customer that the event is about.
   */
  'customerId'?: (string);
  /**
   * The other customer, as described with the kind; may be empty.
   */
  'otherCustomerId'?: (string);
  /**
   * The profile that the event is about.
   */
  'profileRef'?: (string);
}

/**
 * One change, or a heartbeat.
 */
export interface WatchChangesResponse__Output {
  /**
   * Opaque position: resume after it, also after a heartbeat. Empty only in heartbeats of a stream
   * that was opened without a token, as long as the cluster has not told the position of now.
   */
  'resumeToken': (string);
  /**
   * What happened.
   */
  'kind': (_selfsame_v1_ChangeKind__Output);
  /**
   * Stable: the same event delivered again has the same id. Empty in heartbeats.
   */
  'eventId': (string);
  /**
   * When it happened.
   */
  'occurredAt': (_google_protobuf_Timestamp__Output | null);
  /**
   * The customer that the event is about.
   */
  'customerId': (string);
  /**
   * The other customer, as described with the kind; may be empty.
   */
  'otherCustomerId': (string);
  /**
   * The profile that the event is about.
   */
  'profileRef': (string);
}
