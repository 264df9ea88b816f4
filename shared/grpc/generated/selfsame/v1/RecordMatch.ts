// Original file: selfsame/v1/record_match.proto

import type { Band as _selfsame_v1_Band, Band__Output as _selfsame_v1_Band__Output } from '../../selfsame/v1/Band.ts';
import type { Contribution as _selfsame_v1_Contribution, Contribution__Output as _selfsame_v1_Contribution__Output } from '../../selfsame/v1/Contribution.ts';

/**
 * A customer that a record may belong to.
 */
export interface RecordMatch {
  /**
   * The customer.
   */
  'customerId'?: (string);
  /**
   * The profile of the customer that the record fits best.
   */
  'profileRef'?: (string);
  /**
   * Probability, 0 to 1, that the record and that profile are of one person.
   */
  'certainty'?: (number | string);
  /**
   * The certainty as log-odds in quarter bits: 4 * log2(p / (1 - p)).
   */
  'quarterBits'?: (number);
  /**
   * What the certainty means under the rules.
   */
  'band'?: (_selfsame_v1_Band);
  /**
   * Why the two could not join all the same, e.g. `limit:user_id`, `exclusive:passport`; else empty.
   */
  'refusal'?: (string);
  /**
   * What the certainty is made of.
   */
  'contributions'?: (_selfsame_v1_Contribution)[];
}

/**
 * A customer that a record may belong to.
 */
export interface RecordMatch__Output {
  /**
   * The customer.
   */
  'customerId': (string);
  /**
   * The profile of the customer that the record fits best.
   */
  'profileRef': (string);
  /**
   * Probability, 0 to 1, that the record and that profile are of one person.
   */
  'certainty': (number);
  /**
   * The certainty as log-odds in quarter bits: 4 * log2(p / (1 - p)).
   */
  'quarterBits': (number);
  /**
   * What the certainty means under the rules.
   */
  'band': (_selfsame_v1_Band__Output);
  /**
   * Why the two could not join all the same, e.g. `limit:user_id`, `exclusive:passport`; else empty.
   */
  'refusal': (string);
  /**
   * What the certainty is made of.
   */
  'contributions': (_selfsame_v1_Contribution__Output)[];
}
