// Original file: selfsame/v1/steward_service.proto

import type { ReviewKind as _selfsame_v1_ReviewKind, ReviewKind__Output as _selfsame_v1_ReviewKind__Output } from '../../selfsame/v1/ReviewKind.ts';

/**
 * Which open pairs.
 */
export interface ReviewFilter {
  /**
   * Least certainty of the evidence, 0 to 1. Default 0.
   */
  'minCertainty'?: (number | string);
  /**
   * Most certainty of the evidence, 0 to 1. Absent: 1.
   */
  'maxCertainty'?: (number | string);
  /**
   * Only pairs of this kind.
   */
  'kind'?: (_selfsame_v1_ReviewKind);
  /**
   * Only pairs that evidence of this namespace proposes. At most 200 characters.
   */
  'namespace'?: (string);
  /**
   * Only pairs of this customer: a customer id or profile reference.
   */
  'customer'?: (string);
  '_maxCertainty'?: "maxCertainty";
}

/**
 * Which open pairs.
 */
export interface ReviewFilter__Output {
  /**
   * Least certainty of the evidence, 0 to 1. Default 0.
   */
  'minCertainty': (number);
  /**
   * Most certainty of the evidence, 0 to 1. Absent: 1.
   */
  'maxCertainty'?: (number);
  /**
   * Only pairs of this kind.
   */
  'kind': (_selfsame_v1_ReviewKind__Output);
  /**
   * Only pairs that evidence of this namespace proposes. At most 200 characters.
   */
  'namespace': (string);
  /**
   * Only pairs of this customer: a customer id or profile reference.
   */
  'customer': (string);
  '_maxCertainty'?: "maxCertainty";
}
