/**
 * Sizes of the heaviest tests: `npm test` runs a short form, which has the same kinds of everything and
 * fits twenty minutes of two cores; SELFSAME_LONG=1 runs the long one.
 */
export function sized(short: number, long: number): number {
  return process.env['SELFSAME_LONG'] === '1' ? long : short;
}
