/**
 * From the profiles of a data set to a fitted model: rarity of words and values, patterns of the
 * pairs that keys propose and of random pairs, and the fit. Deterministic: the same profiles in the
 * same order give the same model.
 */
import type { Digest } from '../domain/matching/digest.ts';
import type { ScoringModel } from '../domain/matching/model.ts';
import { type ModelScorer, scorerOf } from '../domain/matching/scorer.ts';
import { fitModel, type FitOutcome, type PatternCount } from './fit-model.ts';

export interface LearningProfile {
  readonly digest: Digest;
  /** Evidence values and derived keys that it holds. */
  readonly keys: Iterable<string>;
}

/** Room for 2^26 profiles in one number for a pair, exact in a double. */
const PAIR = 2 ** 26;
const RANDOM_PAIRS = 500_000;
/** More pairs tell the fit nothing new; those of the least keys are taken. */
const PROPOSED_PAIRS_MAX = 3_000_000;
const RARITY_OF_OTHERS = 13;

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

/** How rare each word and value is, in bits, as their keys' counters would tell. */
export function withRarity(model: ScoringModel, digests: readonly Digest[]): ScoringModel {
  const counts = new Map<string, number>();
  const totals = new Map<string, number>();
  const count = (kind: string, value: string): void => {
    if (value === '') return;
    counts.set(`${kind} ${value}`, (counts.get(`${kind} ${value}`) ?? 0) + 1);
    totals.set(kind, (totals.get(kind) ?? 0) + 1);
  };
  for (const digest of digests) {
    const words = new Set<string>();
    for (const [name, text] of digest) {
      if (name === 'person_name' || name === 'organisation_name') {
        for (const word of text.split(/[/ ]/)) words.add(word);
      } else if (name === 'address') {
        const [, street = '', place = ''] = text.split('|');
        count('place', place);
        for (const word of new Set(street.split(' '))) count('street', word);
      } else {
        count(name, text);
      }
    }
    for (const word of words) count('name', word);
  }
  const rarity: [string, number][] = [];
  for (const [key, seen] of counts) {
    const kind = key.slice(0, key.indexOf(' '));
    // A word's share is of all profiles, a value's of all values of its kind.
    const isWord = kind === 'name' || kind === 'street';
    const total = isWord ? digests.length : (totals.get(kind) ?? 1);
    const bits = Math.max(1, Math.round(-Math.log2(seen / total)));
    // The rest is as rare: a version lists a few thousand words, however many there are.
    if (bits < RARITY_OF_OTHERS) rarity.push([key, bits]);
  }
  rarity.sort((left, right) => (left[0] < right[0] ? -1 : 1));
  return { ...model, rarity, rarityOfOthers: RARITY_OF_OTHERS };
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
  const wanted = Math.min(RANDOM_PAIRS, (profiles * (profiles - 1)) / 2);
  for (let drawn = 0; drawn < wanted; ) {
    const one = below(profiles);
    const two = below(profiles);
    if (one === two) continue;
    drawn++;
    yield Math.min(one, two) * PAIR + Math.max(one, two);
  }
}
