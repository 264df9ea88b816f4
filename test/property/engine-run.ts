/**
 * Runs oracle events through the embedded engine and reads back everything that the oracle also
 * knows, internal records included: a stale vertex or holder count is found before it shows in a
 * customer.
 */
import { EmbeddedEngine } from '../../shared/engine/embedded-engine.ts';
import { partitionPrefix } from '../../shared/engine/partition.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { Store } from '../../shared/adapters/store.ts';
import { unpackKey, unpackRoot } from '../../shared/domain/actors/state-codec.ts';
import type { ProfileState } from '../../shared/domain/actors/states.ts';
import type { LimitedValue } from '../../shared/domain/component.ts';
import { compareText, type ProfileId } from '../../shared/domain/identifier.ts';
import type { Message } from '../../shared/domain/messages.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import { decode } from '../../shared/protocol/codec.ts';
import {
  type ClusterOutcome,
  clusterOutcome,
  expectedOutcome,
  readObservations,
  readProfiles,
} from '../support/cluster-outcome.ts';
import type { OracleOutcome } from '../support/oracle.ts';

export interface EngineRun {
  readonly partitions: number;
  /** Most messages a round. */
  readonly batch: number;
}

export interface EngineOutcome extends ClusterOutcome {
  /** Profiles with live observations or labels: what the root may know of them. */
  readonly vertices: readonly (readonly [
    ProfileId,
    receivedAt: number | null,
    limited: readonly LimitedValue[],
    labels: readonly (readonly [string, string])[],
  ])[];
  readonly relationCounts: readonly (readonly [ProfileId, string, ProfileId, string, number])[];
  /** Members of each component of two and more. */
  readonly components: readonly (readonly ProfileId[])[];
  readonly holders: readonly (readonly [
    namespace: string,
    value: string,
    count: number,
    isGeneric: boolean,
  ])[];
}

export function newEngine(store: Store, rules: Rules, run: EngineRun): EmbeddedEngine {
  return new EmbeddedEngine({
    store,
    topology: { partitions: run.partitions, desks: 1 },
    rules,
    maxActors: 100_000,
    keptEntries: 10,
    roundMessages: run.batch,
  });
}

/** The store after the messages; fails when one of them was quarantined. */
export async function runMessages(
  rules: Rules,
  messages: readonly Message[],
  run: EngineRun,
): Promise<Store> {
  const store = new MemoryStore();
  const engine = newEngine(store, rules, run);
  await engine.open();
  await engine.submit(messages.map((message) => [0, message] as const));
  await engine.close();
  for (const { partition, position } of engine.partitions) {
    if (position.quarantined > 0) throw new Error(`partition ${partition} quarantined a message`);
  }
  return store;
}

/** All rows under a kind of actor, of all partitions. */
function rowsOf(store: Store, partitions: number, kind: string): [id: string, row: unknown][] {
  const rows: [string, unknown][] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const prefix = partitionPrefix(partition) + kind;
    for (const [key, bytes] of store.range(prefix, `${prefix}\x7f`)) {
      rows.push([key.slice(prefix.length), decode(bytes)]);
    }
  }
  return rows;
}

function byText<Item>(items: Item[]): Item[] {
  return items.sort((left, right) => compareText(JSON.stringify(left), JSON.stringify(right)));
}

export function profilesIn(store: Store, partitions: number): Map<ProfileId, ProfileState> {
  return readProfiles(Array.from({ length: partitions }, (_, index) => [index, store] as const));
}

/** Observation rows by profile. */
export function observationsIn(store: Store, partitions: number) {
  return readObservations(
    Array.from({ length: partitions }, (_, index) => [index, store] as const),
  );
}

export function outcomeOf(store: Store, partitions: number): EngineOutcome {
  const profiles = profilesIn(store, partitions);
  const vertices: EngineOutcome['vertices'][number][] = [];
  const relationCounts: EngineOutcome['relationCounts'][number][] = [];
  for (const [profile, { vertex, relations }] of profiles) {
    const [receivedAt, limited, labels] = vertex;
    if (receivedAt !== null || labels.length > 0) {
      vertices.push([profile, receivedAt, limited, labels]);
    }
    for (const [other, role, otherRole, count] of relations.values()) {
      relationCounts.push([profile, role, other, otherRole, count]);
    }
  }
  const components = rowsOf(store, partitions, 'r/')
    .map(([, row]) => Array.from(unpackRoot(row).members.keys()).sort(compareText))
    .filter((members) => members.length > 1);
  const holders = rowsOf(store, partitions, 'k/')
    .map(([, row]) => unpackKey(row))
    .filter((key) => key.count > 0)
    .map(
      (key) => [key.namespace, key.value, key.count, key.isMuted || key.holders === null] as const,
    );
  return {
    ...clusterOutcome(
      profiles,
      Array.from({ length: partitions }, (_, index) => [index, store] as const),
    ),
    vertices: byText(vertices),
    relationCounts: byText(relationCounts),
    components: byText(components),
    holders: byText(holders),
  };
}

/** The oracle's answer in the same form. */
export function outcomeByOracle(oracle: OracleOutcome): EngineOutcome {
  return {
    ...expectedOutcome(oracle),
    vertices: byText(
      oracle.profiles
        .filter(({ receivedAt, labels }) => receivedAt !== null || labels.length > 0)
        .map(({ profile, receivedAt, limited, labels }) => [profile, receivedAt, limited, labels]),
    ),
    relationCounts: byText(
      oracle.relationships.map((entry) => [
        entry.profile,
        entry.role,
        entry.other,
        entry.otherRole,
        entry.interactions,
      ]),
    ),
    components: byText(
      oracle.components
        .filter((members) => members.length > 1)
        .map((members) => members.toSorted(compareText)),
    ),
    holders: byText(
      oracle.values.map(({ namespace, value, holders, overCap, muted }) => [
        namespace,
        value,
        holders.length,
        overCap || muted,
      ]),
    ),
  };
}
