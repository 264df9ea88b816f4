// Original file: selfsame/v1/customer.proto

import type { NamespaceKind as _selfsame_v1_NamespaceKind, NamespaceKind__Output as _selfsame_v1_NamespaceKind__Output } from '../../selfsame/v1/NamespaceKind.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * One identifier of a customer.
 */
export interface CustomerIdentifier {
  /**
   * Namespace.
   */
  'namespace'?: (string);
  /**
   * Normalised value.
   */
  'value'?: (string);
  /**
   * What the namespace names.
   */
  'kind'?: (_selfsame_v1_NamespaceKind);
  /**
   * On how many days (UTC) it was seen with the customer.
   */
  'dayCount'?: (number | string | Long);
  /**
   * When it was last seen.
   */
  'lastSeenAt'?: (_google_protobuf_Timestamp | null);
}

/**
 * One identifier of a customer.
 */
export interface CustomerIdentifier__Output {
  /**
   * Namespace.
   */
  'namespace': (string);
  /**
   * Normalised value.
   */
  'value': (string);
  /**
   * What the namespace names.
   */
  'kind': (_selfsame_v1_NamespaceKind__Output);
  /**
   * On how many days (UTC) it was seen with the customer.
   */
  'dayCount': (string);
  /**
   * When it was last seen.
   */
  'lastSeenAt': (_google_protobuf_Timestamp__Output | null);
}
