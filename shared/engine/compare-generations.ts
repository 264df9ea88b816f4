/**
 * What two generations of one partition say of the same interactions and profiles, in slices. Both
 * are on the disk of the process that owns the partition, so nothing is asked of anybody.
 */
import { liveVersion } from '../domain/actors/interaction-actor.ts';
import { unpackProfile } from '../domain/actors/profile-codec.ts';
import { unpackInteractionState } from '../domain/actors/state-codec.ts';
import type { ProfileState } from '../domain/actors/states.ts';
import type { Store } from '../adapters/store.ts';
import { readLadder } from '../domain/component.ts';
import type { ProfileId } from '../domain/identifier.ts';
import type { PackedInteraction } from '../domain/messages.ts';
import type { QuarterBits } from '../domain/rules.ts';
import { decode } from '../protocol/codec.ts';
import type {
  ComparedInteractions,
  ComparedProfiles,
  ListedRows,
} from '../protocol/generation-call.ts';
import { partitionPrefix } from './partition.ts';

export interface TwoStores {
  readonly live: Store;
  readonly shadow: Store;
}

/** Live interactions after the one with id `after`, with the profile of each party on both sides. */
export function compareInteractions(
  { live, shadow }: TwoStores,
  partition: number,
  after: string,
  limit: number,
): ComparedInteractions {
  const start = `${partitionPrefix(partition)}i/`;
  const rows = live.range(after === '' ? start : `${start}${after} `, `${start}\x7f`, { limit });
  const interactions: (readonly [ProfileId, ProfileId][])[] = [];
  let missing = 0;
  for (const [key, bytes] of rows) {
    const before = liveIn(bytes);
    if (before === null) continue;
    const other = shadow.get(key);
    const now = other === undefined ? null : liveIn(other);
    if (now === null) {
      missing++;
      continue;
    }
    interactions.push(
      before[9].flatMap((party, index): (readonly [ProfileId, ProfileId])[] => {
        const same = now[9][index];
        return same === undefined ? [] : [[party[1], same[1]]];
      }) as [ProfileId, ProfileId][],
    );
  }
  const last = rows.at(-1)?.[0].slice(start.length) ?? null;
  return { interactions, missing, next: rows.length < limit ? null : last };
}

/** Ids after `after` of live interactions (`i/`), or of profiles with observations (`a/`). */
export function listRows(
  store: Store,
  partition: number,
  rows: 'i/' | 'a/',
  after: string,
  limit: number,
): ListedRows {
  const start = partitionPrefix(partition) + rows;
  const found = store.range(after === '' ? start : `${start}${after} `, `${start}\x7f`, { limit });
  const ids = found
    .filter(([, bytes]) =>
      rows === 'i/' ? liveIn(bytes) !== null : unpackProfile(decode(bytes)).days.length > 0,
    )
    .map(([key]) => key.slice(start.length));
  const last = found.at(-1)?.[0].slice(start.length) ?? null;
  return { ids, next: found.length < limit ? null : last };
}

function liveIn(bytes: Uint8Array): PackedInteraction | null {
  return liveVersion(unpackInteractionState(decode(bytes)))?.version ?? null;
}

/** Counts over the profiles after id `after`; customers are counted at their founders. */
export function compareProfiles(
  { live, shadow }: TwoStores,
  partition: number,
  after: string,
  limit: number,
  certainties: readonly [live: QuarterBits, shadow: QuarterBits],
): ComparedProfiles {
  const start = `${partitionPrefix(partition)}a/`;
  const from = after === '' ? start : `${start}${after} `;
  const first = live.range(from, `${start}\x7f`, { limit });
  const second = shadow.range(from, `${start}\x7f`, { limit });
  // Both sides up to the same id: the lesser of the ends that a limit cut off.
  const ends = [first, second].filter((rows) => rows.length === limit).map((rows) => rows.at(-1));
  const end = ends.map((row) => row?.[0] ?? '').sort()[0];
  const liveCounts: [profiles: number, customers: number] = [0, 0];
  const shadowCounts: [profiles: number, customers: number] = [0, 0];
  const counts = { live: liveCounts, shadow: shadowCounts, changed: 0, added: 0, gone: 0 };
  const founders = [first, second].map((rows, side) => {
    const found = new Map<string, ProfileId>();
    for (const [key, bytes] of rows) {
      if (end !== undefined && key > end) break;
      const state = unpackProfile(decode(bytes));
      if (state.days.length === 0) continue;
      const profile = key.slice(start.length) as ProfileId;
      const founder = founderOf(profile, state, certainties[side] as QuarterBits);
      found.set(profile, founder);
      const count = side === 0 ? counts.live : counts.shadow;
      count[0]++;
      if (founder === profile) count[1]++;
    }
    return found;
  });
  const [before, now] = founders as [Map<string, ProfileId>, Map<string, ProfileId>];
  for (const [profile, founder] of before) {
    const other = now.get(profile);
    if (other === undefined) counts.gone++;
    else if (other !== founder) counts.changed++;
  }
  for (const profile of now.keys()) if (!before.has(profile)) counts.added++;
  return { ...counts, next: end === undefined ? null : end.slice(start.length) };
}

function founderOf(profile: ProfileId, { ladder }: ProfileState, certainty: QuarterBits) {
  return readLadder(profile, { strongest: ladder[0], steps: ladder[1] }, certainty).founder;
}
