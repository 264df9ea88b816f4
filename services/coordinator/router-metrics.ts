/** Prometheus metrics of the router: plain numbers read at scrape time, and histograms of waits. */
import { Histogram, type Registry } from 'prom-client';
import { registerCounters, registerGauges } from '../../shared/adapters/metrics.ts';
import type { Router, RouterTimes } from '../../shared/cluster/router.ts';
import { RisingSum } from '../../shared/engine/rising-sum.ts';

/** Seconds. An append to a local file takes some milliseconds, an election 4 to 9 seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** To be given to every router of the process; observed once an entry, not once a message. */
export function registerRouterTimes(registry: Registry): RouterTimes {
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, buckets: BUCKETS, registers: [registry] });
  const append = histogram(
    'selfsame_bus_publish_seconds',
    'Time from an append until the log acknowledged it.',
  );
  const durable = histogram(
    'selfsame_ingest_to_durable_seconds',
    'Time from taking interactions in until their owner has them on disk, once an entry.',
  );
  const resolved = histogram(
    'selfsame_ingest_to_resolved_seconds',
    'Time from taking an interaction in until all consequences are applied everywhere; sampled.',
  );
  return {
    appended: (seconds) => append.observe(seconds),
    durable: (seconds) => durable.observe(seconds),
    resolved: (seconds) => resolved.observe(seconds),
  };
}

/** `routerOf`: the router of the live generation, which changes. */
export function registerRouterMetrics(registry: Registry, routerOf: () => Router): void {
  registerGauges(registry, [
    {
      name: 'selfsame_router_pending_messages',
      help: 'Messages in or on the way to a log that are not durable yet.',
      read: () => routerOf().pending,
    },
    {
      name: 'selfsame_ingest_oldest_unprocessed_seconds',
      help: 'Age of the oldest message taken in that is not durable yet; 0: there is none.',
      read: () => routerOf().oldestPendingMs / 1000,
    },
  ]);
  const counter = (read: (router: Router) => number): (() => number) => {
    const sum = new RisingSum();
    return () => {
      const router = routerOf();
      return sum.of([[router, read(router)]]);
    };
  };
  registerCounters(registry, [
    {
      name: 'selfsame_router_appends_total',
      help: 'Entries appended to partition logs.',
      read: counter((router) => router.appends),
    },
    {
      name: 'selfsame_router_append_failures_total',
      help: 'Appends that the log did not acknowledge; they are repeated.',
      read: counter((router) => router.appendFailures),
    },
    {
      name: 'selfsame_router_repeats_total',
      help: 'Entries appended again because their fate was in doubt.',
      read: counter((router) => router.repeats),
    },
    {
      name: 'selfsame_router_expiries_total',
      help: 'Calls of gateways given up because their deadline had passed.',
      read: counter((router) => router.expiries),
    },
    {
      name: 'selfsame_router_refusals_total',
      help: 'Batches refused because a partition had too much waiting.',
      read: counter((router) => router.refusals),
    },
  ]);
}
