// Original file: selfsame/v1/steward_service.proto


/**
 * Pairs of one range of certainty.
 */
export interface ReliabilityBin {
  /**
   * Least certainty, in the range.
   */
  'start'?: (number | string);
  /**
   * Most certainty, not in the range unless it is 1.
   */
  'end'?: (number | string);
  /**
   * Decided pairs whose certainty lies in the range.
   */
  'pairs'?: (number);
  /**
   * Those decided to be one customer.
   */
  'same'?: (number);
  /**
   * Their mean certainty.
   */
  'predicted'?: (number | string);
  /**
   * The share decided to be one customer.
   */
  'observed'?: (number | string);
  /**
   * Lower end of the 95 % interval (Wilson) of `observed`.
   */
  'low'?: (number | string);
  /**
   * Upper end.
   */
  'high'?: (number | string);
}

/**
 * Pairs of one range of certainty.
 */
export interface ReliabilityBin__Output {
  /**
   * Least certainty, in the range.
   */
  'start': (number);
  /**
   * Most certainty, not in the range unless it is 1.
   */
  'end': (number);
  /**
   * Decided pairs whose certainty lies in the range.
   */
  'pairs': (number);
  /**
   * Those decided to be one customer.
   */
  'same': (number);
  /**
   * Their mean certainty.
   */
  'predicted': (number);
  /**
   * The share decided to be one customer.
   */
  'observed': (number);
  /**
   * Lower end of the 95 % interval (Wilson) of `observed`.
   */
  'low': (number);
  /**
   * Upper end.
   */
  'high': (number);
}
