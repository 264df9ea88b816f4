// Original file: selfsame/v1/customer.proto

import type { ProfileKind as _selfsame_v1_ProfileKind, ProfileKind__Output as _selfsame_v1_ProfileKind__Output } from '../../selfsame/v1/ProfileKind.ts';
import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from '../../selfsame/v1/Identifier.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * One profile of a customer.
 */
export interface CustomerProfile {
  /**
   * `p` + 26 characters; usable in ProfileSelector.
   */
  'profileRef'?: (string);
  /**
   * Where it comes from.
   */
  'kind'?: (_selfsame_v1_ProfileKind);
  /**
   * What names it.
   */
  'anchor'?: (_selfsame_v1_Identifier | null);
  /**
   * Probability (0 to 1) that it belongs to the customer.
   */
  'certainty'?: (number | string);
  /**
   * On how many days (UTC) it was seen.
   */
  'dayCount'?: (number | string | Long);
  /**
   * When its first live interaction came in; absent without live observations.
   */
  'firstReceivedAt'?: (_google_protobuf_Timestamp | null);
}

/**
 * One profile of a customer.
 */
export interface CustomerProfile__Output {
  /**
   * `p` + 26 characters; usable in ProfileSelector.
   */
  'profileRef': (string);
  /**
   * Where it comes from.
   */
  'kind': (_selfsame_v1_ProfileKind__Output);
  /**
   * What names it.
   */
  'anchor': (_selfsame_v1_Identifier__Output | null);
  /**
   * Probability (0 to 1) that it belongs to the customer.
   */
  'certainty': (number);
  /**
   * On how many days (UTC) it was seen.
   */
  'dayCount': (string);
  /**
   * When its first live interaction came in; absent without live observations.
   */
  'firstReceivedAt': (_google_protobuf_Timestamp__Output | null);
}
