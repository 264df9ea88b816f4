// Original file: selfsame/v1/resolution_service.proto

import type { ReadOptions as _selfsame_v1_ReadOptions, ReadOptions__Output as _selfsame_v1_ReadOptions__Output } from '../../selfsame/v1/ReadOptions.ts';

/**
 * Asks for one customer.
 */
export interface GetCustomerRequest {
  /**
   * A customer (`c` + 26 characters) or profile (`p` + 26 characters) reference. Required.
   */
  'customerId'?: (string);
  /**
   * What to ask of the answer.
   */
  'options'?: (_selfsame_v1_ReadOptions | null);
}

/**
 * Asks for one customer.
 */
export interface GetCustomerRequest__Output {
  /**
   * A customer (`c` + 26 characters) or profile (`p` + 26 characters) reference. Required.
   */
  'customerId': (string);
  /**
   * What to ask of the answer.
   */
  'options': (_selfsame_v1_ReadOptions__Output | null);
}
