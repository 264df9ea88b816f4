// Original file: selfsame/v1/steward_service.proto

import type { ReviewFilter as _selfsame_v1_ReviewFilter, ReviewFilter__Output as _selfsame_v1_ReviewFilter__Output } from '../../selfsame/v1/ReviewFilter.ts';

/**
 * Asks for open pairs.
 */
export interface ListReviewsRequest {
  /**
   * Which; absent: all.
   */
  'filter'?: (_selfsame_v1_ReviewFilter | null);
  /**
   * Most to return, at most 1,000. Default 100.
   */
  'pageSize'?: (number);
  /**
   * From the answer before, with the same filter; empty: the first page.
   */
  'pageToken'?: (string);
}

/**
 * Asks for open pairs.
 */
export interface ListReviewsRequest__Output {
  /**
   * Which; absent: all.
   */
  'filter': (_selfsame_v1_ReviewFilter__Output | null);
  /**
   * Most to return, at most 1,000. Default 100.
   */
  'pageSize': (number);
  /**
   * From the answer before, with the same filter; empty: the first page.
   */
  'pageToken': (string);
}
