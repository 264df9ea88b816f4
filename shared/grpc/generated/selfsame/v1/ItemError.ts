// Original file: selfsame/v1/outcome.proto

import type { FieldViolation as _selfsame_v1_FieldViolation, FieldViolation__Output as _selfsame_v1_FieldViolation__Output } from '../../selfsame/v1/FieldViolation.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Why the cluster could not answer for one item: the same facts as in a google.rpc.Status.
 */
export interface ItemError {
  /**
   * gRPC status code, e.g. 8 for RESOURCE_EXHAUSTED.
   */
  'code'?: (number);
  /**
   * UPPER_SNAKE_CASE reason, as in google.rpc.ErrorInfo.
   */
  'reason'?: (string);
  /**
   * What went wrong and how to mend it.
   */
  'message'?: (string);
  /**
   * Milliseconds to wait before the item is sent again; absent when sending it again is useless.
   */
  'retryAfterMs'?: (number | string | Long);
  /**
   * Wrong fields of the item, when that is the reason.
   */
  'violations'?: (_selfsame_v1_FieldViolation)[];
  '_retryAfterMs'?: "retryAfterMs";
}

/**
 * Why the cluster could not answer for one item: the same facts as in a google.rpc.Status.
 */
export interface ItemError__Output {
  /**
   * gRPC status code, e.g. 8 for RESOURCE_EXHAUSTED.
   */
  'code': (number);
  /**
   * UPPER_SNAKE_CASE reason, as in google.rpc.ErrorInfo.
   */
  'reason': (string);
  /**
   * What went wrong and how to mend it.
   */
  'message': (string);
  /**
   * Milliseconds to wait before the item is sent again; absent when sending it again is useless.
   */
  'retryAfterMs'?: (string);
  /**
   * Wrong fields of the item, when that is the reason.
   */
  'violations': (_selfsame_v1_FieldViolation__Output)[];
  '_retryAfterMs'?: "retryAfterMs";
}
