/** Is the cluster well? From symptoms down to resources. */
import {
  type DashboardSpec,
  graph,
  perSecond,
  quantile,
  quiet,
  series,
  shown,
  stat,
  whenPlaced,
} from './panel-spec.ts';

const UNARY = 'grpc_type="unary",grpc_service!="grpc.health.v1.Health"';
const NO_FAULT = 'no call fails for a reason of the cluster while it is healthy';

const HEALTH = {
  title: 'Health',
  panels: [
    stat(
      'Partitions that run',
      'percentunit',
      'Share of the partitions whose owner is heard from and moves on. Anything below 100 % is bad.',
      shown(
        `max(${series('selfsame_cluster_partitions', 'state="running"')}) / max(sum by (instance) (${series('selfsame_cluster_partitions')}))`,
        'running',
      ),
      { red: 1, isRedBelow: true },
    ),
    stat(
      'Without an owner',
      'none',
      'Partitions whose owner is silent. Runbook: SelfsamePartitionUnowned.',
      shown(`max(${series('selfsame_cluster_partitions', 'state="unowned"')})`, 'unowned'),
      { red: 1 },
    ),
    stat(
      'Stuck',
      'none',
      'Partitions with a backlog that does not move. Runbook: SelfsamePartitionStuck.',
      shown(`sum(${series('selfsame_shard_stuck')} * ${series('selfsame_shard_owned')})`, 'stuck'),
      { red: 1 },
    ),
    stat(
      'Settled lag',
      's',
      'Age of the oldest interaction whose consequences are not applied everywhere.',
      shown(`max(${series('selfsame_settled_lag_seconds')})`, 'lag'),
      { red: 5, width: 3 },
    ),
    stat(
      'Alerts firing',
      'none',
      'Alerts of the cluster that fire now, whatever their severity.',
      quiet(
        'count(ALERTS{alertname=~"Selfsame.+",alertstate="firing"}) or vector(0)',
        'alerts',
        'counts alerts',
      ),
      { red: 1, width: 3 },
    ),
    stat(
      'Connected to NATS',
      'percentunit',
      'Share of the processes whose connection to NATS is up.',
      shown(`avg(${series('selfsame_bus_connected')})`, 'connected'),
      { red: 1, isRedBelow: true, width: 3 },
    ),
    stat(
      'Assigners',
      'none',
      'Coordinators that hold the lease of the assigner: 1. Runbooks: SelfsameNoAssigner, SelfsameTwoAssigners.',
      whenPlaced(`sum(${series('selfsame_assigner_leader')})`, 'assigners'),
      { red: 1, isRedBelow: true, width: 3 },
    ),
  ],
};

const REQUESTS = {
  title: 'Requests: rate, errors, duration',
  panels: [
    graph('Calls', 'reqps', 'Unary calls a second by method, as they are completed.', [
      shown(
        `sum by (grpc_method) (${perSecond('grpc_server_handled_total', UNARY)})`,
        '{{grpc_method}}',
      ),
    ]),
    graph(
      'Failed calls',
      'percentunit',
      'Share of the calls of each service that failed for a reason of the cluster.',
      [
        quiet(
          `sum by (grpc_service, grpc_code) (${perSecond('grpc_server_handled_total', 'grpc_code=~"UNKNOWN|DEADLINE_EXCEEDED|RESOURCE_EXHAUSTED|INTERNAL|UNAVAILABLE|DATA_LOSS"')}) / ignoring (grpc_code) group_left () sum by (grpc_service) (${perSecond('grpc_server_handled_total')})`,
          '{{grpc_service}} {{grpc_code}}',
          NO_FAULT,
        ),
      ],
      { max: 1 },
    ),
    graph(
      'Duration of look-ups',
      's',
      'Unary calls of ResolutionService. Objective: 99 % within 25 ms.',
      [
        shown(
          quantile(
            0.5,
            'grpc_server_handling_seconds',
            '',
            'grpc_service="selfsame.v1.ResolutionService",grpc_type="unary"',
          ),
          'p50',
        ),
        shown(
          quantile(
            0.99,
            'grpc_server_handling_seconds',
            '',
            'grpc_service="selfsame.v1.ResolutionService",grpc_type="unary"',
          ),
          'p99',
        ),
      ],
      { red: 0.025 },
    ),
    graph(
      'Interactions',
      'ops',
      'Interactions given to the cluster a second, by what became of them.',
      [shown(`sum by (outcome) (${perSecond('selfsame_ingest_events_total')})`, '{{outcome}}')],
      { isStacked: true },
    ),
    graph(
      'Time until durable',
      's',
      'Calls with interactions that wait for DURABLE. Objective: 99 % within 500 ms.',
      [
        shown(quantile(0.5, 'selfsame_ingest_acknowledged_seconds', '', 'ack="durable"'), 'p50'),
        shown(quantile(0.99, 'selfsame_ingest_acknowledged_seconds', '', 'ack="durable"'), 'p99'),
      ],
      { red: 0.5 },
    ),
    graph(
      'Budget burnt',
      'short',
      'How many times faster than allowed the error budget of 30 days is spent, over the last hour. 1 is on the line; 14.4 pages.',
      [
        shown(
          'max by (slo) (selfsame:slo_errors:ratio_rate1h{slo=~"look_up_availability|ingest_availability"}) / 0.001 or max by (slo) (selfsame:slo_errors:ratio_rate1h{slo=~"look_up_latency|ingest_latency"}) / 0.01 or max by (slo) (selfsame:slo_errors:ratio_rate1h{slo="freshness"}) / 0.005',
          '{{slo}}',
        ),
      ],
      { red: 14.4 },
    ),
  ],
};

const DISTRIBUTION = {
  title: 'Distribution',
  panels: [
    graph(
      'Partitions owned',
      'none',
      'Partitions that each process owns. Equal heights are balance; gaps are hand-overs.',
      [shown(`sum by (instance) (${series('selfsame_shard_owned')})`, '{{instance}}')],
      { isStacked: true },
    ),
    graph(
      'Changes of ownership',
      'none',
      'How often partitions got another owner within five minutes: roll-outs, scaling, failures.',
      [shown(`sum(changes(${series('selfsame_shard_term')}[5m]))`, 'changes')],
    ),
    graph(
      'Work of each process',
      'ops',
      'Interactions applied a second by each process: a hot one stands out.',
      [
        shown(
          `sum by (instance) (${perSecond('selfsame_interactions_applied_total')})`,
          '{{instance}}',
        ),
      ],
    ),
    graph(
      'Duration of hand-overs',
      's',
      'Time that a follower needs to become the owner of a partition. Planned: at most 250 ms.',
      [
        whenPlaced(quantile(0.5, 'selfsame_shard_handover_seconds'), 'p50'),
        whenPlaced(quantile(0.99, 'selfsame_shard_handover_seconds'), 'p99'),
      ],
      { red: 0.25 },
    ),
  ],
};

const BACKLOG = {
  title: 'Backlog and scaling',
  panels: [
    graph(
      'Entries not applied',
      'none',
      'Entries that wait in the logs, of the five partitions with the most.',
      [
        shown(
          `topk(5, max by (shard) (${series('selfsame_bus_consumer_lag_messages')}))`,
          'partition {{shard}}',
        ),
      ],
    ),
    graph(
      'Oldest waiting',
      's',
      'Age of the oldest interaction that is not durable, and of the oldest message between partitions.',
      [
        shown(`max(${series('selfsame_ingest_oldest_unprocessed_seconds')})`, 'ingress'),
        shown(`max(${series('selfsame_outbox_oldest_seconds')})`, 'links'),
      ],
      { red: 60 },
    ),
    graph(
      'Saturation',
      'percentunit',
      'How busy the busiest event loop is, how full the fullest outbox, how many calls a gateway has of what it may.',
      [
        shown(`max(${series('selfsame_event_loop_busy_ratio')})`, 'event loop'),
        shown(`max(${series('selfsame_outbox_pressure_ratio')})`, 'outbox'),
        shown(
          `max(${series('selfsame_gateway_calls')} / ${series('selfsame_gateway_calls_limit')})`,
          'calls of a gateway',
        ),
      ],
      { max: 1, red: 0.7 },
    ),
    graph(
      'Shards wanted, and present',
      'none',
      'How many shards scaling asks for (0: not known), and how many there are. Runbook: SelfsameScalingBehind.',
      [
        shown(`max(${series('selfsame_desired_shards')})`, 'wanted'),
        whenPlaced(`max(${series('selfsame_shards_present')})`, 'present'),
      ],
    ),
    graph(
      'Load of shards to its target',
      'percentunit',
      'Greatest of backlog, mailbox use and event loop use to the target of each, mean of all shards. Above 100 % more shards are wanted.',
      [shown(`max(${series('selfsame_saturation_ratio')})`, 'load')],
      { red: 1 },
    ),
  ],
};

const RESOURCES = {
  title: 'Resources',
  panels: [
    graph(
      'CPU',
      'cores',
      'Cores used by each process. Node.js uses one for its work, some for the store and compression.',
      [shown(`sum by (instance) (${perSecond('process_cpu_seconds_total')})`, '{{instance}}')],
    ),
    graph('Memory', 'bytes', 'Resident memory of each process; compare with its limit.', [
      shown(`max by (instance) (${series('process_resident_memory_bytes')})`, '{{instance}}'),
    ]),
    graph(
      'Disk left',
      'percentunit',
      'Share of the file system of each data directory that is free. Below 15 % an alert fires.',
      [
        shown(
          `min by (instance) (${series('selfsame_data_free_bytes')} / (${series('selfsame_data_capacity_bytes')} > 0))`,
          '{{instance}}',
        ),
      ],
      { max: 1, red: 0.15, isRedBelow: true },
    ),
  ],
};

export const OVERVIEW: DashboardSpec = {
  uid: 'selfsame-overview',
  title: 'Selfsame: overview',
  description: 'Is the cluster well, who is served, what is behind, what is full.',
  rows: [HEALTH, REQUESTS, DISTRIBUTION, BACKLOG, RESOURCES],
};
