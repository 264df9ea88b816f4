// Original file: selfsame/v1/rules_service.proto

import type { CustomerPart as _selfsame_v1_CustomerPart, CustomerPart__Output as _selfsame_v1_CustomerPart__Output } from '../../selfsame/v1/CustomerPart.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A customer of one version and the customers of the other that share its interactions.
 */
export interface ChangedCustomer {
  /**
   * Its id.
   */
  'customerId'?: (string);
  /**
   * Parties of interactions concerned.
   */
  'parties'?: (number | string | Long);
  /**
   * The customers of the other version, the largest first, at most 20.
   */
  'parts'?: (_selfsame_v1_CustomerPart)[];
}

/**
 * A customer of one version and the customers of the other that share its interactions.
 */
export interface ChangedCustomer__Output {
  /**
   * Its id.
   */
  'customerId': (string);
  /**
   * Parties of interactions concerned.
   */
  'parties': (string);
  /**
   * The customers of the other version, the largest first, at most 20.
   */
  'parts': (_selfsame_v1_CustomerPart__Output)[];
}
