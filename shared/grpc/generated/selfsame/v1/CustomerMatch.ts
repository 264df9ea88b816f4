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
  /**
   * As in Resolution: this customer is not the only one that the best evidence fits.
   */
  'contested'?: (boolean);
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
  /**
   * As in Resolution: this customer is not the only one that the best evidence fits.
   */
  'contested': (boolean);
}
