// Original file: selfsame/v1/explanation.proto


/**
 * A term of an edge's certainty. Levels are named, values are not shown.
 */
export interface Contribution {
  /**
   * `prior` (before anything is compared), `alternative` (what the likelier alternative, a household
   * or an organisation, changes of it), `comparison`, `term_frequency` (how rare the value agreed on
   * is), `declared` (by a namespace), `device_days` (others on the device), `decision`, `rounding`
   * (to quarter bits), `cap` (the most that evidence proves), `pending` (not settled yet).
   */
  'kind'?: (string);
  /**
   * The comparison, alternative, namespace or decision; may be empty.
   */
  'name'?: (string);
  /**
   * Comparisons: the level reached, e.g. `swapped day and month`; else empty.
   */
  'level'?: (string);
  /**
   * Part of the certainty in whole quarter bits.
   */
  'quarterBits'?: (number);
  /**
   * What the term weighs by itself, in bits (steps of 1/256). Those of an edge add up to a quarter of
   * its `quarter_bits`.
   */
  'logOdds'?: (number | string);
}

/**
 * A term of an edge's certainty. Levels are named, values are not shown.
 */
export interface Contribution__Output {
  /**
   * `prior` (before anything is compared), `alternative` (what the likelier alternative, a household
   * or an organisation, changes of it), `comparison`, `term_frequency` (how rare the value agreed on
   * is), `declared` (by a namespace), `device_days` (others on the device), `decision`, `rounding`
   * (to quarter bits), `cap` (the most that evidence proves), `pending` (not settled yet).
   */
  'kind': (string);
  /**
   * The comparison, alternative, namespace or decision; may be empty.
   */
  'name': (string);
  /**
   * Comparisons: the level reached, e.g. `swapped day and month`; else empty.
   */
  'level': (string);
  /**
   * Part of the certainty in whole quarter bits.
   */
  'quarterBits': (number);
  /**
   * What the term weighs by itself, in bits (steps of 1/256). Those of an edge add up to a quarter of
   * its `quarter_bits`.
   */
  'logOdds': (number);
}
