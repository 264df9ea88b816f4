// Original file: selfsame/v1/resolution_service.proto

import type { ChangeKind as _selfsame_v1_ChangeKind, ChangeKind__Output as _selfsame_v1_ChangeKind__Output } from '../../selfsame/v1/ChangeKind.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { ChangedEvidence as _selfsame_v1_ChangedEvidence, ChangedEvidence__Output as _selfsame_v1_ChangedEvidence__Output } from '../../selfsame/v1/ChangedEvidence.ts';

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
   * The customer that the event is about; empty when it is about evidence.
   */
  'customerId'?: (string);
  /**
   * The other customer, as described with the kind; may be empty.
   */
  'otherCustomerId'?: (string);
  /**
   * The profile that the event is about; empty when it is about evidence.
   */
  'profileRef'?: (string);
  /**
   * The evidence that the event is about, told once all that follows is settled: the customers that
   * merge or split by it have events of their own. Absent when it is about a customer.
   */
  'evidence'?: (_selfsame_v1_ChangedEvidence | null);
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
   * The customer that the event is about; empty when it is about evidence.
   */
  'customerId': (string);
  /**
   * The other customer, as described with the kind; may be empty.
   */
  'otherCustomerId': (string);
  /**
   * The profile that the event is about; empty when it is about evidence.
   */
  'profileRef': (string);
  /**
   * The evidence that the event is about, told once all that follows is settled: the customers that
   * merge or split by it have events of their own. Absent when it is about a customer.
   */
  'evidence': (_selfsame_v1_ChangedEvidence__Output | null);
}
