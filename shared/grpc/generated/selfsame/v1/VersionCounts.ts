// Original file: selfsame/v1/rules_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Counts of one version.
 */
export interface VersionCounts {
  /**
   * Profiles with observations.
   */
  'profiles'?: (number | string | Long);
  /**
   * Customers at this certainty.
   */
  'customers'?: (number | string | Long);
  /**
   * Certainty of the reading, 0 to 1.
   */
  'minCertainty'?: (number | string);
}

/**
 * Counts of one version.
 */
export interface VersionCounts__Output {
  /**
   * Profiles with observations.
   */
  'profiles': (string);
  /**
   * Customers at this certainty.
   */
  'customers': (string);
  /**
   * Certainty of the reading, 0 to 1.
   */
  'minCertainty': (number);
}
