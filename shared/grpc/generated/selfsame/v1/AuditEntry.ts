// Original file: selfsame/v1/audit_service.proto

import type { AuditShelf as _selfsame_v1_AuditShelf, AuditShelf__Output as _selfsame_v1_AuditShelf__Output } from '../../selfsame/v1/AuditShelf.ts';
import type { AuditPhase as _selfsame_v1_AuditPhase, AuditPhase__Output as _selfsame_v1_AuditPhase__Output } from '../../selfsame/v1/AuditPhase.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * A record of the audit trail.
 */
export interface AuditEntry {
  /**
   * The same in all records of one call.
   */
  'callId'?: (string);
  /**
   * What kind of call it is of.
   */
  'shelf'?: (_selfsame_v1_AuditShelf);
  /**
   * When it was made: before or after the call.
   */
  'phase'?: (_selfsame_v1_AuditPhase);
  /**
   * When, by the gateway's clock.
   */
  'time'?: (_google_protobuf_Timestamp | null);
  /**
   * Who called: subject of the token (its digest, where it could tell of a person), or `anonymous`.
   */
  'actor'?: (string);
  /**
   * Subject of the client's certificate; empty: none was shown.
   */
  'certificate'?: (string);
  /**
   * Tenant; empty: the cluster has none.
   */
  'tenant'?: (string);
  /**
   * `package.Service/Method`.
   */
  'method'?: (string);
  /**
   * `x-request-id` of the call.
   */
  'requestId'?: (string);
  /**
   * Name of the gRPC status, e.g. `OK` or `NOT_FOUND`; empty in records from before the call.
   */
  'outcome'?: (string);
  /**
   * Reason of a failure, as in its ErrorInfo.
   */
  'reason'?: (string);
  /**
   * Identifiers, interactions or messages in the call; of a loss: records.
   */
  'items'?: (number | string | Long);
  /**
   * Whom and what the call named, at most 256: customer ids and profile references as they are,
   * everything else as a keyed hash.
   */
  'references'?: (string)[];
  /**
   * The record was changed after it was made, or records between it and the next later one of the
   * same gateway are missing.
   */
  'damaged'?: (boolean);
}

/**
 * A record of the audit trail.
 */
export interface AuditEntry__Output {
  /**
   * The same in all records of one call.
   */
  'callId': (string);
  /**
   * What kind of call it is of.
   */
  'shelf': (_selfsame_v1_AuditShelf__Output);
  /**
   * When it was made: before or after the call.
   */
  'phase': (_selfsame_v1_AuditPhase__Output);
  /**
   * When, by the gateway's clock.
   */
  'time': (_google_protobuf_Timestamp__Output | null);
  /**
   * Who called: subject of the token (its digest, where it could tell of a person), or `anonymous`.
   */
  'actor': (string);
  /**
   * Subject of the client's certificate; empty: none was shown.
   */
  'certificate': (string);
  /**
   * Tenant; empty: the cluster has none.
   */
  'tenant': (string);
  /**
   * `package.Service/Method`.
   */
  'method': (string);
  /**
   * `x-request-id` of the call.
   */
  'requestId': (string);
  /**
   * Name of the gRPC status, e.g. `OK` or `NOT_FOUND`; empty in records from before the call.
   */
  'outcome': (string);
  /**
   * Reason of a failure, as in its ErrorInfo.
   */
  'reason': (string);
  /**
   * Identifiers, interactions or messages in the call; of a loss: records.
   */
  'items': (string);
  /**
   * Whom and what the call named, at most 256: customer ids and profile references as they are,
   * everything else as a keyed hash.
   */
  'references': (string)[];
  /**
   * The record was changed after it was made, or records between it and the next later one of the
   * same gateway are missing.
   */
  'damaged': (boolean);
}
