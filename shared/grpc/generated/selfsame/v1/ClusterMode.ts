// Original file: selfsame/v1/cluster_service.proto

/**
 * How a cluster runs.
 */
export const ClusterMode = {
  /**
   * Never sent.
   */
  CLUSTER_MODE_UNSPECIFIED: 'CLUSTER_MODE_UNSPECIFIED',
  /**
   * In one process.
   */
  CLUSTER_MODE_EMBEDDED: 'CLUSTER_MODE_EMBEDDED',
  /**
   * As separate processes over NATS JetStream.
   */
  CLUSTER_MODE_NATS: 'CLUSTER_MODE_NATS',
} as const;

/**
 * How a cluster runs.
 */
export type ClusterMode =
  /**
   * Never sent.
   */
  | 'CLUSTER_MODE_UNSPECIFIED'
  | 0
  /**
   * In one process.
   */
  | 'CLUSTER_MODE_EMBEDDED'
  | 1
  /**
   * As separate processes over NATS JetStream.
   */
  | 'CLUSTER_MODE_NATS'
  | 2

/**
 * How a cluster runs.
 */
export type ClusterMode__Output = typeof ClusterMode[keyof typeof ClusterMode]
