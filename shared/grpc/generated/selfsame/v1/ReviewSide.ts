// Original file: selfsame/v1/steward_service.proto

import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from '../../selfsame/v1/Identifier.ts';

/**
 * One side of an open pair.
 */
export interface ReviewSide {
  /**
   * The profile, for a decision.
   */
  'profileRef'?: (string);
  /**
   * The profile's anchor.
   */
  'anchor'?: (_selfsame_v1_Identifier | null);
  /**
   * The customer that it belongs to.
   */
  'customerId'?: (string);
  /**
   * How many profiles that customer has.
   */
  'profiles'?: (number);
}

/**
 * One side of an open pair.
 */
export interface ReviewSide__Output {
  /**
   * The profile, for a decision.
   */
  'profileRef': (string);
  /**
   * The profile's anchor.
   */
  'anchor': (_selfsame_v1_Identifier__Output | null);
  /**
   * The customer that it belongs to.
   */
  'customerId': (string);
  /**
   * How many profiles that customer has.
   */
  'profiles': (number);
}
