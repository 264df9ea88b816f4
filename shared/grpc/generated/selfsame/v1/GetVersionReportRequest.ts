// Original file: selfsame/v1/rules_service.proto


/**
 * Asks for what the candidate would change.
 */
export interface GetVersionReportRequest {
  /**
   * Certainty at which both are read, 0 to 1. Absent: each at the least it returns customers at.
   */
  'minCertainty'?: (number | string);
  '_minCertainty'?: "minCertainty";
}

/**
 * Asks for what the candidate would change.
 */
export interface GetVersionReportRequest__Output {
  /**
   * Certainty at which both are read, 0 to 1. Absent: each at the least it returns customers at.
   */
  'minCertainty'?: (number);
  '_minCertainty'?: "minCertainty";
}
