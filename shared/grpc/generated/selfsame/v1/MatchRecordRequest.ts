// Original file: selfsame/v1/record_match.proto

import type { Party as _selfsame_v1_Party, Party__Output as _selfsame_v1_Party__Output } from '../../selfsame/v1/Party.ts';
import type { ReadOptions as _selfsame_v1_ReadOptions, ReadOptions__Output as _selfsame_v1_ReadOptions__Output } from '../../selfsame/v1/ReadOptions.ts';

/**
 * Asks which customers a record may belong to.
 */
export interface MatchRecordRequest {
  /**
   * The record: identifiers and attributes as an interaction would bring them. Required.
   */
  'record'?: (_selfsame_v1_Party | null);
  /**
   * Most customers to answer, at most 100; 0: 10.
   */
  'maxMatches'?: (number);
  /**
   * What to ask of the answer. `min_certainty` chooses the view of customers; matches are told down
   * to the review band, with their certainty.
   */
  'options'?: (_selfsame_v1_ReadOptions | null);
}

/**
 * Asks which customers a record may belong to.
 */
export interface MatchRecordRequest__Output {
  /**
   * The record: identifiers and attributes as an interaction would bring them. Required.
   */
  'record': (_selfsame_v1_Party__Output | null);
  /**
   * Most customers to answer, at most 100; 0: 10.
   */
  'maxMatches': (number);
  /**
   * What to ask of the answer. `min_certainty` chooses the view of customers; matches are told down
   * to the review band, with their certainty.
   */
  'options': (_selfsame_v1_ReadOptions__Output | null);
}
