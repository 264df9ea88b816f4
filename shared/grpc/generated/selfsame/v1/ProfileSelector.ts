// Original file: selfsame/v1/identifier.proto

import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from '../../selfsame/v1/Identifier.ts';

/**
 * Names one profile.
 */
export interface ProfileSelector {
  /**
   * An anchor identifier of the profile (a person or device namespace).
   */
  'identifier'?: (_selfsame_v1_Identifier | null);
  /**
   * A public reference: a profile (`p` + 26 characters) or a customer (`c` + 26 characters),
   * which stands for the customer's founding profile.
   */
  'ref'?: (string);
  /**
   * How the profile is named.
   */
  'selector'?: "identifier"|"ref";
}

/**
 * Names one profile.
 */
export interface ProfileSelector__Output {
  /**
   * An anchor identifier of the profile (a person or device namespace).
   */
  'identifier'?: (_selfsame_v1_Identifier__Output | null);
  /**
   * A public reference: a profile (`p` + 26 characters) or a customer (`c` + 26 characters),
   * which stands for the customer's founding profile.
   */
  'ref'?: (string);
  /**
   * How the profile is named.
   */
  'selector'?: "identifier"|"ref";
}
