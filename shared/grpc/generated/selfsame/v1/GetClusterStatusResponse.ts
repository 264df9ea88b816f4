// Original file: selfsame/v1/cluster_service.proto

import type { ClusterMode as _selfsame_v1_ClusterMode, ClusterMode__Output as _selfsame_v1_ClusterMode__Output } from '../../selfsame/v1/ClusterMode.ts';
import type { PartitionStatus as _selfsame_v1_PartitionStatus, PartitionStatus__Output as _selfsame_v1_PartitionStatus__Output } from '../../selfsame/v1/PartitionStatus.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * State of the cluster.
 */
export interface GetClusterStatusResponse {
  /**
   * How it runs.
   */
  'mode'?: (_selfsame_v1_ClusterMode);
  /**
   * Version of the active rules.
   */
  'rulesVersion'?: (string);
  /**
   * One entry for each partition.
   */
  'partitions'?: (_selfsame_v1_PartitionStatus)[];
  /**
   * How far the settled state is behind what was taken in, in milliseconds.
   */
  'settledLagMs'?: (number | string | Long);
  /**
   * Totals by name, such as `interactions_applied`: of each partition since its present owner took
   * it, so a shard that starts again counts from 0.
   */
  'counters'?: ({[key: string]: number | string});
}

/**
 * State of the cluster.
 */
export interface GetClusterStatusResponse__Output {
  /**
   * How it runs.
   */
  'mode': (_selfsame_v1_ClusterMode__Output);
  /**
   * Version of the active rules.
   */
  'rulesVersion': (string);
  /**
   * One entry for each partition.
   */
  'partitions': (_selfsame_v1_PartitionStatus__Output)[];
  /**
   * How far the settled state is behind what was taken in, in milliseconds.
   */
  'settledLagMs': (string);
  /**
   * Totals by name, such as `interactions_applied`: of each partition since its present owner took
   * it, so a shard that starts again counts from 0.
   */
  'counters': ({[key: string]: number});
}
