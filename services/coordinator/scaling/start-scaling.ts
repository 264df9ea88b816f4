/** Everything of scaling in a coordinator: the number, its metrics, KEDA's contract. */
import type { Registry } from 'prom-client';
import type { Clock } from '../../../shared/adapters/clock.ts';
import { registerScalerMetrics } from './scaler-metrics.ts';
import { startScalerServer } from './scaler-server.ts';
import { type ScaledCluster, startScaler } from './scaler.ts';

export interface Scaling {
  /** `host:port` on which KEDA may ask. */
  readonly address: string;
  close(): void;
}

export interface ScalingOptions {
  readonly cluster: ScaledCluster;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly scalerHost: string;
  readonly scalerPort: number;
}

/** Rejects when it cannot listen. */
export async function startScaling(options: ScalingOptions): Promise<Scaling> {
  const { cluster, clock, registry, scalerHost: host, scalerPort: port } = options;
  const scaler = startScaler(cluster, clock);
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
