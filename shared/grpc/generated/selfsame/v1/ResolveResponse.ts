// Original file: selfsame/v1/resolution_service.proto

import type { Resolution as _selfsame_v1_Resolution, Resolution__Output as _selfsame_v1_Resolution__Output } from '../../selfsame/v1/Resolution.ts';

/**
 * Answers for one identifier.
 */
export interface ResolveResponse {
  /**
   * The answer.
   */
  'resolution'?: (_selfsame_v1_Resolution | null);
}

/**
 * Answers for one identifier.
 */
export interface ResolveResponse__Output {
  /**
   * The answer.
   */
  'resolution': (_selfsame_v1_Resolution__Output | null);
}
