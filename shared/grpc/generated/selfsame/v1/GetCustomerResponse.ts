// Original file: selfsame/v1/resolution_service.proto

import type { Customer as _selfsame_v1_Customer, Customer__Output as _selfsame_v1_Customer__Output } from '../../selfsame/v1/Customer.ts';

/**
 * Tells what is known of one customer.
 */
export interface GetCustomerResponse {
  /**
   * The customer.
   */
  'customer'?: (_selfsame_v1_Customer | null);
}

/**
 * Tells what is known of one customer.
 */
export interface GetCustomerResponse__Output {
  /**
   * The customer.
   */
  'customer': (_selfsame_v1_Customer__Output | null);
}
