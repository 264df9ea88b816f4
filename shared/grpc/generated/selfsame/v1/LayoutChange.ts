// Original file: selfsame/v1/rules_service.proto

import type { SlotMove as _selfsame_v1_SlotMove, SlotMove__Output as _selfsame_v1_SlotMove__Output } from '../../selfsame/v1/SlotMove.ts';

/**
 * How the partitions are to change.
 */
export interface LayoutChange {
  /**
   * Another number of partitions, 1 to 4,096, of ranges of slots of even length.
   */
  'partitions'?: (number);
  /**
   * The upper half of this partition's slots goes to a new partition, the last one.
   */
  'splitPartition'?: (number);
  /**
   * Some slots go to another partition.
   */
  'moveSlots'?: (_selfsame_v1_SlotMove | null);
  /**
   * One of these.
   */
  'change'?: "partitions"|"splitPartition"|"moveSlots";
}

/**
 * How the partitions are to change.
 */
export interface LayoutChange__Output {
  /**
   * Another number of partitions, 1 to 4,096, of ranges of slots of even length.
   */
  'partitions'?: (number);
  /**
   * The upper half of this partition's slots goes to a new partition, the last one.
   */
  'splitPartition'?: (number);
  /**
   * Some slots go to another partition.
   */
  'moveSlots'?: (_selfsame_v1_SlotMove__Output | null);
  /**
   * One of these.
   */
  'change'?: "partitions"|"splitPartition"|"moveSlots";
}
