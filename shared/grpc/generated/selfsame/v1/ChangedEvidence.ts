// Original file: selfsame/v1/resolution_service.proto


/**
 * What stopped or began to count. A value is named by reference: who knows it gets the reference from
 * a GENERIC answer of Resolve, and a steward from ListOrders.
 */
export interface ChangedEvidence {
  /**
   * A value or a rule: its namespace; else empty.
   */
  'namespace'?: (string);
  /**
   * A value: `v` + 26 characters; else empty.
   */
  'valueRef'?: (string);
  /**
   * A delivery or a source: the sending system; else empty.
   */
  'source'?: (string);
  /**
   * A delivery: its label; else empty.
   */
  'delivery'?: (string);
}

/**
 * What stopped or began to count. A value is named by reference: who knows it gets the reference from
 * a GENERIC answer of Resolve, and a steward from ListOrders.
 */
export interface ChangedEvidence__Output {
  /**
   * A value or a rule: its namespace; else empty.
   */
  'namespace': (string);
  /**
   * A value: `v` + 26 characters; else empty.
   */
  'valueRef': (string);
  /**
   * A delivery or a source: the sending system; else empty.
   */
  'source': (string);
  /**
   * A delivery: its label; else empty.
   */
  'delivery': (string);
}
