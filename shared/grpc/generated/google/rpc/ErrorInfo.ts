// Original file: google/rpc/error_details.proto


/**
 * Says which error it is, for programs.
 */
export interface ErrorInfo {
  /**
   * UPPER_SNAKE_CASE constant, unique within the domain.
   */
  'reason'?: (string);
  /**
   * Always `selfsame`.
   */
  'domain'?: (string);
  /**
   * Further facts, e.g. `runbook`, `limit`; never personal data.
   */
  'metadata'?: ({[key: string]: string});
}

/**
 * Says which error it is, for programs.
 */
export interface ErrorInfo__Output {
  /**
   * UPPER_SNAKE_CASE constant, unique within the domain.
   */
  'reason': (string);
  /**
   * Always `selfsame`.
   */
  'domain': (string);
  /**
   * Further facts, e.g. `runbook`, `limit`; never personal data.
   */
  'metadata': ({[key: string]: string});
}
