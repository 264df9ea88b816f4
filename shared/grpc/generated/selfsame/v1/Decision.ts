// Original file: selfsame/v1/steward_service.proto

import type { Verdict as _selfsame_v1_Verdict, Verdict__Output as _selfsame_v1_Verdict__Output } from '../../selfsame/v1/Verdict.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { ProfileRefs as _selfsame_v1_ProfileRefs, ProfileRefs__Output as _selfsame_v1_ProfileRefs__Output } from '../../selfsame/v1/ProfileRefs.ts';
import type { DecisionStanding as _selfsame_v1_DecisionStanding, DecisionStanding__Output as _selfsame_v1_DecisionStanding__Output } from '../../selfsame/v1/DecisionStanding.ts';

/**
 * A decision.
 */
export interface Decision {
  /**
   * Its name.
   */
  'decisionId'?: (string);
  /**
   * What it says.
   */
  'verdict'?: (_selfsame_v1_Verdict);
  /**
   * When it was decided.
   */
  'decidedAt'?: (_google_protobuf_Timestamp | null);
  /**
   * Who decided.
   */
  'decidedBy'?: (string);
  /**
   * Why.
   */
  'reason'?: (string);
  /**
   * Whom it is about: two profiles, each alone, or the groups of a split.
   */
  'groups'?: (_selfsame_v1_ProfileRefs)[];
  /**
   * Whether it counts.
   */
  'standing'?: (_selfsame_v1_DecisionStanding);
  /**
   * The decision that counts instead of a superseded one; else empty.
   */
  'supersededBy'?: (string);
  /**
   * When it was taken back; absent when it was not.
   */
  'retractedAt'?: (_google_protobuf_Timestamp | null);
  /**
   * Who took it back.
   */
  'retractedBy'?: (string);
  /**
   * Why it was taken back.
   */
  'retractionReason'?: (string);
  /**
   * How many of its profiles nothing is observed of (any longer).
   */
  'unobservedProfiles'?: (number);
}

/**
 * A decision.
 */
export interface Decision__Output {
  /**
   * Its name.
   */
  'decisionId': (string);
  /**
   * What it says.
   */
  'verdict': (_selfsame_v1_Verdict__Output);
  /**
   * When it was decided.
   */
  'decidedAt': (_google_protobuf_Timestamp__Output | null);
  /**
   * Who decided.
   */
  'decidedBy': (string);
  /**
   * Why.
   */
  'reason': (string);
  /**
   * Whom it is about: two profiles, each alone, or the groups of a split.
   */
  'groups': (_selfsame_v1_ProfileRefs__Output)[];
  /**
   * Whether it counts.
   */
  'standing': (_selfsame_v1_DecisionStanding__Output);
  /**
   * The decision that counts instead of a superseded one; else empty.
   */
  'supersededBy': (string);
  /**
   * When it was taken back; absent when it was not.
   */
  'retractedAt': (_google_protobuf_Timestamp__Output | null);
  /**
   * Who took it back.
   */
  'retractedBy': (string);
  /**
   * Why it was taken back.
   */
  'retractionReason': (string);
  /**
   * How many of its profiles nothing is observed of (any longer).
   */
  'unobservedProfiles': (number);
}
