// Original file: selfsame/v1/steward_service.proto

import type { ReliabilityBin as _selfsame_v1_ReliabilityBin, ReliabilityBin__Output as _selfsame_v1_ReliabilityBin__Output } from '../../selfsame/v1/ReliabilityBin.ts';

/**
 * How far certainties keep what they say.
 */
export interface GetReliabilityResponse {
  /**
   * By rising certainty; ranges without a decision are left out.
   */
  'bins'?: (_selfsame_v1_ReliabilityBin)[];
  /**
   * Decided pairs that evidence proposes; of the latest 20,000 decisions.
   */
  'pairs'?: (number);
  /**
   * Those decided to be one customer.
   */
  'same'?: (number);
  /**
   * Mean squared difference of certainty and outcome; absent without pairs.
   */
  'brierScore'?: (number | string);
  /**
   * Mean difference of predicted and observed over the ranges (expected calibration error); absent
   * without pairs.
   */
  'calibrationError'?: (number | string);
  /**
   * Decided pairs that no evidence proposes; left out.
   */
  'unpredicted'?: (number);
  '_brierScore'?: "brierScore";
  '_calibrationError'?: "calibrationError";
}

/**
 * How far certainties keep what they say.
 */
export interface GetReliabilityResponse__Output {
  /**
   * By rising certainty; ranges without a decision are left out.
   */
  'bins': (_selfsame_v1_ReliabilityBin__Output)[];
  /**
   * Decided pairs that evidence proposes; of the latest 20,000 decisions.
   */
  'pairs': (number);
  /**
   * Those decided to be one customer.
   */
  'same': (number);
  /**
   * Mean squared difference of certainty and outcome; absent without pairs.
   */
  'brierScore'?: (number);
  /**
   * Mean difference of predicted and observed over the ranges (expected calibration error); absent
   * without pairs.
   */
  'calibrationError'?: (number);
  /**
   * Decided pairs that no evidence proposes; left out.
   */
  'unpredicted': (number);
  '_brierScore'?: "brierScore";
  '_calibrationError'?: "calibrationError";
}
