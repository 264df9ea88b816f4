// Original file: selfsame/v1/steward_service.proto

import type { DecidedReview as _selfsame_v1_DecidedReview, DecidedReview__Output as _selfsame_v1_DecidedReview__Output } from '../../selfsame/v1/DecidedReview.ts';

/**
 * Tells what was decided.
 */
export interface DecideReviewsResponse {
  /**
   * In order.
   */
  'decided'?: (_selfsame_v1_DecidedReview)[];
}

/**
 * Tells what was decided.
 */
export interface DecideReviewsResponse__Output {
  /**
   * In order.
   */
  'decided': (_selfsame_v1_DecidedReview__Output)[];
}
