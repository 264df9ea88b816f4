// Original file: selfsame/v1/ingest_service.proto

import type { FieldViolation as _selfsame_v1_FieldViolation, FieldViolation__Output as _selfsame_v1_FieldViolation__Output } from '../../selfsame/v1/FieldViolation.ts';

/**
 * Tells that one interaction was taken in.
 */
export interface IngestInteractionResponse {
  /**
   * Opaque token for reads that must reflect this interaction.
   */
  'revisionToken'?: (string);
  /**
   * Values that were dropped on entry (blocked, junk, not parseable) and why.
   */
  'dropped'?: (_selfsame_v1_FieldViolation)[];
}

/**
 * Tells that one interaction was taken in.
 */
export interface IngestInteractionResponse__Output {
  /**
   * Opaque token for reads that must reflect this interaction.
   */
  'revisionToken': (string);
  /**
   * Values that were dropped on entry (blocked, junk, not parseable) and why.
   */
  'dropped': (_selfsame_v1_FieldViolation__Output)[];
}
