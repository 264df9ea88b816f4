/** Cases of the alerts on processes, NATS, disks, certificates (runbook platform.md). */
import type { AlertCases } from './alert-case.ts';

export const PLATFORM_CASES: Readonly<Record<string, AlertCases>> = {
  SelfsameScrapeDown: {
    fires: {
      series: { 'up{job="default/selfsame-shard",instance="a"}': '1 0x20' },
      at: '4m',
      labels: { job: 'default/selfsame-shard', instance: 'a' },
      summary: 'a of default/selfsame-shard does not answer (up is 0).',
    },
    quiet: {
      series: {
        'up{job="selfsame",instance="a"}': '1x20',
        'up{job="shop",instance="b"}': '0x20',
      },
      at: '4m',
    },
  },
  SelfsameNothingToScrape: {
    fires: {
      series: { 'up{job="selfsame",instance="a"}': '0x20' },
      at: '4m',
      summary: 'No process of the cluster is seen at all (1).',
    },
    quiet: { series: { 'selfsame_build_info{service="shard"}': '1x20' }, at: '4m' },
    alsoFires: [
      // One of two clusters that are watched together.
      {
        series: {
          'selfsame_build_info{service="shard",namespace="one"}': '1x4 _x60',
          'selfsame_build_info{service="shard",namespace="two"}': '1x64',
        },
        at: '12m',
        labels: { namespace: 'one' },
        summary: 'No process of the cluster is seen at all (1).',
      },
    ],
  },
  SelfsameNoGateway: {
    fires: {
      series: {
        'selfsame_build_info{service="shard",namespace="one",instance="s"}': '1x40',
        'selfsame_build_info{service="shard",namespace="one",instance="t"}': '1x40',
        'selfsame_build_info{service="gateway",namespace="one",instance="a"}': '1x4 _x36',
        'selfsame_build_info{service="gateway",namespace="one",instance="b"}': '1x8 _x32',
        'selfsame_build_info{service="gateway",namespace="two",instance="c"}': '1x40',
      },
      at: '9m',
      labels: { namespace: 'one' },
      summary: 'No gateway is seen, and 2 shards are.',
    },
    // All but one are gone; the last one is scraped again within a minute.
    quiet: {
      series: {
        'selfsame_build_info{service="shard",instance="s"}': '1x40',
        'selfsame_build_info{service="gateway",instance="a"}': '1x4 _x36',
        'selfsame_build_info{service="gateway",instance="b"}': '1x8 stale _x2 1x28',
      },
      at: '2m45s',
    },
    alsoFires: [
      // There never was one, in any namespace.
      {
        series: {
          'selfsame_build_info{service="shard",namespace="one",instance="s"}': '1x40',
          'selfsame_build_info{service="coordinator",namespace="one",instance="a"}': '1x40',
        },
        at: '3m',
        labels: { namespace: 'one' },
        summary: 'No gateway is seen, and 1 shards are.',
      },
    ],
    alsoQuiet: [
      // Shards of a tenant, whose gateways are in another namespace.
      {
        series: {
          'selfsame_build_info{service="shard",namespace="acme",instance="s"}': '1x40',
          'selfsame_build_info{service="gateway",namespace="doors",instance="a"}': '1x40',
        },
        at: '8m',
      },
    ],
  },
  SelfsameCrashLoop: {
    fires: {
      series: { 'process_start_time_seconds{job="selfsame",instance="a"}': '0+100x120' },
      at: '30m',
      labels: { job: 'selfsame', instance: 'a' },
      summary: 'a started 120 times within an hour.',
    },
    // A roll-out with a second try.
    quiet: {
      series: { 'process_start_time_seconds{job="selfsame",instance="a"}': '1x20 2x20 3x80' },
      at: '30m',
    },
  },
  SelfsameBusDisconnected: {
    fires: {
      series: {
        'selfsame_bus_connected{instance="a"}': '1 0x20',
        'selfsame_bus_connected{instance="b"}': '1x20',
      },
      at: '2m',
      summary: '1 processes have no connection to NATS.',
    },
    quiet: { series: { 'selfsame_bus_connected{instance="a"}': '1 0 1x20' }, at: '2m' },
  },
  SelfsameBusLost: {
    fires: {
      series: {
        'selfsame_bus_connected{instance="a"}': '1 0x20',
        'selfsame_bus_connected{instance="b"}': '1 0x20',
        'selfsame_bus_connected{instance="c"}': '1x20',
      },
      at: '2m',
      summary: '33.33% of the processes have a connection to NATS.',
    },
    // Half of them are cut off: somebody else's network.
    quiet: {
      series: {
        'selfsame_bus_connected{instance="a"}': '1 0x20',
        'selfsame_bus_connected{instance="b"}': '1x20',
      },
      at: '2m',
    },
  },
  SelfsameAppendsFail: {
    fires: {
      series: { selfsame_router_append_failures_total: '0+15x60' },
      at: '12m',
      summary: '1 appends a second are not acknowledged by JetStream.',
    },
    quiet: { series: { selfsame_router_append_failures_total: '44x60' }, at: '12m' },
  },
  SelfsameDiskLow: {
    fires: {
      series: {
        'selfsame_data_free_bytes{instance="a"}': '10x80',
        'selfsame_data_capacity_bytes{instance="a"}': '100x80',
      },
      at: '15m',
      labels: { instance: 'a' },
      summary: '10% of the disk of a is left.',
    },
    // A directory that is not there yet has no size.
    quiet: {
      series: {
        'selfsame_data_free_bytes{instance="a"}': '15x80',
        'selfsame_data_capacity_bytes{instance="a"}': '100x80',
        'selfsame_data_free_bytes{instance="b"}': '0x80',
        'selfsame_data_capacity_bytes{instance="b"}': '0x80',
      },
      at: '15m',
    },
  },
  SelfsameDiskFull: {
    fires: {
      series: {
        'selfsame_data_free_bytes{instance="a"}': '2x80',
        'selfsame_data_capacity_bytes{instance="a"}': '100x80',
      },
      at: '5m',
      labels: { instance: 'a' },
      summary: '2% of the disk of a is left.',
    },
    quiet: {
      series: {
        'selfsame_data_free_bytes{instance="a"}': '6x80',
        'selfsame_data_capacity_bytes{instance="a"}': '100x80',
      },
      at: '5m',
    },
  },
  SelfsameCertificateExpiresSoon: {
    fires: {
      series: {
        'selfsame_certificate_expiry_timestamp_seconds{use="nats_server",instance="a"}':
          '865200x80',
        'selfsame_certificate_expiry_timestamp_seconds{use="grpc",instance="a"}': '1814400x80',
      },
      at: '20m',
      labels: { instance: 'a', use: 'nats_server' },
      summary: 'The certificate nats_server of a ends in 10d 0h 0m 0s.',
    },
    // 14 days and an hour.
    quiet: {
      series: { 'selfsame_certificate_expiry_timestamp_seconds{instance="a"}': '1214400x80' },
      at: '20m',
    },
  },
  SelfsameCertificateExpires: {
    fires: {
      series: {
        'selfsame_certificate_expiry_timestamp_seconds{use="grpc",instance="a"}': '87600x80',
      },
      at: '20m',
      labels: { instance: 'a', use: 'grpc' },
      summary: 'The certificate grpc of a ends in 1d 0h 0m 0s.',
    },
    quiet: {
      series: { 'selfsame_certificate_expiry_timestamp_seconds{instance="a"}': '259200x80' },
      at: '20m',
    },
  },
  SelfsameVersionsDiffer: {
    fires: {
      series: {
        'selfsame_build_info{version="1.0.0",instance="a"}': '1x300',
        'selfsame_build_info{version="1.1.0",instance="b"}': '1x300',
      },
      at: '70m',
      summary: '2 versions run side by side for an hour.',
    },
    // A roll-out that takes half an hour.
    quiet: {
      series: {
        'selfsame_build_info{version="1.0.0",instance="a"}': '1x120 _x180',
        'selfsame_build_info{version="1.1.0",instance="b"}': '1x300',
      },
      at: '70m',
    },
  },
};
