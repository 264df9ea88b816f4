// Original file: selfsame/v1/steward_service.proto


/**
 * Two profiles by their references.
 */
export interface ProfilePair {
  /**
   * One profile: a profile reference or customer id. Required.
   */
  'leftRef'?: (string);
  /**
   * The other profile. Required.
   */
  'rightRef'?: (string);
}

/**
 * Two profiles by their references.
 */
export interface ProfilePair__Output {
  /**
   * One profile: a profile reference or customer id. Required.
   */
  'leftRef': (string);
  /**
   * The other profile. Required.
   */
  'rightRef': (string);
}
