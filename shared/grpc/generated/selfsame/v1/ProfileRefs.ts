// Original file: selfsame/v1/steward_service.proto


/**
 * References of the profiles of one group.
 */
export interface ProfileRefs {
  /**
   * Profile references.
   */
  'refs'?: (string)[];
}

/**
 * References of the profiles of one group.
 */
export interface ProfileRefs__Output {
  /**
   * Profile references.
   */
  'refs': (string)[];
}
