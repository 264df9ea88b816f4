/**
 * Hosts partitions of one generation in this process: shard, query answers, change feed,
 * housekeeping. Which generations there are is decided in `host-generations.ts`.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { SYSTEM_CLOCK } from '../adapters/clock.ts';
import type { SnapshotPlace } from '../adapters/snapshot-place.ts';
import type { Store } from '../adapters/store.ts';
import type { JoinedGeneration } from '../cluster/join-cluster.ts';
import { encode } from '../protocol/codec.ts';
import { answerAsked, type AskedResponder } from './answer-asked.ts';
import type { FormerGeneration } from './former-told.ts';
import { Housekeeping } from './housekeeping.ts';
import { partitionPrefix } from './partition.ts';
import type { Role } from './partition-runner.ts';
import { PlacedShard } from './placed-shard.ts';
import { Shard } from './shard.ts';
import type { SettledEvent } from './settled-feed.ts';
import { Snapshots } from './snapshots.ts';

export interface HostShardOptions {
  readonly joined: JoinedGeneration;
  /** Owned for ever; null: as `assign` says, and changing. */
  readonly partitions: readonly number[] | null;
  /** Of this generation. */
  readonly store: Store;
  /** The generation that this one replaces, or is to replace. */
  readonly former: FormerGeneration | null;
  readonly isTold: () => boolean;
  readonly name: string;
  readonly maxActors: number;
  /** null: none are taken or restored. */
  readonly snapshotPlace: SnapshotPlace | null;
  readonly snapshotEntries: number;
  readonly keptEntries: number;
  readonly logger: Logger;
  /** What this process is to some partition has changed. */
  readonly onState?: () => void;
  readonly onTakenOver?: (ms: number) => void;
  readonly onFatal: (error: unknown) => void;
}

export interface HostedShard {
  readonly shard: Shard;
  /** Every partition is owned here and none is stuck: health is progress. */
  isReady(): boolean;
  /** Under placement: what this process is to be to each partition. */
  assign(roles: ReadonlyMap<number, Role>): void;
  close(): Promise<void>;
}

export async function hostShard(options: HostShardOptions): Promise<HostedShard> {
  const { joined, partitions, logger, store } = options;
  const snapshots = options.snapshotPlace === null ? null : new Snapshots(options.snapshotPlace);
  if (snapshots !== null && partitions !== null) {
    await restoreMissing(options, partitions, store, snapshots);
  }
  // Unique per process: a former process of the same name is another owner.
  const owner = `${options.name}#${randomBytes(4).toString('hex')}`;
  const isPlaced = partitions === null;
  let placed: PlacedShard | null = null;
  const shard = new Shard({
    owner,
    partitions: partitions ?? [],
    isPlaced,
    ...(snapshots === null ? {} : { newestSnapshot: (one) => snapshots.newest(one) }),
    topology: joined.topology,
    rules: joined.rules,
    store,
    generation: joined.generation,
    former: options.former,
    isTold: options.isTold,
    log: joined.log,
    bus: joined.bus,
    clock: SYSTEM_CLOCK,
    limits: { maxActors: options.maxActors },
    publishFeed: (events) => publishFeed(joined, events),
    onState: (partition, state, reason) => {
      const { generation } = joined;
      logger.info({ generation, partition, state, reason }, 'partition state');
      placed?.onState(partition, state);
      options.onState?.();
    },
    onFatal: options.onFatal,
    onTakenOver: (ms) => options.onTakenOver?.(ms),
    onSetAside: (what) => {
      const { generation } = joined;
      const { partition, epoch, sequence, index, errorKind: error_kind } = what;
      const fields = { generation, partition, epoch, sequence, index, error_kind };
      logger.error(fields, 'message set aside');
    },
  });
  const respond = (partition: number): AskedResponder => {
    const member = () => shard.partitions.get(partition);
    return answerAsked({ bus: joined.bus, partition, owner, isPlaced, logger, member });
  };
  const responders = (partitions ?? []).map(respond);
  if (isPlaced) {
    if (snapshots === null) throw new Error('placement needs snapshots');
    const clock = SYSTEM_CLOCK;
    placed = new PlacedShard({ shard, store, log: joined.log, snapshots, clock, logger, respond });
  }
  const housekeeping = housekeepingOf(options, shard, snapshots);
  shard.start();
  housekeeping.start();
  return {
    shard,
    isReady: () => shard.isReady && (placed?.isWhole ?? true),
    assign: (roles) => placed?.assign(roles),
    close: async () => {
      await housekeeping.close();
      await placed?.close();
      for (const responder of responders) responder.close();
      await shard.flush().catch(() => undefined);
      shard.close();
    },
  };
}

function housekeepingOf(
  { joined, store, snapshotEntries, keptEntries, logger }: HostShardOptions,
  shard: Shard,
  snapshots: Snapshots | null,
): Housekeeping {
  return new Housekeeping({
    shard,
    store,
    log: joined.log,
    clock: SYSTEM_CLOCK,
    snapshots,
    snapshotEntries,
    keptEntries,
    onError: (partition, error) => logger.warn({ err: error, partition }, 'housekeeping failed'),
  });
}

/** Partitions without state here, but with a log, start from their newest snapshot. */
async function restoreMissing(
  { joined, logger }: HostShardOptions,
  partitions: readonly number[],
  store: Store,
  snapshots: Snapshots,
): Promise<void> {
  for (const partition of partitions) {
    if (store.get(`${partitionPrefix(partition)}m`) !== undefined) continue;
    if ((await joined.log.currentEpoch(partition)) === 0) continue;
    const info = await snapshots.restore(store, partition, (file, error) => {
      logger.warn({ err: error, partition, file }, 'snapshot passed over');
    });
    if (info === null) continue;
    logger.info({ partition, epoch: info.epoch, sequence: info.sequence }, 'snapshot restored');
  }
}

async function publishFeed(
  joined: JoinedGeneration,
  events: readonly SettledEvent[],
): Promise<void> {
  const rows = events.map(({ eventId, row }) => [eventId, ...row]);
  for (let start = 0; start < rows.length; start += 500) {
    await joined.feedLog.append(0, 1, encode(rows.slice(start, start + 500)));
  }
}
