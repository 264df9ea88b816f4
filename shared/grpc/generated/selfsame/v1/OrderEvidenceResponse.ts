// Original file: selfsame/v1/steward_service.proto


/**
 * Tells that the order was taken in.
 */
export interface OrderEvidenceResponse {
  /**
   * Opaque token for reads that must reflect the order.
   */
  'revisionToken'?: (string);
}

/**
 * Tells that the order was taken in.
 */
export interface OrderEvidenceResponse__Output {
  /**
   * Opaque token for reads that must reflect the order.
   */
  'revisionToken': (string);
}
