// Original file: selfsame/v1/rules_service.proto


/**
 * Slots up to the next run's.
 */
export interface SlotRun {
  /**
   * The first of them.
   */
  'firstSlot'?: (number);
  /**
   * Their partition.
   */
  'partition'?: (number);
}

/**
 * Slots up to the next run's.
 */
export interface SlotRun__Output {
  /**
   * The first of them.
   */
  'firstSlot': (number);
  /**
   * Their partition.
   */
  'partition': (number);
}
