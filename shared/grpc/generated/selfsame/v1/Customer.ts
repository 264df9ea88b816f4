// Original file: selfsame/v1/customer.proto

import type { CustomerProfile as _selfsame_v1_CustomerProfile, CustomerProfile__Output as _selfsame_v1_CustomerProfile__Output } from '../../selfsame/v1/CustomerProfile.ts';
import type { CustomerIdentifier as _selfsame_v1_CustomerIdentifier, CustomerIdentifier__Output as _selfsame_v1_CustomerIdentifier__Output } from '../../selfsame/v1/CustomerIdentifier.ts';
import type { CustomerAttribute as _selfsame_v1_CustomerAttribute, CustomerAttribute__Output as _selfsame_v1_CustomerAttribute__Output } from '../../selfsame/v1/CustomerAttribute.ts';
import type { TimelineEntry as _selfsame_v1_TimelineEntry, TimelineEntry__Output as _selfsame_v1_TimelineEntry__Output } from '../../selfsame/v1/TimelineEntry.ts';
import type { Relationship as _selfsame_v1_Relationship, Relationship__Output as _selfsame_v1_Relationship__Output } from '../../selfsame/v1/Relationship.ts';
import type { PossibleMatch as _selfsame_v1_PossibleMatch, PossibleMatch__Output as _selfsame_v1_PossibleMatch__Output } from '../../selfsame/v1/PossibleMatch.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * One customer: the profiles that belong together at the certainty asked for.
 */
export interface Customer {
  /**
   * `c` + 26 characters. Every id ever issued keeps resolving.
   */
  'customerId'?: (string);
  /**
   * The id that was asked for, when it now answers as another customer; else empty.
   */
  'redirectedFrom'?: (string);
  /**
   * Certainty at which this view was taken.
   */
  'minCertainty'?: (number | string);
  /**
   * The profiles that are this customer.
   */
  'profiles'?: (_selfsame_v1_CustomerProfile)[];
  /**
   * All live identifiers.
   */
  'identifiers'?: (_selfsame_v1_CustomerIdentifier)[];
  /**
   * All live attributes.
   */
  'attributes'?: (_selfsame_v1_CustomerAttribute)[];
  /**
   * What happened, most recent first, at most 1,000 entries.
   */
  'timeline'?: (_selfsame_v1_TimelineEntry)[];
  /**
   * Other customers met in the same interactions.
   */
  'relationships'?: (_selfsame_v1_Relationship)[];
  /**
   * Customers that may be the same: joined only by refused, held or review edges.
   */
  'possibleMatches'?: (_selfsame_v1_PossibleMatch)[];
  /**
   * The component is at its size cap: further joins are held for review.
   */
  'oversized'?: (boolean);
  /**
   * How far the settled state is behind what was taken in, in milliseconds.
   */
  'settledLagMs'?: (number | string | Long);
  /**
   * The best evidence about a profile fits another customer just as well, so it joined neither. The
   * others are among `possible_matches`.
   */
  'ambiguous'?: (boolean);
}

/**
 * One customer: the profiles that belong together at the certainty asked for.
 */
export interface Customer__Output {
  /**
   * `c` + 26 characters. Every id ever issued keeps resolving.
   */
  'customerId': (string);
  /**
   * The id that was asked for, when it now answers as another customer; else empty.
   */
  'redirectedFrom': (string);
  /**
   * Certainty at which this view was taken.
   */
  'minCertainty': (number);
  /**
   * The profiles that are this customer.
   */
  'profiles': (_selfsame_v1_CustomerProfile__Output)[];
  /**
   * All live identifiers.
   */
  'identifiers': (_selfsame_v1_CustomerIdentifier__Output)[];
  /**
   * All live attributes.
   */
  'attributes': (_selfsame_v1_CustomerAttribute__Output)[];
  /**
   * What happened, most recent first, at most 1,000 entries.
   */
  'timeline': (_selfsame_v1_TimelineEntry__Output)[];
  /**
   * Other customers met in the same interactions.
   */
  'relationships': (_selfsame_v1_Relationship__Output)[];
  /**
   * Customers that may be the same: joined only by refused, held or review edges.
   */
  'possibleMatches': (_selfsame_v1_PossibleMatch__Output)[];
  /**
   * The component is at its size cap: further joins are held for review.
   */
  'oversized': (boolean);
  /**
   * How far the settled state is behind what was taken in, in milliseconds.
   */
  'settledLagMs': (string);
  /**
   * The best evidence about a profile fits another customer just as well, so it joined neither. The
   * others are among `possible_matches`.
   */
  'ambiguous': (boolean);
}
