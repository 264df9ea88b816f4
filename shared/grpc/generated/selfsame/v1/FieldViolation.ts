// Original file: selfsame/v1/outcome.proto


/**
 * A wrong field.
 */
export interface FieldViolation {
  /**
   * Path in the item, e.g. `parties[0].identifiers[2].namespace`.
   */
  'field'?: (string);
  /**
   * What is wrong and how to mend it; never the value itself.
   */
  'description'?: (string);
}

/**
 * A wrong field.
 */
export interface FieldViolation__Output {
  /**
   * Path in the item, e.g. `parties[0].identifiers[2].namespace`.
   */
  'field': (string);
  /**
   * What is wrong and how to mend it; never the value itself.
   */
  'description': (string);
}
