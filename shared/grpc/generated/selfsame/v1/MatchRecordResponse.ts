// Original file: selfsame/v1/record_match.proto

import type { RecordMatch as _selfsame_v1_RecordMatch, RecordMatch__Output as _selfsame_v1_RecordMatch__Output } from '../../selfsame/v1/RecordMatch.ts';
import type { FieldViolation as _selfsame_v1_FieldViolation, FieldViolation__Output as _selfsame_v1_FieldViolation__Output } from '../../selfsame/v1/FieldViolation.ts';

/**
 * Tells which customers a record may belong to.
 */
export interface MatchRecordResponse {
  /**
   * Of the merge and review bands; those that may join first, the most certain first.
   */
  'matches'?: (_selfsame_v1_RecordMatch)[];
  /**
   * Several customers fit with merge certainty: the first must not be taken for the only one.
   */
  'ambiguous'?: (boolean);
  /**
   * How many profiles share something with the record.
   */
  'candidateCount'?: (number);
  /**
   * Not all of them were scored, but those that share the most.
   */
  'truncated'?: (boolean);
  /**
   * Values of the record that were not used.
   */
  'dropped'?: (_selfsame_v1_FieldViolation)[];
}

/**
 * Tells which customers a record may belong to.
 */
export interface MatchRecordResponse__Output {
  /**
   * Of the merge and review bands; those that may join first, the most certain first.
   */
  'matches': (_selfsame_v1_RecordMatch__Output)[];
  /**
   * Several customers fit with merge certainty: the first must not be taken for the only one.
   */
  'ambiguous': (boolean);
  /**
   * How many profiles share something with the record.
   */
  'candidateCount': (number);
  /**
   * Not all of them were scored, but those that share the most.
   */
  'truncated': (boolean);
  /**
   * Values of the record that were not used.
   */
  'dropped': (_selfsame_v1_FieldViolation__Output)[];
}
