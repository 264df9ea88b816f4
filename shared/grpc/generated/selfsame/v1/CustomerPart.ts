// Original file: selfsame/v1/rules_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A part of a changed customer.
 */
export interface CustomerPart {
  /**
   * Id in the other version.
   */
  'customerId'?: (string);
  /**
   * Parties in common.
   */
  'parties'?: (number | string | Long);
}

/**
 * A part of a changed customer.
 */
export interface CustomerPart__Output {
  /**
   * Id in the other version.
   */
  'customerId': (string);
  /**
   * Parties in common.
   */
  'parties': (string);
}
