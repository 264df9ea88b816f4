// Original file: selfsame/v1/steward_service.proto

/**
 * Whether a decision counts.
 */
export const DecisionStanding = {
  /**
   * Never sent.
   */
  DECISION_STANDING_UNSPECIFIED: 'DECISION_STANDING_UNSPECIFIED',
  /**
   * Counts.
   */
  DECISION_STANDING_EFFECTIVE: 'DECISION_STANDING_EFFECTIVE',
  /**
   * A later decision on the same pair counts.
   */
  DECISION_STANDING_SUPERSEDED: 'DECISION_STANDING_SUPERSEDED',
  /**
   * Was taken back.
   */
  DECISION_STANDING_RETRACTED: 'DECISION_STANDING_RETRACTED',
} as const;

/**
 * Whether a decision counts.
 */
export type DecisionStanding =
  /**
   * Never sent.
   */
  | 'DECISION_STANDING_UNSPECIFIED'
  | 0
  /**
   * Counts.
   */
  | 'DECISION_STANDING_EFFECTIVE'
  | 1
  /**
   * A later decision on the same pair counts.
   */
  | 'DECISION_STANDING_SUPERSEDED'
  | 2
  /**
   * Was taken back.
   */
  | 'DECISION_STANDING_RETRACTED'
  | 3

/**
 * Whether a decision counts.
 */
export type DecisionStanding__Output = typeof DecisionStanding[keyof typeof DecisionStanding]
