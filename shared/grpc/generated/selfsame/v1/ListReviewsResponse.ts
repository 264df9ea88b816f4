// Original file: selfsame/v1/steward_service.proto

import type { Review as _selfsame_v1_Review, Review__Output as _selfsame_v1_Review__Output } from '../../selfsame/v1/Review.ts';

/**
 * Open pairs.
 */
export interface ListReviewsResponse {
  /**
   * The most valuable first, within windows of 1,000 pairs by certainty. May be empty though there
   * is a next page.
   */
  'reviews'?: (_selfsame_v1_Review)[];
  /**
   * For the next page; empty: this was the last.
   */
  'nextPageToken'?: (string);
}

/**
 * Open pairs.
 */
export interface ListReviewsResponse__Output {
  /**
   * The most valuable first, within windows of 1,000 pairs by certainty. May be empty though there
   * is a next page.
   */
  'reviews': (_selfsame_v1_Review__Output)[];
  /**
   * For the next page; empty: this was the last.
   */
  'nextPageToken': (string);
}
