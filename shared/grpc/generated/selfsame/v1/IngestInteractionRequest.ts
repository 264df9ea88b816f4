// Original file: selfsame/v1/ingest_service.proto

import type { Interaction as _selfsame_v1_Interaction, Interaction__Output as _selfsame_v1_Interaction__Output } from '../../selfsame/v1/Interaction.ts';
import type { AckLevel as _selfsame_v1_AckLevel, AckLevel__Output as _selfsame_v1_AckLevel__Output } from '../../selfsame/v1/AckLevel.ts';

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
}
