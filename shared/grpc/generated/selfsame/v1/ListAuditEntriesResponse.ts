// Original file: selfsame/v1/audit_service.proto

import type { AuditEntry as _selfsame_v1_AuditEntry, AuditEntry__Output as _selfsame_v1_AuditEntry__Output } from '../../selfsame/v1/AuditEntry.ts';

/**
 * Records.
 */
export interface ListAuditEntriesResponse {
  /**
   * The latest first. May be empty though there is a next page.
   */
  'entries'?: (_selfsame_v1_AuditEntry)[];
  /**
   * For the next page; empty: this was the last.
   */
  'nextPageToken'?: (string);
}

/**
 * Records.
 */
export interface ListAuditEntriesResponse__Output {
  /**
   * The latest first. May be empty though there is a next page.
   */
  'entries': (_selfsame_v1_AuditEntry__Output)[];
  /**
   * For the next page; empty: this was the last.
   */
  'nextPageToken': (string);
}
