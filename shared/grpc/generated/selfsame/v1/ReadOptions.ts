// Original file: selfsame/v1/consistency.proto

import type { WaitLevel as _selfsame_v1_WaitLevel, WaitLevel__Output as _selfsame_v1_WaitLevel__Output } from '../../selfsame/v1/WaitLevel.ts';

/**
 * What a read asks of the answer. Every field has a default that suits most callers.
 */
export interface ReadOptions {
  /**
   * Least certainty (probability, 0 to 1) at which profiles count as one customer. Default: the
   * cluster floor of the active rules; below it the call fails with INVALID_ARGUMENT. Ask for much
   * (.999) before an email campaign, for little in analytics.
   */
  'minCertainty'?: (number | string);
  /**
   * Token of a write that the answer must reflect. When that takes longer than the deadline, the
   * call fails with DEADLINE_EXCEEDED rather than answer from the past.
   */
  'revisionToken'?: (string);
  /**
   * What to wait for when a revision token is given.
   */
  'waitLevel'?: (_selfsame_v1_WaitLevel);
  '_minCertainty'?: "minCertainty";
}

/**
 * What a read asks of the answer. Every field has a default that suits most callers.
 */
export interface ReadOptions__Output {
  /**
   * Least certainty (probability, 0 to 1) at which profiles count as one customer. Default: the
   * cluster floor of the active rules; below it the call fails with INVALID_ARGUMENT. Ask for much
   * (.999) before an email campaign, for little in analytics.
   */
  'minCertainty'?: (number);
  /**
   * Token of a write that the answer must reflect. When that takes longer than the deadline, the
   * call fails with DEADLINE_EXCEEDED rather than answer from the past.
   */
  'revisionToken': (string);
  /**
   * What to wait for when a revision token is given.
   */
  'waitLevel': (_selfsame_v1_WaitLevel__Output);
  '_minCertainty'?: "minCertainty";
}
