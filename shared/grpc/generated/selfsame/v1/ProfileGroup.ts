// Original file: selfsame/v1/steward_service.proto

import type { ProfileSelector as _selfsame_v1_ProfileSelector, ProfileSelector__Output as _selfsame_v1_ProfileSelector__Output } from '../../selfsame/v1/ProfileSelector.ts';

/**
 * Profiles that may stay together; at most 1,000 in all groups.
 */
export interface ProfileGroup {
  /**
   * The profiles, 1 to 256.
   */
  'profiles'?: (_selfsame_v1_ProfileSelector)[];
}

/**
 * Profiles that may stay together; at most 1,000 in all groups.
 */
export interface ProfileGroup__Output {
  /**
   * The profiles, 1 to 256.
   */
  'profiles': (_selfsame_v1_ProfileSelector__Output)[];
}
