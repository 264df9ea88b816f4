/** Unary calls of the client: deadlines, cancellation, and errors of the Cluster port. */
import {
  type CallOptions as GrpcCallOptions,
  type ClientUnaryCall,
  type ServiceError,
} from '@grpc/grpc-js';
import { type CallOptions, ClusterError } from '../protocol/cluster.ts';
import type { AuditServiceClient } from './generated/selfsame/v1/AuditService.ts';
import type { ClusterServiceClient } from './generated/selfsame/v1/ClusterService.ts';
import type { IngestServiceClient } from './generated/selfsame/v1/IngestService.ts';
import type { ResolutionServiceClient } from './generated/selfsame/v1/ResolutionService.ts';
import type { RulesServiceClient } from './generated/selfsame/v1/RulesService.ts';
import type { StewardServiceClient } from './generated/selfsame/v1/StewardService.ts';
import { clusterErrorOf } from './status.ts';

export interface Clients {
  readonly ingest: IngestServiceClient;
  readonly resolution: ResolutionServiceClient;
  readonly steward: StewardServiceClient;
  readonly cluster: ClusterServiceClient;
  readonly rules: RulesServiceClient;
  readonly audit: AuditServiceClient;
}

/** Starts a unary call with the options given; it calls back once. */
export type StartUnary<Response> = (
  options: GrpcCallOptions,
  callback: (error: ServiceError | null, response?: Response) => void,
) => ClientUnaryCall;

/** Runs a unary call. Rejects with `ClusterError`. */
export type RunUnary = <Response>(
  start: StartUnary<Response>,
  options: CallOptions | undefined,
) => Promise<Response>;

/** A runner whose calls have this deadline unless they name one (milliseconds from the call). */
export function unaryRunner(deadlineDefaultMs: number): RunUnary {
  return (start, options = {}) =>
    new Promise((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted === true) {
        reject(new ClusterError('cancelled', 'The call was cancelled before it was sent.'));
        return;
      }
      const deadline = options.deadlineMs ?? Date.now() + deadlineDefaultMs;
      const call = start({ deadline }, (error, response) => {
        signal?.removeEventListener('abort', onAbort);
        if (error !== null) reject(clusterErrorOf(error));
        else if (response === undefined) reject(new ClusterError('internal', 'Empty answer.'));
        else resolve(response);
      });
      const onAbort = (): void => call.cancel();
      signal?.addEventListener('abort', onAbort, { once: true });
    });
}
