// Original file: selfsame/v1/explanation.proto


/**
 * Something that two customers have in common and that speaks for nothing.
 */
export interface UncountedEvidence {
  /**
   * Namespace of the value, device or rule; empty for a delivery.
   */
  'namespace'?: (string);
  /**
   * `generic` (too many have the value), `held`, `rejected` (the value, by an order), `over_cap` (more
   * hold the key, or use the device, than it may connect), `retracted` (taken back from a profile),
   * `rule_held`, `rule_rejected`, `delivery_held` (what would meet came with it).
   */
  'reason'?: (string);
  /**
   * Profiles that hold the value, or persons that use the device; 0: not counted.
   */
  'holders'?: (number);
  /**
   * Reference of the value, as of lists of orders; empty when it is about no value.
   */
  'valueRef'?: (string);
  /**
   * `delivery_held`: the source.
   */
  'source'?: (string);
  /**
   * `delivery_held`: the label; empty when the source itself is held.
   */
  'delivery'?: (string);
}

/**
 * Something that two customers have in common and that speaks for nothing.
 */
export interface UncountedEvidence__Output {
  /**
   * Namespace of the value, device or rule; empty for a delivery.
   */
  'namespace': (string);
  /**
   * `generic` (too many have the value), `held`, `rejected` (the value, by an order), `over_cap` (more
   * hold the key, or use the device, than it may connect), `retracted` (taken back from a profile),
   * `rule_held`, `rule_rejected`, `delivery_held` (what would meet came with it).
   */
  'reason': (string);
  /**
   * Profiles that hold the value, or persons that use the device; 0: not counted.
   */
  'holders': (number);
  /**
   * Reference of the value, as of lists of orders; empty when it is about no value.
   */
  'valueRef': (string);
  /**
   * `delivery_held`: the source.
   */
  'source': (string);
  /**
   * `delivery_held`: the label; empty when the source itself is held.
   */
  'delivery': (string);
}
