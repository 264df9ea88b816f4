// Original file: selfsame/v1/customer.proto

/**
 * Where a profile comes from.
 */
export const ProfileKind = {
  /**
   * Never sent.
   */
  PROFILE_KIND_UNSPECIFIED: 'PROFILE_KIND_UNSPECIFIED',
  /**
   * Named by a person anchor.
   */
  PROFILE_KIND_PERSON: 'PROFILE_KIND_PERSON',
  /**
   * Named by a device and the best personal evidence seen with it.
   */
  PROFILE_KIND_PERSONA: 'PROFILE_KIND_PERSONA',
  /**
   * Named by a device alone.
   */
  PROFILE_KIND_DEVICE: 'PROFILE_KIND_DEVICE',
  /**
   * Named by one interaction, for want of anything better.
   */
  PROFILE_KIND_INTERACTION: 'PROFILE_KIND_INTERACTION',
} as const;

/**
 * Where a profile comes from.
 */
export type ProfileKind =
  /**
   * Never sent.
   */
  | 'PROFILE_KIND_UNSPECIFIED'
  | 0
  /**
   * Named by a person anchor.
   */
  | 'PROFILE_KIND_PERSON'
  | 1
  /**
   * Named by a device and the best personal evidence seen with it.
   */
  | 'PROFILE_KIND_PERSONA'
  | 2
  /**
   * Named by a device alone.
   */
  | 'PROFILE_KIND_DEVICE'
  | 3
  /**
   * Named by one interaction, for want of anything better.
   */
  | 'PROFILE_KIND_INTERACTION'
  | 4

/**
 * Where a profile comes from.
 */
export type ProfileKind__Output = typeof ProfileKind[keyof typeof ProfileKind]
