/**
 * The blast radius of a candidate version: what activating it would change, measured on the shadow
 * generation that was built with it.
 *
 * Customers of two versions are compared by the parties of the interactions they have in common,
 * since profiles may be others. Two passes: the first finds the parties whose customer has another
 * id, the second counts the rest of the customers concerned. Memory grows with what changes, not
 * with what there is; profiles' customers are looked up in batches.
 */
import { LRUCache } from 'lru-cache';
import { probabilityOf } from '../domain/certainty.ts';
import { readLadder } from '../domain/component.ts';
import { compareText, type ProfileId } from '../domain/identifier.ts';
import type { QuarterBits } from '../domain/rules.ts';
import type { ComparePort } from '../protocol/generation-call.ts';
import {
  type ChangedCustomer,
  LISTED_CUSTOMERS,
  LISTED_PARTS,
  type VersionReport,
} from '../protocol/versions.ts';
import { type AskOptions, PartitionBatch } from './partition-batch.ts';
import { type ReaderContext, readingCertainty, unpackLadder } from './reader.ts';

export interface CompareContext {
  readonly live: ReaderContext;
  readonly shadow: ReaderContext;
  readonly compare: ComparePort;
  readonly isComplete: () => Promise<boolean>;
}

/** Founders kept between slices, for each side. */
const FOUNDERS_KEPT = 200_000;

/** `minCertainty` 0..1 for both sides; absent: each at its own cluster floor. */
export async function measureBlastRadius(
  context: CompareContext,
  minCertainty: number | undefined,
  options: AskOptions,
): Promise<VersionReport> {
  const { live, shadow } = context;
  const certainties = [
    readingCertainty(live.rules, minCertainty),
    readingCertainty(shadow.rules, minCertainty),
  ] as const;
  const isComplete = await context.isComplete();
  const changes = new PartyChanges();
  const sides = [
    new Founders(live, certainties[0], options),
    new Founders(shadow, certainties[1], options),
  ] as const;
  for (const isSecond of [false, true]) {
    if (isSecond && changes.partiesMoved === 0) break;
    for (let partition = 0; partition < live.topology.partitions; partition++) {
      await scan(context, partition, sides, (parties) => {
        if (isSecond) changes.countStaying(parties);
        else changes.add(parties);
      });
    }
  }
  const profiles = await countProfiles(context, certainties);
  return {
    liveVersion: live.rules.rules.version,
    shadowVersion: shadow.rules.rules.version,
    isComplete: isComplete && changes.missing === 0,
    live: sideCounts(profiles.live, certainties[0]),
    shadow: sideCounts(profiles.shadow, certainties[1]),
    interactions: changes.interactions,
    interactionsMoved: changes.interactionsMoved,
    parties: changes.parties,
    partiesMoved: changes.partiesMoved,
    profilesChanged: profiles.changed,
    profilesAdded: profiles.added,
    profilesGone: profiles.gone,
    ...changes.customers((founder) => live.references.customerId(founder)),
  };
}

type Party = readonly [before: ProfileId, now: ProfileId];

async function scan(
  { compare }: CompareContext,
  partition: number,
  [live, shadow]: readonly [Founders, Founders],
  take: (slice: {
    readonly parties: readonly (readonly Party[])[];
    readonly missing: number;
  }) => void,
): Promise<void> {
  for (let after: string | null = ''; after !== null; ) {
    const slice = await compare.interactions(partition, after);
    const pairs = slice.interactions.flat();
    await Promise.all([
      live.find(pairs.map(([profile]) => profile)),
      shadow.find(pairs.map(([, profile]) => profile)),
    ]);
    take({
      missing: slice.missing,
      parties: slice.interactions.map((parties) =>
        parties.map(([before, now]): Party => [live.get(before), shadow.get(now)]),
      ),
    });
    after = slice.next;
  }
}

/** Founders of profiles at one certainty, looked up in batches. */
class Founders {
  readonly #context: ReaderContext;
  readonly #certainty: QuarterBits;
  readonly #options: AskOptions;
  readonly #known = new LRUCache<ProfileId, ProfileId>({ max: FOUNDERS_KEPT });

  constructor(context: ReaderContext, certainty: QuarterBits, options: AskOptions) {
    this.#context = context;
    this.#certainty = certainty;
    this.#options = options;
  }

  async find(profiles: readonly ProfileId[]): Promise<void> {
    const batch = new PartitionBatch(this.#context.topology);
    for (const profile of profiles) if (!this.#known.has(profile)) batch.askLadder(profile);
    await batch.run(this.#context.port, this.#options);
    for (const [profile, packed] of batch.ladders) {
      const founder =
        packed === null
          ? profile
          : readLadder(profile, unpackLadder(packed), this.#certainty).founder;
      this.#known.set(profile, founder);
    }
  }

  get(profile: ProfileId): ProfileId {
    return this.#known.get(profile) ?? profile;
  }
}

type Counts = Map<ProfileId, Map<ProfileId, number>>;

class PartyChanges {
  interactions = 0;
  interactionsMoved = 0;
  parties = 0;
  partiesMoved = 0;
  missing = 0;
  /** Parties of a live customer by their customers in the shadow, and the reverse. */
  readonly #from: Counts = new Map();
  readonly #to: Counts = new Map();

  add(slice: { readonly parties: readonly (readonly Party[])[]; readonly missing: number }): void {
    this.missing += slice.missing;
    for (const parties of slice.parties) {
      this.interactions++;
      this.parties += parties.length;
      const moved = parties.filter(([before, now]) => before !== now);
      this.partiesMoved += moved.length;
      if (moved.length > 0) this.interactionsMoved++;
      for (const [before, now] of moved) {
        count(this.#from, before, now);
        count(this.#to, now, before);
      }
    }
  }

  /** Of the customers that lose or gain: what stays with them. */
  countStaying(slice: { readonly parties: readonly (readonly Party[])[] }): void {
    for (const parties of slice.parties) {
      for (const [before, now] of parties) {
        if (before !== now) continue;
        if (this.#from.has(before)) count(this.#from, before, now);
        if (this.#to.has(now)) count(this.#to, now, before);
      }
    }
  }

  customers(idOf: (founder: ProfileId) => string) {
    const split = Array.from(this.#from).filter(([, parts]) => parts.size > 1);
    const merged = Array.from(this.#to).filter(([, parts]) => parts.size > 1);
    return {
      merged: merged.length,
      split: split.length,
      mergedCustomers: listed(merged, idOf),
      splitCustomers: listed(split, idOf),
    };
  }
}

function count(counts: Counts, one: ProfileId, other: ProfileId): void {
  let parts = counts.get(one);
  if (parts === undefined) {
    parts = new Map();
    counts.set(one, parts);
  }
  parts.set(other, (parts.get(other) ?? 0) + 1);
}

function listed(
  customers: readonly (readonly [ProfileId, ReadonlyMap<ProfileId, number>])[],
  idOf: (founder: ProfileId) => string,
): ChangedCustomer[] {
  return customers
    .map(([founder, parts]): ChangedCustomer => {
      const named = Array.from(parts, ([part, parties]) => ({ customerId: idOf(part), parties }));
      return {
        customerId: idOf(founder),
        parties: named.reduce((sum, { parties }) => sum + parties, 0),
        parts: named.sort(byParties).slice(0, LISTED_PARTS),
      };
    })
    .sort(byParties)
    .slice(0, LISTED_CUSTOMERS);
}

interface Sized {
  readonly customerId: string;
  readonly parties: number;
}

function byParties(left: Sized, right: Sized): number {
  return right.parties - left.parties || compareText(left.customerId, right.customerId);
}

async function countProfiles(
  { live, shadow, compare }: CompareContext,
  certainties: readonly [QuarterBits, QuarterBits],
) {
  const partitions = Math.max(live.topology.partitions, shadow.topology.partitions);
  const sum = { live: [0, 0], shadow: [0, 0], changed: 0, added: 0, gone: 0 };
  for (let partition = 0; partition < partitions; partition++) {
    for (let after: string | null = ''; after !== null; ) {
      const slice = await compare.profiles(partition, after, certainties);
      for (const side of ['live', 'shadow'] as const) {
        sum[side] = sum[side].map((total, index) => total + (slice[side][index] ?? 0));
      }
      sum.changed += slice.changed;
      sum.added += slice.added;
      sum.gone += slice.gone;
      after = slice.next;
    }
  }
  return sum;
}

function sideCounts([profiles = 0, customers = 0]: readonly number[], certainty: QuarterBits) {
  return { profiles, customers, minCertainty: probabilityOf(certainty) };
}
