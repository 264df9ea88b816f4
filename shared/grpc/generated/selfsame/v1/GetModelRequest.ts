// Original file: selfsame/v1/rules_service.proto


/**
 * Asks for a scoring model.
 */
export interface GetModelRequest {
  /**
   * Of the candidate instead of the live version.
   */
  'candidate'?: (boolean);
}

/**
 * Asks for a scoring model.
 */
export interface GetModelRequest__Output {
  /**
   * Of the candidate instead of the live version.
   */
  'candidate': (boolean);
}
