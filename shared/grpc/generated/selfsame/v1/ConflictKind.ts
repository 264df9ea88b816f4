// Original file: selfsame/v1/steward_service.proto

/**
 * What a must-link contradicts.
 */
export const ConflictKind = {
  /**
   * Never sent.
   */
  CONFLICT_KIND_UNSPECIFIED: 'CONFLICT_KIND_UNSPECIFIED',
  /**
   * A cannot-link between the two customers defeats it.
   */
  CONFLICT_KIND_CANNOT_LINK: 'CONFLICT_KIND_CANNOT_LINK',
  /**
   * A split between the two customers defeats it.
   */
  CONFLICT_KIND_SPLIT: 'CONFLICT_KIND_SPLIT',
  /**
   * It joined customers that exceed a limit together.
   */
  CONFLICT_KIND_LIMIT: 'CONFLICT_KIND_LIMIT',
  /**
   * It joined customers with different values of an exclusive namespace.
   */
  CONFLICT_KIND_EXCLUSIVE: 'CONFLICT_KIND_EXCLUSIVE',
} as const;

/**
 * What a must-link contradicts.
 */
export type ConflictKind =
  /**
   * Never sent.
   */
  | 'CONFLICT_KIND_UNSPECIFIED'
  | 0
  /**
   * A cannot-link between the two customers defeats it.
   */
  | 'CONFLICT_KIND_CANNOT_LINK'
  | 1
  /**
   * A split between the two customers defeats it.
   */
  | 'CONFLICT_KIND_SPLIT'
  | 2
  /**
   * It joined customers that exceed a limit together.
   */
  | 'CONFLICT_KIND_LIMIT'
  | 3
  /**
   * It joined customers with different values of an exclusive namespace.
   */
  | 'CONFLICT_KIND_EXCLUSIVE'
  | 4

/**
 * What a must-link contradicts.
 */
export type ConflictKind__Output = typeof ConflictKind[keyof typeof ConflictKind]
