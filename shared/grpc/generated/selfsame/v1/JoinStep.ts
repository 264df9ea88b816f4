// Original file: selfsame/v1/explanation.proto

import type { ExplainedEdge as _selfsame_v1_ExplainedEdge, ExplainedEdge__Output as _selfsame_v1_ExplainedEdge__Output } from '../../selfsame/v1/ExplainedEdge.ts';

/**
 * One step towards joining two customers.
 */
export interface JoinStep {
  /**
   * `must_link`, `raise_certainty`, `withdraw_cannot_link`, `withdraw_split`, `lift_limit`,
   * `lift_exclusivity`.
   */
  'kind'?: (string);
  /**
   * The pair; absent where the step is about a namespace or a split.
   */
  'edge'?: (_selfsame_v1_ExplainedEdge | null);
  /**
   * `raise_certainty`: by how many quarter bits.
   */
  'quarterBits'?: (number);
  /**
   * `lift_limit`, `lift_exclusivity`: the namespace in the way.
   */
  'namespace'?: (string);
  /**
   * `withdraw_split`: the decision.
   */
  'decisionId'?: (string);
}

/**
 * One step towards joining two customers.
 */
export interface JoinStep__Output {
  /**
   * `must_link`, `raise_certainty`, `withdraw_cannot_link`, `withdraw_split`, `lift_limit`,
   * `lift_exclusivity`.
   */
  'kind': (string);
  /**
   * The pair; absent where the step is about a namespace or a split.
   */
  'edge': (_selfsame_v1_ExplainedEdge__Output | null);
  /**
   * `raise_certainty`: by how many quarter bits.
   */
  'quarterBits': (number);
  /**
   * `lift_limit`, `lift_exclusivity`: the namespace in the way.
   */
  'namespace': (string);
  /**
   * `withdraw_split`: the decision.
   */
  'decisionId': (string);
}
