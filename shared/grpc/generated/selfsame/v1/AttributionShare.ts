// Original file: selfsame/v1/attribution.proto


/**
 * A customer's share in an interaction.
 */
export interface AttributionShare {
  /**
   * The customer.
   */
  'customerId'?: (string);
  /**
   * 0 to 1.
   */
  'share'?: (number | string);
  /**
   * Probability, 0 to 1, that it was this customer's: the share's odds, rounded down to quarter bits,
   * at most what the device's namespace declares.
   */
  'certainty'?: (number | string);
}

/**
 * A customer's share in an interaction.
 */
export interface AttributionShare__Output {
  /**
   * The customer.
   */
  'customerId': (string);
  /**
   * 0 to 1.
   */
  'share': (number);
  /**
   * Probability, 0 to 1, that it was this customer's: the share's odds, rounded down to quarter bits,
   * at most what the device's namespace declares.
   */
  'certainty': (number);
}
