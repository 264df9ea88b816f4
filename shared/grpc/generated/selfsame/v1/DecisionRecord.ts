// Original file: selfsame/v1/steward_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { AckLevel as _selfsame_v1_AckLevel, AckLevel__Output as _selfsame_v1_AckLevel__Output } from '../../selfsame/v1/AckLevel.ts';

/**
 * Facts that every decision records.
 */
export interface DecisionRecord {
  /**
   * UUID (at most 64 characters) chosen by the client: names the decision, and makes repeats count once. Default: chosen by
   * the gateway.
   */
  'requestId'?: (string);
  /**
   * When it was decided; on one pair the later decision counts. Default: now.
   */
  'decidedAt'?: (_google_protobuf_Timestamp | null);
  /**
   * Who decided, e.g. `steward:4711`. Required, at most 200 characters.
   */
  'decidedBy'?: (string);
  /**
   * Why. At most 1,000 characters; leave personal data out.
   */
  'reason'?: (string);
  /**
   * How far the decision must have got before the answer.
   */
  'ackLevel'?: (_selfsame_v1_AckLevel);
}

/**
 * Facts that every decision records.
 */
export interface DecisionRecord__Output {
  /**
   * UUID (at most 64 characters) chosen by the client: names the decision, and makes repeats count once. Default: chosen by
   * the gateway.
   */
  'requestId': (string);
  /**
   * When it was decided; on one pair the later decision counts. Default: now.
   */
  'decidedAt': (_google_protobuf_Timestamp__Output | null);
  /**
   * Who decided, e.g. `steward:4711`. Required, at most 200 characters.
   */
  'decidedBy': (string);
  /**
   * Why. At most 1,000 characters; leave personal data out.
   */
  'reason': (string);
  /**
   * How far the decision must have got before the answer.
   */
  'ackLevel': (_selfsame_v1_AckLevel__Output);
}
