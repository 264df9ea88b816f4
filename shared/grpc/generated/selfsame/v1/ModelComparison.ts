// Original file: selfsame/v1/rules_service.proto


/**
 * What the levels of one comparison weigh.
 */
export interface ModelComparison {
  /**
   * Name of the comparison.
   */
  'name'?: (string);
  /**
   * Names of the facts compared.
   */
  'facts'?: (string)[];
  /**
   * By level, in bits: one person against two strangers.
   */
  'weights'?: (number | string)[];
  /**
   * By level, in bits: one person against two of one household.
   */
  'householdWeights'?: (number | string)[];
}

/**
 * What the levels of one comparison weigh.
 */
export interface ModelComparison__Output {
  /**
   * Name of the comparison.
   */
  'name': (string);
  /**
   * Names of the facts compared.
   */
  'facts': (string)[];
  /**
   * By level, in bits: one person against two strangers.
   */
  'weights': (number)[];
  /**
   * By level, in bits: one person against two of one household.
   */
  'householdWeights': (number)[];
}
