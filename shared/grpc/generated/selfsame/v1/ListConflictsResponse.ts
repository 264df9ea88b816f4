// Original file: selfsame/v1/steward_service.proto

import type { Conflict as _selfsame_v1_Conflict, Conflict__Output as _selfsame_v1_Conflict__Output } from '../../selfsame/v1/Conflict.ts';

/**
 * Conflicts.
 */
export interface ListConflictsResponse {
  /**
   * By pair.
   */
  'conflicts'?: (_selfsame_v1_Conflict)[];
  /**
   * For the next page; empty: this was the last.
   */
  'nextPageToken'?: (string);
}

/**
 * Conflicts.
 */
export interface ListConflictsResponse__Output {
  /**
   * By pair.
   */
  'conflicts': (_selfsame_v1_Conflict__Output)[];
  /**
   * For the next page; empty: this was the last.
   */
  'nextPageToken': (string);
}
