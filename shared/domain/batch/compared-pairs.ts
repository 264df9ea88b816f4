/** How the proposed pairs of a batch compared when weights were fitted to them. */

export interface ComparedPairs {
  /** Number of the pattern of each pair, in the order in which keys propose pairs. */
  readonly patternOf: Int32Array;
  /** Levels of all comparisons, by number of the pattern. */
  readonly patterns: readonly Uint8Array[];
}
