// Original file: selfsame/v1/explanation.proto

import type { JoinStep as _selfsame_v1_JoinStep, JoinStep__Output as _selfsame_v1_JoinStep__Output } from '../../selfsame/v1/JoinStep.ts';

/**
 * Steps that, taken together, would join two customers.
 */
export interface JoinOption {
  /**
   * The steps.
   */
  'steps'?: (_selfsame_v1_JoinStep)[];
}

/**
 * Steps that, taken together, would join two customers.
 */
export interface JoinOption__Output {
  /**
   * The steps.
   */
  'steps': (_selfsame_v1_JoinStep__Output)[];
}
