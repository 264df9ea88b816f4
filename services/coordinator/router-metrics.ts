/** Prometheus metrics of the router, read from plain numbers at scrape time. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Router } from '../../shared/cluster/router.ts';

export function registerRouterMetrics(registry: Registry, routerOf: () => Router): void {
  new Gauge({
    name: 'selfsame_router_pending_messages',
    help: 'Messages in or on the way to a log that are not durable yet.',
    registers: [registry],
    collect() {
      this.set(routerOf().pending);
    },
  });
  new Counter({
    name: 'selfsame_router_appends_total',
    help: 'Entries appended to partition logs.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(routerOf().appends);
    },
  });
  new Counter({
    name: 'selfsame_router_repeats_total',
    help: 'Entries appended again because their fate was in doubt.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(routerOf().repeats);
    },
  });
}
