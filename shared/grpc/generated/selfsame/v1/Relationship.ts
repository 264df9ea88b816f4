// Original file: selfsame/v1/customer.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Another customer met in the same interactions.
 */
export interface Relationship {
  /**
   * The other customer.
   */
  'customerId'?: (string);
  /**
   * The part this customer took.
   */
  'role'?: (string);
  /**
   * The part the other took.
   */
  'otherRole'?: (string);
  /**
   * In how many interactions.
   */
  'interactionCount'?: (number | string | Long);
}

/**
 * Another customer met in the same interactions.
 */
export interface Relationship__Output {
  /**
   * The other customer.
   */
  'customerId': (string);
  /**
   * The part this customer took.
   */
  'role': (string);
  /**
   * The part the other took.
   */
  'otherRole': (string);
  /**
   * In how many interactions.
   */
  'interactionCount': (string);
}
