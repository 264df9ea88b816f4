// Original file: selfsame/v1/customer.proto

import type { Band as _selfsame_v1_Band, Band__Output as _selfsame_v1_Band__Output } from '../../selfsame/v1/Band.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * A customer that may be the same.
 */
export interface PossibleMatch {
  /**
   * The other customer.
   */
  'customerId'?: (string);
  /**
   * Probability, 0 to 1, that both are the same.
   */
  'certainty'?: (number | string);
  /**
   * Why they are not joined, e.g. `review`, `limit`, `contested`, `cannot_link`, `held`.
   */
  'reason'?: (string);
  /**
   * What the certainty means under the rules.
   */
  'band'?: (_selfsame_v1_Band);
  /**
   * Begin of the UTC day (of occurrence) since which both sides have shown what proposes them. Absent when
   * nothing proposes them any more.
   */
  'possibleSince'?: (_google_protobuf_Timestamp | null);
}

/**
 * A customer that may be the same.
 */
export interface PossibleMatch__Output {
  /**
   * The other customer.
   */
  'customerId': (string);
  /**
   * Probability, 0 to 1, that both are the same.
   */
  'certainty': (number);
  /**
   * Why they are not joined, e.g. `review`, `limit`, `contested`, `cannot_link`, `held`.
   */
  'reason': (string);
  /**
   * What the certainty means under the rules.
   */
  'band': (_selfsame_v1_Band__Output);
  /**
   * Begin of the UTC day (of occurrence) since which both sides have shown what proposes them. Absent when
   * nothing proposes them any more.
   */
  'possibleSince': (_google_protobuf_Timestamp__Output | null);
}
