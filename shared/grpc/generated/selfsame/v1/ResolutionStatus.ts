// Original file: selfsame/v1/resolution.proto

/**
 * What kind of answer it is.
 */
export const ResolutionStatus = {
  /**
   * Never sent.
   */
  RESOLUTION_STATUS_UNSPECIFIED: 'RESOLUTION_STATUS_UNSPECIFIED',
  /**
   * At least one customer fits.
   */
  RESOLUTION_STATUS_FOUND: 'RESOLUTION_STATUS_FOUND',
  /**
   * No customer is known by this identifier.
   */
  RESOLUTION_STATUS_NOT_FOUND: 'RESOLUTION_STATUS_NOT_FOUND',
  /**
   * Too many profiles share the value for it to mean anything (a switchboard number).
   */
  RESOLUTION_STATUS_GENERIC: 'RESOLUTION_STATUS_GENERIC',
  /**
   * The identifier is blocked, junk, not parseable, or of an unknown namespace.
   */
  RESOLUTION_STATUS_INVALID: 'RESOLUTION_STATUS_INVALID',
} as const;

/**
 * What kind of answer it is.
 */
export type ResolutionStatus =
  /**
   * Never sent.
   */
  | 'RESOLUTION_STATUS_UNSPECIFIED'
  | 0
  /**
   * At least one customer fits.
   */
  | 'RESOLUTION_STATUS_FOUND'
  | 1
  /**
   * No customer is known by this identifier.
   */
  | 'RESOLUTION_STATUS_NOT_FOUND'
  | 2
  /**
   * Too many profiles share the value for it to mean anything (a switchboard number).
   */
  | 'RESOLUTION_STATUS_GENERIC'
  | 3
  /**
   * The identifier is blocked, junk, not parseable, or of an unknown namespace.
   */
  | 'RESOLUTION_STATUS_INVALID'
  | 4

/**
 * What kind of answer it is.
 */
export type ResolutionStatus__Output = typeof ResolutionStatus[keyof typeof ResolutionStatus]
