// Original file: selfsame/v1/ingest_service.proto

import type { Interaction as _selfsame_v1_Interaction, Interaction__Output as _selfsame_v1_Interaction__Output } from '../../selfsame/v1/Interaction.ts';
import type { AckLevel as _selfsame_v1_AckLevel, AckLevel__Output as _selfsame_v1_AckLevel__Output } from '../../selfsame/v1/AckLevel.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * Asks to take one interaction in.
 */
export interface IngestInteractionRequest {
  /**
   * The interaction. Required.
   */
  'interaction'?: (_selfsame_v1_Interaction | null);
  /**
   * How far it must have got before the answer.
   */
  'ackLevel'?: (_selfsame_v1_AckLevel);
  /**
   * When it first came in, for what was received elsewhere before (a backfill, another
   * cluster): of the profiles of a customer the one received first gives it its id. From 1970 to
   * five minutes ahead of the gateway's clock. Default: now.
   */
  'receivedAt'?: (_google_protobuf_Timestamp | null);
}

/**
 * Asks to take one interaction in.
 */
export interface IngestInteractionRequest__Output {
  /**
   * The interaction. Required.
   */
  'interaction': (_selfsame_v1_Interaction__Output | null);
  /**
   * How far it must have got before the answer.
   */
  'ackLevel': (_selfsame_v1_AckLevel__Output);
  /**
   * When it first came in, for what was received elsewhere before (a backfill, another
   * cluster): of the profiles of a customer the one received first gives it its id. From 1970 to
   * five minutes ahead of the gateway's clock. Default: now.
   */
  'receivedAt': (_google_protobuf_Timestamp__Output | null);
}
