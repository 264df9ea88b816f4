// Original file: selfsame/v1/rules_service.proto

import type { LayoutChange as _selfsame_v1_LayoutChange, LayoutChange__Output as _selfsame_v1_LayoutChange__Output } from '../../selfsame/v1/LayoutChange.ts';

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
  /**
   * Other partitions under the live rules: neither rules nor a fit may be given with it.
   * FAILED_PRECONDITION when it is not possible or changes nothing.
   */
  'layoutChange'?: (_selfsame_v1_LayoutChange | null);
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
  /**
   * Other partitions under the live rules: neither rules nor a fit may be given with it.
   * FAILED_PRECONDITION when it is not possible or changes nothing.
   */
  'layoutChange': (_selfsame_v1_LayoutChange__Output | null);
}
