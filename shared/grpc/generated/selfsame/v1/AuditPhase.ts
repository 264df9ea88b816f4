// Original file: selfsame/v1/audit_service.proto

/**
 * When a record was made.
 */
export const AuditPhase = {
  /**
   * Never sent.
   */
  AUDIT_PHASE_UNSPECIFIED: 'AUDIT_PHASE_UNSPECIFIED',
  /**
   * Before a privileged call.
   */
  AUDIT_PHASE_ASKED: 'AUDIT_PHASE_ASKED',
  /**
   * After the call, with its outcome.
   */
  AUDIT_PHASE_ENDED: 'AUDIT_PHASE_ENDED',
  /**
   * A known caller was not allowed to make the call.
   */
  AUDIT_PHASE_DENIED: 'AUDIT_PHASE_DENIED',
  /**
   * So many records (`items`) before this one were not kept: the trail was out of reach for too long.
   */
  AUDIT_PHASE_LOST: 'AUDIT_PHASE_LOST',
} as const;

/**
 * When a record was made.
 */
export type AuditPhase =
  /**
   * Never sent.
   */
  | 'AUDIT_PHASE_UNSPECIFIED'
  | 0
  /**
   * Before a privileged call.
   */
  | 'AUDIT_PHASE_ASKED'
  | 1
  /**
   * After the call, with its outcome.
   */
  | 'AUDIT_PHASE_ENDED'
  | 2
  /**
   * A known caller was not allowed to make the call.
   */
  | 'AUDIT_PHASE_DENIED'
  | 3
  /**
   * So many records (`items`) before this one were not kept: the trail was out of reach for too long.
   */
  | 'AUDIT_PHASE_LOST'
  | 4

/**
 * When a record was made.
 */
export type AuditPhase__Output = typeof AuditPhase[keyof typeof AuditPhase]
