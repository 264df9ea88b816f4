// Original file: selfsame/v1/rules_service.proto

import type { Versions as _selfsame_v1_Versions, Versions__Output as _selfsame_v1_Versions__Output } from '../../selfsame/v1/Versions.ts';

/**
 * The candidate is live.
 */
export interface ActivateVersionResponse {
  /**
   * As they are now.
   */
  'versions'?: (_selfsame_v1_Versions | null);
}

/**
 * The candidate is live.
 */
export interface ActivateVersionResponse__Output {
  /**
   * As they are now.
   */
  'versions': (_selfsame_v1_Versions__Output | null);
}
