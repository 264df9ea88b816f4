// Original file: grpc/health/v1/health.proto

import type { HealthCheckResponse as _grpc_health_v1_HealthCheckResponse, HealthCheckResponse__Output as _grpc_health_v1_HealthCheckResponse__Output } from '../../../grpc/health/v1/HealthCheckResponse.ts';

/**
 * States of all services.
 */
export interface HealthListResponse {
  /**
   * By full service name; the empty name is the server as a whole.
   */
  'statuses'?: ({[key: string]: _grpc_health_v1_HealthCheckResponse});
}

/**
 * States of all services.
 */
export interface HealthListResponse__Output {
  /**
   * By full service name; the empty name is the server as a whole.
   */
  'statuses': ({[key: string]: _grpc_health_v1_HealthCheckResponse__Output});
}
