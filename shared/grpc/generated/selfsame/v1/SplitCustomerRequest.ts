// Original file: selfsame/v1/steward_service.proto

import type { ProfileGroup as _selfsame_v1_ProfileGroup, ProfileGroup__Output as _selfsame_v1_ProfileGroup__Output } from '../../selfsame/v1/ProfileGroup.ts';
import type { DecisionRecord as _selfsame_v1_DecisionRecord, DecisionRecord__Output as _selfsame_v1_DecisionRecord__Output } from '../../selfsame/v1/DecisionRecord.ts';

/**
 * Asks to split profiles into customers.
 */
export interface SplitCustomerRequest {
  /**
   * Groups, 2 to 32. Profiles of different groups never share a customer. Profiles that are not
   * named go where the evidence leads them.
   */
  'groups'?: (_selfsame_v1_ProfileGroup)[];
  /**
   * Who, when and why. Required.
   */
  'record'?: (_selfsame_v1_DecisionRecord | null);
}

/**
 * Asks to split profiles into customers.
 */
export interface SplitCustomerRequest__Output {
  /**
   * Groups, 2 to 32. Profiles of different groups never share a customer. Profiles that are not
   * named go where the evidence leads them.
   */
  'groups': (_selfsame_v1_ProfileGroup__Output)[];
  /**
   * Who, when and why. Required.
   */
  'record': (_selfsame_v1_DecisionRecord__Output | null);
}
