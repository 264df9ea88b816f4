// Original file: selfsame/v1/customer.proto


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
   * Why they are not joined, e.g. `review`, `limit`, `cannot_link`, `held`.
   */
  'reason'?: (string);
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
   * Why they are not joined, e.g. `review`, `limit`, `cannot_link`, `held`.
   */
  'reason': (string);
}
