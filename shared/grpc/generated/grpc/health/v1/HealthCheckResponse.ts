// Original file: grpc/health/v1/health.proto


// Original file: grpc/health/v1/health.proto

/**
 * Whether calls may be sent.
 */
export const _grpc_health_v1_HealthCheckResponse_ServingStatus = {
  /**
   * Not known.
   */
  UNKNOWN: 'UNKNOWN',
  /**
   * Send calls.
   */
  SERVING: 'SERVING',
  /**
   * Do not send calls: starting, draining or cut off from the cluster.
   */
  NOT_SERVING: 'NOT_SERVING',
  /**
   * No service of that name; only in answers of Watch.
   */
  SERVICE_UNKNOWN: 'SERVICE_UNKNOWN',
} as const;

/**
 * Whether calls may be sent.
 */
export type _grpc_health_v1_HealthCheckResponse_ServingStatus =
  /**
   * Not known.
   */
  | 'UNKNOWN'
  | 0
  /**
   * Send calls.
   */
  | 'SERVING'
  | 1
  /**
   * Do not send calls: starting, draining or cut off from the cluster.
   */
  | 'NOT_SERVING'
  | 2
  /**
   * No service of that name; only in answers of Watch.
   */
  | 'SERVICE_UNKNOWN'
  | 3

/**
 * Whether calls may be sent.
 */
export type _grpc_health_v1_HealthCheckResponse_ServingStatus__Output = typeof _grpc_health_v1_HealthCheckResponse_ServingStatus[keyof typeof _grpc_health_v1_HealthCheckResponse_ServingStatus]

/**
 * State of one service.
 */
export interface HealthCheckResponse {
  /**
   * State of the service.
   */
  'status'?: (_grpc_health_v1_HealthCheckResponse_ServingStatus);
}

/**
 * State of one service.
 */
export interface HealthCheckResponse__Output {
  /**
   * State of the service.
   */
  'status': (_grpc_health_v1_HealthCheckResponse_ServingStatus__Output);
}
