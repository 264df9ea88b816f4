/** Since when pairs have been possible, for readers (ARCHITECTURE S24). */
import { unpackProfile } from '../domain/actors/profile-codec.ts';
import type { ProfileState } from '../domain/actors/states.ts';
import type { ProfileId } from '../domain/identifier.ts';
import { possibleSince } from '../domain/possible-since.ts';
import { DAY_MS } from '../domain/rules.ts';
import { type AskOptions, PartitionBatch } from './partition-batch.ts';
import type { ReaderContext } from './reader.ts';
import type { PairEnds } from './steward-questions.ts';

/** Begin of the UTC day, for each pair; null: nothing proposes it any more. */
export async function readPossibleSince(
  context: ReaderContext,
  pairs: readonly PairEnds[],
  options: AskOptions,
): Promise<(number | null)[]> {
  if (pairs.length === 0) return [];
  const batch = new PartitionBatch(context.topology);
  for (const profile of new Set(pairs.flat())) batch.askProfile(profile, 0);
  await batch.run(context.port, options);
  const states = new Map<ProfileId, ProfileState>();
  for (const [profile, answer] of batch.profiles) {
    if (answer !== null) states.set(profile, unpackProfile(answer[0]));
  }
  return pairs.map((pair) => possibleSinceMs(pair, states));
}

export function possibleSinceMs(
  [low, high]: PairEnds,
  states: ReadonlyMap<ProfileId, ProfileState>,
): number | null {
  const [left, right] = [states.get(low), states.get(high)];
  const pair = left?.pairs.get(high);
  if (left === undefined || right === undefined || pair === undefined) return null;
  const day = possibleSince(pair, [low, left], [high, right]);
  return day === null ? null : day * DAY_MS;
}
