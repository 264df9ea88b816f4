// Original file: selfsame/v1/rules_service.proto


/**
 * Asks to remove the candidate.
 */
export interface DropVersionRequest {
  /**
   * The candidate's version.
   */
  'version'?: (string);
}

/**
 * Asks to remove the candidate.
 */
export interface DropVersionRequest__Output {
  /**
   * The candidate's version.
   */
  'version': (string);
}
