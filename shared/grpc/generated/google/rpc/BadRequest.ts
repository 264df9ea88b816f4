// Original file: google/rpc/error_details.proto


/**
 * One wrong field.
 */
export interface _google_rpc_BadRequest_FieldViolation {
  /**
   * Path in the request, e.g. `interaction.parties[0].role`.
   */
  'field'?: (string);
  /**
   * What is wrong and how to mend it; never the value itself.
   */
  'description'?: (string);
}

/**
 * One wrong field.
 */
export interface _google_rpc_BadRequest_FieldViolation__Output {
  /**
   * Path in the request, e.g. `interaction.parties[0].role`.
   */
  'field': (string);
  /**
   * What is wrong and how to mend it; never the value itself.
   */
  'description': (string);
}

/**
 * Says which fields of the request are wrong.
 */
export interface BadRequest {
  /**
   * All wrong fields found, at most 100.
   */
  'fieldViolations'?: (_google_rpc_BadRequest_FieldViolation)[];
}

/**
 * Says which fields of the request are wrong.
 */
export interface BadRequest__Output {
  /**
   * All wrong fields found, at most 100.
   */
  'fieldViolations': (_google_rpc_BadRequest_FieldViolation__Output)[];
}
