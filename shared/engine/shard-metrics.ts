/**
 * Prometheus metrics of a shard: read from plain numbers at scrape time, since an increment of a
 * labelled counter costs 0.3 us. No label holds anything but a partition number.
 */
import { Gauge, type Registry } from 'prom-client';
import { type NumberMetric, registerCounters, registerGauges } from '../adapters/metrics.ts';
import { RisingSum } from './rising-sum.ts';
import { DEFAULT_LIMITS, type Shard } from './shard.ts';
import type { ShardPartition } from './shard-partition.ts';

type Read = (member: ShardPartition) => number;

/** 256 partitions make 2,304 series of these nine; the budget of a process is 5,000. */
const PER_PARTITION: readonly (readonly [name: string, help: string, read: Read])[] = [
  [
    'selfsame_shard_owned',
    '1 while this process owns the partition.',
    (m) => Number(m.runner.isOwner),
  ],
  [
    'selfsame_shard_stuck',
    '1 while the partition has a backlog that does not move.',
    (m) => Number(m.isStuck(DEFAULT_LIMITS.stuckMs)),
  ],
  ['selfsame_shard_epoch', 'Log epoch of the partition.', (m) => m.partition.position.epoch],
  ['selfsame_shard_term', 'Owner term of the partition.', (m) => m.partition.position.term],
  [
    'selfsame_bus_consumer_lag_messages',
    'Entries in the log of the partition that are not applied yet.',
    (m) => Math.max(0, m.runner.lastKnown - m.partition.position.sequence),
  ],
  [
    'selfsame_outbox_messages',
    'Link messages not yet durable at their destination.',
    (m) => m.outbox.messages,
  ],
  [
    'selfsame_outbox_oldest_seconds',
    'Age of the oldest interaction of which a link message waits; 0: none waits.',
    (m) => ageSeconds(m.outbox.lowOrigin),
  ],
  [
    'selfsame_feed_waiting_changes',
    'Changes of customers that are not settled yet or not in the change feed.',
    (m) => m.feed.size,
  ],
  [
    'selfsame_quarantined_messages',
    'Poison messages set aside in the partition.',
    (m) => m.partition.position.quarantined,
  ],
];

const COUNTERS = {
  interactionsApplied: ['selfsame_interactions_applied_total', 'Interactions that changed state.'],
  interactionsDuplicate: ['selfsame_interactions_duplicate_total', 'Repeated deliveries dropped.'],
  interactionsSuperseded: [
    'selfsame_interactions_superseded_total',
    'Deliveries of a lower revision.',
  ],
  observationsAdded: ['selfsame_observations_added_total', 'Observations attached to profiles.'],
  observationsRemoved: ['selfsame_observations_removed_total', 'Observations taken back.'],
  joins: ['selfsame_merges_total', 'Joins of two components.'],
  splits: ['selfsame_splits_total', 'Parts split off a component.'],
  joinsHeld: ['selfsame_joins_held_total', 'Joins held by the size guard.'],
  reclusterings: ['selfsame_reclusterings_total', 'Clusterings of a component.'],
  genericKeys: [
    'selfsame_generic_values_total',
    'Values that came to be held by too many profiles or persons.',
  ],
  stormsHeld: [
    'selfsame_storms_held_total',
    'Values that the merge-storm breaker held for a steward to judge.',
  ],
  linkRepeats: ['selfsame_link_repeats_total', 'Link messages dropped as repeats.'],
  linkGaps: ['selfsame_link_gaps_total', 'Link batches refused because of a gap.'],
  quarantined: [
    'selfsame_dead_letters_total',
    'Poison messages set aside since the process started.',
  ],
} as const;

/** `shardOf`: the shard of the live generation, which changes; null while there is none. */
export function registerShardMetrics(registry: Registry, shardOf: () => Shard | null): void {
  const members = (): Iterable<ShardPartition> => shardOf()?.partitions.values() ?? [];
  for (const [name, help, read] of PER_PARTITION) {
    new Gauge({
      name,
      help,
      labelNames: ['shard'],
      registers: [registry],
      collect() {
        // A partition that went to another process must not be told of any more.
        this.reset();
        for (const [partition, member] of shardOf()?.partitions ?? []) {
          this.set({ shard: String(partition) }, read(member));
        }
      },
    });
  }
  registerCounters(registry, [
    ...Object.entries(COUNTERS).map(
      ([counter, [name, help]]): NumberMetric => ({
        name,
        help,
        read: summedOver(members, ({ partition }) => [
          partition,
          partition.counters[counter as keyof typeof COUNTERS] ?? 0,
        ]),
      }),
    ),
    ...processCounters(members, shardOf),
  ]);
  registerGauges(registry, processGauges(members, shardOf));
}

function processCounters(
  members: () => Iterable<ShardPartition>,
  shardOf: () => Shard | null,
): readonly NumberMetric[] {
  const ofShard = (read: (shard: Shard) => number): (() => number) => {
    const sum = new RisingSum();
    return () => {
      const shard = shardOf();
      return sum.of(shard === null ? [] : [[shard, read(shard)]]);
    };
  };
  return [
    {
      name: 'selfsame_actor_activations_total',
      help: 'Actors decoded from the store because they were not in memory.',
      read: summedOver(members, ({ partition: { actors } }) => [actors, actors.activations]),
    },
    {
      name: 'selfsame_log_epochs_opened_total',
      help: 'Times that a log did not continue the state and its next epoch was opened.',
      read: summedOver(members, ({ runner }) => [runner, runner.epochsReopened]),
    },
    {
      name: 'selfsame_link_appends_total',
      help: 'Entries with link messages appended to logs of other partitions.',
      read: ofShard(({ sender }) => sender.appends),
    },
    {
      name: 'selfsame_link_resends_total',
      help: 'Times that link messages were sent again because they were not durable in time.',
      read: ofShard(({ sender }) => sender.resends),
    },
    {
      name: 'selfsame_commits_total',
      help: 'Transactions of the store.',
      read: ofShard(({ commits }) => commits),
    },
    {
      name: 'selfsame_feed_events_total',
      help: 'Changes of customers told in the change feed.',
      read: ofShard(({ eventsTold }) => eventsTold),
    },
  ];
}

function processGauges(
  members: () => Iterable<ShardPartition>,
  shardOf: () => Shard | null,
): readonly NumberMetric[] {
  const sum = (read: Read): number => {
    let total = 0;
    for (const member of members()) total += read(member);
    return total;
  };
  return [
    {
      name: 'selfsame_shard_partitions',
      help: 'Partitions hosted by this process, owned or not.',
      read: () => shardOf()?.partitions.size ?? 0,
    },
    {
      name: 'selfsame_actors_resident',
      help: 'Decoded actors in memory.',
      read: () => sum(({ partition }) => partition.actors.resident),
    },
    {
      name: 'selfsame_actors_resident_limit',
      help: 'Most decoded actors kept in memory.',
      read: () => sum(({ partition }) => partition.actors.residentMax),
    },
    {
      name: 'selfsame_outbox_pressure_ratio',
      help: 'How full the fullest outbox is; from 0.7 on routers refuse ingress to its partition.',
      read: () => {
        let fullest = 0;
        for (const { outbox } of members()) fullest = Math.max(fullest, outbox.bytes);
        return fullest / DEFAULT_LIMITS.outboxBytes;
      },
    },
  ];
}

/** Reads a counter that partitions have, whichever are hosted at the time. */
function summedOver(
  members: () => Iterable<ShardPartition>,
  read: (member: ShardPartition) => readonly [owner: object, count: number],
): () => number {
  const sum = new RisingSum();
  return () => sum.of(Array.from(members(), read));
}

function ageSeconds(originMs: number | null): number {
  return originMs === null ? 0 : Math.max(0, Date.now() - originMs) / 1000;
}
