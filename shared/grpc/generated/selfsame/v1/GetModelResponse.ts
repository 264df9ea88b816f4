// Original file: selfsame/v1/rules_service.proto

import type { ModelComparison as _selfsame_v1_ModelComparison, ModelComparison__Output as _selfsame_v1_ModelComparison__Output } from '../../selfsame/v1/ModelComparison.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A scoring model.
 */
export interface GetModelResponse {
  /**
   * Version it is part of.
   */
  'version'?: (string);
  /**
   * Log-odds that two random profiles are one person, in bits.
   */
  'priorBits'?: (number | string);
  /**
   * Log-odds that two of one household are one person, in bits.
   */
  'householdPriorBits'?: (number | string);
  /**
   * Words and values whose rarity is listed.
   */
  'listedWords'?: (number | string | Long);
  /**
   * One for each comparison; none when the version declares every certainty.
   */
  'comparisons'?: (_selfsame_v1_ModelComparison)[];
}

/**
 * A scoring model.
 */
export interface GetModelResponse__Output {
  /**
   * Version it is part of.
   */
  'version': (string);
  /**
   * Log-odds that two random profiles are one person, in bits.
   */
  'priorBits': (number);
  /**
   * Log-odds that two of one household are one person, in bits.
   */
  'householdPriorBits': (number);
  /**
   * Words and values whose rarity is listed.
   */
  'listedWords': (string);
  /**
   * One for each comparison; none when the version declares every certainty.
   */
  'comparisons': (_selfsame_v1_ModelComparison__Output)[];
}
