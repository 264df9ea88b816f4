// Original file: selfsame/v1/attribution.proto

import type { ProfileKind as _selfsame_v1_ProfileKind, ProfileKind__Output as _selfsame_v1_ProfileKind__Output } from '../../selfsame/v1/ProfileKind.ts';
import type { AttributionBasis as _selfsame_v1_AttributionBasis, AttributionBasis__Output as _selfsame_v1_AttributionBasis__Output } from '../../selfsame/v1/AttributionBasis.ts';
import type { AttributionShare as _selfsame_v1_AttributionShare, AttributionShare__Output as _selfsame_v1_AttributionShare__Output } from '../../selfsame/v1/AttributionShare.ts';

/**
 * Whose a party of an interaction is.
 */
export interface PartyAttribution {
  /**
   * Part taken.
   */
  'role'?: (string);
  /**
   * Profile of the party.
   */
  'profileRef'?: (string);
  /**
   * Where the profile comes from.
   */
  'kind'?: (_selfsame_v1_ProfileKind);
  /**
   * What the attribution rests on.
   */
  'basis'?: (_selfsame_v1_AttributionBasis);
  /**
   * The customer that it is attributed to.
   */
  'customerId'?: (string);
  /**
   * Probability, 0 to 1, that it was this customer's.
   */
  'certainty'?: (number | string);
  /**
   * The customers' shares, the greatest first, at most 20. On a shared device all persons seen on it,
   * each day of presence weighing half for every week between it and the interaction.
   */
  'shares'?: (_selfsame_v1_AttributionShare)[];
}

/**
 * Whose a party of an interaction is.
 */
export interface PartyAttribution__Output {
  /**
   * Part taken.
   */
  'role': (string);
  /**
   * Profile of the party.
   */
  'profileRef': (string);
  /**
   * Where the profile comes from.
   */
  'kind': (_selfsame_v1_ProfileKind__Output);
  /**
   * What the attribution rests on.
   */
  'basis': (_selfsame_v1_AttributionBasis__Output);
  /**
   * The customer that it is attributed to.
   */
  'customerId': (string);
  /**
   * Probability, 0 to 1, that it was this customer's.
   */
  'certainty': (number);
  /**
   * The customers' shares, the greatest first, at most 20. On a shared device all persons seen on it,
   * each day of presence weighing half for every week between it and the interaction.
   */
  'shares': (_selfsame_v1_AttributionShare__Output)[];
}
