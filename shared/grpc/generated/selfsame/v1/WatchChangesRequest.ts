// Original file: selfsame/v1/resolution_service.proto


/**
 * Asks for changes.
 */
export interface WatchChangesRequest {
  /**
   * Token of the last message that was handled: the stream goes on after it. Empty: from now on;
   * the first message is then a heartbeat whose token stands for now.
   */
  'resumeToken'?: (string);
}

/**
 * Asks for changes.
 */
export interface WatchChangesRequest__Output {
  /**
   * Token of the last message that was handled: the stream goes on after it. Empty: from now on;
   * the first message is then a heartbeat whose token stands for now.
   */
  'resumeToken': (string);
}
