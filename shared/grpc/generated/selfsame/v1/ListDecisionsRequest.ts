// Original file: selfsame/v1/steward_service.proto


/**
 * Asks for decisions.
 */
export interface ListDecisionsRequest {
  /**
   * Most to return, at most 1,000. Default 100.
   */
  'pageSize'?: (number);
  /**
   * From the answer before; empty: the first page.
   */
  'pageToken'?: (string);
}

/**
 * Asks for decisions.
 */
export interface ListDecisionsRequest__Output {
  /**
   * Most to return, at most 1,000. Default 100.
   */
  'pageSize': (number);
  /**
   * From the answer before; empty: the first page.
   */
  'pageToken': (string);
}
