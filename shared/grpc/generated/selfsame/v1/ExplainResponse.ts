// Original file: selfsame/v1/resolution_service.proto

import type { Explanation as _selfsame_v1_Explanation, Explanation__Output as _selfsame_v1_Explanation__Output } from '../../selfsame/v1/Explanation.ts';

/**
 * Gives reasons.
 */
export interface ExplainResponse {
  /**
   * The reasons.
   */
  'explanation'?: (_selfsame_v1_Explanation | null);
}

/**
 * Gives reasons.
 */
export interface ExplainResponse__Output {
  /**
   * The reasons.
   */
  'explanation': (_selfsame_v1_Explanation__Output | null);
}
