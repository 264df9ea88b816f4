// Original file: selfsame/v1/steward_service.proto

import type { ProfileSelector as _selfsame_v1_ProfileSelector, ProfileSelector__Output as _selfsame_v1_ProfileSelector__Output } from '../../selfsame/v1/ProfileSelector.ts';
import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from '../../selfsame/v1/Identifier.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { AckLevel as _selfsame_v1_AckLevel, AckLevel__Output as _selfsame_v1_AckLevel__Output } from '../../selfsame/v1/AckLevel.ts';

/**
 * Asks to retract an identifier of a profile.
 */
export interface RetractIdentifierRequest {
  /**
   * The profile. Required.
   */
  'profile'?: (_selfsame_v1_ProfileSelector | null);
  /**
   * The identifier to take off it. Required. The anchor of a profile cannot be taken off.
   */
  'identifier'?: (_selfsame_v1_Identifier | null);
  /**
   * Let the identifier count again.
   */
  'withdrawn'?: (boolean);
  /**
   * When it was decided; of retractions and their withdrawals the latest counts. Default: now.
   */
  'decidedAt'?: (_google_protobuf_Timestamp | null);
  /**
   * UUID chosen by the client: lets the gateway remember the time of a repeat without decided_at.
   */
  'requestId'?: (string);
  /**
   * How far the retraction must have got before the answer.
   */
  'ackLevel'?: (_selfsame_v1_AckLevel);
  /**
   * Who decided, e.g. `steward:4711`; recorded with the retraction. At most 200 characters.
   */
  'decidedBy'?: (string);
  /**
   * Why; recorded with the retraction. At most 1,000 characters; leave personal data out.
   */
  'reason'?: (string);
}

/**
 * Asks to retract an identifier of a profile.
 */
export interface RetractIdentifierRequest__Output {
  /**
   * The profile. Required.
   */
  'profile': (_selfsame_v1_ProfileSelector__Output | null);
  /**
   * The identifier to take off it. Required. The anchor of a profile cannot be taken off.
   */
  'identifier': (_selfsame_v1_Identifier__Output | null);
  /**
   * Let the identifier count again.
   */
  'withdrawn': (boolean);
  /**
   * When it was decided; of retractions and their withdrawals the latest counts. Default: now.
   */
  'decidedAt': (_google_protobuf_Timestamp__Output | null);
  /**
   * UUID chosen by the client: lets the gateway remember the time of a repeat without decided_at.
   */
  'requestId': (string);
  /**
   * How far the retraction must have got before the answer.
   */
  'ackLevel': (_selfsame_v1_AckLevel__Output);
  /**
   * Who decided, e.g. `steward:4711`; recorded with the retraction. At most 200 characters.
   */
  'decidedBy': (string);
  /**
   * Why; recorded with the retraction. At most 1,000 characters; leave personal data out.
   */
  'reason': (string);
}
