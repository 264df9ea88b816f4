/**
 * Reads a settled cluster's state out of its partitions, in the oracle's terms, so that both can be
 * compared with `toEqual`.
 */
import type { ObservationRow } from '../../shared/domain/actors/profile-observations.ts';
import type { Store } from '../../shared/adapters/store.ts';
import { unpackProfile } from '../../shared/domain/actors/profile-codec.ts';
import type { ProfileState } from '../../shared/domain/actors/states.ts';
import type { ComponentEdge, Ladder } from '../../shared/domain/component.ts';
import { compareText, type KeyId, type ProfileId } from '../../shared/domain/identifier.ts';
import { possibleSince } from '../../shared/domain/possible-since.ts';
import { unpackLadder } from '../../shared/cluster/reader.ts';
import { decode } from '../../shared/protocol/codec.ts';
import { partitionPrefix } from '../../shared/engine/partition.ts';
import {
  type EvidenceId,
  STANDING_ROWS,
  type StandingRow,
} from '../../shared/domain/actors/evidence-standing.ts';
import { BREAKER, ORDER_ROWS, type OrderRow, RELEASED } from '../../shared/domain/actors/orders.ts';
import type { EvidenceEventKind } from '../../shared/protocol/cluster.ts';
import { evidenceKind } from '../../shared/protocol/feed-row.ts';
import {
  CONFLICT_KINDS,
  CONFLICT_ROWS,
  OPEN_KINDS,
  type OpenRow,
  openRowKey,
} from '../../shared/domain/open-reviews.ts';
import { supportBucket } from './oracle-edges.ts';
import { type OracleOpen, sortOpen } from './oracle-open.ts';
import type { OracleOutcome } from './oracle.ts';
import type { OracleEvent } from './oracle-events.ts';

export interface ClusterOutcome {
  readonly ladders: readonly (readonly [ProfileId, Ladder])[];
  readonly edges: readonly ComponentEdge[];
  readonly reviewEdges: readonly (readonly [ProfileId, ProfileId, number])[];
  readonly relationships: readonly (readonly [ProfileId, string, ProfileId, string])[];
  /** Who holds which value or derived key, and the bucket of its support (S6), as the key was told. */
  readonly held: readonly (readonly [ProfileId, KeyId, support: number])[];
  /** Who knows of which value that it counts for nothing (S21). */
  readonly muted: readonly (readonly [ProfileId, KeyId])[];
  /** Values and deliveries that count for nothing (S21, S22), as the change feed names it. */
  readonly standings: readonly (readonly [EvidenceId, EvidenceEventKind])[];
  /** What a steward should look at (S24). */
  readonly open: readonly OracleOpen[];
}

/** Profiles of all partitions; each partition may live in a store of its own. */
export function readProfiles(
  stores: readonly (readonly [partition: number, store: Store])[],
): Map<ProfileId, ProfileState> {
  const profiles = new Map<ProfileId, ProfileState>();
  for (const [partition, store] of stores) {
    const prefix = `${partitionPrefix(partition)}a/`;
    for (const [key, bytes] of store.range(prefix, `${prefix}\x7f`)) {
      profiles.set(key.slice(prefix.length) as ProfileId, unpackProfile(decode(bytes)));
    }
  }
  return profiles;
}

/** Observation rows by profile. */
export function readObservations(
  stores: readonly (readonly [partition: number, store: Store])[],
): Map<string, ObservationRow[]> {
  const found = new Map<string, ObservationRow[]>();
  for (const [partition, store] of stores) {
    const prefix = `${partitionPrefix(partition)}o/`;
    for (const [key, bytes] of store.range(prefix, `${prefix}\x7f`)) {
      const profile = key.slice(prefix.length, key.indexOf('/', prefix.length));
      const own = found.get(profile) ?? [];
      found.set(profile, own);
      own.push(decode(bytes) as ObservationRow);
    }
  }
  return found;
}

/**
 * What the merge-storm breaker ordered: when it trips depends on the order of arrival, and from then
 * on its orders are evidence like those of stewards.
 */
export function breakerOrders(
  stores: readonly (readonly [partition: number, store: Store])[],
): OracleEvent[] {
  const events: OracleEvent[] = [];
  for (const [partition, store] of stores) {
    const prefix = partitionPrefix(partition) + ORDER_ROWS;
    for (const [key, bytes] of store.range(prefix, `${prefix}\x7f`)) {
      const [subject, namespace, value, order] = decode(bytes) as OrderRow;
      const [decidedAt, standing, by] = order;
      if (by !== BREAKER) continue;
      if (subject === 1) {
        const named = { source: namespace, delivery: value };
        events.push({ kind: 'order_delivery', ...named, decidedAt, standing });
        continue;
      }
      if (subject === 2 || subject === 3) {
        events.push({ kind: 'order_way', way: subject, name: namespace, decidedAt, standing });
        continue;
      }
      const id = key.slice(prefix.length) as KeyId;
      events.push({ kind: 'order_value', key: id, namespace, value, decidedAt, standing });
    }
  }
  return events;
}

/** The rows of open pairs and conflicts, each under the key that orders it. */
function readOpen(
  profiles: ReadonlyMap<ProfileId, ProfileState>,
  stores: readonly (readonly [partition: number, store: Store])[],
): OracleOpen[] {
  const open: OracleOpen[] = [];
  for (const [partition, store] of stores) {
    const prefix = partitionPrefix(partition);
    for (const [key, bytes] of store.range(`${prefix}m/`, `${prefix}m/\x7f`)) {
      const [low, high, certainty, kind, detail] = decode(bytes) as OpenRow;
      const isConflict = key.startsWith(prefix + CONFLICT_ROWS);
      const expected = isConflict
        ? `${CONFLICT_ROWS}${low}.${high}`
        : openRowKey(low, high, certainty);
      if (key !== prefix + expected) throw new Error(`row ${key} of the pair ${expected}`);
      const why = (isConflict ? CONFLICT_KINDS : OPEN_KINDS)[kind] ?? '?';
      const since = sinceOf(profiles, low, high);
      open.push([isConflict ? 'conflict' : 'open', low, high, certainty, why, detail, since]);
    }
  }
  return sortOpen(open);
}

function sinceOf(
  profiles: ReadonlyMap<ProfileId, ProfileState>,
  low: ProfileId,
  high: ProfileId,
): number | null {
  const [left, right] = [profiles.get(low), profiles.get(high)];
  const pair = left?.pairs.get(high);
  if (left === undefined || right === undefined || pair === undefined) return null;
  return possibleSince(pair, [low, left], [high, right]);
}

export function clusterOutcome(
  profiles: ReadonlyMap<ProfileId, ProfileState>,
  stores: readonly (readonly [partition: number, store: Store])[],
): ClusterOutcome {
  const ladders: [ProfileId, Ladder][] = [];
  const edges: ComponentEdge[] = [];
  const reviewEdges: [ProfileId, ProfileId, number][] = [];
  const relationships: [ProfileId, string, ProfileId, string][] = [];
  const held: [ProfileId, KeyId, number][] = [];
  const muted: [ProfileId, KeyId][] = [];
  for (const [profile, state] of profiles) {
    const ladder = unpackLadder(state.ladder);
    if (!isAlone(ladder)) ladders.push([profile, ladder]);
    for (const [high, pair] of state.pairs) {
      if (pair.stated !== null) {
        const [, certainty, support, priority, mustLink] = pair.stated;
        edges.push({
          low: profile,
          high,
          certainty: certainty as number,
          support,
          priority,
          mustLink: mustLink === 1,
        });
      }
    }
    for (const [key, { sent }] of state.values) if (sent > 0) held.push([profile, key, sent - 1]);
    for (const key of state.muted) muted.push([profile, key]);
    for (const [low, certainty] of state.reviews) reviewEdges.push([low, profile, certainty]);
    for (const [other, role, otherRole] of state.relations.values()) {
      relationships.push([profile, role, other, otherRole]);
    }
  }
  return {
    ladders: ladders.sort((left, right) => compareText(left[0], right[0])),
    edges: edges.sort((l, r) => compareText(l.low, r.low) || compareText(l.high, r.high)),
    reviewEdges: reviewEdges.sort((l, r) => compareText(l[0], r[0]) || compareText(l[1], r[1])),
    relationships: relationships.sort((l, r) => compareText(l.join('\n'), r.join('\n'))),
    held: held.sort((l, r) => compareText(l.join('\n'), r.join('\n'))),
    muted: muted.sort((l, r) => compareText(l.join('\n'), r.join('\n'))),
    standings: readStandings(stores),
    open: readOpen(profiles, stores),
  };
}

function readStandings(
  stores: readonly (readonly [partition: number, store: Store])[],
): ClusterOutcome['standings'] {
  const found: [EvidenceId, EvidenceEventKind][] = [];
  for (const [partition, store] of stores) {
    const prefix = partitionPrefix(partition) + STANDING_ROWS;
    for (const [key, bytes] of store.range(prefix, `${prefix}\x7f`)) {
      const [, , standing] = decode(bytes) as StandingRow;
      if (standing !== RELEASED) {
        found.push([key.slice(prefix.length) as EvidenceId, evidenceKind(standing)]);
      }
    }
  }
  return found.sort((left, right) => compareText(left[0], right[0]));
}

/** Generic values, where no order says otherwise, and what orders say. */
function expectedStandings(oracle: OracleOutcome): ClusterOutcome['standings'] {
  const found = new Map<EvidenceId, EvidenceEventKind>();
  for (const { key, muted } of oracle.values) if (muted) found.set(`=k${key}`, 'evidence.generic');
  for (const [subject, standing] of oracle.orders) {
    if (standing === 1) continue;
    found.set(subject, standing === 0 ? 'evidence.rejected' : 'evidence.held');
  }
  return Array.from(found).sort((left, right) => compareText(left[0], right[0]));
}

/** A profile alone: not listed, for a cluster need not keep a record of it at all. */
function isAlone(ladder: Ladder): boolean {
  return ladder.strongest === null && ladder.steps.length === 0 && ladder.contested === undefined;
}

/** The oracle's outcome in the same form. */
export function expectedOutcome(oracle: OracleOutcome): ClusterOutcome {
  const review = new Set(oracle.reviewEdges);
  return {
    ladders: oracle.ladders.filter(([, ladder]) => !isAlone(ladder)),
    edges: oracle.edges.filter((edge) => !review.has(edge)),
    reviewEdges: oracle.reviewEdges.map((edge) => [edge.low, edge.high, edge.certainty]),
    relationships: oracle.relationships
      .map((entry) => [entry.profile, entry.role, entry.other, entry.otherRole] as const)
      .toSorted((l, r) => compareText(l.join('\n'), r.join('\n'))),
    held: oracle.values
      .flatMap(({ key, holders }) =>
        holders.map(({ profile, days }) => [profile, key, supportBucket(days)] as const),
      )
      .toSorted((l, r) => compareText(l.join('\n'), r.join('\n'))),
    muted: oracle.values
      .filter((value) => value.muted)
      .flatMap(({ key, holders }) => holders.map(({ profile }) => [profile, key] as const))
      .toSorted((l, r) => compareText(l.join('\n'), r.join('\n'))),
    standings: expectedStandings(oracle),
    open: oracle.open,
  };
}
