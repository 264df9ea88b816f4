/** The bands of certainty that a version's floors divide pairs into (ARCHITECTURE S11, S12). */
import type { QuarterBits, Rules } from './rules.ts';

/** merge: may join; review: a person may judge it; ignore: too weak to be listed. */
export type Band = 'merge' | 'review' | 'ignore';

export function bandOf(
  { clusterFloor, reviewFloor }: Pick<Rules, 'clusterFloor' | 'reviewFloor'>,
  certainty: QuarterBits,
): Band {
  if (certainty >= clusterFloor) return 'merge';
  return certainty >= reviewFloor ? 'review' : 'ignore';
}
