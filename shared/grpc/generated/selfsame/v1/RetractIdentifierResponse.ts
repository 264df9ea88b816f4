// Original file: selfsame/v1/steward_service.proto


/**
 * Tells that the retraction was taken in.
 */
export interface RetractIdentifierResponse {
  /**
   * Opaque token for reads that must reflect the retraction.
   */
  'revisionToken'?: (string);
}

/**
 * Tells that the retraction was taken in.
 */
export interface RetractIdentifierResponse__Output {
  /**
   * Opaque token for reads that must reflect the retraction.
   */
  'revisionToken': (string);
}
