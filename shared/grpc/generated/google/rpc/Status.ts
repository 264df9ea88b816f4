// Original file: google/rpc/status.proto

import type { Any as _google_protobuf_Any, Any__Output as _google_protobuf_Any__Output } from '../../google/protobuf/Any.ts';

/**
 * A gRPC error with its details.
 */
export interface Status {
  /**
   * gRPC status code.
   */
  'code'?: (number);
  /**
   * What went wrong and how to mend it, in English; holds no personal data.
   */
  'message'?: (string);
  /**
   * Details, each a message of error_details.proto.
   */
  'details'?: (_google_protobuf_Any)[];
}

/**
 * A gRPC error with its details.
 */
export interface Status__Output {
  /**
   * gRPC status code.
   */
  'code': (number);
  /**
   * What went wrong and how to mend it, in English; holds no personal data.
   */
  'message': (string);
  /**
   * Details, each a message of error_details.proto.
   */
  'details': (_google_protobuf_Any__Output)[];
}
