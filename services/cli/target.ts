/**
 * The running cluster a command talks to, and how its failures become exit codes.
 */
import type { Command } from 'commander';
import { type CallOptions, type Cluster, ClusterError } from '../../shared/protocol/cluster.ts';
import type { ClientFiles } from '../../shared/grpc/client-files.ts';
import { reasonOf } from '../../shared/grpc/status.ts';
import type { CliContext } from './context.ts';
import { CliError, ExitCode, usageError } from './exit-codes.ts';

/** Where `selfsame up` and the gateway listen unless told otherwise. */
export const TARGET_DEFAULT = '127.0.0.1:7400';
/** A look-up takes milliseconds; ten seconds leave room for a shard that is moving. */
const TIMEOUT_SECONDS_DEFAULT = 10;

export interface TargetOptions {
  readonly target?: string;
  readonly timeout?: number;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tokenFile?: string;
}

/** Adds the options of every command that asks a running cluster. */
export function withTarget(command: Command): Command {
  return withGateway(command).option(
    '--timeout <seconds>',
    'give up after this time',
    positiveNumber('--timeout'),
    TIMEOUT_SECONDS_DEFAULT,
  );
}

/** Of these the ones that say where the gateway is and how to be let in. */
export function withGateway(command: Command): Command {
  return command
    .option('--target <host:port>', `cluster to ask (default: SELFSAME_TARGET, ${TARGET_DEFAULT})`)
    .option('--tls-ca <file>', 'authorities of the gateway (default: SELFSAME_CLIENT_CA)')
    .option('--tls-cert <file>', 'certificate to show (default: SELFSAME_CLIENT_CERT)')
    .option('--tls-key <file>', 'key of that certificate (default: SELFSAME_CLIENT_KEY)')
    .option('--token-file <file>', 'token to send (default: SELFSAME_TOKEN_FILE)');
}

/** Option parser for a number above 0. */
export function positiveNumber(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
      throw usageError(`${option} must be a number above 0`);
    }
    return value;
  };
}

/** Option parser for a probability, 0..1. */
export function probability(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= 0 && value <= 1)) {
      throw usageError(`${option} must be a probability between 0 and 1, for example 0.95`);
    }
    return value;
  };
}

/** The address to ask: option, else environment, else the default. Throws `CliError` when malformed. */
export function targetAddress(context: CliContext, option: string | undefined): string {
  const address = option ?? (context.env['SELFSAME_TARGET'] || TARGET_DEFAULT);
  if (!/^(\[[0-9a-fA-F:.]+\]|[^\s:/]+):\d{1,5}$/.test(address)) {
    const origin = option === undefined ? 'SELFSAME_TARGET' : '--target';
    throw usageError(`${origin} must be host:port, for example ${TARGET_DEFAULT}`);
  }
  return address;
}

/** Files of TLS and token: option, else environment; empty: none. */
export function clientFiles(context: CliContext, options: TargetOptions): ClientFiles {
  const { env } = context;
  return {
    ca: options.tlsCa ?? env['SELFSAME_CLIENT_CA'] ?? '',
    cert: options.tlsCert ?? env['SELFSAME_CLIENT_CERT'] ?? '',
    key: options.tlsKey ?? env['SELFSAME_CLIENT_KEY'] ?? '',
    token: options.tokenFile ?? env['SELFSAME_TOKEN_FILE'] ?? '',
  };
}

/** Runs `ask` with a client of the target and closes it; `call` carries deadline and Ctrl-C. */
export async function withCluster<T>(
  context: CliContext,
  options: TargetOptions,
  ask: (cluster: Cluster, call: CallOptions) => Promise<T>,
): Promise<T> {
  const address = targetAddress(context, options.target);
  const cluster = await context.clusters.connect(address, clientFiles(context, options));
  const seconds = options.timeout ?? TIMEOUT_SECONDS_DEFAULT;
  try {
    return await ask(cluster, { deadlineMs: Date.now() + seconds * 1000, signal: context.signal });
  } catch (error) {
    throw explainUnreachable(error, address);
  } finally {
    await cluster.close();
  }
}

/** Adds to the error of a cluster that does not answer what to do about it. */
export function explainUnreachable(error: unknown, address: string): unknown {
  if (!(error instanceof ClusterError)) return error;
  const advice = 'selfsame status shows partitions that nobody owns';
  if (error.code === 'deadline_exceeded') {
    const message =
      `no answer from ${address} in time: what was ordered may have been done all the same, and may be ` +
      `ordered again. ${advice}; --timeout waits longer.`;
    return new CliError(ExitCode.unavailable, message, { cause: error });
  }
  if (error.code !== 'unavailable') return error;
  if (reasonOf(error) !== null) {
    const message = `${error.message}; ${advice}. It is safe to try again.`;
    return new CliError(ExitCode.unavailable, message, { cause: error });
  }
  const message =
    `no cluster answers at ${address}: ${error.message}\n` +
    'Start one with `selfsame up`, or name another with --target host:port or SELFSAME_TARGET.';
  return new CliError(ExitCode.unavailable, message, { cause: error });
}

/** Codes of operating errors that the person at the terminal can mend: settings and files. */
const USAGE_CODES = ['bad_setting', 'invalid_config', 'rules_unsupported', 'source_unreadable'];

/**
 * What a failed cluster, store, log or setting means to the person at the terminal; null: no
 * operating error, so a fault of the program. Operating errors have a stable text `code` and
 * `retryable`; those of the platform (`ENOENT`) do not.
 */
export function operatingFailure(error: unknown): CliError | null {
  if (error instanceof ClusterError) return clusterFailure(error);
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return null;
  if (USAGE_CODES.includes(error.code)) return usageError(error.message, { cause: error });
  if (!('retryable' in error)) return null;
  return new CliError(ExitCode.unavailable, error.message, { cause: error });
}

function clusterFailure(error: ClusterError): CliError {
  switch (error.code) {
    case 'not_found':
      return new CliError(ExitCode.negative, error.message, { cause: error });
    case 'invalid_argument':
    case 'failed_precondition':
    case 'resume_token_expired': {
      const violations = error.violations.map((one) => `\n  ${one.field}: ${one.description}`);
      return usageError(error.message + violations.join(''), { cause: error });
    }
    case 'unauthenticated':
    case 'permission_denied': {
      const advice = 'give a token that may do this with --token-file or SELFSAME_TOKEN_FILE';
      return usageError(`${error.message}\n${advice}`, { cause: error });
    }
    case 'cancelled':
      return new CliError(ExitCode.interrupted, error.message, { cause: error });
    case 'deadline_exceeded':
    case 'overloaded':
    case 'unavailable':
    case 'internal': {
      const hint = error.retryable ? '; it is safe to try again' : '';
      return new CliError(ExitCode.unavailable, error.message + hint, { cause: error });
    }
  }
}
