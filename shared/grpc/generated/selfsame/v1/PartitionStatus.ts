// Original file: selfsame/v1/cluster_service.proto

import type { PartitionState as _selfsame_v1_PartitionState, PartitionState__Output as _selfsame_v1_PartitionState__Output } from '../../selfsame/v1/PartitionState.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * State of one partition.
 */
export interface PartitionStatus {
  /**
   * Number, from 0.
   */
  'partition'?: (number);
  /**
   * Process that owns it; empty when none does.
   */
  'owner'?: (string);
  /**
   * Epoch of its log.
   */
  'epoch'?: (number | string | Long);
  /**
   * Term of its owner.
   */
  'term'?: (number | string | Long);
  /**
   * Last entry applied.
   */
  'appliedSequence'?: (number | string | Long);
  /**
   * Last entry whose result is on disk.
   */
  'durableSequence'?: (number | string | Long);
  /**
   * Last entry of the log.
   */
  'lastSequence'?: (number | string | Long);
  /**
   * Messages to other partitions that are not yet confirmed.
   */
  'outboxMessages'?: (number | string | Long);
  /**
   * Entries set aside because they cannot be applied.
   */
  'quarantined'?: (number | string | Long);
  /**
   * What it is doing.
   */
  'state'?: (_selfsame_v1_PartitionState);
  /**
   * Shard that follows it and takes over from its owner; empty when none does.
   */
  'standby'?: (string);
  /**
   * Entries that the standby has not applied.
   */
  'standbyLag'?: (number | string | Long);
}

/**
 * State of one partition.
 */
export interface PartitionStatus__Output {
  /**
   * Number, from 0.
   */
  'partition': (number);
  /**
   * Process that owns it; empty when none does.
   */
  'owner': (string);
  /**
   * Epoch of its log.
   */
  'epoch': (string);
  /**
   * Term of its owner.
   */
  'term': (string);
  /**
   * Last entry applied.
   */
  'appliedSequence': (string);
  /**
   * Last entry whose result is on disk.
   */
  'durableSequence': (string);
  /**
   * Last entry of the log.
   */
  'lastSequence': (string);
  /**
   * Messages to other partitions that are not yet confirmed.
   */
  'outboxMessages': (string);
  /**
   * Entries set aside because they cannot be applied.
   */
  'quarantined': (string);
  /**
   * What it is doing.
   */
  'state': (_selfsame_v1_PartitionState__Output);
  /**
   * Shard that follows it and takes over from its owner; empty when none does.
   */
  'standby': (string);
  /**
   * Entries that the standby has not applied.
   */
  'standbyLag': (string);
}
