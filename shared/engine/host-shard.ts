/**
 * Hosts partitions of one generation in this process: shard, query answers, change feed,
 * housekeeping. Which generations there are is decided in `host-generations.ts`.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { SYSTEM_CLOCK } from '../adapters/clock.ts';
import type { Store } from '../adapters/store.ts';
import type { JoinedGeneration } from '../cluster/join-cluster.ts';
import { decode, encode } from '../protocol/codec.ts';
import { querySubject } from '../protocol/ingress-call.ts';
import type { QueryRequest } from '../protocol/query.ts';
import { answerQuery } from './answer-query.ts';
import { Housekeeping } from './housekeeping.ts';
import { partitionPrefix } from './partition.ts';
import { Shard } from './shard.ts';
import type { SettledEvent } from './settled-feed.ts';
import { Snapshots } from './snapshots.ts';

export interface HostShardOptions {
  readonly joined: JoinedGeneration;
  readonly partitions: readonly number[];
  /** Of this generation. */
  readonly store: Store;
  /** Of the generation that this one replaces, or is to replace. */
  readonly former: Store | null;
  readonly isTold: () => boolean;
  readonly name: string;
  readonly maxActors: number;
  /** Shared directory of snapshots; empty: none are taken or restored. */
  readonly snapshotDir: string;
  readonly snapshotEntries: number;
  readonly keptEntries: number;
  readonly logger: Logger;
  readonly onFatal: (error: unknown) => void;
}

export interface HostedShard {
  readonly shard: Shard;
  /** Every partition is owned here and none is stuck: health is progress. */
  isReady(): boolean;
  close(): Promise<void>;
}

/** Queries of one partition answered at a time; more wait in the transport. */
const QUERY_CONCURRENCY_MAX = 256;

export async function hostShard(options: HostShardOptions): Promise<HostedShard> {
  const { joined, partitions, logger, store } = options;
  const snapshots = options.snapshotDir === '' ? null : new Snapshots(options.snapshotDir);
  if (snapshots !== null) await restoreMissing(options, store, snapshots);
  const shard = new Shard({
    // Unique per process: a former process of the same name is another owner.
    owner: `${options.name}#${randomBytes(4).toString('hex')}`,
    partitions,
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
    },
    onFatal: options.onFatal,
  });
  const responders = partitions.map((partition) =>
    joined.bus.respond(
      querySubject(partition),
      `owner-${partition}`,
      async (bytes) => {
        const member = shard.partitions.get(partition);
        if (member === undefined || !member.runner.mayAnswer) return encode(null);
        return encode(answerQuery(member.partition.actors, decode(bytes) as QueryRequest));
      },
      {
        concurrencyMax: QUERY_CONCURRENCY_MAX,
        onHandlerError: (error) => logger.error({ err: error, partition }, 'query failed'),
      },
    ),
  );
  const housekeeping = new Housekeeping({
    shard,
    store,
    log: joined.log,
    clock: SYSTEM_CLOCK,
    snapshots,
    snapshotEntries: options.snapshotEntries,
    keptEntries: options.keptEntries,
    onError: (partition, error) => logger.warn({ err: error, partition }, 'housekeeping failed'),
  });
  shard.start();
  housekeeping.start();
  return {
    shard,
    isReady: () => shard.isReady,
    close: async () => {
      await housekeeping.close();
      for (const responder of responders) responder.close();
      await shard.flush().catch(() => undefined);
      shard.close();
    },
  };
}

/** Partitions without state here, but with a log, start from their newest snapshot. */
async function restoreMissing(
  { joined, partitions, logger }: HostShardOptions,
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
