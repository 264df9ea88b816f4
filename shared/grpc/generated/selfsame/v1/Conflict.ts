// Original file: selfsame/v1/steward_service.proto

import type { ProfilePair as _selfsame_v1_ProfilePair, ProfilePair__Output as _selfsame_v1_ProfilePair__Output } from '../../selfsame/v1/ProfilePair.ts';
import type { ConflictKind as _selfsame_v1_ConflictKind, ConflictKind__Output as _selfsame_v1_ConflictKind__Output } from '../../selfsame/v1/ConflictKind.ts';
import type { Decision as _selfsame_v1_Decision, Decision__Output as _selfsame_v1_Decision__Output } from '../../selfsame/v1/Decision.ts';

/**
 * A must-link that contradicts something.
 */
export interface Conflict {
  /**
   * The pair of the must-link.
   */
  'pair'?: (_selfsame_v1_ProfilePair | null);
  /**
   * The must-link that counts on the pair.
   */
  'decisionId'?: (string);
  /**
   * What it contradicts.
   */
  'kind'?: (_selfsame_v1_ConflictKind);
  /**
   * The namespace of the limit or exclusivity, or the id of the split; else empty.
   */
  'detail'?: (string);
  /**
   * The must-link itself; absent when it was taken back meanwhile.
   */
  'decision'?: (_selfsame_v1_Decision | null);
  /**
   * The decisions that defeat it, at most 16: cannot-links between members of the two customers, or the
   * split. Empty when it overrules a limit or an exclusivity.
   */
  'defeatedBy'?: (_selfsame_v1_Decision)[];
}

/**
 * A must-link that contradicts something.
 */
export interface Conflict__Output {
  /**
   * The pair of the must-link.
   */
  'pair': (_selfsame_v1_ProfilePair__Output | null);
  /**
   * The must-link that counts on the pair.
   */
  'decisionId': (string);
  /**
   * What it contradicts.
   */
  'kind': (_selfsame_v1_ConflictKind__Output);
  /**
   * The namespace of the limit or exclusivity, or the id of the split; else empty.
   */
  'detail': (string);
  /**
   * The must-link itself; absent when it was taken back meanwhile.
   */
  'decision': (_selfsame_v1_Decision__Output | null);
  /**
   * The decisions that defeat it, at most 16: cannot-links between members of the two customers, or the
   * split. Empty when it overrules a limit or an exclusivity.
   */
  'defeatedBy': (_selfsame_v1_Decision__Output)[];
}
