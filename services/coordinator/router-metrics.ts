/** Prometheus metrics of the router, read from plain numbers at scrape time. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Router } from './router.ts';

export function registerRouterMetrics(registry: Registry, router: Router): void {
  new Gauge({
    name: 'selfsame_router_pending_messages',
    help: 'Messages in or on the way to a log that are not durable yet.',
    registers: [registry],
    collect() {
      this.set(router.pending);
    },
  });
  new Counter({
    name: 'selfsame_router_appends_total',
    help: 'Entries appended to partition logs.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(router.appends);
    },
  });
  new Counter({
    name: 'selfsame_router_repeats_total',
    help: 'Entries appended again because their fate was in doubt.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(router.repeats);
    },
  });
}
