/**
 * Judges a cluster of processes after the fact: what its stores hold and what its gateway answered,
 * against the oracle run over everything that was sent.
 *
 * V1. Every interaction that was acknowledged is there once, in the version that must be live.
 * V2. Every party of every live interaction is observed once, at the right profile (none twice).
 * V3. Ladders, edges, review edges and relationships equal the oracle's.
 * V4. Every identifier resolves to the customers that the oracle names, by the very customer ids.
 *
 * `received_at` is stamped by the cluster, so it is taken from its interaction actors: an input to
 * the oracle, checked only to lie within the time of the test.
 */
import { generationStore } from '../../shared/adapters/generation-store.ts';
import { LmdbStore } from '../../shared/adapters/lmdb-store.ts';
import type { Store } from '../../shared/adapters/store.ts';
import { ReferenceCodec } from '../../shared/cluster/references.ts';
import { unpackInteractionState } from '../../shared/domain/actors/state-codec.ts';
import type { InteractionState } from '../../shared/domain/actors/states.ts';
import type { InteractionInput, RoutedInteraction } from '../../shared/domain/interaction.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import { type CompiledRules, normaliseIdentifier } from '../../shared/ingress/compiled-rules.ts';
import type { Cluster, Resolution } from '../../shared/protocol/cluster.ts';
import { decode } from '../../shared/protocol/codec.ts';
import { partitionPrefix } from '../../shared/engine/partition.ts';
import { breakerOrders, clusterOutcome, expectedOutcome, readProfiles } from './cluster-outcome.ts';
import { type ClusterProcesses, TEST_ID_KEY } from './cluster-processes.ts';
import { eventOf, routed, type Workload } from './cluster-workload.ts';
import { type OracleOutcome, runOracle } from './oracle.ts';
import type { ObservationRow } from '../../shared/domain/actors/profile-observations.ts';
import { wrongHolds } from './check-holds.ts';
import type { OracleEvent } from './oracle-events.ts';

export interface Verdict {
  /** What is wrong, at most a few examples a kind; empty: nothing. Ids are hashes. */
  readonly faults: readonly string[];
  readonly interactions: number;
  readonly observations: number;
  readonly profiles: number;
  readonly customers: number;
  readonly identifiers: number;
}

/** One identifier, as a client would ask for it. */
interface Asked {
  readonly namespace: string;
  readonly value: string;
}

const EXAMPLES_MAX = 3;

/** Every distinct identifier of the workload but context (which identifies nobody). */
export function identifiersOf(rules: CompiledRules, inputs: readonly InteractionInput[]): Asked[] {
  const found = new Map<string, Asked>();
  for (const { parties } of inputs) {
    for (const { identifiers } of parties) {
      for (const asked of identifiers) {
        const name = normaliseIdentifier(rules, asked.namespace, asked.value);
        if (name.kind !== 'ok' || name.nsRules.kind === 'context') continue;
        const { namespace, value } = name.identifier;
        found.set(`${namespace}\n${value}`, { namespace, value });
      }
    }
  }
  return Array.from(found.values());
}

/** The gateway's answers, in order. */
export async function resolveAll(
  cluster: Cluster,
  asked: readonly Asked[],
): Promise<readonly Resolution[]> {
  const answers: Resolution[] = [];
  for (let start = 0; start < asked.length; start += 2000) {
    const batch = asked.slice(start, start + 2000);
    answers.push(...(await cluster.resolve(batch, { deadlineMs: Date.now() + 25_000 })));
  }
  return answers;
}

/** To be called when all services have stopped: opens their stores. */
export async function judge(
  processes: ClusterProcesses,
  rules: CompiledRules,
  workload: Workload,
  answers: { readonly asked: readonly Asked[]; readonly found: readonly Resolution[] },
  times: { readonly from: number; readonly to: number },
): Promise<Verdict> {
  const shards = await openShards(processes);
  const stores = storesOf(processes, shards);
  try {
    const faults = new Faults();
    const states = readInteractions(stores);
    const events = eventsOf(rules, workload, states, times, faults);
    const oracle = runOracle(rules.rules, [...events, ...breakerOrders(stores)]);
    checkVersions(events, states, faults);
    const observations = checkObservations(stores, oracle, faults);
    checkOutcome(stores, oracle, faults);
    checkAnswers(rules, oracle, answers, faults);
    const founders = new Set(oracle.customers.map(({ founder }) => founder));
    return {
      faults: faults.texts,
      interactions: states.size,
      observations,
      profiles: oracle.profiles.length,
      customers: founders.size,
      identifiers: answers.asked.length,
    };
  } finally {
    for (const store of shards) await store.close();
  }
}

type PartitionStore = readonly [partition: number, store: Store];

function openShards(processes: ClusterProcesses): Promise<Store[]> {
  return Promise.all(
    Array.from({ length: processes.shards }, (_, index) =>
      LmdbStore.open(processes.dataDir(`shard-${index}`)),
    ),
  );
}

/** Of the live generation. */
function storesOf(processes: ClusterProcesses, shards: readonly Store[]): PartitionStore[] {
  return Array.from({ length: processes.partitions }, (_, partition) => {
    const shard = shards[shardOf(processes, partition)] as Store;
    return [partition, generationStore(shard, processes.generation)];
  });
}

function shardOf({ homes, shards }: ClusterProcesses, partition: number): number {
  if (homes === null) return partition % shards;
  return Number(homes[partition]?.slice('shard-'.length));
}

class Faults {
  readonly #byKind = new Map<string, string[]>();

  add(kind: string, example: string): void {
    const known = this.#byKind.get(kind);
    if (known === undefined) this.#byKind.set(kind, [example]);
    else known.push(example);
  }

  get texts(): string[] {
    return Array.from(this.#byKind, ([kind, examples]) => {
      const shown = examples.slice(0, EXAMPLES_MAX).join('; ');
      return `${kind}: ${examples.length}, e.g. ${shown}`;
    });
  }

  /** Compares two bags of rows. */
  compare(what: string, found: readonly unknown[], expected: readonly unknown[]): void {
    const counts = new Map<string, number>();
    for (const row of found) count(counts, JSON.stringify(row), 1);
    for (const row of expected) count(counts, JSON.stringify(row), -1);
    for (const [row, difference] of counts) {
      if (difference > 0) this.add(`${what} that should not be`, row);
      if (difference < 0) this.add(`${what} missing`, row);
    }
  }
}

function count(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function* rowsOf(stores: readonly PartitionStore[], kind: string) {
  for (const [partition, store] of stores) {
    const prefix = `${partitionPrefix(partition)}${kind}/`;
    for (const [key, bytes] of store.range(prefix, `${prefix}\x7f`)) {
      yield [key.slice(prefix.length), decode(bytes)] as const;
    }
  }
}

function readInteractions(stores: readonly PartitionStore[]): Map<string, InteractionState> {
  const states = new Map<string, InteractionState>();
  for (const [id, packed] of rowsOf(stores, 'i')) {
    if (states.has(id)) throw new Error(`interaction ${id} has two homes`);
    states.set(id, unpackInteractionState(packed));
  }
  return states;
}

/** What was sent, with the `received_at` that the cluster stamped. */
function eventsOf(
  rules: CompiledRules,
  { deliveries, commands }: Workload,
  states: ReadonlyMap<string, InteractionState>,
  times: { readonly from: number; readonly to: number },
  faults: Faults,
): OracleEvent[] {
  const events: OracleEvent[] = [];
  for (const input of deliveries) {
    const interaction = routed(rules, input, 0);
    const version = states.get(interaction.id)?.versions.get(interaction.delivery);
    const receivedAt = version?.receivedAt;
    if (receivedAt === undefined) faults.add('acknowledged interactions lost', interaction.id);
    else if (!(receivedAt >= times.from && receivedAt <= times.to)) {
      faults.add('received_at outside the test', interaction.id);
    }
    events.push({
      kind: 'interaction',
      interaction: { ...interaction, receivedAt: receivedAt ?? 0 },
    });
  }
  for (const command of commands) {
    const event = eventOf(rules, command);
    if (event !== null) events.push(event);
  }
  return events;
}

/** V1. */
function checkVersions(
  events: readonly OracleEvent[],
  states: ReadonlyMap<string, InteractionState>,
  faults: Faults,
): void {
  const best = new Map<string, RoutedInteraction>();
  for (const event of events) {
    if (event.kind !== 'interaction') continue;
    const { interaction } = event;
    const key = `${interaction.id} ${interaction.delivery}`;
    const known = best.get(key);
    if (known === undefined || outranks(interaction, known)) best.set(key, interaction);
  }
  faults.compare(
    'interaction versions',
    Array.from(states).flatMap(([id, { versions }]) =>
      Array.from(versions, ([label, { best: held }]) => [id, label, held[3], held[4]]),
    ),
    Array.from(best.values(), ({ id, delivery, revision, digest }) => {
      return [id, delivery, revision, digest];
    }),
  );
}

function outranks(left: RoutedInteraction, right: RoutedInteraction): boolean {
  if (left.revision !== right.revision) return left.revision > right.revision;
  return left.digest > right.digest;
}

/** V2: by the journeys' rows, and by the days that profiles keep. */
function checkObservations(
  stores: readonly PartitionStore[],
  oracle: OracleOutcome,
  faults: Faults,
): number {
  const found: (readonly [string, number, string])[] = [];
  const rows = new Map<string, ObservationRow[]>();
  for (const [key, row] of rowsOf(stores, 'o')) {
    const [header] = row as ObservationRow;
    const profile = key.slice(0, key.indexOf('/'));
    rows.set(profile, [...(rows.get(profile) ?? []), row as ObservationRow]);
    found.push([header[0], header[1], key.slice(0, key.indexOf('/'))]);
  }
  const expected = oracle.attributions.map(
    ({ interaction, party, profile }) => [interaction, party, profile] as const,
  );
  faults.compare('observations', found, expected);
  for (const [id, state] of readProfiles(stores)) {
    for (const fault of wrongHolds(state, rows.get(id) ?? []))
      faults.add('holds', `${id}: ${fault}`);
  }
  const expectedDays = new Map<string, Set<number>>();
  for (const { profile, day } of oracle.attributions) {
    const days = expectedDays.get(profile) ?? new Set();
    expectedDays.set(profile, days.add(day));
  }
  faults.compare(
    'days of profiles',
    Array.from(readProfiles(stores), ([id, { days }]) => [id, ...days]).filter(
      ([, ...days]) => days.length > 0,
    ),
    Array.from(expectedDays, ([id, days]) => [id, ...Array.from(days).sort((a, b) => a - b)]),
  );
  return found.length;
}

/** V3. */
function checkOutcome(
  stores: readonly PartitionStore[],
  oracle: OracleOutcome,
  faults: Faults,
): void {
  const found = clusterOutcome(readProfiles(stores), stores);
  const expected = expectedOutcome(oracle);
  for (const part of [
    'ladders',
    'edges',
    'reviewEdges',
    'relationships',
    'muted',
    'open',
  ] as const) {
    const tidy = (rows: readonly unknown[]) => rows.map((row) => sortedKeys(row));
    faults.compare(part, tidy(found[part]), tidy(expected[part]));
  }
}

/** Objects as sorted pairs, so that their text does not depend on the order of making. */
function sortedKeys(row: unknown): unknown {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return row;
  return Object.entries(row).sort(([left], [right]) => (left < right ? -1 : 1));
}

/** V4. */
function checkAnswers(
  rules: CompiledRules,
  oracle: OracleOutcome,
  { asked, found }: { readonly asked: readonly Asked[]; readonly found: readonly Resolution[] },
  faults: Faults,
): void {
  const references = new ReferenceCodec(Buffer.from(TEST_ID_KEY, 'hex'));
  const founders = new Map(oracle.customers.map(({ profile, founder }) => [profile, founder]));
  const values = new Map(oracle.values.map((value) => [value.key as string, value]));
  const customerOf = (profile: ProfileId): string =>
    references.customerId(founders.get(profile) ?? profile);
  for (const [index, { namespace, value }] of asked.entries()) {
    const name = normaliseIdentifier(rules, namespace, value);
    if (name.kind !== 'ok') throw new Error('an identifier that is not one');
    const answer = found[index] as Resolution;
    if (name.target === 'profile') {
      const isKnown = founders.has(name.profileId);
      // An anchor whose evidence is all retracted may still be known, alone.
      if (!isKnown && answer.kind === 'not_found') continue;
      checkCustomers(faults, name.profileId, answer, new Set([customerOf(name.profileId)]));
      continue;
    }
    const known = values.get(name.keyId);
    if (known === undefined || known.holders.length === 0) {
      if (answer.kind !== 'not_found')
        faults.add('answers for values that nobody holds', name.keyId);
    } else if (known.muted || known.overCap) {
      if (answer.kind !== 'generic') faults.add('answers for generic values', name.keyId);
    } else {
      const expected = new Set(known.holders.map(({ profile }) => customerOf(profile)));
      checkCustomers(faults, name.keyId, answer, expected);
    }
  }
}

function checkCustomers(
  faults: Faults,
  id: string,
  answer: Resolution,
  expected: ReadonlySet<string>,
): void {
  const found = answer.kind === 'found' ? answer.matches.map(({ customerId }) => customerId) : [];
  const isRight = found.length === expected.size && found.every((one) => expected.has(one));
  if (!isRight) {
    const wanted = Array.from(expected).sort().join();
    faults.add('wrong answers', `${id}: ${answer.kind} ${found.sort().join()}, not ${wanted}`);
  }
}
