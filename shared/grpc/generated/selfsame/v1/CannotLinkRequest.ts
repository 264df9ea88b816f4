// Original file: selfsame/v1/steward_service.proto

import type { ProfileSelector as _selfsame_v1_ProfileSelector, ProfileSelector__Output as _selfsame_v1_ProfileSelector__Output } from '../../selfsame/v1/ProfileSelector.ts';
import type { DecisionRecord as _selfsame_v1_DecisionRecord, DecisionRecord__Output as _selfsame_v1_DecisionRecord__Output } from '../../selfsame/v1/DecisionRecord.ts';

/**
 * Asks to cannot-link two profiles.
 */
export interface CannotLinkRequest {
  /**
   * One profile. Required.
   */
  'left'?: (_selfsame_v1_ProfileSelector | null);
  /**
   * The other profile. Required.
   */
  'right'?: (_selfsame_v1_ProfileSelector | null);
  /**
   * Who, when and why. Required.
   */
  'record'?: (_selfsame_v1_DecisionRecord | null);
}

/**
 * Asks to cannot-link two profiles.
 */
export interface CannotLinkRequest__Output {
  /**
   * One profile. Required.
   */
  'left': (_selfsame_v1_ProfileSelector__Output | null);
  /**
   * The other profile. Required.
   */
  'right': (_selfsame_v1_ProfileSelector__Output | null);
  /**
   * Who, when and why. Required.
   */
  'record': (_selfsame_v1_DecisionRecord__Output | null);
}
