// Original file: selfsame/v1/ingest_service.proto

import type { IngestOutcome as _selfsame_v1_IngestOutcome, IngestOutcome__Output as _selfsame_v1_IngestOutcome__Output } from '../../selfsame/v1/IngestOutcome.ts';

/**
 * What became of one interaction on a stream.
 */
export interface IngestInteractionStreamResponse {
  /**
   * As given with the interaction.
   */
  'correlationId'?: (string);
  /**
   * What became of it.
   */
  'outcome'?: (_selfsame_v1_IngestOutcome | null);
}

/**
 * What became of one interaction on a stream.
 */
export interface IngestInteractionStreamResponse__Output {
  /**
   * As given with the interaction.
   */
  'correlationId': (string);
  /**
   * What became of it.
   */
  'outcome': (_selfsame_v1_IngestOutcome__Output | null);
}
