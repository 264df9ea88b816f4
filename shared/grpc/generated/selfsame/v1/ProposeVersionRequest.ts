// Original file: selfsame/v1/rules_service.proto


/**
 * Asks for a candidate.
 */
export interface ProposeVersionRequest {
  /**
   * Text of a rules file (YAML), at most 1 MiB. Empty: the live rules.
   */
  'rulesYaml'?: (string);
  /**
   * Fit the weights to a sample of what the cluster holds first. Needs rules that score pairs.
   */
  'fitModel'?: (boolean);
}

/**
 * Asks for a candidate.
 */
export interface ProposeVersionRequest__Output {
  /**
   * Text of a rules file (YAML), at most 1 MiB. Empty: the live rules.
   */
  'rulesYaml': (string);
  /**
   * Fit the weights to a sample of what the cluster holds first. Needs rules that score pairs.
   */
  'fitModel': (boolean);
}
