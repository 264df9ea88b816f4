/**
 * Fits a scoring model to a sample of a running cluster: rarity of words and values and random pairs
 * from digests of profiles, proposed pairs from the holders of keys. Deterministic: the same sample
 * gives the same model.
 *
 * A pair that shares k keys is met at each of them, so it counts 1/k at each: summed over all keys
 * every pair counts once, and over a share s of the keys s times, which is divided out (Horvitz and
 * Thompson 1952). Without it pairs of one person, which share most, would seem more than they are.
 */
import type { Digest } from '../domain/matching/digest.ts';
import type { ScoringModel } from '../domain/matching/model.ts';
import { type ModelScorer, scorerOf } from '../domain/matching/scorer.ts';
import { fitModel, type FitOutcome, type PatternCount } from './fit-model.ts';
import { withRarity } from './rarity-of-values.ts';

export interface LearningSample {
  /** Digests of profiles, and the share of all profiles that they are. */
  readonly profiles: readonly Digest[];
  readonly profileShare: number;
  /** Digests of the holders of a key, for each key read, and the share of all keys. */
  readonly holders: readonly (readonly Digest[])[];
  readonly keyShare: number;
  /** Keys that two digests share. */
  readonly sharedKeys: (left: Digest, right: Digest) => number;
}

export interface SampleFit extends FitOutcome {
  readonly proposedPairs: number;
  readonly randomPairs: number;
}

const RANDOM_PAIRS_MAX = 60_000;
const PROPOSED_PAIRS_MAX = 120_000;
/** Pairs compared before others get their turn: some 10 milliseconds. */
const PAIRS_A_TURN = 1000;

export async function learnSample(model: ScoringModel, sample: LearningSample): Promise<SampleFit> {
  const counted = withRarity(model, sample.profiles);
  const scorer = scorerOf(counted);
  const random = new Patterns(scorer);
  for (const [left, right] of randomPairs(sample.profiles)) await random.add(left, right, 1);
  const proposed = new Patterns(scorer);
  let used = 0;
  for (const holders of sample.holders) {
    if (proposed.pairs >= PROPOSED_PAIRS_MAX) break;
    used++;
    for (const [index, left] of holders.entries()) {
      for (const right of holders.slice(index + 1)) {
        // At least the key at which the two were met.
        const shared = Math.max(1, sample.sharedKeys(left, right));
        await proposed.add(left, right, 1 / shared);
      }
    }
  }
  const keyShare = (sample.keyShare * used) / Math.max(1, sample.holders.length);
  const profiles = Math.round(sample.profiles.length / sample.profileShare);
  const fitted = fitModel({
    model: counted,
    profiles,
    proposed: proposed.counts.map(({ levels, count }) => ({ levels, count: count / keyShare })),
    random: random.counts,
  });
  return { ...fitted, proposedPairs: proposed.pairs, randomPairs: random.pairs };
}

/** How often each combination of levels occurs, by weight. */
class Patterns {
  pairs = 0;
  readonly #scorer: ModelScorer;
  readonly #counts = new Map<string, { levels: readonly number[]; count: number }>();

  constructor(scorer: ModelScorer) {
    this.#scorer = scorer;
  }

  /** In the order of their levels, so that sums do not depend on the order of the sample. */
  get counts(): PatternCount[] {
    return Array.from(this.#counts)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, pattern]) => pattern);
  }

  async add(left: Digest, right: Digest, weight: number): Promise<void> {
    const levels = this.#scorer.levels(left, right);
    const key = levels.join();
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { levels, count: weight });
    else known.count += weight;
    this.pairs++;
    if (this.pairs % PAIRS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Each profile with others at growing distances in the sample, whose order is random. */
function* randomPairs(profiles: readonly Digest[]): Generator<readonly [Digest, Digest]> {
  let drawn = 0;
  for (let distance = 1; distance < profiles.length; distance++) {
    for (let index = 0; index + distance < profiles.length; index++) {
      if (drawn++ >= RANDOM_PAIRS_MAX) return;
      yield [profiles[index] as Digest, profiles[index + distance] as Digest];
    }
  }
}
