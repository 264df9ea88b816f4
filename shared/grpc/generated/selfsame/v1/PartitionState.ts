// Original file: selfsame/v1/cluster_service.proto

/**
 * What a partition is doing.
 */
export const PartitionState = {
  /**
   * Unknown to this gateway.
   */
  PARTITION_STATE_UNSPECIFIED: 'PARTITION_STATE_UNSPECIFIED',
  /**
   * Reading its log to catch up.
   */
  PARTITION_STATE_RECOVERING: 'PARTITION_STATE_RECOVERING',
  /**
   * Working.
   */
  PARTITION_STATE_RUNNING: 'PARTITION_STATE_RUNNING',
  /**
   * It has a backlog and does not advance: see the runbook.
   */
  PARTITION_STATE_STUCK: 'PARTITION_STATE_STUCK',
  /**
   * Not running.
   */
  PARTITION_STATE_STOPPED: 'PARTITION_STATE_STOPPED',
} as const;

/**
 * What a partition is doing.
 */
export type PartitionState =
  /**
   * Unknown to this gateway.
   */
  | 'PARTITION_STATE_UNSPECIFIED'
  | 0
  /**
   * Reading its log to catch up.
   */
  | 'PARTITION_STATE_RECOVERING'
  | 1
  /**
   * Working.
   */
  | 'PARTITION_STATE_RUNNING'
  | 2
  /**
   * It has a backlog and does not advance: see the runbook.
   */
  | 'PARTITION_STATE_STUCK'
  | 3
  /**
   * Not running.
   */
  | 'PARTITION_STATE_STOPPED'
  | 4

/**
 * What a partition is doing.
 */
export type PartitionState__Output = typeof PartitionState[keyof typeof PartitionState]
