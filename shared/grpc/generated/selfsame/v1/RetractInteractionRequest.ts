// Original file: selfsame/v1/steward_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { AckLevel as _selfsame_v1_AckLevel, AckLevel__Output as _selfsame_v1_AckLevel__Output } from '../../selfsame/v1/AckLevel.ts';

/**
 * Asks to retract an interaction.
 */
export interface RetractInteractionRequest {
  /**
   * The sending system. Required.
   */
  'source'?: (string);
  /**
   * The source's own id. Required. The retraction may arrive before the interaction.
   */
  'interactionId'?: (string);
  /**
   * Let the interaction count again.
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
 * Asks to retract an interaction.
 */
export interface RetractInteractionRequest__Output {
  /**
   * The sending system. Required.
   */
  'source': (string);
  /**
   * The source's own id. Required. The retraction may arrive before the interaction.
   */
  'interactionId': (string);
  /**
   * Let the interaction count again.
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
