/**
 * The sample that learning without labels reads from one partition: digests of profiles, for rarity
 * and random pairs, and the holders of keys, for the pairs that keys propose.
 *
 * Read on demand, from the beginning of the order of ids: ids are hashes, so the first n are a
 * random sample, the same for the same state. Counting every scored pair as it happens would cost
 * each of them a write; a sample costs nothing until it is asked for.
 */
import type { Store } from '../adapters/store.ts';
import { unpackProfile } from '../domain/actors/profile-codec.ts';
import { unpackKey } from '../domain/actors/state-codec.ts';
import { type Digest, EMPTY_DIGEST } from '../domain/matching/digest.ts';
import type { RulesIndex } from '../domain/rules.ts';
import { decode } from '../protocol/codec.ts';
import type { LearningSlice } from '../protocol/generation-call.ts';
import { partitionOf, type Topology } from '../protocol/topology.ts';
import { partitionPrefix } from './partition.ts';

/** Characters of ids in the order of their code units. */
const ORDERED = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const SLOTS = 4096;

/** `kind` `a/`: digests of profiles; `k/`: digests of the holders of keys whose pairs are scored. */
export function learningSlice(
  store: Store,
  { rules, byName }: RulesIndex,
  topology: Topology,
  partition: number,
  kind: 'a/' | 'k/',
  after: string,
  limit: number,
): LearningSlice {
  const start = partitionPrefix(partition) + kind;
  const rows = store.range(after === '' ? start : `${start}${after} `, `${start}\x7f`, { limit });
  const groups: Digest[][] = [];
  for (const [, bytes] of rows) {
    const packed = decode(bytes);
    if (kind === 'a/') {
      const { digest, days } = unpackProfile(packed);
      if (days.length > 0 && digest !== EMPTY_DIGEST) groups.push([digest]);
      continue;
    }
    const { namespace, holders, isProposing } = unpackKey(packed);
    if (!isProposing || holders === null || byName.get(namespace)?.certainty !== null) continue;
    groups.push(Array.from(holders.values(), ([, digest]) => digest));
  }
  const isLast = rows.length < limit;
  const last = rows.at(-1)?.[0].slice(start.length) ?? '';
  return {
    version: rules.version,
    groups,
    share: isLast ? 1 : shareBelow(topology, partition, last),
    next: isLast ? null : last,
  };
}

/** Share of a partition's ids that come before `id` in the order of code units. */
export function shareBelow(topology: Topology, partition: number, id: string): number {
  let owned = 0;
  let below = 0;
  for (let place = 0; place < SLOTS; place++) {
    const prefix = (ORDERED[place >> 6] as string) + (ORDERED[place & 63] as string);
    if (partitionOf(topology, prefix) !== partition) continue;
    owned++;
    if (prefix < id.slice(0, 2)) below++;
  }
  const within = (rank(id, 2) * 64 + rank(id, 3)) / SLOTS;
  return Math.min(1, (below + within) / Math.max(1, owned));
}

function rank(id: string, index: number): number {
  return Math.max(0, ORDERED.indexOf(id[index] ?? '-'));
}
