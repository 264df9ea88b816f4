// Original file: selfsame/v1/steward_service.proto

import type { ProfilePair as _selfsame_v1_ProfilePair, ProfilePair__Output as _selfsame_v1_ProfilePair__Output } from '../../selfsame/v1/ProfilePair.ts';

/**
 * A pair that was decided, or with dry_run would be.
 */
export interface DecidedReview {
  /**
   * The pair.
   */
  'pair'?: (_selfsame_v1_ProfilePair | null);
  /**
   * Names the decision, e.g. to take it back.
   */
  'decisionId'?: (string);
}

/**
 * A pair that was decided, or with dry_run would be.
 */
export interface DecidedReview__Output {
  /**
   * The pair.
   */
  'pair': (_selfsame_v1_ProfilePair__Output | null);
  /**
   * Names the decision, e.g. to take it back.
   */
  'decisionId': (string);
}
