// Original file: selfsame/v1/steward_service.proto

/**
 * What a decision says of a pair.
 */
export const Verdict = {
  /**
   * Not given.
   */
  VERDICT_UNSPECIFIED: 'VERDICT_UNSPECIFIED',
  /**
   * One customer.
   */
  VERDICT_SAME: 'VERDICT_SAME',
  /**
   * Never one customer.
   */
  VERDICT_DIFFERENT: 'VERDICT_DIFFERENT',
  /**
   * Groups of profiles that are different customers; not for deciding reviews.
   */
  VERDICT_SPLIT: 'VERDICT_SPLIT',
} as const;

/**
 * What a decision says of a pair.
 */
export type Verdict =
  /**
   * Not given.
   */
  | 'VERDICT_UNSPECIFIED'
  | 0
  /**
   * One customer.
   */
  | 'VERDICT_SAME'
  | 1
  /**
   * Never one customer.
   */
  | 'VERDICT_DIFFERENT'
  | 2
  /**
   * Groups of profiles that are different customers; not for deciding reviews.
   */
  | 'VERDICT_SPLIT'
  | 3

/**
 * What a decision says of a pair.
 */
export type Verdict__Output = typeof Verdict[keyof typeof Verdict]
