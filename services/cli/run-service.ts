/**
 * The services of a NATS cluster as this program runs them, each alone.
 */
import type { Environment } from '../../shared/adapters/env-config.ts';
import { ExitCode } from './exit-codes.ts';

export type ServiceName = 'gateway' | 'coordinator' | 'shard';

/** Runs until the signal aborts. Rejects when it cannot start or cannot go on. */
export type RunService = (environment: Environment, signal: AbortSignal) => Promise<void>;

/** Loaded when asked for: each brings NATS, LMDB or gRPC with it. */
export const SERVICE_RUNNERS = {
  /** Also tells the address that it listens on. */
  gateway: async () => (await import('../gateway/main.ts')).run,
  coordinator: async () => (await import('../coordinator/main.ts')).run,
  shard: async () => (await import('../shard/main.ts')).run,
} as const satisfies Readonly<Record<ServiceName, () => Promise<RunService>>>;

/** SIGTERM is how supervisors end a service in good order; Ctrl-C is a person's interruption. */
export function stoppedExitCode(signal: AbortSignal): ExitCode {
  return signal.aborted && signal.reason !== 'SIGTERM' ? ExitCode.interrupted : ExitCode.ok;
}
