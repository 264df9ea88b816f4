// Original file: selfsame/v1/rules_service.proto

import type { SlotRun as _selfsame_v1_SlotRun, SlotRun__Output as _selfsame_v1_SlotRun__Output } from '../../selfsame/v1/SlotRun.ts';

/**
 * Which partition holds which slots: the first 12 bits of an id are its slot.
 */
export interface Layout {
  /**
   * Partitions that hold customers.
   */
  'partitions'?: (number);
  /**
   * Partitions of the merge desk, which come after them.
   */
  'desks'?: (number);
  /**
   * In order of slots, the first from 0; none: ranges of even length, in order.
   */
  'slots'?: (_selfsame_v1_SlotRun)[];
}

/**
 * Which partition holds which slots: the first 12 bits of an id are its slot.
 */
export interface Layout__Output {
  /**
   * Partitions that hold customers.
   */
  'partitions': (number);
  /**
   * Partitions of the merge desk, which come after them.
   */
  'desks': (number);
  /**
   * In order of slots, the first from 0; none: ranges of even length, in order.
   */
  'slots': (_selfsame_v1_SlotRun__Output)[];
}
