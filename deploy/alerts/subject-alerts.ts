/**
 * Alerts about causes: what breaks the promises of the cluster soon, or breaks them without any
 * call failing. Symptoms have objectives (`slos.ts`); here is what an operator can do something about.
 */
import type { Alert } from './alert.ts';
import type { Times } from './durations.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 24 * HOUR;

type Written = Omit<Alert, 'runbook'>;

function inRunbook(runbook: string, alerts: readonly Written[]): readonly Alert[] {
  return alerts.map((alert) => ({ ...alert, runbook }));
}

function grew(metric: string, seconds: number): (times: Times) => string {
  return ({ span }) => `sum by (namespace) (increase(${metric}[${span(seconds)}])) > 0`;
}

const PARTITIONS = inRunbook('partitions.md', [
  {
    name: 'SelfsamePartitionUnowned',
    severity: 'critical',
    subject: 'ownership',
    // Gateways know whom they hear, the assigner knows whom it gave what: either is enough.
    expression: () =>
      'max by (namespace) (selfsame_cluster_partitions{state="unowned"}) > 0\n' +
      'or max by (namespace) (selfsame_partitions_unowned) > 0',
    waitSeconds: 15,
    summary: '{{ $value }} partitions have no owner.',
    description: 'Their customers are not updated, and look-ups of them fail or wait.',
  },
  {
    name: 'SelfsamePartitionStuck',
    severity: 'critical',
    subject: 'ownership',
    expression: () =>
      'max by (namespace, shard) (selfsame_bus_consumer_lag_messages' +
      ' and selfsame_shard_stuck == 1 and selfsame_shard_owned == 1)',
    waitSeconds: MINUTE,
    summary: 'Partition {{ $labels.shard }} does not move on: {{ $value }} entries wait.',
    description: 'Interactions of the partition are kept but not applied; its shard is not ready.',
  },
  {
    name: 'SelfsameNoAssigner',
    severity: 'warning',
    subject: 'assigner',
    // A sum over no coordinators at all is not 0 but nothing. With static placement coordinators are
    // seen, though none exports the lease.
    expression: () =>
      'sum by (namespace) (selfsame_assigner_leader) < 1\n' +
      'or 0 * (count by (namespace) (selfsame_build_info{service="shard"})' +
      ' unless on (namespace) selfsame_build_info{service="coordinator"})',
    waitSeconds: 5 * MINUTE,
    summary: '{{ $value }} coordinators hold the lease of the assigner.',
    description:
      'Partitions stay where they are until one is lost or moved. With no coordinator at all' +
      ' nothing is taken in either.',
  },
  {
    name: 'SelfsameTwoAssigners',
    severity: 'critical',
    subject: 'assigner',
    expression: () => 'sum by (namespace) (selfsame_assigner_leader) > 1',
    waitSeconds: MINUTE,
    summary: '{{ $value }} coordinators hold the lease of the assigner at the same time.',
    description: 'Assignments are fenced, so nothing is answered wrongly, but partitions may flap.',
  },
  {
    name: 'SelfsameLinkLag',
    severity: 'warning',
    subject: 'lag',
    expression: ({ age }) => `max by (namespace) (selfsame_outbox_oldest_seconds) > ${age(MINUTE)}`,
    waitSeconds: 2 * MINUTE,
    summary: 'A message between partitions waits for {{ $value | humanizeDuration }}.',
    description: 'What follows from interactions does not reach other partitions: joins are late.',
  },
  {
    name: 'SelfsameIngestBacklog',
    severity: 'warning',
    subject: 'lag',
    expression: ({ age }) =>
      `max by (namespace) (selfsame_ingest_oldest_unprocessed_seconds) > ${age(30)}`,
    waitSeconds: 2 * MINUTE,
    summary: 'An interaction has waited for {{ $value | humanizeDuration }} to become durable.',
    description: 'Senders that wait for DURABLE wait as long; after that they are refused.',
  },
  {
    name: 'SelfsameLogRegressed',
    severity: 'warning',
    subject: 'log',
    expression: grew('selfsame_log_epochs_opened_total', 15 * MINUTE),
    waitSeconds: 0,
    summary: '{{ $value | humanize }} logs did not continue the state of their partition.',
    description: 'NATS lost or changed entries. Nothing acknowledged as DURABLE is lost by it.',
  },
  {
    name: 'SelfsameFeedStalled',
    severity: 'warning',
    subject: 'feed',
    expression: ({ span }) =>
      'sum by (namespace) (selfsame_feed_waiting_changes) > 0\n' +
      `and sum by (namespace) (increase(selfsame_feed_events_total[${span(10 * MINUTE)}])) == 0\n` +
      `and min_over_time((sum by (namespace) (selfsame_feed_waiting_changes))[${span(10 * MINUTE)}:]) > 0`,
    waitSeconds: 5 * MINUTE,
    summary: '{{ $value }} changes of customers wait, and none is told.',
    description: 'Systems that follow the change feed do not learn of merges and splits.',
  },
]);

const TRAFFIC = inRunbook('traffic.md', [
  {
    name: 'SelfsameOverloaded',
    severity: 'warning',
    subject: 'load',
    expression: ({ span }) => {
      const window = `[${span(5 * MINUTE)}]`;
      const events = `selfsame_ingest_events_total{outcome="overloaded"}${window}`;
      const calls = `grpc_server_handled_total{grpc_code="RESOURCE_EXHAUSTED"}${window}`;
      const refused = (counter: string): string => `sum by (namespace) (rate(${counter})) > 0`;
      return `${refused(events)} or ${refused(calls)}`;
    },
    waitSeconds: 5 * MINUTE,
    summary: '{{ $value | humanize }} interactions or calls a second are refused as too many.',
    description: 'Senders are told to come again later; nothing is lost while they do.',
  },
  {
    name: 'SelfsameOutboxFilling',
    severity: 'warning',
    subject: 'load',
    expression: () => 'max by (namespace) (selfsame_outbox_pressure_ratio) > 0.5',
    waitSeconds: 5 * MINUTE,
    summary:
      'An outbox is {{ $value | humanizePercentage }} full; from 70 % on ingress is refused.',
    description: 'Partitions hear of each other more slowly than they are changed.',
  },
  {
    name: 'SelfsameEventLoopBusy',
    severity: 'warning',
    subject: 'load',
    expression: ({ span }) =>
      `max by (namespace, service, instance) (avg_over_time(selfsame_event_loop_busy_ratio[${span(5 * MINUTE)}])` +
      ' * on (namespace, instance) group_left (service) selfsame_build_info) > 0.9',
    waitSeconds: 5 * MINUTE,
    summary: 'The event loop of {{ $labels.instance }} is {{ $value | humanizePercentage }} busy.',
    description: 'One process does all it can: every call to it is late. Scale its service.',
  },
  {
    name: 'SelfsameEventLoopBlocked',
    severity: 'warning',
    subject: 'load',
    expression: () =>
      'max by (namespace, instance) (nodejs_eventloop_lag_p99_seconds{job=~"(.*/)?selfsame.*"}) > 0.5',
    waitSeconds: 5 * MINUTE,
    summary: 'The event loop of {{ $labels.instance }} stops for {{ $value | humanizeDuration }}.',
    description: 'A single piece of work holds up all calls of the process.',
  },
  {
    name: 'SelfsameScalingBehind',
    severity: 'warning',
    subject: 'load',
    // Without placement nobody counts shards, and nothing is compared.
    expression: () =>
      'max by (namespace) (selfsame_desired_shards)' +
      ' > max by (namespace) (selfsame_shards_present)',
    waitSeconds: 15 * MINUTE,
    summary: 'There should be {{ $value }} shards, and there are fewer.',
    description: 'Partitions have more to do than their shards can: everything settles later.',
  },
]);

const DATA = inRunbook('data.md', [
  {
    name: 'SelfsameQuarantineGrowing',
    severity: 'warning',
    subject: 'data',
    expression: grew('selfsame_dead_letters_total', 15 * MINUTE),
    waitSeconds: 0,
    summary: '{{ $value | humanize }} messages were set aside because handling them failed.',
    description: 'What they said is not in any customer, until the cause is mended.',
  },
  {
    name: 'SelfsameMergeStorm',
    severity: 'warning',
    subject: 'data',
    expression: grew('selfsame_storms_held_total', 30 * MINUTE),
    waitSeconds: 0,
    summary: 'The breaker held {{ $value | humanize }} values or deliveries back.',
    description: 'One value or delivery would have joined very many customers; a steward decides.',
  },
  {
    name: 'SelfsameCustomerOversized',
    severity: 'warning',
    subject: 'data',
    expression: grew('selfsame_joins_held_total', HOUR),
    waitSeconds: 0,
    summary: '{{ $value | humanize }} joins were held because a component is at its cap.',
    description: 'The customers concerned depend on the order of arrival until it is rebuilt.',
  },
  {
    name: 'SelfsameNoEvents',
    severity: 'warning',
    subject: 'data',
    expression: ({ span }) =>
      `sum by (namespace) (increase(selfsame_ingest_events_total[${span(10 * MINUTE)}])) == 0\n` +
      `and sum by (namespace) (increase(selfsame_ingest_events_total[${span(6 * HOUR)}])) > 0`,
    waitSeconds: 5 * MINUTE,
    summary: 'No interaction has come for ten minutes ({{ $value }}), and there were some before.',
    description: 'Sources, or the way from them to the gateways, may be broken.',
  },
  {
    name: 'SelfsameRejectionsHigh',
    severity: 'warning',
    subject: 'data',
    expression: ({ span }) => {
      const rate = (outcome: string): string =>
        `sum by (namespace) (rate(selfsame_ingest_events_total${outcome}[${span(15 * MINUTE)}]))`;
      return `${rate('{outcome="rejected"}')} / (${rate('')} > 0) > 0.05`;
    },
    waitSeconds: 10 * MINUTE,
    summary: '{{ $value | humanizePercentage }} of the interactions are not acceptable.',
    description: 'A source sends what its mapping or the contract does not allow; it is not kept.',
  },
]);

const PLATFORM = inRunbook('platform.md', [
  {
    name: 'SelfsameScrapeDown',
    severity: 'warning',
    subject: 'process',
    expression: () => 'up{job=~"(.*/)?selfsame.*"} == 0',
    waitSeconds: 2 * MINUTE,
    summary: '{{ $labels.instance }} of {{ $labels.job }} does not answer (up is {{ $value }}).',
    description: 'The process is gone, hangs, or cannot be reached; its metrics are missing.',
  },
  {
    name: 'SelfsameNothingToScrape',
    severity: 'critical',
    subject: 'process',
    // `absent` is of all clusters that are watched together; of one of several only what was seen
    // before can tell, and only for as long as it is looked back.
    expression: ({ span }) =>
      `group by (namespace) (last_over_time(selfsame_build_info[${span(DAY)}]))` +
      ' unless on (namespace) selfsame_build_info\n' +
      'or absent(selfsame_build_info)',
    waitSeconds: 2 * MINUTE,
    summary: 'No process of the cluster is seen at all ({{ $value }}).',
    description: 'The cluster is gone, or nobody watches it: no other alert can fire.',
  },
  {
    name: 'SelfsameNoGateway',
    severity: 'critical',
    subject: 'gateway',
    // With all gateways their objectives vanish, and whatever else they count. Gateways of tenants may
    // be in another namespace: one that had none of its own is told of only when there is none at all.
    expression: ({ span }) => {
      const gateways = 'selfsame_build_info{service="gateway"}';
      const shards = 'count by (namespace) (selfsame_build_info{service="shard"})';
      return (
        `(${shards} unless on (namespace) ${gateways}\n` +
        `  and on (namespace) last_over_time(${gateways}[${span(DAY)}]))\n` +
        `or (${shards} unless on () ${gateways})`
      );
    },
    waitSeconds: MINUTE,
    summary: 'No gateway is seen, and {{ $value }} shards are.',
    description: 'Nobody can look anything up or send anything: this is a total outage.',
  },
  {
    name: 'SelfsameCrashLoop',
    severity: 'warning',
    subject: 'process',
    expression: ({ span }) =>
      `changes(process_start_time_seconds{job=~"(.*/)?selfsame.*"}[${span(HOUR)}]) > 3`,
    waitSeconds: 0,
    summary: '{{ $labels.instance }} started {{ $value }} times within an hour.',
    description: 'It ends by itself each time; its log says why.',
  },
  {
    name: 'SelfsameBusDisconnected',
    severity: 'critical',
    subject: 'connection',
    expression: () => 'count by (namespace) (selfsame_bus_connected == 0) > 0',
    waitSeconds: 30,
    summary: '{{ $value }} processes have no connection to NATS.',
    description: 'They take nothing in and hand nothing on; look-ups of their partitions fail.',
  },
  {
    name: 'SelfsameBusLost',
    severity: 'critical',
    subject: 'nats',
    // Fewer may be cut off by themselves; then the rest of the cluster has alerts of its own to tell.
    expression: () => 'avg by (namespace) (selfsame_bus_connected) < 0.5',
    waitSeconds: 30,
    summary: '{{ $value | humanizePercentage }} of the processes have a connection to NATS.',
    description: 'NATS is away: nothing is taken in, nothing settles, look-ups fail.',
  },
  {
    name: 'SelfsameAppendsFail',
    severity: 'warning',
    subject: 'nats',
    expression: ({ span }) =>
      `sum by (namespace) (rate(selfsame_router_append_failures_total[${span(5 * MINUTE)}])) > 0`,
    waitSeconds: 5 * MINUTE,
    summary: '{{ $value | humanize }} appends a second are not acknowledged by JetStream.',
    description: 'A stream has no leader, is full, or the server is too slow. They are repeated.',
  },
  {
    name: 'SelfsameDiskLow',
    severity: 'warning',
    subject: 'disk',
    expression: () => '(selfsame_data_free_bytes / (selfsame_data_capacity_bytes > 0)) < 0.15',
    waitSeconds: 10 * MINUTE,
    summary: '{{ $value | humanizePercentage }} of the disk of {{ $labels.instance }} is left.',
    description: 'A full disk stops the process; its partitions move to others.',
  },
  {
    name: 'SelfsameDiskFull',
    severity: 'critical',
    subject: 'disk',
    expression: () => '(selfsame_data_free_bytes / (selfsame_data_capacity_bytes > 0)) < 0.05',
    waitSeconds: MINUTE,
    summary: '{{ $value | humanizePercentage }} of the disk of {{ $labels.instance }} is left.',
    description: 'The next commits may fail. A store that cannot write stops its process.',
  },
  {
    name: 'SelfsameCertificateExpiresSoon',
    severity: 'warning',
    subject: 'certificate',
    expression: ({ age }) =>
      `min by (namespace, instance, use) (selfsame_certificate_expiry_timestamp_seconds) - time() < ${age(14 * DAY)}`,
    waitSeconds: 10 * MINUTE,
    summary:
      'The certificate {{ $labels.use }} of {{ $labels.instance }} ends in {{ $value | humanizeDuration }}.',
    description: 'It should have been renewed by now; after its end no connection is made.',
  },
  {
    name: 'SelfsameCertificateExpires',
    severity: 'critical',
    subject: 'certificate',
    expression: ({ age }) =>
      `min by (namespace, instance, use) (selfsame_certificate_expiry_timestamp_seconds) - time() < ${age(2 * DAY)}`,
    waitSeconds: MINUTE,
    summary:
      'The certificate {{ $labels.use }} of {{ $labels.instance }} ends in {{ $value | humanizeDuration }}.',
    description: 'After its end processes and clients refuse each other.',
  },
  {
    name: 'SelfsameVersionsDiffer',
    severity: 'warning',
    subject: 'process',
    expression: () =>
      'count by (namespace) (count by (namespace, version) (selfsame_build_info)) > 1',
    waitSeconds: HOUR,
    summary: '{{ $value }} versions run side by side for an hour.',
    description: 'A roll-out did not come to its end.',
  },
]);

const AUDIT = inRunbook('audit.md', [
  {
    name: 'SelfsameAuditRecordsLost',
    severity: 'critical',
    subject: 'audit',
    expression: ({ span }) =>
      `sum by (namespace) (increase(selfsame_audit_records_total{outcome="lost"}[${span(15 * MINUTE)}])) > 0`,
    waitSeconds: 0,
    summary: '{{ $value | humanize }} records of the audit trail were lost.',
    description: 'Nobody can say any more who looked up what in that time. It cannot be repaired.',
  },
  {
    name: 'SelfsameAuditRefusesCalls',
    severity: 'critical',
    subject: 'audit',
    // The window is as long as the wait: one call refused while a stream has no leader is no page.
    expression: ({ span }) =>
      `sum by (namespace) (increase(selfsame_audit_refused_calls_total[${span(5 * MINUTE)}])) > 0`,
    waitSeconds: 5 * MINUTE,
    summary: '{{ $value | humanize }} calls were refused for want of an audit record.',
    description: 'Stewards, and those who change versions, can do nothing; look-ups go on.',
  },
]);

export const SUBJECT_ALERTS: readonly Alert[] = [
  ...PARTITIONS,
  ...TRAFFIC,
  ...DATA,
  ...AUDIT,
  ...PLATFORM,
];
