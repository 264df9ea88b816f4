/**
 * From the profiles of a data set to a fitted model: rarity of words and values, patterns of the
 * pairs that keys propose and of random pairs, and the fit. Deterministic: the same profiles in the
 * same order give the same model.
 */
import type { ComparedPairs } from '../domain/batch/compared-pairs.ts';
import type { Digest, DigestComparer } from '../domain/matching/digest.ts';
import type { ScoringModel } from '../domain/matching/model.ts';
import { scorerOf } from '../domain/matching/scorer.ts';
import { fitModel, type FitOutcome, type PatternCount } from './fit-model.ts';
import { LevelPatterns } from './level-patterns.ts';
import { withRarity } from './rarity-of-values.ts';

/** Calls `take` with each pair that some key proposes, by index, once and in the same order each time. */
export type ProposedPairs = (take: (one: number, two: number) => void) => void;

const RANDOM_PAIRS_MAX = 500_000;
/** Enough to see what agrees by chance in one pair of a few thousand. */
const RANDOM_PAIRS_PER_PROFILE = 100;
/** More pairs tell the fit nothing new: of more, an even share stands for all. */
const PROPOSED_PAIRS_MAX = 1_500_000;

export interface LearntModel extends FitOutcome {
  /**
   * What every proposed pair compared as, under the rarities of the model; null: there were too many
   * pairs to compare them all.
   */
  readonly compared: ComparedPairs | null;
}

/** `digests`: what the profiles are compared by. */
export function learnModel(
  model: ScoringModel,
  digests: readonly Digest[],
  proposed: ProposedPairs,
): LearntModel {
  const counted = withRarity(model, digests);
  const comparer = scorerOf(counted).over(digests);
  const width = model.comparisons.length;
  const random = new LevelPatterns(width);
  drawRandomPairs(digests.length, (one, two) => random.add(comparer.levels(one, two)));
  const found = countProposed(new LevelPatterns(width), comparer, proposed);
  const fitted = fitModel({
    model: counted,
    profiles: digests.length,
    proposed: found.counts,
    random: random.counts(1),
  });
  return { ...fitted, compared: found.compared };
}

interface ProposedCounts {
  readonly counts: PatternCount[];
  readonly compared: ComparedPairs | null;
}

function countProposed(
  patterns: LevelPatterns,
  comparer: DigestComparer,
  proposed: ProposedPairs,
): ProposedCounts {
  let all = 0;
  proposed(() => {
    all++;
  });
  const share = Math.min(1, PROPOSED_PAIRS_MAX / Math.max(1, all));
  const patternOf = new Int32Array(Math.min(all, PROPOSED_PAIRS_MAX));
  let met = 0;
  let taken = 0;
  proposed((one, two) => {
    met++;
    if (Math.floor(met * share) === taken) return;
    patternOf[taken++] = patterns.add(comparer.levels(one, two));
  });
  const counts = patterns.counts(all / Math.max(1, taken));
  return {
    counts,
    compared: taken === all ? { patternOf, patterns: patterns.patterns } : null,
  };
}

/** Drawn by a multiplicative generator (Park and Miller 1988), the same in every run. */
function drawRandomPairs(profiles: number, take: (one: number, two: number) => void): void {
  if (profiles < 2) return;
  let state = 20_241_123;
  const below = (bound: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % bound;
  };
  const wanted = Math.min(
    RANDOM_PAIRS_MAX,
    RANDOM_PAIRS_PER_PROFILE * profiles,
    (profiles * (profiles - 1)) / 2,
  );
  for (let drawn = 0; drawn < wanted; ) {
    const one = below(profiles);
    const two = below(profiles);
    if (one === two) continue;
    drawn++;
    take(Math.min(one, two), Math.max(one, two));
  }
}
