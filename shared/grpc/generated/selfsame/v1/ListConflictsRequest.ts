// Original file: selfsame/v1/steward_service.proto


/**
 * Asks for conflicts.
 */
export interface ListConflictsRequest {
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
 * Asks for conflicts.
 */
export interface ListConflictsRequest__Output {
  /**
   * Most to return, at most 1,000. Default 100.
   */
  'pageSize': (number);
  /**
   * From the answer before; empty: the first page.
   */
  'pageToken': (string);
}
