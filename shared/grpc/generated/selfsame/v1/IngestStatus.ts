// Original file: selfsame/v1/outcome.proto

/**
 * What became of one interaction.
 */
export const IngestStatus = {
  /**
   * Never sent.
   */
  INGEST_STATUS_UNSPECIFIED: 'INGEST_STATUS_UNSPECIFIED',
  /**
   * It reached the acknowledgement level asked for.
   */
  INGEST_STATUS_ACKNOWLEDGED: 'INGEST_STATUS_ACKNOWLEDGED',
  /**
   * It is wrong: see `violations`. Sending it again unchanged is useless.
   */
  INGEST_STATUS_REJECTED: 'INGEST_STATUS_REJECTED',
  /**
   * The cluster could not answer for it: see `error`. Nothing is promised about it; sending it again
   * is safe, for a repeated delivery counts once.
   */
  INGEST_STATUS_FAILED: 'INGEST_STATUS_FAILED',
} as const;

/**
 * What became of one interaction.
 */
export type IngestStatus =
  /**
   * Never sent.
   */
  | 'INGEST_STATUS_UNSPECIFIED'
  | 0
  /**
   * It reached the acknowledgement level asked for.
   */
  | 'INGEST_STATUS_ACKNOWLEDGED'
  | 1
  /**
   * It is wrong: see `violations`. Sending it again unchanged is useless.
   */
  | 'INGEST_STATUS_REJECTED'
  | 2
  /**
   * The cluster could not answer for it: see `error`. Nothing is promised about it; sending it again
   * is safe, for a repeated delivery counts once.
   */
  | 'INGEST_STATUS_FAILED'
  | 3

/**
 * What became of one interaction.
 */
export type IngestStatus__Output = typeof IngestStatus[keyof typeof IngestStatus]
