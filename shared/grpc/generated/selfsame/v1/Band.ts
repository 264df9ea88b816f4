// Original file: selfsame/v1/resolution.proto

/**
 * What a certainty means under the active rules.
 */
export const Band = {
  /**
   * Never sent.
   */
  BAND_UNSPECIFIED: 'BAND_UNSPECIFIED',
  /**
   * At or above the cluster floor: joins, unless something forbids it.
   */
  BAND_MERGE: 'BAND_MERGE',
  /**
   * At or above the review floor: listed as a possible match.
   */
  BAND_REVIEW: 'BAND_REVIEW',
  /**
   * Below: too weak to be listed.
   */
  BAND_IGNORE: 'BAND_IGNORE',
} as const;

/**
 * What a certainty means under the active rules.
 */
export type Band =
  /**
   * Never sent.
   */
  | 'BAND_UNSPECIFIED'
  | 0
  /**
   * At or above the cluster floor: joins, unless something forbids it.
   */
  | 'BAND_MERGE'
  | 1
  /**
   * At or above the review floor: listed as a possible match.
   */
  | 'BAND_REVIEW'
  | 2
  /**
   * Below: too weak to be listed.
   */
  | 'BAND_IGNORE'
  | 3

/**
 * What a certainty means under the active rules.
 */
export type Band__Output = typeof Band[keyof typeof Band]
