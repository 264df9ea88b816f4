/**
 * What two generations of different layouts say of the same interactions and profiles: a partition
 * of one has its counterparts in several of the other, on the disks of other processes. So each side
 * lists what it has, and the other is asked for the same ids, as any reader would ask.
 */
import { readLadder } from '../domain/component.ts';
import type { InteractionId, ProfileId } from '../domain/identifier.ts';
import type { QuarterBits } from '../domain/rules.ts';
import type {
  ComparedInteractions,
  ComparedProfiles,
  ComparePort,
  ListedRows,
} from '../protocol/generation-call.ts';
import { PartitionBatch } from './partition-batch.ts';
import { type ReaderContext, unpackLadder } from './reader.ts';

export interface LayoutSide {
  readonly context: ReaderContext;
  /** Ids after `after` of live interactions, or of profiles with observations, in order. */
  readonly list: (partition: number, rows: 'i/' | 'a/', after: string) => Promise<ListedRows>;
}

/** Profiles are listed on both sides, one after the other: whose turn it is, in the place. */
const LIVE = 'l';
const SHADOW = 's';

export function compareLayouts(live: LayoutSide, shadow: LayoutSide): ComparePort {
  return {
    interactions: (partition, after) => compareInteractions(live, shadow, partition, after),
    profiles: (partition, after, certainties) => {
      const isLive = !after.startsWith(SHADOW);
      const place = after.slice(1);
      return isLive
        ? compareLive(live, shadow, partition, place, certainties)
        : compareShadow(live, shadow, partition, place, certainties[1]);
    },
  };
}

async function compareInteractions(
  live: LayoutSide,
  shadow: LayoutSide,
  partition: number,
  after: string,
): Promise<ComparedInteractions> {
  const { ids, next } = await live.list(partition, 'i/', after);
  const [before, now] = await Promise.all(
    [live, shadow].map(async ({ context }) => {
      const batch = new PartitionBatch(context.topology);
      for (const id of ids) batch.askInteraction(id as InteractionId);
      await batch.run(context.port, {});
      return batch.interactions;
    }),
  );
  const interactions: (readonly [ProfileId, ProfileId])[][] = [];
  let missing = 0;
  for (const id of ids) {
    const [was, is] = [before?.get(id as InteractionId), now?.get(id as InteractionId)];
    // Retracted between the two questions.
    if (was === null || was === undefined) continue;
    if (is === null || is === undefined) {
      missing++;
      continue;
    }
    interactions.push(
      was[1].flatMap(([, profile], index): (readonly [ProfileId, ProfileId])[] => {
        const same = is[1][index];
        return same === undefined ? [] : [[profile, same[1]]];
      }),
    );
  }
  return { interactions, missing, next };
}

/** Profiles of a live partition, and what the shadow makes of them. */
async function compareLive(
  live: LayoutSide,
  shadow: LayoutSide,
  partition: number,
  after: string,
  certainties: readonly [QuarterBits, QuarterBits],
): Promise<ComparedProfiles> {
  const { ids, next } = await list(live, partition, after);
  const [before, now] = await Promise.all([
    founders(live, ids, certainties[0]),
    founders(shadow, ids, certainties[1]),
  ]);
  const counts = { changed: 0, gone: 0, customers: 0 };
  for (const [profile, founder] of before) {
    if (founder === profile) counts.customers++;
    const other = now.get(profile) ?? null;
    if (other === null) counts.gone++;
    else if (other !== founder) counts.changed++;
  }
  return {
    live: [before.size, counts.customers],
    shadow: [0, 0],
    changed: counts.changed,
    added: 0,
    gone: counts.gone,
    next: next === null ? SHADOW : LIVE + next,
  };
}

/** Profiles of a partition of the shadow: counts, and whether the live generation has them. */
async function compareShadow(
  live: LayoutSide,
  shadow: LayoutSide,
  partition: number,
  after: string,
  certainty: QuarterBits,
): Promise<ComparedProfiles> {
  const { ids, next } = await list(shadow, partition, after);
  const [now, before] = await Promise.all([
    founders(shadow, ids, certainty),
    founders(live, ids, certainty),
  ]);
  let customers = 0;
  let added = 0;
  for (const [profile, founder] of now) {
    if (founder === profile) customers++;
    if ((before.get(profile) ?? null) === null) added++;
  }
  return {
    live: [0, 0],
    shadow: [now.size, customers],
    changed: 0,
    added,
    gone: 0,
    next: next === null ? null : SHADOW + next,
  };
}

/** A partition that only the other side has: nothing. */
async function list(side: LayoutSide, partition: number, after: string): Promise<ListedRows> {
  if (partition >= side.context.topology.partitions) return { ids: [], next: null };
  return side.list(partition, 'a/', after);
}

/** null: nothing is known of the profile. */
async function founders(
  { context }: LayoutSide,
  ids: readonly string[],
  certainty: QuarterBits,
): Promise<ReadonlyMap<ProfileId, ProfileId | null>> {
  const batch = new PartitionBatch(context.topology);
  for (const id of ids) batch.askLadder(id as ProfileId);
  await batch.run(context.port, {});
  return new Map(
    Array.from(batch.ladders, ([profile, packed]) => [
      profile,
      packed === null ? null : readLadder(profile, unpackLadder(packed), certainty).founder,
    ]),
  );
}
