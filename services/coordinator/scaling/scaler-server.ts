/**
 * KEDA's contract of an external push scaler, on a port of its own, in plaintext: it tells a number.
 *
 * The metric is the number of shards itself, with a target of 1 (`metricType: AverageValue`). While
 * nothing is known the answer is UNAVAILABLE, on which KEDA keeps the replicas (`fallback`).
 */
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  status,
} from '@grpc/grpc-js';
import { scalerDefinition } from '../../../shared/grpc/load.ts';
import type { Scaler } from './scaler.ts';

export const SCALER_METRIC = 'selfsame_desired_shards';

export interface ScalerServer {
  /** `host:port` as bound. */
  readonly address: string;
  close(): void;
}

export async function startScalerServer(
  scaler: Scaler,
  options: { readonly host: string; readonly port: number },
): Promise<ScalerServer> {
  const server = new Server({ 'grpc.max_connection_age_ms': 300_000 });
  server.addService(scalerDefinition(), handlers(scaler));
  const port = await new Promise<number>((resolve, reject) => {
    const target = `${options.host}:${options.port}`;
    server.bindAsync(target, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else {
        const advice = 'is the port taken? SELFSAME_SCALER_PORT chooses another';
        reject(new Error(`The scaler cannot listen on ${target}: ${advice}.`, { cause: error }));
      }
    });
  });
  return { address: `${options.host}:${port}`, close: () => server.forceShutdown() };
}

function handlers(scaler: Scaler) {
  // Partitions must be owned by somebody: the set is never scaled to nothing.
  const active = { result: true };
  const isActive: handleUnaryCall<object, object> = (_call, answer) => answer(null, active);
  const streamIsActive: handleServerStreamingCall<object, object> = (call) => {
    call.write(active);
    // KEDA looks at the number at once when it is told.
    const unlisten = scaler.onChange(() => void call.write(active));
    call.on('cancelled', () => {
      unlisten();
      call.end();
    });
    call.on('close', unlisten);
  };
  const getMetricSpec: handleUnaryCall<object, object> = (_call, answer) => {
    const spec = { metricName: SCALER_METRIC, targetSize: '1', targetSizeFloat: 1 };
    answer(null, { metricSpecs: [spec] });
  };
  const getMetrics: handleUnaryCall<{ readonly metricName?: string }, object> = (call, answer) => {
    const asked = call.request.metricName ?? '';
    if (asked !== '' && asked !== SCALER_METRIC) {
      answer({ code: status.NOT_FOUND, details: `The only metric is ${SCALER_METRIC}.` });
      return;
    }
    const { state } = scaler;
    if (state === null) {
      answer({ code: status.UNAVAILABLE, details: 'No shard was heard of long enough yet.' });
      return;
    }
    const { desired } = state;
    const value = {
      metricName: SCALER_METRIC,
      metricValue: String(desired),
      metricValueFloat: desired,
    };
    answer(null, { metricValues: [value] });
  };
  return {
    IsActive: isActive,
    StreamIsActive: streamIsActive,
    GetMetricSpec: getMetricSpec,
    GetMetrics: getMetrics,
  };
}
