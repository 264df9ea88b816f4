// Original file: selfsame/v1/ingest_service.proto

import type { Interaction as _selfsame_v1_Interaction, Interaction__Output as _selfsame_v1_Interaction__Output } from '../../selfsame/v1/Interaction.ts';
import type { AckLevel as _selfsame_v1_AckLevel, AckLevel__Output as _selfsame_v1_AckLevel__Output } from '../../selfsame/v1/AckLevel.ts';

/**
 * Asks to take several interactions in.
 */
export interface IngestInteractionBatchRequest {
  /**
   * The interactions, 1 to 1,000.
   */
  'interactions'?: (_selfsame_v1_Interaction)[];
  /**
   * How far all of them must have got before the answer.
   */
  'ackLevel'?: (_selfsame_v1_AckLevel);
}

/**
 * Asks to take several interactions in.
 */
export interface IngestInteractionBatchRequest__Output {
  /**
   * The interactions, 1 to 1,000.
   */
  'interactions': (_selfsame_v1_Interaction__Output)[];
  /**
   * How far all of them must have got before the answer.
   */
  'ackLevel': (_selfsame_v1_AckLevel__Output);
}
