// Original file: selfsame/v1/resolution.proto


/**
 * A customer and how certain the answer is.
 */
export interface CustomerMatch {
  /**
   * `c` + 26 characters.
   */
  'customerId'?: (string);
  /**
   * Probability, 0 to 1.
   */
  'certainty'?: (number | string);
}

/**
 * A customer and how certain the answer is.
 */
export interface CustomerMatch__Output {
  /**
   * `c` + 26 characters.
   */
  'customerId': (string);
  /**
   * Probability, 0 to 1.
   */
  'certainty': (number);
}
