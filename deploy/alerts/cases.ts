/**
 * For every alert a case in which it must fire and one in which it must not, as unit tests of
 * promtool. The quiet case lies close to the limit, or is the healthy situation that looks most alike.
 */
import type { AlertCases } from './alert-case.ts';
import { OBJECTIVE_CASES } from './objective-cases.ts';
import { PLATFORM_CASES } from './platform-cases.ts';

export const CASES: Readonly<Record<string, AlertCases>> = {
  ...OBJECTIVE_CASES,
  ...PLATFORM_CASES,
  SelfsamePartitionUnowned: {
    fires: {
      series: { 'selfsame_cluster_partitions{state="unowned",instance="a"}': '0 0 2x10' },
      at: '1m',
      summary: '2 partitions have no owner.',
    },
    // A hand-over that ends within the pending time.
    quiet: {
      series: { 'selfsame_cluster_partitions{state="unowned",instance="a"}': '0 0 2 0x10' },
      at: '45s',
    },
  },
  SelfsamePartitionStuck: {
    fires: {
      series: {
        'selfsame_bus_consumer_lag_messages{shard="7",instance="a"}': '4x20',
        'selfsame_shard_stuck{shard="7",instance="a"}': '0 1x20',
        'selfsame_shard_owned{shard="7",instance="a"}': '1x20',
      },
      at: '2m',
      labels: { shard: '7' },
      summary: 'Partition 7 does not move on: 4 entries wait.',
    },
    // A standby copy that lags is no owner.
    quiet: {
      series: {
        'selfsame_bus_consumer_lag_messages{shard="7",instance="a"}': '4x20',
        'selfsame_shard_stuck{shard="7",instance="a"}': '1x20',
        'selfsame_shard_owned{shard="7",instance="a"}': '0x20',
      },
      at: '2m',
    },
  },
  SelfsameNoAssigner: {
    fires: {
      series: {
        'selfsame_assigner_leader{instance="a"}': '1 0x40',
        'selfsame_assigner_leader{instance="b"}': '0x40',
      },
      at: '8m',
      summary: '0 coordinators hold the lease of the assigner.',
    },
    // The lease goes from one to the other.
    quiet: {
      series: {
        'selfsame_assigner_leader{instance="a"}': '1x10 0x40',
        'selfsame_assigner_leader{instance="b"}': '0x12 1x40',
      },
      at: '8m',
    },
    alsoFires: [
      // No coordinator is there to say so; another cluster has its own.
      {
        series: {
          'selfsame_build_info{service="shard",namespace="one",instance="s"}': '1x40',
          'selfsame_build_info{service="coordinator",namespace="one",instance="a"}': '1x4 _x36',
          'selfsame_assigner_leader{namespace="one",instance="a"}': '1x4 _x36',
          'selfsame_build_info{service="shard",namespace="two",instance="t"}': '1x40',
          'selfsame_build_info{service="coordinator",namespace="two",instance="b"}': '1x40',
          'selfsame_assigner_leader{namespace="two",instance="b"}': '1x40',
        },
        at: '12m',
        labels: { namespace: 'one' },
        summary: '0 coordinators hold the lease of the assigner.',
      },
    ],
    alsoQuiet: [
      // Static placement: there is no lease.
      {
        series: {
          'selfsame_build_info{service="shard",instance="s"}': '1x40',
          'selfsame_build_info{service="coordinator",instance="a"}': '1x40',
        },
        at: '8m',
      },
    ],
  },
  SelfsameTwoAssigners: {
    fires: {
      series: {
        'selfsame_assigner_leader{instance="a"}': '1x40',
        'selfsame_assigner_leader{instance="b"}': '0 1x40',
      },
      at: '3m',
      summary: '2 coordinators hold the lease of the assigner at the same time.',
    },
    quiet: {
      series: {
        'selfsame_assigner_leader{instance="a"}': '1x10 0x40',
        'selfsame_assigner_leader{instance="b"}': '0x9 1x40',
      },
      at: '3m',
    },
    alsoQuiet: [
      // Two tenants, each with a namespace of its own.
      {
        series: {
          'selfsame_assigner_leader{namespace="selfsame-acme",instance="a"}': '1x40',
          'selfsame_assigner_leader{namespace="selfsame-globex",instance="b"}': '1x40',
        },
        at: '8m',
      },
    ],
  },
  SelfsameLinkLag: {
    fires: {
      series: { 'selfsame_outbox_oldest_seconds{shard="1"}': '0+15x40' },
      at: '8m',
      summary: 'A message between partitions waits for 8m 0s.',
    },
    quiet: { series: { 'selfsame_outbox_oldest_seconds{shard="1"}': '60x40' }, at: '8m' },
  },
  SelfsameIngestBacklog: {
    fires: {
      series: { selfsame_ingest_oldest_unprocessed_seconds: '0+15x40' },
      at: '8m',
      summary: 'An interaction has waited for 8m 0s to become durable.',
    },
    quiet: { series: { selfsame_ingest_oldest_unprocessed_seconds: '30x40' }, at: '8m' },
  },
  SelfsameLogRegressed: {
    fires: {
      series: { selfsame_log_epochs_opened_total: '0x4 1x80' },
      at: '15m',
      summary: '1 logs did not continue the state of their partition.',
    },
    quiet: { series: { selfsame_log_epochs_opened_total: '3x80' }, at: '15m' },
  },
  SelfsameFeedStalled: {
    fires: {
      series: { selfsame_feed_waiting_changes: '7x120', selfsame_feed_events_total: '50x120' },
      at: '25m',
      summary: '7 changes of customers wait, and none is told.',
    },
    // Changes wait at every moment, but others are told meanwhile.
    quiet: {
      series: { selfsame_feed_waiting_changes: '7x120', selfsame_feed_events_total: '0+5x120' },
      at: '25m',
    },
  },
  SelfsameOverloaded: {
    fires: {
      series: { 'selfsame_ingest_events_total{outcome="overloaded"}': '0+150x60' },
      at: '12m',
      summary: '10 interactions or calls a second are refused as too many.',
    },
    quiet: {
      series: {
        'selfsame_ingest_events_total{outcome="overloaded"}': '0x60',
        'selfsame_ingest_events_total{outcome="acknowledged"}': '0+150x60',
      },
      at: '12m',
    },
  },
  SelfsameOutboxFilling: {
    fires: {
      series: { selfsame_outbox_pressure_ratio: '0.6x60' },
      at: '12m',
      summary: 'An outbox is 60% full; from 70 % on ingress is refused.',
    },
    quiet: { series: { selfsame_outbox_pressure_ratio: '0.5x60' }, at: '12m' },
  },
  SelfsameEventLoopBusy: {
    fires: {
      series: {
        'selfsame_event_loop_busy_ratio{instance="a"}': '0.95x60',
        'selfsame_build_info{instance="a",service="shard"}': '1x60',
      },
      at: '12m',
      labels: { instance: 'a', service: 'shard' },
      summary: 'The event loop of a is 95% busy.',
    },
    quiet: {
      series: {
        'selfsame_event_loop_busy_ratio{instance="a"}': '0.9x60',
        'selfsame_build_info{instance="a",service="shard"}': '1x60',
      },
      at: '12m',
    },
  },
  SelfsameEventLoopBlocked: {
    fires: {
      series: { 'nodejs_eventloop_lag_p99_seconds{job="selfsame",instance="a"}': '0.75x60' },
      at: '12m',
      labels: { instance: 'a' },
      summary: 'The event loop of a stops for 750ms.',
    },
    // Another program that is watched by the same Prometheus.
    quiet: {
      series: {
        'nodejs_eventloop_lag_p99_seconds{job="shop",instance="a"}': '3x60',
        'nodejs_eventloop_lag_p99_seconds{job="selfsame",instance="a"}': '0.4x60',
      },
      at: '12m',
    },
  },
  SelfsameScalingBehind: {
    fires: {
      series: {
        'selfsame_desired_shards{instance="a"}': '3 5x120',
        'selfsame_desired_shards{instance="b"}': '3 5x120',
        'selfsame_shards_present{instance="a"}': '3x120',
        'selfsame_shards_present{instance="b"}': '3x120',
      },
      at: '20m',
      summary: 'There should be 5 shards, and there are fewer.',
    },
    // One coordinator has just begun: it does not know the number, and has not heard of all yet.
    quiet: {
      series: {
        'selfsame_desired_shards{instance="a"}': '5x120',
        'selfsame_desired_shards{instance="b"}': '0x120',
        'selfsame_shards_present{instance="a"}': '3x20 5x100',
        'selfsame_shards_present{instance="b"}': '1x120',
      },
      at: '20m',
    },
  },
  SelfsameAuditRecordsLost: {
    fires: {
      series: {
        'selfsame_audit_records_total{outcome="lost",instance="a"}': '0x4 7x80',
        'selfsame_audit_records_total{outcome="written",instance="a"}': '0+10x84',
      },
      at: '15m',
      summary: '7 records of the audit trail were lost.',
    },
    // Lost long ago, and much is written since.
    quiet: {
      series: {
        'selfsame_audit_records_total{outcome="lost",instance="a"}': '7x84',
        'selfsame_audit_records_total{outcome="written",instance="a"}': '0+10x84',
      },
      at: '15m',
    },
  },
  SelfsameAuditRefusesCalls: {
    fires: {
      series: { 'selfsame_audit_refused_calls_total{instance="a"}': '0+1x60' },
      at: '12m',
      summary: '20 calls were refused for want of an audit record.',
    },
    // One call, while its stream had no leader.
    quiet: {
      series: { 'selfsame_audit_refused_calls_total{instance="a"}': '0x20 1x40' },
      at: '11m',
    },
  },
  SelfsameQuarantineGrowing: {
    fires: {
      series: { selfsame_dead_letters_total: '0+1x60' },
      at: '15m',
      summary: '60 messages were set aside because handling them failed.',
    },
    quiet: { series: { selfsame_dead_letters_total: '12x60' }, at: '15m' },
  },
  SelfsameMergeStorm: {
    fires: {
      series: { selfsame_storms_held_total: '0+1x120' },
      at: '30m',
      summary: 'The breaker held 120 values or deliveries back.',
    },
    quiet: { series: { selfsame_storms_held_total: '2x120' }, at: '30m' },
  },
  SelfsameCustomerOversized: {
    fires: {
      series: { selfsame_joins_held_total: '0+1x240' },
      at: '1h',
      summary: '240 joins were held because a component is at its cap.',
    },
    quiet: { series: { selfsame_joins_held_total: '9x240' }, at: '1h' },
  },
  SelfsameNoEvents: {
    fires: {
      series: { 'selfsame_ingest_events_total{outcome="acknowledged"}': '0+100x60 6000x60' },
      at: '35m',
      summary: 'No interaction has come for ten minutes (0), and there were some before.',
    },
    // A cluster to which nobody ever sent anything.
    quiet: {
      series: { 'selfsame_ingest_events_total{outcome="acknowledged"}': '0x140' },
      at: '35m',
    },
  },
  SelfsameRejectionsHigh: {
    fires: {
      series: {
        'selfsame_ingest_events_total{outcome="acknowledged"}': '0+90x120',
        'selfsame_ingest_events_total{outcome="rejected"}': '0+10x120',
      },
      at: '30m',
      summary: '10% of the interactions are not acceptable.',
    },
    quiet: {
      series: {
        'selfsame_ingest_events_total{outcome="acknowledged"}': '0+96x120',
        'selfsame_ingest_events_total{outcome="rejected"}': '0+4x120',
      },
      at: '30m',
    },
  },
};
