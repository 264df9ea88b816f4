/**
 * Since when two profiles have been possible (ARCHITECTURE S24): the first UTC day by whose end both had
 * shown something that proposes the pair now. By days of occurrence, as all that proposes is; so it is a
 * function of the live evidence, and what comes late about an early day moves it there.
 *
 * Pure. O(proposals of the pair).
 */
import type { KeyId, ProfileId } from './identifier.ts';
import { countedDays } from './actors/bases.ts';
import type { PairState, ProfileState } from './actors/states.ts';

type Side = Pick<ProfileState, 'values' | 'muted' | 'suppressed' | 'others' | 'devices'>;

/** Null: nothing that counts proposes the pair. `pair` is what the home of `low` keeps of it. */
export function possibleSince(
  pair: PairState,
  low: readonly [ProfileId, Side],
  high: readonly [ProfileId, Side],
): number | null {
  let first: number | null = null;
  for (const [proposer, { kind, isSilent }] of pair.proposals) {
    if (isSilent) continue;
    const day = proposedSince(proposer, kind, low, high);
    if (day !== undefined && (first === null || day < first)) first = day;
  }
  return first;
}

/** Undefined: a side does not (any longer) hold what the proposer goes by; its withdrawal is on the way. */
function proposedSince(
  proposer: string,
  kind: 0 | 1 | 2,
  low: readonly [ProfileId, Side],
  high: readonly [ProfileId, Side],
): number | undefined {
  if (kind === 0) {
    const left = firstDay(low[1], proposer as KeyId);
    const right = firstDay(high[1], proposer as KeyId);
    return left === undefined || right === undefined ? undefined : Math.max(left, right);
  }
  // A same-party edge is shown by one side, which names the other; a device edge by the person.
  const named = proposer.slice(1) as ProfileId;
  const [shower, shown] = (kind === 1) === (named === low[0]) ? [low, high] : [high, low];
  const holds = kind === 1 ? shower[1].others : shower[1].devices;
  return holds.get(shown[0])?.days[0];
}

function firstDay(side: Side, key: KeyId): number | undefined {
  const hold = side.values.get(key);
  return hold === undefined ? undefined : countedDays(side, hold)[0];
}
