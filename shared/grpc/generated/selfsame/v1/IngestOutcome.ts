// Original file: selfsame/v1/outcome.proto

import type { IngestStatus as _selfsame_v1_IngestStatus, IngestStatus__Output as _selfsame_v1_IngestStatus__Output } from '../../selfsame/v1/IngestStatus.ts';
import type { FieldViolation as _selfsame_v1_FieldViolation, FieldViolation__Output as _selfsame_v1_FieldViolation__Output } from '../../selfsame/v1/FieldViolation.ts';
import type { ItemError as _selfsame_v1_ItemError, ItemError__Output as _selfsame_v1_ItemError__Output } from '../../selfsame/v1/ItemError.ts';

/**
 * What became of one interaction, in full.
 */
export interface IngestOutcome {
  /**
   * What became of it.
   */
  'status'?: (_selfsame_v1_IngestStatus);
  /**
   * Acknowledged: opaque token for reads that must reflect this interaction.
   */
  'revisionToken'?: (string);
  /**
   * Acknowledged: values that were dropped on entry (blocked, junk, not parseable) and why.
   */
  'dropped'?: (_selfsame_v1_FieldViolation)[];
  /**
   * Rejected: what is wrong with it.
   */
  'violations'?: (_selfsame_v1_FieldViolation)[];
  /**
   * Failed: why.
   */
  'error'?: (_selfsame_v1_ItemError | null);
}

/**
 * What became of one interaction, in full.
 */
export interface IngestOutcome__Output {
  /**
   * What became of it.
   */
  'status': (_selfsame_v1_IngestStatus__Output);
  /**
   * Acknowledged: opaque token for reads that must reflect this interaction.
   */
  'revisionToken': (string);
  /**
   * Acknowledged: values that were dropped on entry (blocked, junk, not parseable) and why.
   */
  'dropped': (_selfsame_v1_FieldViolation__Output)[];
  /**
   * Rejected: what is wrong with it.
   */
  'violations': (_selfsame_v1_FieldViolation__Output)[];
  /**
   * Failed: why.
   */
  'error': (_selfsame_v1_ItemError__Output | null);
}
