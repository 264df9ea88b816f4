// Original file: selfsame/v1/steward_service.proto

import type { DeliveryName as _selfsame_v1_DeliveryName, DeliveryName__Output as _selfsame_v1_DeliveryName__Output } from '../../selfsame/v1/DeliveryName.ts';

/**
 * Where some holders of a value come from.
 */
export interface OrderOrigin {
  /**
   * The source, and the label of its delivery; empty when it had none.
   */
  'delivery'?: (_selfsame_v1_DeliveryName | null);
  /**
   * How many of the profiles looked at.
   */
  'profiles'?: (number);
}

/**
 * Where some holders of a value come from.
 */
export interface OrderOrigin__Output {
  /**
   * The source, and the label of its delivery; empty when it had none.
   */
  'delivery': (_selfsame_v1_DeliveryName__Output | null);
  /**
   * How many of the profiles looked at.
   */
  'profiles': (number);
}
