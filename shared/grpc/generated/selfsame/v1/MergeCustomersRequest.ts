// Original file: selfsame/v1/steward_service.proto

import type { DecisionRecord as _selfsame_v1_DecisionRecord, DecisionRecord__Output as _selfsame_v1_DecisionRecord__Output } from '../../selfsame/v1/DecisionRecord.ts';

/**
 * Asks to merge two customers.
 */
export interface MergeCustomersRequest {
  /**
   * One customer (`c` + 26 characters). Required.
   */
  'leftCustomerId'?: (string);
  /**
   * The other customer (`c` + 26 characters). Required. The merged customer keeps the id of the
   * older founder.
   */
  'rightCustomerId'?: (string);
  /**
   * Who, when and why. Required.
   */
  'record'?: (_selfsame_v1_DecisionRecord | null);
}

/**
 * Asks to merge two customers.
 */
export interface MergeCustomersRequest__Output {
  /**
   * One customer (`c` + 26 characters). Required.
   */
  'leftCustomerId': (string);
  /**
   * The other customer (`c` + 26 characters). Required. The merged customer keeps the id of the
   * older founder.
   */
  'rightCustomerId': (string);
  /**
   * Who, when and why. Required.
   */
  'record': (_selfsame_v1_DecisionRecord__Output | null);
}
