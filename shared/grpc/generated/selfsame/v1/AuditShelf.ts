// Original file: selfsame/v1/audit_service.proto

/**
 * What kind of call a record is of.
 */
export const AuditShelf = {
  /**
   * Any, in a filter.
   */
  AUDIT_SHELF_UNSPECIFIED: 'AUDIT_SHELF_UNSPECIFIED',
  /**
   * Changes, rights of people, reading of this trail. None of these is done without its record.
   */
  AUDIT_SHELF_PRIVILEGED: 'AUDIT_SHELF_PRIVILEGED',
  /**
   * Look-ups, and calls that were not allowed. Kept when the trail is in reach.
   */
  AUDIT_SHELF_LOOK_UP: 'AUDIT_SHELF_LOOK_UP',
} as const;

/**
 * What kind of call a record is of.
 */
export type AuditShelf =
  /**
   * Any, in a filter.
   */
  | 'AUDIT_SHELF_UNSPECIFIED'
  | 0
  /**
   * Changes, rights of people, reading of this trail. None of these is done without its record.
   */
  | 'AUDIT_SHELF_PRIVILEGED'
  | 1
  /**
   * Look-ups, and calls that were not allowed. Kept when the trail is in reach.
   */
  | 'AUDIT_SHELF_LOOK_UP'
  | 2

/**
 * What kind of call a record is of.
 */
export type AuditShelf__Output = typeof AuditShelf[keyof typeof AuditShelf]
