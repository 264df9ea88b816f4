// Original file: selfsame/v1/ingest_service.proto

import type { IngestOutcome as _selfsame_v1_IngestOutcome, IngestOutcome__Output as _selfsame_v1_IngestOutcome__Output } from '../../selfsame/v1/IngestOutcome.ts';

/**
 * Tells what became of several interactions.
 */
export interface IngestInteractionBatchResponse {
  /**
   * One outcome for each interaction, in their order.
   */
  'outcomes'?: (_selfsame_v1_IngestOutcome)[];
}

/**
 * Tells what became of several interactions.
 */
export interface IngestInteractionBatchResponse__Output {
  /**
   * One outcome for each interaction, in their order.
   */
  'outcomes': (_selfsame_v1_IngestOutcome__Output)[];
}
