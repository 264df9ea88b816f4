// Original file: selfsame/v1/rules_service.proto


/**
 * Asks to make the candidate live.
 */
export interface ActivateVersionRequest {
  /**
   * The candidate's version, so that nobody activates another one by mistake.
   */
  'version'?: (string);
}

/**
 * Asks to make the candidate live.
 */
export interface ActivateVersionRequest__Output {
  /**
   * The candidate's version, so that nobody activates another one by mistake.
   */
  'version': (string);
}
