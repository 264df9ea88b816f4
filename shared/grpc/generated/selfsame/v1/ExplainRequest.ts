// Original file: selfsame/v1/resolution_service.proto

import type { ProfileSelector as _selfsame_v1_ProfileSelector, ProfileSelector__Output as _selfsame_v1_ProfileSelector__Output } from '../../selfsame/v1/ProfileSelector.ts';
import type { ReadOptions as _selfsame_v1_ReadOptions, ReadOptions__Output as _selfsame_v1_ReadOptions__Output } from '../../selfsame/v1/ReadOptions.ts';

/**
 * Asks for reasons.
 */
export interface ExplainRequest {
  /**
   * A profile. Required.
   */
  'left'?: (_selfsame_v1_ProfileSelector | null);
  /**
   * Another profile: why the two are, or are not, one customer. Absent: how the customer of `left`
   * came to be.
   */
  'right'?: (_selfsame_v1_ProfileSelector | null);
  /**
   * What to ask of the answer.
   */
  'options'?: (_selfsame_v1_ReadOptions | null);
}

/**
 * Asks for reasons.
 */
export interface ExplainRequest__Output {
  /**
   * A profile. Required.
   */
  'left': (_selfsame_v1_ProfileSelector__Output | null);
  /**
   * Another profile: why the two are, or are not, one customer. Absent: how the customer of `left`
   * came to be.
   */
  'right': (_selfsame_v1_ProfileSelector__Output | null);
  /**
   * What to ask of the answer.
   */
  'options': (_selfsame_v1_ReadOptions__Output | null);
}
