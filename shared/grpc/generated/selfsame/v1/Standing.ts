// Original file: selfsame/v1/steward_service.proto

/**
 * How a value, a delivery, a source or a rule stands.
 */
export const Standing = {
  /**
   * Not given.
   */
  STANDING_UNSPECIFIED: 'STANDING_UNSPECIFIED',
  /**
   * Counts for nothing until it is judged.
   */
  STANDING_HELD: 'STANDING_HELD',
  /**
   * Counts.
   */
  STANDING_RELEASED: 'STANDING_RELEASED',
  /**
   * As if it had never been there.
   */
  STANDING_REJECTED: 'STANDING_REJECTED',
} as const;

/**
 * How a value, a delivery, a source or a rule stands.
 */
export type Standing =
  /**
   * Not given.
   */
  | 'STANDING_UNSPECIFIED'
  | 0
  /**
   * Counts for nothing until it is judged.
   */
  | 'STANDING_HELD'
  | 1
  /**
   * Counts.
   */
  | 'STANDING_RELEASED'
  | 2
  /**
   * As if it had never been there.
   */
  | 'STANDING_REJECTED'
  | 3

/**
 * How a value, a delivery, a source or a rule stands.
 */
export type Standing__Output = typeof Standing[keyof typeof Standing]
