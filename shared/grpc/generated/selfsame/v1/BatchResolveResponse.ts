// Original file: selfsame/v1/resolution_service.proto

import type { Resolution as _selfsame_v1_Resolution, Resolution__Output as _selfsame_v1_Resolution__Output } from '../../selfsame/v1/Resolution.ts';

/**
 * Answers for many identifiers.
 */
export interface BatchResolveResponse {
  /**
   * One answer for each identifier or value, in their order. One that is too long or empty is
   * answered as invalid, and does not fail the batch.
   */
  'resolutions'?: (_selfsame_v1_Resolution)[];
}

/**
 * Answers for many identifiers.
 */
export interface BatchResolveResponse__Output {
  /**
   * One answer for each identifier or value, in their order. One that is too long or empty is
   * answered as invalid, and does not fail the batch.
   */
  'resolutions': (_selfsame_v1_Resolution__Output)[];
}
