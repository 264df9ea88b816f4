// Original file: selfsame/v1/customer.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * One attribute of a customer.
 */
export interface CustomerAttribute {
  /**
   * Name, e.g. `birth_date`.
   */
  'name'?: (string);
  /**
   * Value as the source has it.
   */
  'value'?: (string);
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
 * One attribute of a customer.
 */
export interface CustomerAttribute__Output {
  /**
   * Name, e.g. `birth_date`.
   */
  'name': (string);
  /**
   * Value as the source has it.
   */
  'value': (string);
  /**
   * On how many days (UTC) it was seen with the customer.
   */
  'dayCount': (string);
  /**
   * When it was last seen.
   */
  'lastSeenAt': (_google_protobuf_Timestamp__Output | null);
}
