// Original file: selfsame/v1/rules_service.proto

import type { VersionCounts as _selfsame_v1_VersionCounts, VersionCounts__Output as _selfsame_v1_VersionCounts__Output } from '../../selfsame/v1/VersionCounts.ts';
import type { ChangedCustomer as _selfsame_v1_ChangedCustomer, ChangedCustomer__Output as _selfsame_v1_ChangedCustomer__Output } from '../../selfsame/v1/ChangedCustomer.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * The difference between the candidate and the live version.
 */
export interface VersionReport {
  /**
   * The version that answers.
   */
  'liveVersion'?: (string);
  /**
   * The candidate.
   */
  'candidateVersion'?: (string);
  /**
   * Everything that the live version holds was part of the comparison.
   */
  'complete'?: (boolean);
  /**
   * Counts of the live version.
   */
  'live'?: (_selfsame_v1_VersionCounts | null);
  /**
   * Counts of the candidate.
   */
  'candidate'?: (_selfsame_v1_VersionCounts | null);
  /**
   * Interactions compared.
   */
  'interactions'?: (number | string | Long);
  /**
   * Interactions with a party whose customer has another id.
   */
  'interactionsMoved'?: (number | string | Long);
  /**
   * Parties of interactions compared.
   */
  'parties'?: (number | string | Long);
  /**
   * Parties whose customer has another id.
   */
  'partiesMoved'?: (number | string | Long);
  /**
   * Profiles whose customer has another id.
   */
  'profilesChanged'?: (number | string | Long);
  /**
   * Profiles that only the candidate has.
   */
  'profilesAdded'?: (number | string | Long);
  /**
   * Profiles that only the live version has.
   */
  'profilesGone'?: (number | string | Long);
  /**
   * Customers of the candidate that are made of several live ones.
   */
  'merged'?: (number | string | Long);
  /**
   * Live customers that fall apart into several.
   */
  'split'?: (number | string | Long);
  /**
   * The largest merged ones, at most 50.
   */
  'mergedCustomers'?: (_selfsame_v1_ChangedCustomer)[];
  /**
   * The largest split ones, at most 50.
   */
  'splitCustomers'?: (_selfsame_v1_ChangedCustomer)[];
}

/**
 * The difference between the candidate and the live version.
 */
export interface VersionReport__Output {
  /**
   * The version that answers.
   */
  'liveVersion': (string);
  /**
   * The candidate.
   */
  'candidateVersion': (string);
  /**
   * Everything that the live version holds was part of the comparison.
   */
  'complete': (boolean);
  /**
   * Counts of the live version.
   */
  'live': (_selfsame_v1_VersionCounts__Output | null);
  /**
   * Counts of the candidate.
   */
  'candidate': (_selfsame_v1_VersionCounts__Output | null);
  /**
   * Interactions compared.
   */
  'interactions': (string);
  /**
   * Interactions with a party whose customer has another id.
   */
  'interactionsMoved': (string);
  /**
   * Parties of interactions compared.
   */
  'parties': (string);
  /**
   * Parties whose customer has another id.
   */
  'partiesMoved': (string);
  /**
   * Profiles whose customer has another id.
   */
  'profilesChanged': (string);
  /**
   * Profiles that only the candidate has.
   */
  'profilesAdded': (string);
  /**
   * Profiles that only the live version has.
   */
  'profilesGone': (string);
  /**
   * Customers of the candidate that are made of several live ones.
   */
  'merged': (string);
  /**
   * Live customers that fall apart into several.
   */
  'split': (string);
  /**
   * The largest merged ones, at most 50.
   */
  'mergedCustomers': (_selfsame_v1_ChangedCustomer__Output)[];
  /**
   * The largest split ones, at most 50.
   */
  'splitCustomers': (_selfsame_v1_ChangedCustomer__Output)[];
}
