// Original file: selfsame/v1/attribution.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { PartyAttribution as _selfsame_v1_PartyAttribution, PartyAttribution__Output as _selfsame_v1_PartyAttribution__Output } from '../../selfsame/v1/PartyAttribution.ts';

/**
 * Tells whose an interaction is.
 */
export interface GetAttributionResponse {
  /**
   * Source of the interaction.
   */
  'source'?: (string);
  /**
   * Its id there.
   */
  'interactionId'?: (string);
  /**
   * When it happened.
   */
  'occurredAt'?: (_google_protobuf_Timestamp | null);
  /**
   * Its parties, in their order.
   */
  'parties'?: (_selfsame_v1_PartyAttribution)[];
}

/**
 * Tells whose an interaction is.
 */
export interface GetAttributionResponse__Output {
  /**
   * Source of the interaction.
   */
  'source': (string);
  /**
   * Its id there.
   */
  'interactionId': (string);
  /**
   * When it happened.
   */
  'occurredAt': (_google_protobuf_Timestamp__Output | null);
  /**
   * Its parties, in their order.
   */
  'parties': (_selfsame_v1_PartyAttribution__Output)[];
}
