// Original file: selfsame/v1/resolution_service.proto

/**
 * What happened to a customer.
 */
export const ChangeKind = {
  /**
   * Never sent.
   */
  CHANGE_KIND_UNSPECIFIED: 'CHANGE_KIND_UNSPECIFIED',
  /**
   * No event: the stream is alive, and may be resumed from here.
   */
  CHANGE_KIND_HEARTBEAT: 'CHANGE_KIND_HEARTBEAT',
  /**
   * `customer_id` is new.
   */
  CHANGE_KIND_CUSTOMER_CREATED: 'CHANGE_KIND_CUSTOMER_CREATED',
  /**
   * `customer_id` became part of `other_customer_id`.
   */
  CHANGE_KIND_CUSTOMER_MERGED: 'CHANGE_KIND_CUSTOMER_MERGED',
  /**
   * `customer_id` left `other_customer_id`.
   */
  CHANGE_KIND_CUSTOMER_SPLIT: 'CHANGE_KIND_CUSTOMER_SPLIT',
  /**
   * The profile moved from `other_customer_id` to `customer_id`.
   */
  CHANGE_KIND_PROFILE_MOVED: 'CHANGE_KIND_PROFILE_MOVED',
  /**
   * `evidence` is held by too many profiles or persons: it counts for nothing from now on.
   */
  CHANGE_KIND_EVIDENCE_GENERIC: 'CHANGE_KIND_EVIDENCE_GENERIC',
  /**
   * `evidence` is held by a steward or the merge-storm breaker: it counts for nothing until judged.
   */
  CHANGE_KIND_EVIDENCE_HELD: 'CHANGE_KIND_EVIDENCE_HELD',
  /**
   * `evidence` is rejected: as if it had never been there.
   */
  CHANGE_KIND_EVIDENCE_REJECTED: 'CHANGE_KIND_EVIDENCE_REJECTED',
  /**
   * `evidence` counts again: released, or not generic any more.
   */
  CHANGE_KIND_EVIDENCE_COUNTED: 'CHANGE_KIND_EVIDENCE_COUNTED',
} as const;

/**
 * What happened to a customer.
 */
export type ChangeKind =
  /**
   * Never sent.
   */
  | 'CHANGE_KIND_UNSPECIFIED'
  | 0
  /**
   * No event: the stream is alive, and may be resumed from here.
   */
  | 'CHANGE_KIND_HEARTBEAT'
  | 1
  /**
   * `customer_id` is new.
   */
  | 'CHANGE_KIND_CUSTOMER_CREATED'
  | 2
  /**
   * `customer_id` became part of `other_customer_id`.
   */
  | 'CHANGE_KIND_CUSTOMER_MERGED'
  | 3
  /**
   * `customer_id` left `other_customer_id`.
   */
  | 'CHANGE_KIND_CUSTOMER_SPLIT'
  | 4
  /**
   * The profile moved from `other_customer_id` to `customer_id`.
   */
  | 'CHANGE_KIND_PROFILE_MOVED'
  | 5
  /**
   * `evidence` is held by too many profiles or persons: it counts for nothing from now on.
   */
  | 'CHANGE_KIND_EVIDENCE_GENERIC'
  | 6
  /**
   * `evidence` is held by a steward or the merge-storm breaker: it counts for nothing until judged.
   */
  | 'CHANGE_KIND_EVIDENCE_HELD'
  | 7
  /**
   * `evidence` is rejected: as if it had never been there.
   */
  | 'CHANGE_KIND_EVIDENCE_REJECTED'
  | 8
  /**
   * `evidence` counts again: released, or not generic any more.
   */
  | 'CHANGE_KIND_EVIDENCE_COUNTED'
  | 9

/**
 * What happened to a customer.
 */
export type ChangeKind__Output = typeof ChangeKind[keyof typeof ChangeKind]
