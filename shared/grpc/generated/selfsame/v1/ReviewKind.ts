// Original file: selfsame/v1/steward_service.proto

/**
 * Why a pair is open to a decision.
 */
export const ReviewKind = {
  /**
   * Any, in a filter.
   */
  REVIEW_KIND_UNSPECIFIED: 'REVIEW_KIND_UNSPECIFIED',
  /**
   * The evidence is too weak to join.
   */
  REVIEW_KIND_UNCERTAIN: 'REVIEW_KIND_UNCERTAIN',
  /**
   * The evidence fits several customers equally well.
   */
  REVIEW_KIND_CONTESTED: 'REVIEW_KIND_CONTESTED',
  /**
   * The join would exceed the limit of a namespace.
   */
  REVIEW_KIND_LIMIT: 'REVIEW_KIND_LIMIT',
  /**
   * The two have different values of an exclusive namespace.
   */
  REVIEW_KIND_EXCLUSIVE: 'REVIEW_KIND_EXCLUSIVE',
  /**
   * All that is known of the two customers speaks against the one piece of evidence.
   */
  REVIEW_KIND_COHESION: 'REVIEW_KIND_COHESION',
} as const;

/**
 * Why a pair is open to a decision.
 */
export type ReviewKind =
  /**
   * Any, in a filter.
   */
  | 'REVIEW_KIND_UNSPECIFIED'
  | 0
  /**
   * The evidence is too weak to join.
   */
  | 'REVIEW_KIND_UNCERTAIN'
  | 1
  /**
   * The evidence fits several customers equally well.
   */
  | 'REVIEW_KIND_CONTESTED'
  | 2
  /**
   * The join would exceed the limit of a namespace.
   */
  | 'REVIEW_KIND_LIMIT'
  | 3
  /**
   * The two have different values of an exclusive namespace.
   */
  | 'REVIEW_KIND_EXCLUSIVE'
  | 4
  /**
   * All that is known of the two customers speaks against the one piece of evidence.
   */
  | 'REVIEW_KIND_COHESION'
  | 5

/**
 * Why a pair is open to a decision.
 */
export type ReviewKind__Output = typeof ReviewKind[keyof typeof ReviewKind]
