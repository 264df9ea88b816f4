// Original file: google/rpc/error_details.proto

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';

/**
 * Says when to try again.
 */
export interface RetryInfo {
  /**
   * Least time to wait before the same request is sent again.
   */
  'retryDelay'?: (_google_protobuf_Duration | null);
}

/**
 * Says when to try again.
 */
export interface RetryInfo__Output {
  /**
   * Least time to wait before the same request is sent again.
   */
  'retryDelay': (_google_protobuf_Duration__Output | null);
}
