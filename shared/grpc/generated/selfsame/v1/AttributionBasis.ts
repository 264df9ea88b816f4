// Original file: selfsame/v1/attribution.proto

/**
 * What a party's attribution rests on.
 */
export const AttributionBasis = {
  /**
   * Never sent.
   */
  ATTRIBUTION_BASIS_UNSPECIFIED: 'ATTRIBUTION_BASIS_UNSPECIFIED',
  /**
   * The party's profile, and what that is joined with.
   */
  ATTRIBUTION_BASIS_PROFILE: 'ATTRIBUTION_BASIS_PROFILE',
  /**
   * All that is known is a device; the customer's share in it reaches merge certainty.
   */
  ATTRIBUTION_BASIS_DEVICE_SHARE: 'ATTRIBUTION_BASIS_DEVICE_SHARE',
  /**
   * All that is known is a device, and nobody's share is certain enough: the device's own customer.
   */
  ATTRIBUTION_BASIS_ANONYMOUS: 'ATTRIBUTION_BASIS_ANONYMOUS',
} as const;

/**
 * What a party's attribution rests on.
 */
export type AttributionBasis =
  /**
   * Never sent.
   */
  | 'ATTRIBUTION_BASIS_UNSPECIFIED'
  | 0
  /**
   * The party's profile, and what that is joined with.
   */
  | 'ATTRIBUTION_BASIS_PROFILE'
  | 1
  /**
   * All that is known is a device; the customer's share in it reaches merge certainty.
   */
  | 'ATTRIBUTION_BASIS_DEVICE_SHARE'
  | 2
  /**
   * All that is known is a device, and nobody's share is certain enough: the device's own customer.
   */
  | 'ATTRIBUTION_BASIS_ANONYMOUS'
  | 3

/**
 * What a party's attribution rests on.
 */
export type AttributionBasis__Output = typeof AttributionBasis[keyof typeof AttributionBasis]
