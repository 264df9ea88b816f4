/**
 * From the profiles of a data set to a fitted model: rarity of words and values, patterns of the
 * pairs that keys propose and of random pairs, and the fit. Deterministic: the same profiles in the
 * same order give the same model.
 */
import type { Digest } from '../domain/matching/digest.ts';
import type { ScoringModel } from '../domain/matching/model.ts';
import { type ModelScorer, scorerOf } from '../domain/matching/scorer.ts';
import { fitModel, type FitOutcome, type PatternCount } from './fit-model.ts';
import { withRarity } from './rarity-of-values.ts';

export interface LearningProfile {
  readonly digest: Digest;
  /** Evidence values and derived keys that it holds. */
  readonly keys: Iterable<string>;
}

/** Room for 2^26 profiles in one number for a pair, exact in a double. */
const PAIR = 2 ** 26;
const RANDOM_PAIRS_MAX = 500_000;
/** Enough to see what agrees by chance in one pair of a few thousand. */
const RANDOM_PAIRS_PER_PROFILE = 100;
/** More pairs tell the fit nothing new; those of the least keys are taken. */
const PROPOSED_PAIRS_MAX = 3_000_000;

/** `holderCap`: most holders of a key that proposes. */
export function learnModel(
  model: ScoringModel,
  profiles: readonly LearningProfile[],
  holderCap: number,
): FitOutcome {
  const digests = profiles.map(({ digest }) => digest);
  const counted = withRarity(model, digests);
  const scorer = scorerOf(counted);
  return fitModel({
    model: counted,
    profiles: profiles.length,
    proposed: countPatterns(scorer, digests, proposedPairs(profiles, holderCap)),
    random: countPatterns(scorer, digests, randomPairs(profiles.length)),
  });
}

function proposedPairs(profiles: readonly LearningProfile[], cap: number): Set<number> {
  const holders = new Map<string, number[]>();
  for (const [index, { keys }] of profiles.entries()) {
    for (const key of keys) {
      const held = holders.get(key);
      if (held === undefined) holders.set(key, [index]);
      else if (held.at(-1) !== index) held.push(index);
    }
  }
  const pairs = new Set<number>();
  for (const key of Array.from(holders.keys()).sort()) {
    const held = holders.get(key) as number[];
    if (held.length > cap) continue;
    for (const [position, one] of held.entries()) {
      for (const two of held.slice(position + 1)) pairs.add(one * PAIR + two);
    }
    if (pairs.size >= PROPOSED_PAIRS_MAX) break;
  }
  return pairs;
}

function countPatterns(
  scorer: ModelScorer,
  digests: readonly Digest[],
  pairs: Iterable<number>,
): PatternCount[] {
  const counts = new Map<string, { levels: readonly number[]; count: number }>();
  for (const pair of pairs) {
    const one = digests[Math.floor(pair / PAIR)] as Digest;
    const levels = scorer.levels(one, digests[pair % PAIR] as Digest);
    const key = levels.join();
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { levels, count: 1 });
    else known.count++;
  }
  return [...counts.values()];
}

/** Drawn by a multiplicative generator (Park and Miller 1988), the same in every run. */
function* randomPairs(profiles: number): Generator<number> {
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
    yield Math.min(one, two) * PAIR + Math.max(one, two);
  }
}
