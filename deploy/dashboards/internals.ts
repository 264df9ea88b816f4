/** How the cluster works inside: actors, partitions, resolution, bus, runtime. */
import {
  type DashboardSpec,
  graph,
  perSecond,
  quantile,
  series,
  shown,
  stat,
  whenPlaced,
} from './panel-spec.ts';

const ACTORS = {
  title: 'Actors',
  panels: [
    graph(
      'Actors in memory',
      'percentunit',
      'Decoded actors in memory as a share of what may be kept. Full is normal; compare with activations.',
      [
        shown(
          `${series('selfsame_actors_resident')} / (${series('selfsame_actors_resident_limit')} > 0)`,
          '{{instance}}',
        ),
      ],
      { max: 1 },
    ),
    graph(
      'Activations',
      'ops',
      'Actors decoded from the store a second because they were not in memory.',
      [
        shown(
          `sum by (instance) (${perSecond('selfsame_actor_activations_total')})`,
          '{{instance}}',
        ),
      ],
    ),
    graph(
      'Interactions',
      'ops',
      'What interaction actors did a second: changed state, dropped a repeat, kept a higher revision.',
      [
        shown(`sum(${perSecond('selfsame_interactions_applied_total')})`, 'applied'),
        shown(`sum(${perSecond('selfsame_interactions_duplicate_total')})`, 'repeats'),
        shown(`sum(${perSecond('selfsame_interactions_superseded_total')})`, 'lower revisions'),
      ],
    ),
  ],
};

const PARTITIONS = {
  title: 'Partitions and logs',
  panels: [
    graph(
      'Highest log epoch',
      'none',
      'Rises when a log did not continue the state: NATS lost or changed entries.',
      [shown(`max by (instance) (${series('selfsame_shard_epoch')})`, '{{instance}}')],
    ),
    graph(
      'Epochs opened',
      'none',
      'Logs that did not continue the state of their partition, within an hour.',
      [shown(`sum(increase(${series('selfsame_log_epochs_opened_total')}[1h]))`, 'epochs')],
      { red: 1 },
    ),
    graph(
      'Commits',
      'ops',
      'Transactions of the stores a second; each makes everything durable that was applied meanwhile.',
      [shown(`sum by (instance) (${perSecond('selfsame_commits_total')})`, '{{instance}}')],
    ),
    graph(
      'Partitions followed',
      'none',
      'Partitions that each process follows for another owner. Fewer than are owned: some have no standby.',
      [shown(`sum by (instance) (${series('selfsame_shard_followed')})`, '{{instance}}')],
      { isStacked: true },
    ),
    graph(
      'Owned by no shard',
      'none',
      'Partitions that no shard says it owns, as each coordinator hears it. Runbook: SelfsamePartitionUnowned.',
      [whenPlaced(`max by (instance) (${series('selfsame_partitions_unowned')})`, '{{instance}}')],
      { red: 1 },
    ),
    graph('Store on disk', 'bytes', 'Bytes on disk of the data directory of each process.', [
      shown(`max by (instance) (${series('selfsame_data_used_bytes')})`, '{{instance}}'),
    ]),
  ],
};

const LINKS = {
  title: 'Links between partitions',
  panels: [
    graph(
      'Messages waiting',
      'none',
      'Messages that are not durable at their destination, of the five partitions with the most.',
      [
        shown(
          `topk(5, max by (shard) (${series('selfsame_outbox_messages')}))`,
          'partition {{shard}}',
        ),
      ],
    ),
    graph(
      'Repeats and gaps',
      'ops',
      'Messages dropped as repeats, batches refused because of a gap, batches sent again. Each is harmless, many tell of a fault.',
      [
        shown(`sum(${perSecond('selfsame_link_repeats_total')})`, 'repeats'),
        shown(`sum(${perSecond('selfsame_link_gaps_total')})`, 'gaps'),
        shown(`sum(${perSecond('selfsame_link_resends_total')})`, 'sent again'),
      ],
    ),
    graph('Change feed', 'ops', 'Changes of customers told a second.', [
      shown(`sum(${perSecond('selfsame_feed_events_total')})`, 'told'),
    ]),
    graph('Changes waiting', 'none', 'Changes of customers that are not settled or not told yet.', [
      shown(`sum(${series('selfsame_feed_waiting_changes')})`, 'waiting'),
    ]),
  ],
};

const BUS = {
  title: 'Bus',
  panels: [
    graph('Append to acknowledgement', 's', 'How long JetStream takes to acknowledge an append.', [
      shown(quantile(0.5, 'selfsame_bus_publish_seconds'), 'p50'),
      shown(quantile(0.99, 'selfsame_bus_publish_seconds'), 'p99'),
    ]),
    graph(
      'Taken in to durable, to resolved',
      's',
      'From taking an interaction in until its owner has it on disk, and until all follows from it everywhere (sampled).',
      [
        shown(quantile(0.99, 'selfsame_ingest_to_durable_seconds'), 'durable p99'),
        shown(quantile(0.99, 'selfsame_ingest_to_resolved_seconds'), 'resolved p99'),
      ],
      { red: 5 },
    ),
    graph(
      'Appends of routers',
      'ops',
      'Entries appended a second, how many were not acknowledged, how many were repeated.',
      [
        shown(`sum(${perSecond('selfsame_router_appends_total')})`, 'appended'),
        shown(`sum(${perSecond('selfsame_router_append_failures_total')})`, 'not acknowledged'),
        shown(`sum(${perSecond('selfsame_router_repeats_total')})`, 'repeated'),
        shown(`sum(${perSecond('selfsame_router_refusals_total')})`, 'refused batches'),
        shown(`sum(${perSecond('selfsame_router_expiries_total')})`, 'calls given up'),
      ],
    ),
    graph('Messages under way', 'none', 'Messages that routers hold until they are durable.', [
      shown(`sum by (instance) (${series('selfsame_router_pending_messages')})`, '{{instance}}'),
    ]),
    stat(
      'Reconnects',
      'none',
      'Times that a process connected to NATS again within an hour.',
      shown(`sum(increase(${series('selfsame_bus_reconnects_total')}[1h]))`, 'reconnects'),
      { red: 1, width: 12 },
    ),
  ],
};

const AUDIT = {
  title: 'Audit trail',
  panels: [
    graph(
      'Audit records',
      'ops',
      'Records written a second, and records lost because too many waited. Runbook: SelfsameAuditRecordsLost.',
      [shown(`sum by (outcome) (${perSecond('selfsame_audit_records_total')})`, '{{outcome}}')],
    ),
    graph(
      'Audit records waiting, calls refused',
      'none',
      'Records that wait for their stream, and privileged calls that were refused within five minutes because theirs could not be written.',
      [
        shown(`sum(${series('selfsame_audit_waiting_records')})`, 'waiting'),
        shown(`sum(increase(${series('selfsame_audit_refused_calls_total')}[5m]))`, 'refused'),
      ],
      { red: 1_000 },
    ),
  ],
};

const RUNTIME = {
  title: 'Node.js',
  panels: [
    graph(
      'Event loop busy',
      'percentunit',
      'Share of the time in which the event loop was busy. Node.js does one thing at a time.',
      [shown(`max by (instance) (${series('selfsame_event_loop_busy_ratio')})`, '{{instance}}')],
      { max: 1, red: 0.9 },
    ),
    graph(
      'Event loop lag',
      's',
      'How late timers fire, 99th percentile since the scrape before.',
      [shown(`max by (instance) (${series('nodejs_eventloop_lag_p99_seconds')})`, '{{instance}}')],
      { red: 0.5 },
    ),
    graph('Garbage collection', 'percentunit', 'Share of the time spent on collecting garbage.', [
      shown(`sum by (instance) (${perSecond('nodejs_gc_duration_seconds_sum')})`, '{{instance}}'),
    ]),
    graph('Heap', 'bytes', 'Heap in use, and memory outside of it that Node.js accounts for.', [
      shown(`max by (instance) (${series('nodejs_heap_size_used_bytes')})`, '{{instance}} heap'),
      shown(
        `max by (instance) (${series('nodejs_external_memory_bytes')})`,
        '{{instance}} external',
      ),
    ]),
    graph(
      'Cost of a scrape',
      's',
      'Time that a process takes to gather its metrics. Budget: 20 ms.',
      [shown(`max by (instance) (${series('selfsame_scrape_seconds')})`, '{{instance}}')],
      { red: 0.02 },
    ),
  ],
};

export const INTERNALS: DashboardSpec = {
  uid: 'selfsame-internals',
  title: 'Selfsame: internals',
  description: 'Actors, partitions, links, bus and runtime, for those who look for a cause.',
  rows: [ACTORS, PARTITIONS, LINKS, BUS, AUDIT, RUNTIME],
};
