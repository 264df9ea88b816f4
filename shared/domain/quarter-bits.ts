/** Log-odds in quarter bits: an integer; 0 is p = 1/2, 4 is 2:1, 28 is p = .992. */
export type QuarterBits = number;

/** Certainty of a must-link, and the cap for declared certainties: p = 1 - 2^-30. */
export const CERTAIN: QuarterBits = 120;
