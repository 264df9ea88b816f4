/**
 * The generations that this process hosts, of the partitions that it owns: the live one, the shadow
 * that is built beside it, and the former one until nothing can arrive in it any more. All in one
 * store, each under its prefix; which there are is read from the versions' log.
 *
 * G1. The former generation goes on, mirrored into the live one, until `retireMs` after everything
 *     in it is copied: routers that learn late still append to it, and what they got acknowledged
 *     must not be lost. Only then are its rows removed, and after them its logs.
 * G2. A shadow that cannot be hosted never stops the live generation.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Histogram, Registry } from 'prom-client';
import type { BusSubscription } from '../adapters/bus.ts';
import { generationStore, removeGeneration } from '../adapters/generation-store.ts';
import { LmdbStore } from '../adapters/lmdb-store.ts';
import type { SnapshotPlace } from '../adapters/snapshot-place.ts';
import type { Store } from '../adapters/store.ts';
import type { JoinedCluster, JoinedGeneration } from '../cluster/join-cluster.ts';
import { decode, encode } from '../protocol/codec.ts';
import { FrameWriter } from '../protocol/frame.ts';
import type { GenerationCall, PartitionCopy } from '../protocol/generation-call.ts';
import { generationSubject } from '../protocol/generation-call.ts';
import type { GenerationRecord, VersionsState } from '../protocol/versions.ts';
import { compareInteractions, compareProfiles } from './compare-generations.ts';
import { type HostedShard, hostShard } from './host-shard.ts';
import type { Role } from './partition-runner.ts';
import type { ShardPartition } from './shard-partition.ts';
import { learningSlice } from './learning-slice.ts';
import { NatsMirrors, stopMirroring } from './nats-mirror.ts';
import { registerFencing, registerShardMetrics, registerTakeOvers } from './shard-metrics.ts';

export interface HostOptions {
  readonly joined: JoinedCluster;
  /** Owned for ever; null: as `assign` says, and changing. */
  readonly partitions: readonly number[] | null;
  readonly dataDir: string;
  readonly name: string;
  readonly maxActors: number;
  /** Where snapshots of a generation are kept; null: none are taken or restored. */
  readonly snapshotPlace: (generation: number) => SnapshotPlace | null;
  readonly snapshotEntries: number;
  readonly keptEntries: number;
  /** How long a former generation must be quiet before it is removed. */
  readonly retireMs: number;
  readonly logger: Logger;
  readonly registry: Registry;
  /** What this process is to some partition has changed. */
  readonly onState?: () => void;
  readonly onFatal: (error: unknown) => void;
}

export interface HostedPartitions {
  /** Every partition of the live generation is owned here and none is stuck: health is progress. */
  isReady(): boolean;
  /** Under placement: what this process is to be to each partition, in every generation. */
  assign(roles: ReadonlyMap<number, Role>): void;
  /** What it is now in the live generation. */
  readonly members: ReadonlyMap<number, ShardPartition>;
  close(): Promise<void>;
}

const TICK_MS = 500;
/** Interactions or profiles compared at a time; an answer of 500 stays far below 1 MiB. */
const COMPARED = 500;
/** Rows of a slice to learn from: a key has at most 64 holders of some 300 bytes. */
const LEARNT = 40;
/** Row of a generation that is retired here: its rows and logs may be half removed. */
const RETIRED = 'c/retired/';

interface Open {
  readonly record: GenerationRecord;
  readonly joined: JoinedGeneration;
  readonly store: Store;
  readonly hosted: HostedShard;
}

export async function hostGenerations(options: HostOptions): Promise<HostedPartitions> {
  const store = await LmdbStore.open(options.dataDir);
  const host = new GenerationsHost(options, store);
  try {
    await host.open();
  } catch (error) {
    await host.close();
    throw error;
  }
  return host;
}

class GenerationsHost implements HostedPartitions {
  readonly #options: HostOptions;
  readonly #store: Store;
  readonly #open = new Map<number, Open>();
  readonly #frames = new FrameWriter(`host-${randomBytes(8).toString('hex')}`);
  readonly #responders = new Map<number, BusSubscription>();
  #roles: ReadonlyMap<number, Role> = new Map();
  readonly #takeOvers: Histogram | null;
  #mirrors: NatsMirrors | null = null;
  #quietSince: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: HostOptions, store: Store) {
    this.#options = options;
    this.#store = store;
    this.#takeOvers = options.partitions === null ? registerTakeOvers(options.registry) : null;
  }

  async open(): Promise<void> {
    const { joined, partitions, registry } = this.#options;
    if (partitions !== null) this.#roles = new Map(partitions.map((one) => [one, 'owner']));
    const { live, former } = joined.versions.state;
    if (former !== null && !this.#isRetired(former.generation)) await this.#host(former);
    await this.#host(live);
    this.#respond();
    registerShardMetrics(registry, () => this.#live?.hosted.shard ?? null);
    registerFencing(registry, () => this.#live?.hosted.shard ?? null);
    this.#tick();
  }

  assign(roles: ReadonlyMap<number, Role>): void {
    this.#roles = roles;
    for (const { hosted } of this.#open.values()) hosted.assign(roles);
    this.#respond();
  }

  get members(): ReadonlyMap<number, ShardPartition> {
    return this.#live?.hosted.shard.partitions ?? new Map();
  }

  /** To calls about generations, of the partitions that are to be owned here. */
  #respond(): void {
    const { joined } = this.#options;
    for (let partition = 0; partition < joined.topology.partitions; partition++) {
      const isWanted = this.#roles.get(partition) === 'owner';
      if (isWanted === this.#responders.has(partition)) continue;
      this.#responders.get(partition)?.close();
      this.#responders.delete(partition);
      if (!isWanted) continue;
      const responder = joined.bus.respond(
        generationSubject(partition),
        `owner-${partition}`,
        async (bytes) => encode(this.#answer(partition, decode(bytes) as GenerationCall)),
      );
      this.#responders.set(partition, responder);
    }
  }

  isReady(): boolean {
    return this.#live?.hosted.isReady() ?? false;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#work.catch(() => undefined);
    for (const responder of this.#responders.values()) responder.close();
    await this.#mirrors?.close();
    for (const { hosted } of this.#open.values()) await hosted.close();
    await this.#store.close();
  }

  get #live(): Open | undefined {
    return this.#open.get(this.#options.joined.versions.state.live.generation);
  }

  #tick(): void {
    if (this.#isClosed) return;
    const { logger, joined } = this.#options;
    this.#work = this.#follow(joined.versions.state)
      .catch((error: unknown) => {
        if (!this.#isClosed) logger.error({ err: error }, 'a generation could not be followed');
      })
      .finally(() => {
        if (this.#isClosed) return;
        this.#timer = setTimeout(() => this.#tick(), TICK_MS);
        this.#timer.unref();
      });
  }

  /** Brings what is hosted nearer to what the state asks for; repeated at every tick. */
  async #follow(state: VersionsState): Promise<void> {
    const { live, shadow, former } = state;
    if (!this.#open.has(live.generation)) await this.#host(live);
    if (shadow !== null && !this.#open.has(shadow.generation)) await this.#host(shadow);
    const isRetiring = former !== null && this.#open.has(former.generation);
    if (isRetiring) await this.#mirror(former, live);
    else if (shadow !== null) await this.#mirror(live, shadow);
    else await this.#mirrorNothing();
    if (isRetiring && this.#isQuiet(former.generation)) {
      await this.#store.commit([[RETIRED + String(former.generation), encode(Date.now())]]);
      await this.#mirrorNothing();
    }
    for (const generation of state.leaving) {
      if (former?.generation === generation && !this.#isRetired(generation)) {
        // A process that never hosted it has nothing that could be lost.
        if (this.#open.has(generation)) continue;
      }
      await this.#remove(generation, state);
    }
  }

  async #host(record: GenerationRecord): Promise<void> {
    const { joined, snapshotPlace, logger } = this.#options;
    const { generation } = record;
    const own = joined.generation(record);
    const store = generationStore(this.#store, generation);
    const { state } = joined.versions;
    // Of a shadow or a live generation: what told of the profiles before.
    const before = state.live.generation === generation ? state.former : state.live;
    const hasFormer = before !== null && before.generation < generation;
    const hosted = await hostShard({
      ...this.#options,
      onTakenOver: (ms) => this.#takeOvers?.observe(ms / 1000),
      joined: own,
      store,
      former: hasFormer ? generationStore(this.#store, before.generation) : null,
      isTold: () => joined.versions.state.live.generation === generation,
      snapshotPlace: snapshotPlace(generation),
    });
    this.#open.set(generation, { record, joined: own, store, hosted });
    hosted.assign(this.#roles);
    logger.info({ generation, version: record.rules.version }, 'generation hosted');
  }

  async #mirror(from: GenerationRecord, to: GenerationRecord): Promise<void> {
    const [source, target] = [this.#open.get(from.generation), this.#open.get(to.generation)];
    if (source === undefined || target === undefined) return;
    if (this.#mirrors?.target === to.generation) return;
    await this.#mirrors?.close();
    this.#quietSince = null;
    const { logger } = this.#options;
    this.#mirrors = new NatsMirrors({
      from: { joined: source.joined, shard: source.hosted.shard, store: source.store },
      to: { joined: target.joined, store: target.store },
      onError: (partition, error) => logger.warn({ err: error, partition }, 'mirror stopped'),
    });
  }

  async #mirrorNothing(): Promise<void> {
    await this.#mirrors?.close();
    this.#mirrors = null;
    const live = this.#live;
    if (live === undefined) return;
    await stopMirroring(live.joined, live.hosted.shard, live.store, this.#frames);
  }

  /** G1: caught up at every tick for `retireMs`, and the feed has told what it had to tell. */
  #isQuiet(former: number): boolean {
    const isTelling = this.#open.get(former)?.hosted.shard.isTelling ?? false;
    const isNow = !isTelling && (this.#mirrors === null || this.#mirrors.isCaughtUp);
    const isTold = this.#live?.hosted.shard.tellFormer() ?? false;
    if (!isNow || !isTold) this.#quietSince = null;
    else this.#quietSince ??= performance.now();
    return (
      this.#quietSince !== null && performance.now() - this.#quietSince >= this.#options.retireMs
    );
  }

  #isRetired(generation: number): boolean {
    return this.#store.get(RETIRED + String(generation)) !== undefined;
  }

  async #remove(generation: number, state: VersionsState): Promise<void> {
    const { joined, logger } = this.#options;
    const partitions = [...this.#roles].filter(([, role]) => role === 'owner').map(([one]) => one);
    const open = this.#open.get(generation);
    this.#open.delete(generation);
    await open?.hosted.close();
    const isDone = await removeGeneration(this.#store, generation, () => this.#isClosed);
    if (!isDone) return;
    // The rules do not matter to a log that is removed.
    const { log } = joined.generation({ ...state.live, generation });
    for (const partition of partitions) {
      const epoch = await log.currentEpoch(partition);
      if (epoch > 0) await log.remove(partition, epoch);
    }
    if (open !== undefined) logger.info({ generation }, 'generation removed');
    // The process of the first desk tells when the last log is gone.
    if (!partitions.includes(joined.topology.partitions)) return;
    const { topology } = joined;
    for (let partition = 0; partition < topology.partitions + topology.desks; partition++) {
      if ((await log.currentEpoch(partition)) > 0) return;
    }
    await joined.versions.append({ kind: 'removed', generation });
  }

  /** null: not here, or not yet. */
  #answer(partition: number, call: GenerationCall): unknown {
    const { state } = this.#options.joined.versions;
    if (call.kind === 'progress') {
      if (this.#mirrors === null || this.#mirrors.target !== call.generation) return null;
      const copy: PartitionCopy = this.#mirrors.progress(partition);
      return copy;
    }
    const live = this.#open.get(state.live.generation);
    if (call.kind === 'learn') {
      const rules = live?.hosted.shard.partitions.get(partition)?.partition.rules;
      if (live === undefined || rules === null || rules === undefined) return null;
      const { topology } = live.joined;
      return learningSlice(live.store, rules, topology, partition, call.rows, call.after, LEARNT);
    }
    const shadow = state.shadow === null ? undefined : this.#open.get(state.shadow.generation);
    if (live === undefined || shadow === undefined) return null;
    const stores = { live: live.store, shadow: shadow.store };
    switch (call.kind) {
      case 'interactions':
        return compareInteractions(stores, partition, call.after, COMPARED);
      case 'profiles':
        return compareProfiles(stores, partition, call.after, COMPARED, call.certainties);
    }
  }
}
