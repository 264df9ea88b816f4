// Original file: selfsame/v1/interaction.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Party as _selfsame_v1_Party, Party__Output as _selfsame_v1_Party__Output } from '../../selfsame/v1/Party.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * One thing that happened between a company and its customers, as one source knows it. All its text
 * together has at most 256,000 characters.
 */
export interface Interaction {
  /**
   * Name of the sending system, e.g. `web`, `crm-emea`. 1 to 200 characters.
   */
  'source'?: (string);
  /**
   * The source's own id of the interaction; (source, interaction_id) identifies it, so that repeated
   * deliveries count once. 1 to 200 characters.
   */
  'interactionId'?: (string);
  /**
   * Version of the interaction, 0 to 2^53 - 1: the highest revision wins, whatever the order of
   * arrival. An update time in epoch milliseconds serves well.
   */
  'revision'?: (number | string | Long);
  /**
   * What happened, e.g. `page_view`, `order_placed`. 1 to 200 characters.
   */
  'type'?: (string);
  /**
   * Where it happened, e.g. `web`, `shop`, `call_centre`. At most 200 characters.
   */
  'channel'?: (string);
  /**
   * When it happened, in the years 1900 to 2199. Required: limits count by it.
   */
  'occurredAt'?: (_google_protobuf_Timestamp | null);
  /**
   * Who took part, 1 to 20. The parties of one interaction are resolved each on its own evidence
   * and are never joined by the interaction.
   */
  'parties'?: (_selfsame_v1_Party)[];
  /**
   * Anything else, as JSON text of one object; kept as it came. At most 32 KiB.
   */
  'propertiesJson'?: (string);
  /**
   * Names the file, batch or export of the source that the interaction came with, e.g.
   * `contacts-2026-11-25`: all of a delivery may be held or taken back as one (OrderEvidence). At most
   * 200 characters.
   */
  'delivery'?: (string);
}

/**
 * One thing that happened between a company and its customers, as one source knows it. All its text
 * together has at most 256,000 characters.
 */
export interface Interaction__Output {
  /**
   * Name of the sending system, e.g. `web`, `crm-emea`. 1 to 200 characters.
   */
  'source': (string);
  /**
   * The source's own id of the interaction; (source, interaction_id) identifies it, so that repeated
   * deliveries count once. 1 to 200 characters.
   */
  'interactionId': (string);
  /**
   * Version of the interaction, 0 to 2^53 - 1: the highest revision wins, whatever the order of
   * arrival. An update time in epoch milliseconds serves well.
   */
  'revision': (string);
  /**
   * What happened, e.g. `page_view`, `order_placed`. 1 to 200 characters.
   */
  'type': (string);
  /**
   * Where it happened, e.g. `web`, `shop`, `call_centre`. At most 200 characters.
   */
  'channel': (string);
  /**
   * When it happened, in the years 1900 to 2199. Required: limits count by it.
   */
  'occurredAt': (_google_protobuf_Timestamp__Output | null);
  /**
   * Who took part, 1 to 20. The parties of one interaction are resolved each on its own evidence
   * and are never joined by the interaction.
   */
  'parties': (_selfsame_v1_Party__Output)[];
  /**
   * Anything else, as JSON text of one object; kept as it came. At most 32 KiB.
   */
  'propertiesJson': (string);
  /**
   * Names the file, batch or export of the source that the interaction came with, e.g.
   * `contacts-2026-11-25`: all of a delivery may be held or taken back as one (OrderEvidence). At most
   * 200 characters.
   */
  'delivery': (string);
}
