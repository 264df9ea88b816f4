// Original file: grpc/health/v1/health.proto


/**
 * Asks for the states of all services.
 */
export interface HealthListRequest {
}

/**
 * Asks for the states of all services.
 */
export interface HealthListRequest__Output {
}
