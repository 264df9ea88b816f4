/**
 * Hosts partitions of a NATS cluster in this process: store, shard, query answers, change feed,
 * metrics. Used by the shard service and, for the merge desk's partitions, by the coordinator.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { SYSTEM_CLOCK } from '../../shared/adapters/clock.ts';
import { LmdbStore } from '../../shared/adapters/lmdb-store.ts';
import type { JoinedCluster } from '../../shared/cluster/join-cluster.ts';
import { decode, encode } from '../../shared/protocol/codec.ts';
import { querySubject } from '../../shared/protocol/ingress-call.ts';
import type { QueryRequest } from '../../shared/protocol/query.ts';
import { answerQuery } from './answer-query.ts';
import { LogTrimmer } from './log-trimmer.ts';
import { Shard } from './shard.ts';
import type { SettledEvent } from './settled-feed.ts';
import { registerShardMetrics } from './shard-metrics.ts';

export interface HostOptions {
  readonly joined: JoinedCluster;
  readonly partitions: readonly number[];
  readonly dataDir: string;
  readonly name: string;
  readonly maxActors: number;
  readonly logger: Logger;
  readonly registry: Registry;
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

export async function hostShard(options: HostOptions): Promise<HostedShard> {
  const { joined, partitions, logger } = options;
  const store = await LmdbStore.open(options.dataDir);
  const shard = new Shard({
    // Unique per process: a former process of the same name is another owner.
    owner: `${options.name}#${randomBytes(4).toString('hex')}`,
    partitions,
    topology: joined.topology,
    rules: joined.rules,
    store,
    log: joined.log,
    bus: joined.bus,
    clock: SYSTEM_CLOCK,
    limits: { maxActors: options.maxActors },
    publishFeed: (events) => publishFeed(joined, events),
    onState: (partition, state, reason) => {
      logger.info({ partition, state, reason }, 'partition state');
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
  const trimmer = new LogTrimmer({ shard, log: joined.log, clock: SYSTEM_CLOCK });
  registerShardMetrics(options.registry, shard);
  shard.start();
  trimmer.start();
  return {
    shard,
    isReady: () => shard.isReady,
    close: async () => {
      trimmer.close();
      for (const responder of responders) responder.close();
      await shard.flush().catch(() => undefined);
      shard.close();
      await store.close();
    },
  };
}

async function publishFeed(joined: JoinedCluster, events: readonly SettledEvent[]): Promise<void> {
  const rows = events.map(({ eventId, row }) => [eventId, ...row]);
  for (let start = 0; start < rows.length; start += 500) {
    await joined.feedLog.append(0, 1, encode(rows.slice(start, start + 500)));
  }
}
