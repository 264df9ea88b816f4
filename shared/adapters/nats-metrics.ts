/** Metrics of the connection to NATS, read from plain numbers at scrape time. */
import type { Registry } from 'prom-client';
import { registerCertificateEnd, registerCertificateMetrics } from './certificate-files.ts';
import { registerCounters, registerGauges } from './metrics.ts';
import { natsCertificates, type NatsFiles } from './nats-files.ts';

/** What is told of a connection; `NatsLink` has it. */
export interface LinkState {
  readonly isUp: boolean;
  readonly reconnects: number;
  /** Seconds since 1970; null: not known, or no TLS. */
  readonly serverCertificateEnd: number | null;
}

/**
 * `links` are the process's connections: a gateway has one for each tenant. `files` are those that they
 * were made with: when their certificates expire is told, and when those of NATS's servers do.
 */
export function registerNatsMetrics(
  registry: Registry,
  links: readonly LinkState[],
  files: NatsFiles,
): void {
  registerCertificateMetrics(registry, 'nats', natsCertificates(files));
  registerCertificateEnd(registry, 'nats_server', () => {
    const ends = links.flatMap(({ serverCertificateEnd }) => serverCertificateEnd ?? []);
    return ends.length === 0 ? null : Math.min(...ends);
  });
  registerGauges(registry, [
    {
      name: 'selfsame_bus_connected',
      help: '1 while the connection to NATS is up; of several, while all are.',
      read: () => Number(links.every(({ isUp }) => isUp)),
    },
  ]);
  registerCounters(registry, [
    {
      name: 'selfsame_bus_reconnects_total',
      help: 'Times that the connection to NATS came back.',
      read: () => links.reduce((sum, { reconnects }) => sum + reconnects, 0),
    },
  ]);
}
