// Original file: grpc/health/v1/health.proto


/**
 * Asks for the state of one service.
 */
export interface HealthCheckRequest {
  /**
   * Full service name; empty: the server as a whole.
   */
  'service'?: (string);
}

/**
 * Asks for the state of one service.
 */
export interface HealthCheckRequest__Output {
  /**
   * Full service name; empty: the server as a whole.
   */
  'service': (string);
}
