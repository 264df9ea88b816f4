// Original file: selfsame/v1/attribution.proto

import type { ReadOptions as _selfsame_v1_ReadOptions, ReadOptions__Output as _selfsame_v1_ReadOptions__Output } from '../../selfsame/v1/ReadOptions.ts';

/**
 * Asks whose an interaction is.
 */
export interface GetAttributionRequest {
  /**
   * Source of the interaction. Required.
   */
  'source'?: (string);
  /**
   * Its id there. Required.
   */
  'interactionId'?: (string);
  /**
   * What to ask of the answer.
   */
  'options'?: (_selfsame_v1_ReadOptions | null);
}

/**
 * Asks whose an interaction is.
 */
export interface GetAttributionRequest__Output {
  /**
   * Source of the interaction. Required.
   */
  'source': (string);
  /**
   * Its id there. Required.
   */
  'interactionId': (string);
  /**
   * What to ask of the answer.
   */
  'options': (_selfsame_v1_ReadOptions__Output | null);
}
