/** Everything of scaling in a coordinator: the number, its metrics, KEDA's contract. */
import type { Registry } from 'prom-client';
import type { Bus } from '../../../shared/adapters/bus.ts';
import type { Clock } from '../../../shared/adapters/clock.ts';
import { registerScalerMetrics } from './scaler-metrics.ts';
import { startScalerServer } from './scaler-server.ts';
import { startScaler } from './scaler.ts';

export interface Scaling {
  /** `host:port` on which KEDA may ask. */
  readonly address: string;
  close(): void;
}

export interface ScalingOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  /** All of the cluster, those of the merge desk included. */
  readonly partitions: number;
  readonly registry: Registry;
  readonly scalerHost: string;
  readonly scalerPort: number;
}

/** Rejects when it cannot listen. */
export async function startScaling(options: ScalingOptions): Promise<Scaling> {
  const { bus, clock, partitions, registry, scalerHost: host, scalerPort: port } = options;
  const scaler = startScaler(bus, clock, partitions);
  try {
    const server = await startScalerServer(scaler, { host, port });
    registerScalerMetrics(registry, scaler);
    return {
      address: server.address,
      close: () => {
        server.close();
        scaler.close();
      },
    };
  } catch (error) {
    scaler.close();
    throw error;
  }
}
