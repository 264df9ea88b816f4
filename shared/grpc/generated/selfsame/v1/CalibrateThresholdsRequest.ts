// Original file: selfsame/v1/steward_service.proto


/**
 * Asks for floors that fit the decisions.
 */
export interface CalibrateThresholdsRequest {
  /**
   * Propose a version with these floors, unless they are those of the live one.
   */
  'propose'?: (boolean);
  /**
   * How often stewards err, 0 to 0.25. Absent: 0.02. Too low a rate raises the floors.
   */
  'stewardErrorRate'?: (number | string);
  /**
   * Probability from which pairs shall join, 0.5 to 1. Required.
   */
  'joinFrom'?: (number | string);
  '_stewardErrorRate'?: "stewardErrorRate";
}

/**
 * Asks for floors that fit the decisions.
 */
export interface CalibrateThresholdsRequest__Output {
  /**
   * Propose a version with these floors, unless they are those of the live one.
   */
  'propose': (boolean);
  /**
   * How often stewards err, 0 to 0.25. Absent: 0.02. Too low a rate raises the floors.
   */
  'stewardErrorRate'?: (number);
  /**
   * Probability from which pairs shall join, 0.5 to 1. Required.
   */
  'joinFrom': (number);
  '_stewardErrorRate'?: "stewardErrorRate";
}
