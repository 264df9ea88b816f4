// Original file: selfsame/v1/customer.proto

import type { Band as _selfsame_v1_Band, Band__Output as _selfsame_v1_Band__Output } from '../../selfsame/v1/Band.ts';

/**
 * A customer that may be the same.
 */
export interface PossibleMatch {
  /**
   * The other customer.
   */
  'customerId'?: (string);
  /**
   * Probability, 0 to 1, that both are the same.
   */
  'certainty'?: (number | string);
  /**
   * Why they are not joined, e.g. `review`, `limit`, `contested`, `cannot_link`, `held`.
   */
  'reason'?: (string);
  /**
   * What the certainty means under the rules.
   */
  'band'?: (_selfsame_v1_Band);
}

/**
 * A customer that may be the same.
 */
export interface PossibleMatch__Output {
  /**
   * The other customer.
   */
  'customerId': (string);
  /**
   * Probability, 0 to 1, that both are the same.
   */
  'certainty': (number);
  /**
   * Why they are not joined, e.g. `review`, `limit`, `contested`, `cannot_link`, `held`.
   */
  'reason': (string);
  /**
   * What the certainty means under the rules.
   */
  'band': (_selfsame_v1_Band__Output);
}
