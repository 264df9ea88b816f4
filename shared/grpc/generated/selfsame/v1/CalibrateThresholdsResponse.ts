// Original file: selfsame/v1/steward_service.proto


/**
 * Floors that fit the decisions.
 */
export interface CalibrateThresholdsResponse {
  /**
   * Decisions that they rest on: one customer.
   */
  'same'?: (number);
  /**
   * Decisions that they rest on: two customers.
   */
  'different'?: (number);
  /**
   * Log-odds that certainties deserve: this many bits...
   */
  'shiftBits'?: (number | string);
  /**
   * ...and so many times what they say.
   */
  'slope'?: (number | string);
  /**
   * The live review floor, 0 to 1.
   */
  'reviewFloorBefore'?: (number | string);
  /**
   * The live cluster floor, 0 to 1.
   */
  'clusterFloorBefore'?: (number | string);
  /**
   * The review floor that fits.
   */
  'reviewFloor'?: (number | string);
  /**
   * The cluster floor that fits.
   */
  'clusterFloor'?: (number | string);
  /**
   * The candidate; empty when none was asked for or the floors fit as they are.
   */
  'candidateVersion'?: (string);
}

/**
 * Floors that fit the decisions.
 */
export interface CalibrateThresholdsResponse__Output {
  /**
   * Decisions that they rest on: one customer.
   */
  'same': (number);
  /**
   * Decisions that they rest on: two customers.
   */
  'different': (number);
  /**
   * Log-odds that certainties deserve: this many bits...
   */
  'shiftBits': (number);
  /**
   * ...and so many times what they say.
   */
  'slope': (number);
  /**
   * The live review floor, 0 to 1.
   */
  'reviewFloorBefore': (number);
  /**
   * The live cluster floor, 0 to 1.
   */
  'clusterFloorBefore': (number);
  /**
   * The review floor that fits.
   */
  'reviewFloor': (number);
  /**
   * The cluster floor that fits.
   */
  'clusterFloor': (number);
  /**
   * The candidate; empty when none was asked for or the floors fit as they are.
   */
  'candidateVersion': (string);
}
