/**
 * What a gateway sees of its cluster, as metrics: partitions by state, how far settling is behind,
 * what became of interactions and look-ups. Counted per item, where calls are counted elsewhere.
 */
import { performance } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import {
  type AckLevel,
  type Cluster,
  ClusterError,
  type ClusterStatus,
  type IngestResult,
  type Resolution,
} from '../../shared/protocol/cluster.ts';

/** Seconds. From a group commit on a fast disk to the longest deadline. */
const ACKNOWLEDGED_BUCKETS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Every state is told, also when no partition is in it: what is missing cannot be compared. */
const STATES = ['running', 'recovering', 'stuck', 'unowned'];
const LEVELS: readonly AckLevel[] = ['accepted', 'durable', 'settled'];
const INGEST_OUTCOMES = ['acknowledged', 'rejected', 'overloaded', 'failed'] as const;
const LOOK_UP_OUTCOMES = ['found', 'ambiguous', 'not_found', 'generic', 'invalid'] as const;

export class ClusterMetrics {
  readonly #partitions: Gauge<'state'>;
  readonly #lag: Gauge;
  readonly #ingested: Counter<'outcome'>;
  readonly #dropped: Counter;
  readonly #acknowledged: Histogram<'ack'>;
  readonly #lookUps: Counter<'outcome'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#partitions = new Gauge({
      name: 'selfsame_cluster_partitions',
      help: 'Partitions by state, as this gateway sees them: unowned is one whose owner is silent.',
      labelNames: ['state'],
      registers,
    });
    this.#lag = new Gauge({
      name: 'selfsame_settled_lag_seconds',
      help: 'Age of the oldest interaction whose consequences are not applied everywhere.',
      registers,
    });
    this.#ingested = new Counter({
      name: 'selfsame_ingest_events_total',
      help: 'Interactions given to the cluster, by what became of them.',
      labelNames: ['outcome'],
      registers,
    });
    this.#dropped = new Counter({
      name: 'selfsame_ingest_dropped_values_total',
      help: 'Values of interactions that were taken in without them: blocked, junk, not readable.',
      registers,
    });
    this.#acknowledged = new Histogram({
      name: 'selfsame_ingest_acknowledged_seconds',
      help: 'Time of one call to the cluster with interactions, by the level waited for.',
      labelNames: ['ack'],
      buckets: ACKNOWLEDGED_BUCKETS,
      registers,
    });
    this.#lookUps = new Counter({
      name: 'selfsame_resolutions_total',
      help: 'Identifiers looked up, by what the answer was.',
      labelNames: ['outcome'],
      registers,
    });
    // Series that exist from the start: rate() does not see the first event of a new one.
    for (const state of STATES) this.#partitions.labels(state).set(0);
    for (const outcome of INGEST_OUTCOMES) this.#ingested.labels(outcome).inc(0);
    for (const outcome of LOOK_UP_OUTCOMES) this.#lookUps.labels(outcome).inc(0);
    for (const ack of LEVELS) this.#acknowledged.labels(ack);
  }

  /** Takes what the cluster told of itself; null: it did not answer, and nothing is known to run. */
  takeStatus(status: ClusterStatus | null): void {
    if (status === null) return;
    const counts = new Map<string, number>(STATES.map((state) => [state, 0]));
    for (const { state } of status.partitions) counts.set(state, (counts.get(state) ?? 0) + 1);
    for (const [state, count] of counts) this.#partitions.labels(state).set(count);
    this.#lag.set(status.settledLagMs / 1000);
  }

  /** The same cluster, whose answers are counted on their way. */
  counting<Counted extends Cluster>(cluster: Counted): Counted {
    const ingest: Cluster['ingest'] = (items, options) => this.#ingest(cluster, items, options);
    const resolve: Cluster['resolve'] = async (identifiers, options) => {
      const resolutions = await cluster.resolve(identifiers, options);
      this.#takeResolutions(resolutions);
      return resolutions;
    };
    return new Proxy(cluster, {
      get: (target, name) => {
        if (name === 'ingest') return ingest;
        if (name === 'resolve') return resolve;
        const member: unknown = Reflect.get(target, name, target);
        // Clusters have private fields: their methods must be called on themselves.
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
  }

  async #ingest(
    cluster: Cluster,
    ...[items, options]: Parameters<Cluster['ingest']>
  ): ReturnType<Cluster['ingest']> {
    const startedAt = performance.now();
    try {
      const results = await cluster.ingest(items, options);
      this.#takeResults(results);
      const seconds = (performance.now() - startedAt) / 1000;
      this.#acknowledged.labels(options.ack).observe(seconds);
      return results;
    } catch (error) {
      const isRefused = error instanceof ClusterError && error.code === 'overloaded';
      this.#ingested.labels(isRefused ? 'overloaded' : 'failed').inc(items.length);
      throw error;
    }
  }

  #takeResolutions(resolutions: readonly Resolution[]): void {
    const counts = new Map<(typeof LOOK_UP_OUTCOMES)[number], number>();
    for (const one of resolutions) {
      const outcome = one.kind === 'found' && one.matches.length > 1 ? 'ambiguous' : one.kind;
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    for (const [outcome, count] of counts) this.#lookUps.labels(outcome).inc(count);
  }

  #takeResults(results: readonly IngestResult[]): void {
    let rejected = 0;
    let dropped = 0;
    for (const result of results) {
      if (result.kind === 'rejected') rejected++;
      else dropped += result.dropped.length;
    }
    this.#ingested.labels('acknowledged').inc(results.length - rejected);
    this.#ingested.labels('rejected').inc(rejected);
    this.#dropped.inc(dropped);
  }
}
