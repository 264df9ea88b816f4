// Original file: selfsame/v1/explanation.proto

import type { Long } from '@grpc/proto-loader';

/**
 * One reason of an edge.
 */
export interface EdgeReason {
  /**
   * `shared_value`, `same_party`, `device`, `must_link`, `cannot_link`.
   */
  'kind'?: (string);
  /**
   * Namespace it rests on; empty for must-links.
   */
  'namespace'?: (string);
  /**
   * Probability, 0 to 1, that it gives.
   */
  'certainty'?: (number | string);
  /**
   * Distinct days on which it was seen.
   */
  'supportDays'?: (number | string | Long);
  /**
   * Version of the rules that gave it.
   */
  'rulesVersion'?: (string);
  /**
   * Must-links: the decision; else empty.
   */
  'decisionId'?: (string);
}

/**
 * One reason of an edge.
 */
export interface EdgeReason__Output {
  /**
   * `shared_value`, `same_party`, `device`, `must_link`, `cannot_link`.
   */
  'kind': (string);
  /**
   * Namespace it rests on; empty for must-links.
   */
  'namespace': (string);
  /**
   * Probability, 0 to 1, that it gives.
   */
  'certainty': (number);
  /**
   * Distinct days on which it was seen.
   */
  'supportDays': (string);
  /**
   * Version of the rules that gave it.
   */
  'rulesVersion': (string);
  /**
   * Must-links: the decision; else empty.
   */
  'decisionId': (string);
}
