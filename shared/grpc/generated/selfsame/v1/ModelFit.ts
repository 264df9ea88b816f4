// Original file: selfsame/v1/rules_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * How weights were fitted.
 */
export interface ModelFit {
  /**
   * Profiles of the sample.
   */
  'profiles'?: (number | string | Long);
  /**
   * Pairs of the sample that keys propose, and random pairs.
   */
  'proposedPairs'?: (number | string | Long);
  /**
   * Random pairs.
   */
  'randomPairs'?: (number | string | Long);
  /**
   * Rounds of expectation maximisation.
   */
  'iterations'?: (number | string | Long);
  /**
   * Pairs of one person expected among all.
   */
  'expectedMatches'?: (number | string);
}

/**
 * How weights were fitted.
 */
export interface ModelFit__Output {
  /**
   * Profiles of the sample.
   */
  'profiles': (string);
  /**
   * Pairs of the sample that keys propose, and random pairs.
   */
  'proposedPairs': (string);
  /**
   * Random pairs.
   */
  'randomPairs': (string);
  /**
   * Rounds of expectation maximisation.
   */
  'iterations': (string);
  /**
   * Pairs of one person expected among all.
   */
  'expectedMatches': (number);
}
