/**
 * The generations that this process hosts, of the partitions that it owns: the live one, the shadow
 * that is built beside it, and the former one until nothing can arrive in it any more. All in one
 * store, each under its prefix; which there are is read from the versions' log.
 *
 * G1. The former generation goes on, mirrored into the live one, until `retireMs` after everything
 *     in it is copied: routers that learn late still append to it, and what they got acknowledged
 *     must not be lost. Only then are its rows removed, and after them its logs. Nobody begins with
 *     that before the owners of all its partitions say so: one may have to take over from another.
 * G3. Generations may differ in their layout. A partition's *number* is what is given to a process:
 *     it has that partition in every generation that has one of the number.
 * G2. A shadow that cannot be hosted never stops the live generation.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Histogram, Registry } from 'prom-client';
import type { BusSubscription } from '../adapters/bus.ts';
import { SYSTEM_CLOCK } from '../adapters/clock.ts';
import { generationStore, removeGeneration } from '../adapters/generation-store.ts';
import { LmdbStore } from '../adapters/lmdb-store.ts';
import type { SnapshotPlace } from '../adapters/snapshot-place.ts';
import { type Store, StoreError } from '../adapters/store.ts';
import type { JoinedCluster } from '../cluster/join-cluster.ts';
import { askOwner } from '../cluster/nats-queries.ts';
import { decode, encode } from '../protocol/codec.ts';
import { FrameWriter } from '../protocol/frame.ts';
import { type GenerationCall, generationSubject } from '../protocol/generation-call.ts';
import { isSameLayout, type Layout } from '../protocol/layout.ts';
import { partitionCount, type Topology } from '../protocol/topology.ts';
import type { GenerationRecord, VersionsState } from '../protocol/versions.ts';
import type { FormerGeneration } from './former-told.ts';
import { answerGeneration, type OpenGeneration } from './generation-answers.ts';
import { hostShard } from './host-shard.ts';
import { ToldImport } from './import-told.ts';
import type { Role } from './partition-runner.ts';
import type { ShardPartition } from './shard-partition.ts';
import { NatsMirrors, stopMirroring } from './nats-mirror.ts';
import { registerFencing, registerShardMetrics, registerTakeOvers } from './shard-metrics.ts';

export interface HostOptions {
  readonly joined: JoinedCluster;
  /** Owned for ever, of a generation of this topology; null: as `assign` says, and changing. */
  readonly partitions: ((topology: Topology) => readonly number[]) | null;
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
  /** What it is now: in the live generation, or in the one that has the partition. */
  readonly members: ReadonlyMap<number, ShardPartition>;
  close(): Promise<void>;
}

const TICK_MS = 500;
/** Row of a generation that is retired here: its rows and logs may be half removed. */
const RETIRED = 'c/retired/';

const QUIET_MS = 1000;

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
  readonly #open = new Map<number, OpenGeneration>();
  readonly #frames = new FrameWriter(`host-${randomBytes(8).toString('hex')}`);
  readonly #responders = new Map<number, BusSubscription>();
  #roles: ReadonlyMap<number, Role> = new Map();
  readonly #takeOvers: Histogram | null;
  #mirrors: NatsMirrors | null = null;
  #import: { readonly generation: number; readonly work: ToldImport } | null = null;
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
    const { joined, registry } = this.#options;
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
    for (const { joined, hosted } of this.#open.values()) {
      hosted.assign(this.#rolesIn(joined.topology));
    }
    this.#respond();
  }

  get members(): ReadonlyMap<number, ShardPartition> {
    const live = this.#live;
    const others = [...this.#open.values()].filter((one) => one !== live);
    const members = new Map<number, ShardPartition>();
    for (const open of [...others, ...(live === undefined ? [] : [live])]) {
      for (const [partition, member] of open.hosted.shard.partitions)
        members.set(partition, member);
    }
    return members;
  }

  /** G3. */
  #rolesIn(topology: Topology): ReadonlyMap<number, Role> {
    const { partitions } = this.#options;
    if (partitions !== null) return new Map(partitions(topology).map((one) => [one, 'owner']));
    return new Map([...this.#roles].filter(([partition]) => partition < partitionCount(topology)));
  }

  /** To calls about generations, of the partitions that are to be owned here. */
  #respond(): void {
    const { bus } = this.#options.joined;
    const wanted = this.#answered();
    for (const [partition, responder] of this.#responders) {
      if (wanted.has(partition)) continue;
      responder.close();
      this.#responders.delete(partition);
    }
    for (const partition of wanted) {
      if (this.#responders.has(partition)) continue;
      const answer = async (bytes: Uint8Array): Promise<Uint8Array> =>
        encode(await this.#answer(partition, decode(bytes) as GenerationCall));
      const subject = generationSubject(partition);
      this.#responders.set(partition, bus.respond(subject, `owner-${partition}`, answer));
    }
  }

  /** Also of generations that are retired here: others wait for the word that they are (G1). */
  #answered(): ReadonlySet<number> {
    const { joined } = this.#options;
    const { live, leaving } = joined.versions.state;
    const topologies = [...this.#open.values()].map((open) => open.joined.topology);
    for (const left of leaving) topologies.push(joined.generation({ ...live, ...left }).topology);
    const answered = new Set<number>();
    for (const topology of topologies) {
      for (const [partition, role] of this.#rolesIn(topology)) {
        if (role === 'owner' && partition < topology.partitions) answered.add(partition);
      }
    }
    return answered;
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
    await this.#import?.work.close();
    for (const { hosted } of this.#open.values()) await hosted.close();
    await this.#store.close();
  }

  get #live(): OpenGeneration | undefined {
    return this.#open.get(this.#options.joined.versions.state.live.generation);
  }

  #tick(): void {
    if (this.#isClosed) return;
    const { logger, joined } = this.#options;
    this.#work = this.#follow(joined.versions.state)
      .catch((error: unknown) => {
        if (this.#isClosed) return;
        // A store that failed refuses everything from now on: the process ends and is started again.
        if (error instanceof StoreError) this.#options.onFatal(error);
        else logger.error({ err: error }, 'a generation could not be followed');
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
    await this.#importTold(state);
    const isRetiring = former !== null && this.#open.has(former.generation);
    if (isRetiring) await this.#mirror(former, live);
    else if (shadow !== null) await this.#mirror(live, shadow);
    else await this.#mirrorNothing();
    const isQuiet = isRetiring && this.#isQuiet(former.generation);
    if (isQuiet && (await this.#isQuietEverywhere(former))) {
      await this.#store.commit([[RETIRED + String(former.generation), encode(Date.now())]]);
      await this.#mirrorNothing();
    }
    for (const { generation, layout } of state.leaving) {
      if (former?.generation === generation && !this.#isRetired(generation)) {
        // A process that never hosted it has nothing that could be lost.
        if (this.#open.has(generation)) continue;
      }
      await this.#remove(generation, layout, state);
    }
    await this.#removeGone(state);
    this.#respond();
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
      partitions: this.#options.partitions?.(own.topology) ?? null,
      former: hasFormer ? this.#formerOf(record, before) : null,
      isTold: () => joined.versions.state.live.generation === generation,
      snapshotPlace: snapshotPlace(generation),
    });
    this.#open.set(generation, { record, joined: own, store, hosted });
    hosted.assign(this.#rolesIn(own.topology));
    this.#respond();
    logger.info({ generation, version: record.rules.version }, 'generation hosted');
  }

  #formerOf({ layout }: GenerationRecord, before: GenerationRecord): FormerGeneration {
    return {
      store: generationStore(this.#store, before.generation),
      isSameLayout: isSameLayout(layout, before.layout),
    };
  }

  /** What the former generation told is fetched by the live one of another layout. */
  async #importTold({ live, former }: VersionsState): Promise<void> {
    if (this.#import !== null && this.#import.generation !== live.generation) {
      await this.#import.work.close();
      this.#import = null;
    }
    if (this.#import !== null || former === null) return;
    if (isSameLayout(live.layout, former.layout)) return;
    const open = this.#open.get(live.generation);
    if (open === undefined) return;
    const { joined, logger } = this.#options;
    const { topology } = joined.generation(former);
    const work = new ToldImport({
      bus: joined.bus,
      former: { generation: former.generation, topology },
      live: { shard: open.hosted.shard, store: open.store },
      isGone: () => joined.versions.state.former?.generation !== former.generation,
      onError: (error) => logger.warn({ err: error }, 'what was told could not be fetched'),
    });
    this.#import = { generation: live.generation, work };
  }

  async #mirror(from: GenerationRecord, to: GenerationRecord): Promise<void> {
    const [source, target] = [this.#open.get(from.generation), this.#open.get(to.generation)];
    if (source === undefined || target === undefined) return;
    if (this.#mirrors?.target === to.generation) return;
    await this.#mirrors?.close();
    this.#quietSince = null;
    const { logger } = this.#options;
    this.#mirrors = new NatsMirrors({
      name: randomBytes(6).toString('base64url'),
      clock: SYSTEM_CLOCK,
      from: { joined: source.joined, shard: source.hosted.shard, store: source.store },
      to: target.joined,
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

  /** G1. An owner that is away keeps everybody waiting. */
  async #isQuietEverywhere({ generation, layout }: GenerationRecord): Promise<boolean> {
    const { bus } = this.#options.joined;
    const call: GenerationCall = { kind: 'quiet', generation };
    const answers = await Promise.all(
      Array.from({ length: layout.partitions }, (_, partition) =>
        askOwner<true>(bus, generationSubject(partition), partition, call, {
          deadlineMs: Date.now() + QUIET_MS,
        }).catch(() => null),
      ),
    );
    return answers.every((answer) => answer === true);
  }

  /** One that all others removed while this process did not yet count it as quiet. */
  async #removeGone(state: VersionsState): Promise<void> {
    const { live, shadow, former, leaving } = state;
    const there = new Set([live, shadow, former, ...leaving].map((one) => one?.generation));
    for (const [generation, { record }] of this.#open) {
      if (!there.has(generation)) await this.#remove(generation, record.layout, state);
    }
  }

  #isRetired(generation: number): boolean {
    return this.#store.get(RETIRED + String(generation)) !== undefined;
  }

  async #remove(generation: number, layout: Layout, state: VersionsState): Promise<void> {
    const { joined, logger } = this.#options;
    const record = { ...state.live, generation, layout };
    const { topology, log } = joined.generation(record);
    const partitions = [...this.#rolesIn(topology)]
      .filter(([, role]) => role === 'owner')
      .map(([one]) => one);
    const open = this.#open.get(generation);
    this.#open.delete(generation);
    await open?.hosted.close();
    const isDone = await removeGeneration(this.#store, generation, () => this.#isClosed);
    if (!isDone) return;
    for (const partition of partitions) {
      const epoch = await log.currentEpoch(partition);
      if (epoch > 0) await log.remove(partition, epoch);
    }
    if (open !== undefined) logger.info({ generation }, 'generation removed');
    // The process of the first desk tells when the last log is gone.
    const isLeaving = state.leaving.some((one) => one.generation === generation);
    if (!isLeaving || !partitions.includes(topology.partitions)) return;
    for (let partition = 0; partition < partitionCount(topology); partition++) {
      if ((await log.currentEpoch(partition)) > 0) return;
    }
    await joined.versions.append({ kind: 'removed', generation });
  }

  /** null: not here, or not yet. */
  #answer(partition: number, call: GenerationCall): Promise<unknown> {
    const { state } = this.#options.joined.versions;
    const context = {
      state,
      open: this.#open,
      mirrors: this.#mirrors,
      isQuiet: (generation: number) =>
        this.#isRetired(generation) ||
        (state.former?.generation === generation && this.#isQuiet(generation)),
    };
    return answerGeneration(context, partition, call);
  }
}
