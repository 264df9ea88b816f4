/**
 * The profiles of a batch and what each is compared by (ARCHITECTURE S13, S19). They are numbered in
 * the order of their ids, so that of two the lesser number is the lesser profile.
 */
import type { ComponentMember, LimitedValue } from '../component.ts';
import { compareText, type ProfileId } from '../identifier.ts';
import {
  DIGEST_FACTS_MAX,
  DIGEST_FACTS_PER_NAME,
  type Digest,
  packDigest,
  EMPTY_DIGEST,
  type Fact,
} from '../matching/digest.ts';
import { bucketOf, type RulesIndex } from '../rules.ts';
import type { BatchEvidence, BatchObservation } from './batch-evidence.ts';
import { type Holdings, holdingsOf } from './holdings.ts';

export interface BatchProfiles {
  /** Sorted; with those that are known only as another anchor of somebody's party. */
  readonly ids: readonly ProfileId[];
  readonly indexOf: ReadonlyMap<ProfileId, number>;
  /** By profile, without generic values (S21); none of one that is only named. */
  readonly observations: readonly (readonly BatchObservation[])[];
  readonly digests: readonly Digest[];
  readonly holdings: Holdings;
}

/** Weights of the rules' model take no part, only what it compares. */
export function profilesOf(index: RulesIndex, evidence: BatchEvidence): BatchProfiles {
  const observed = evidence.byProfile();
  const known = new Set(observed.keys());
  for (const own of observed.values()) {
    for (const { others } of own) for (const { profile } of others) known.add(profile);
  }
  const ids = Array.from(known).sort(compareText);
  const indexOf = new Map(ids.map((id, number) => [id, number]));
  const all = ids.map((id) => observed.get(id) ?? []);
  const holdings = holdingsOf(index, evidence.keyNamespaces, ids, all);
  const { muted } = holdings;
  const observations = muted.size === 0 ? all : all.map((own) => withoutMuted(own, muted));
  return { ids, indexOf, observations, digests: observations.map(digester(index)), holdings };
}

function withoutMuted(
  own: readonly BatchObservation[],
  muted: ReadonlySet<number>,
): readonly BatchObservation[] {
  if (!own.some(({ values }) => values.some(({ key }) => muted.has(key)))) return own;
  return own.map((observation) => ({
    ...observation,
    values: observation.values.filter(({ key }) => !muted.has(key)),
  }));
}

interface Seen {
  readonly fact: Fact;
  readonly days: Set<number>;
}

function digester({ scorer }: RulesIndex): (own: readonly BatchObservation[]) => Digest {
  return (own) => {
    if (scorer === null || own.length === 0) return EMPTY_DIGEST;
    const seen = new Map<string, Seen>();
    for (const observation of own) {
      for (const fact of carriedBy(observation)) {
        if (!scorer.compares(fact[0])) continue;
        const key = `${fact[0]}\u0000${fact[1]}`;
        const known = seen.get(key);
        if (known === undefined) seen.set(key, { fact, days: new Set([observation.day]) });
        else known.days.add(observation.day);
      }
    }
    return bounded(Array.from(seen.values()));
  };
}

function carriedBy({ profileKind, namespace, value, ...rest }: BatchObservation): Fact[] {
  const facts: Fact[] = rest.facts.slice();
  if (profileKind === 'person') facts.push([namespace, value]);
  for (const other of rest.others) facts.push([other.namespace, other.value]);
  for (const held of rest.values) facts.push([held.namespace, held.value]);
  return facts;
}

function bounded(seen: Seen[]): Digest {
  seen.sort((left, right) => compareFacts(left.fact, right.fact));
  if (seen.length <= DIGEST_FACTS_PER_NAME) return packDigest(seen.map(({ fact }) => fact));
  const facts: Fact[] = [];
  for (let start = 0; start < seen.length; ) {
    const name = (seen[start] as Seen).fact[0];
    let end = start + 1;
    while (end < seen.length && (seen[end] as Seen).fact[0] === name) end++;
    const room = Math.min(DIGEST_FACTS_PER_NAME, DIGEST_FACTS_MAX - facts.length);
    const kept = seen
      .slice(start, end)
      .sort(
        (left, right) => right.days.size - left.days.size || compareFacts(left.fact, right.fact),
      )
      .slice(0, room)
      .map(({ fact }) => fact);
    facts.push(...kept.sort(compareFacts));
    start = end;
  }
  return packDigest(facts);
}

function compareFacts(left: Fact, right: Fact): number {
  return compareText(left[0], right[0]) || compareText(left[1], right[1]);
}

/** What clustering knows of a profile. */
export function memberOf(
  index: RulesIndex,
  { ids, observations, digests }: BatchProfiles,
  profile: number,
): ComponentMember {
  const own = observations[profile] as readonly BatchObservation[];
  let receivedAt: number | null = null;
  for (const observation of own) {
    if (receivedAt === null || observation.receivedAt < receivedAt) {
      receivedAt = observation.receivedAt;
    }
  }
  return {
    profile: ids[profile] as ProfileId,
    receivedAt,
    limited: limitedValues(index, own),
    labels: [],
    cannotLinks: [],
    digest: digests[profile] as Digest,
  };
}

/** S13, sorted by (namespace, bucket, value). */
function limitedValues(index: RulesIndex, own: readonly BatchObservation[]): LimitedValue[] {
  const found = new Map<string, LimitedValue>();
  for (const observation of own) {
    const add = ({ namespace, value }: { namespace: string; value: string }): void => {
      const rules = index.byName.get(namespace);
      if (rules === undefined || (rules.limit === null && !rules.exclusive)) return;
      const bucket = bucketOf(rules.limit?.window ?? 'ever', observation.day);
      found.set(`${namespace}\u0000${bucket}\u0000${value}`, [namespace, bucket, value]);
    };
    add(observation);
    for (const other of observation.others) add(other);
    for (const held of observation.values) add(held);
  }
  return Array.from(found.values()).sort(
    (left, right) =>
      compareText(left[0], right[0]) || left[1] - right[1] || compareText(left[2], right[2]),
  );
}
