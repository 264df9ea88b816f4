/** Metrics of the connection to NATS, read from plain numbers at scrape time. */
import type { Registry } from 'prom-client';
import { registerCounters, registerGauges } from './metrics.ts';

/** What is told of a connection; `NatsLink` has it. */
export interface LinkState {
  readonly isUp: boolean;
  readonly reconnects: number;
}

export function registerNatsMetrics(registry: Registry, link: LinkState): void {
  registerGauges(registry, [
    {
      name: 'selfsame_bus_connected',
      help: '1 while the connection to NATS is up.',
      read: () => Number(link.isUp),
    },
  ]);
  registerCounters(registry, [
    {
      name: 'selfsame_bus_reconnects_total',
      help: 'Times that the connection to NATS came back.',
      read: () => link.reconnects,
    },
  ]);
}
