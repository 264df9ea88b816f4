// Original file: selfsame/v1/rules_service.proto


/**
 * Slots that go to another partition.
 */
export interface SlotMove {
  /**
   * The first slot, 0 to 4,095.
   */
  'firstSlot'?: (number);
  /**
   * The last slot; the same as the first for a single one.
   */
  'lastSlot'?: (number);
  /**
   * The partition they go to; the number of partitions for a new one.
   */
  'partition'?: (number);
}

/**
 * Slots that go to another partition.
 */
export interface SlotMove__Output {
  /**
   * The first slot, 0 to 4,095.
   */
  'firstSlot': (number);
  /**
   * The last slot; the same as the first for a single one.
   */
  'lastSlot': (number);
  /**
   * The partition they go to; the number of partitions for a new one.
   */
  'partition': (number);
}
