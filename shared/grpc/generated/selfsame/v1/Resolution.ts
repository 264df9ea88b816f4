// Original file: selfsame/v1/resolution.proto

import type { ResolutionStatus as _selfsame_v1_ResolutionStatus, ResolutionStatus__Output as _selfsame_v1_ResolutionStatus__Output } from '../../selfsame/v1/ResolutionStatus.ts';
import type { CustomerMatch as _selfsame_v1_CustomerMatch, CustomerMatch__Output as _selfsame_v1_CustomerMatch__Output } from '../../selfsame/v1/CustomerMatch.ts';

/**
 * Answer for one identifier. Flat, with the best customer inline, because batches carry thousands:
 * one identifier with one customer costs a single nested message.
 */
export interface Resolution {
  /**
   * What kind of answer it is.
   */
  'status'?: (_selfsame_v1_ResolutionStatus);
  /**
   * Found: the customer that fits best (`c` + 26 characters; no personal data in it).
   */
  'customerId'?: (string);
  /**
   * Found: probability (0 to 1) that the identifier belongs to `customer_id`.
   */
  'certainty'?: (number | string);
  /**
   * Found: the other customers that fit, by falling certainty. A value shared by several customers
   * names none of them alone: callers that need one customer must look here.
   */
  'otherMatches'?: (_selfsame_v1_CustomerMatch)[];
  /**
   * Generic: how many profiles hold the value.
   */
  'holderCount'?: (number);
  /**
   * Invalid: why, without the value.
   */
  'description'?: (string);
  /**
   * Found: several customers fit, `other_matches` has the rest of them. Whoever needs one customer
   * must not take the first for it.
   */
  'ambiguous'?: (boolean);
  /**
   * Generic: names the value as the change feed does (`v` + 26 characters), without revealing it.
   */
  'valueRef'?: (string);
  /**
   * Found: the best evidence about what was asked for fits another customer as well, so it joined neither
   * by it. GetCustomer tells the others.
   */
  'contested'?: (boolean);
}

/**
 * Answer for one identifier. Flat, with the best customer inline, because batches carry thousands:
 * one identifier with one customer costs a single nested message.
 */
export interface Resolution__Output {
  /**
   * What kind of answer it is.
   */
  'status': (_selfsame_v1_ResolutionStatus__Output);
  /**
   * Found: the customer that fits best (`c` + 26 characters; no personal data in it).
   */
  'customerId': (string);
  /**
   * Found: probability (0 to 1) that the identifier belongs to `customer_id`.
   */
  'certainty': (number);
  /**
   * Found: the other customers that fit, by falling certainty. A value shared by several customers
   * names none of them alone: callers that need one customer must look here.
   */
  'otherMatches': (_selfsame_v1_CustomerMatch__Output)[];
  /**
   * Generic: how many profiles hold the value.
   */
  'holderCount': (number);
  /**
   * Invalid: why, without the value.
   */
  'description': (string);
  /**
   * Found: several customers fit, `other_matches` has the rest of them. Whoever needs one customer
   * must not take the first for it.
   */
  'ambiguous': (boolean);
  /**
   * Generic: names the value as the change feed does (`v` + 26 characters), without revealing it.
   */
  'valueRef': (string);
  /**
   * Found: the best evidence about what was asked for fits another customer as well, so it joined neither
   * by it. GetCustomer tells the others.
   */
  'contested': (boolean);
}
