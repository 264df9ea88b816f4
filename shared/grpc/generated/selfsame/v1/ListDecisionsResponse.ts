// Original file: selfsame/v1/steward_service.proto

import type { Decision as _selfsame_v1_Decision, Decision__Output as _selfsame_v1_Decision__Output } from '../../selfsame/v1/Decision.ts';

/**
 * Decisions.
 */
export interface ListDecisionsResponse {
  /**
   * The latest first.
   */
  'decisions'?: (_selfsame_v1_Decision)[];
  /**
   * For the next page; empty: this was the last.
   */
  'nextPageToken'?: (string);
}

/**
 * Decisions.
 */
export interface ListDecisionsResponse__Output {
  /**
   * The latest first.
   */
  'decisions': (_selfsame_v1_Decision__Output)[];
  /**
   * For the next page; empty: this was the last.
   */
  'nextPageToken': (string);
}
