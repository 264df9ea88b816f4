/** Prometheus metrics of what scaling decides on. */
import type { Registry } from 'prom-client';
import { registerGauges } from '../../../shared/adapters/metrics.ts';
import type { Scaler } from './scaler.ts';

export function registerScalerMetrics(registry: Registry, scaler: Pick<Scaler, 'state'>): void {
  registerGauges(registry, [
    {
      name: 'selfsame_desired_shards',
      help: 'How many shards there should be; 0: not known.',
      read: () => scaler.state?.desired ?? 0,
    },
    {
      name: 'selfsame_saturation_ratio',
      help: 'Greatest of backlog, mailbox use and event loop use to its target, mean of all shards.',
      read: () => scaler.state?.saturation ?? 0,
    },
  ]);
}
