// Original file: selfsame/v1/audit_service.proto

import type { AuditShelf as _selfsame_v1_AuditShelf, AuditShelf__Output as _selfsame_v1_AuditShelf__Output } from '../../selfsame/v1/AuditShelf.ts';
import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from '../../selfsame/v1/Identifier.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * Asks for records.
 */
export interface ListAuditEntriesRequest {
  /**
   * Only of this kind.
   */
  'shelf'?: (_selfsame_v1_AuditShelf);
  /**
   * Only about this customer (a customer id or profile reference): its id, its profiles, and
   * identifiers that it has now. At most 64 characters.
   */
  'customer'?: (string);
  /**
   * Only about this identifier, as it is or was looked up.
   */
  'identifier'?: (_selfsame_v1_Identifier | null);
  /**
   * Only of this caller: the subject of its token. At most 200 characters.
   */
  'actor'?: (string);
  /**
   * Only of this method: `selfsame.v1.StewardService/MustLink` or `MustLink`. At most 200 characters.
   */
  'method'?: (string);
  /**
   * Only from this time on.
   */
  'since'?: (_google_protobuf_Timestamp | null);
  /**
   * Only before this time.
   */
  'until'?: (_google_protobuf_Timestamp | null);
  /**
   * Most to return, at most 1,000. Default 100.
   */
  'pageSize'?: (number);
  /**
   * From the answer before, with the same filter; empty: the first page.
   */
  'pageToken'?: (string);
}

/**
 * Asks for records.
 */
export interface ListAuditEntriesRequest__Output {
  /**
   * Only of this kind.
   */
  'shelf': (_selfsame_v1_AuditShelf__Output);
  /**
   * Only about this customer (a customer id or profile reference): its id, its profiles, and
   * identifiers that it has now. At most 64 characters.
   */
  'customer': (string);
  /**
   * Only about this identifier, as it is or was looked up.
   */
  'identifier': (_selfsame_v1_Identifier__Output | null);
  /**
   * Only of this caller: the subject of its token. At most 200 characters.
   */
  'actor': (string);
  /**
   * Only of this method: `selfsame.v1.StewardService/MustLink` or `MustLink`. At most 200 characters.
   */
  'method': (string);
  /**
   * Only from this time on.
   */
  'since': (_google_protobuf_Timestamp__Output | null);
  /**
   * Only before this time.
   */
  'until': (_google_protobuf_Timestamp__Output | null);
  /**
   * Most to return, at most 1,000. Default 100.
   */
  'pageSize': (number);
  /**
   * From the answer before, with the same filter; empty: the first page.
   */
  'pageToken': (string);
}
