// Original file: selfsame/v1/steward_service.proto

import type { Verdict as _selfsame_v1_Verdict, Verdict__Output as _selfsame_v1_Verdict__Output } from '../../selfsame/v1/Verdict.ts';
import type { ProfilePair as _selfsame_v1_ProfilePair, ProfilePair__Output as _selfsame_v1_ProfilePair__Output } from '../../selfsame/v1/ProfilePair.ts';
import type { ReviewFilter as _selfsame_v1_ReviewFilter, ReviewFilter__Output as _selfsame_v1_ReviewFilter__Output } from '../../selfsame/v1/ReviewFilter.ts';
import type { DecisionRecord as _selfsame_v1_DecisionRecord, DecisionRecord__Output as _selfsame_v1_DecisionRecord__Output } from '../../selfsame/v1/DecisionRecord.ts';

/**
 * Asks to decide pairs.
 */
export interface DecideReviewsRequest {
  /**
   * What is decided of all of them: VERDICT_SAME or VERDICT_DIFFERENT. Required.
   */
  'verdict'?: (_selfsame_v1_Verdict);
  /**
   * The pairs, at most 1,000. Give these or `filter`.
   */
  'pairs'?: (_selfsame_v1_ProfilePair)[];
  /**
   * Which open pairs. Give this or `pairs`.
   */
  'filter'?: (_selfsame_v1_ReviewFilter | null);
  /**
   * Most pairs that may be decided, at most 1,000; when there are more, none is. Default: as many as
   * `pairs` names, or 100 with a filter.
   */
  'maxDecisions'?: (number);
  /**
   * Only tell what would be decided.
   */
  'dryRun'?: (boolean);
  /**
   * Who, when and why. Required.
   */
  'record'?: (_selfsame_v1_DecisionRecord | null);
}

/**
 * Asks to decide pairs.
 */
export interface DecideReviewsRequest__Output {
  /**
   * What is decided of all of them: VERDICT_SAME or VERDICT_DIFFERENT. Required.
   */
  'verdict': (_selfsame_v1_Verdict__Output);
  /**
   * The pairs, at most 1,000. Give these or `filter`.
   */
  'pairs': (_selfsame_v1_ProfilePair__Output)[];
  /**
   * Which open pairs. Give this or `pairs`.
   */
  'filter': (_selfsame_v1_ReviewFilter__Output | null);
  /**
   * Most pairs that may be decided, at most 1,000; when there are more, none is. Default: as many as
   * `pairs` names, or 100 with a filter.
   */
  'maxDecisions': (number);
  /**
   * Only tell what would be decided.
   */
  'dryRun': (boolean);
  /**
   * Who, when and why. Required.
   */
  'record': (_selfsame_v1_DecisionRecord__Output | null);
}
