// Original file: selfsame/v1/resolution_service.proto

import type { Resolution as _selfsame_v1_Resolution, Resolution__Output as _selfsame_v1_Resolution__Output } from '../../selfsame/v1/Resolution.ts';
import type { ItemError as _selfsame_v1_ItemError, ItemError__Output as _selfsame_v1_ItemError__Output } from '../../selfsame/v1/ItemError.ts';

/**
 * Answers for one batch on a stream.
 */
export interface ResolveStreamResponse {
  /**
   * As given with the batch.
   */
  'correlationId'?: (string);
  /**
   * One answer for each identifier or value, in their order; empty when `error` is set.
   */
  'resolutions'?: (_selfsame_v1_Resolution)[];
  /**
   * Why the batch could not be answered. The stream goes on.
   */
  'error'?: (_selfsame_v1_ItemError | null);
}

/**
 * Answers for one batch on a stream.
 */
export interface ResolveStreamResponse__Output {
  /**
   * As given with the batch.
   */
  'correlationId': (string);
  /**
   * One answer for each identifier or value, in their order; empty when `error` is set.
   */
  'resolutions': (_selfsame_v1_Resolution__Output)[];
  /**
   * Why the batch could not be answered. The stream goes on.
   */
  'error': (_selfsame_v1_ItemError__Output | null);
}
