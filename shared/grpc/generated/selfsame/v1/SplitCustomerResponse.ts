// Original file: selfsame/v1/steward_service.proto


/**
 * Tells that the decision was taken in.
 */
export interface SplitCustomerResponse {
  /**
   * Names the decision, e.g. to take it back.
   */
  'decisionId'?: (string);
  /**
   * Opaque token for reads that must reflect the decision.
   */
  'revisionToken'?: (string);
}

/**
 * Tells that the decision was taken in.
 */
export interface SplitCustomerResponse__Output {
  /**
   * Names the decision, e.g. to take it back.
   */
  'decisionId': (string);
  /**
   * Opaque token for reads that must reflect the decision.
   */
  'revisionToken': (string);
}
