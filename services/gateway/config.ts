/**
 * Configuration of the gateway: environment, else default, checked at start, frozen.
 * What the contract itself promises (batch sizes, text lengths) is in `shared/grpc/limits.ts`.
 */

import { describeSettings, SettingError } from '../../shared/adapters/env-config.ts';
import { loadSecurityConfig, SECURITY_SETTINGS, type SecurityConfig } from './security-config.ts';

interface NumberKey {
  readonly env: string;
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
  readonly meaning: string;
}

function key(
  env: string,
  fallback: number,
  [min, max]: readonly [number, number],
  meaning: string,
): NumberKey {
  return { env: `SELFSAME_GATEWAY_${env}`, fallback, min, max, meaning };
}

const DAY_MS = 86_400_000;

/** All numeric keys. Units are in the names; `_MAX` bounds a queue, a size or a wait. */
const NUMBER_KEYS = {
  port: key('PORT', 7400, [0, 65_535], 'TCP port of gRPC; 0 takes a free one.'),
  messageBytesMax: key(
    'MESSAGE_BYTES_MAX',
    4_194_304,
    [65_536, 67_108_864],
    'Most bytes of one message. 4 MiB is the default of gRPC clients, so both sides agree.',
  ),
  deadlineDefaultMs: key(
    'DEADLINE_DEFAULT_MS',
    2_000,
    [1, DAY_MS],
    'Deadline of unary calls that bring none.',
  ),
  deadlineMaxMs: key(
    'DEADLINE_MAX_MS',
    30_000,
    [1, DAY_MS],
    'Longest deadline of unary calls and of one batch on a stream; later ones are cut to it.',
  ),
  callsInflightMax: key(
    'CALLS_INFLIGHT_MAX',
    1_000,
    [1, 1_000_000],
    'Unary calls at work in the process; more are refused with GATEWAY_SATURATED.',
  ),
  itemsInflightMax: key(
    'ITEMS_INFLIGHT_MAX',
    100_000,
    [10_000, 10_000_000],
    'Identifiers and interactions at work in the process: ten full batches. Bounds memory.',
  ),
  streamsMax: key(
    'STREAMS_MAX',
    256,
    [1, 100_000],
    'Open streams (ingest, resolve, watch) in the process.',
  ),
  streamBatchMax: key(
    'STREAM_BATCH_MAX',
    500,
    [1, 1_000],
    'Messages of one stream that go to the cluster together.',
  ),
  streamQueueMax: key(
    'STREAM_QUEUE_MAX',
    1_000,
    [1, 100_000],
    'Messages of one stream that wait for it; beyond, HTTP/2 flow control holds the client.',
  ),
  heartbeatMs: key(
    'HEARTBEAT_MS',
    10_000,
    [10, 15_000],
    'Silence on a change stream before a heartbeat; the contract promises 15 s.',
  ),
  watchStallMs: key(
    'WATCH_STALL_MS',
    30_000,
    [10, DAY_MS],
    'How long a change stream may be blocked by its reader before it ends with WATCH_TOO_SLOW.',
  ),
  connectionAgeMs: key(
    'CONNECTION_AGE_MS',
    300_000,
    [1_000, DAY_MS],
    'Age (+-10 %) at which a connection is asked to reconnect, so that clients find new gateways.',
  ),
  connectionGraceMs: key(
    'CONNECTION_GRACE_MS',
    30_000,
    [0, DAY_MS],
    'Time that calls on such a connection have to end.',
  ),
  connectionStreamsMax: key(
    'CONNECTION_STREAMS_MAX',
    1_000,
    [1, 1_000_000],
    'Concurrent calls on one connection (HTTP/2 SETTINGS_MAX_CONCURRENT_STREAMS).',
  ),
  keepaliveMs: key(
    'KEEPALIVE_MS',
    30_000,
    [1_000, DAY_MS],
    'Silence on a connection before a ping; an unanswered one ends the connection.',
  ),
  readinessIntervalMs: key(
    'READINESS_INTERVAL_MS',
    2_000,
    [10, 60_000],
    'How often the cluster is asked for its state to decide readiness.',
  ),
  drainDelayMs: key(
    'DRAIN_DELAY_MS',
    250,
    [0, 60_000],
    'Time between NOT_SERVING and refusing calls at shutdown. On Kubernetes give 5000.',
  ),
} as const satisfies Readonly<Record<string, NumberKey>>;

const HOST_ENV = 'SELFSAME_GATEWAY_HOST';
const HOST_DEFAULT = '127.0.0.1';
const HOST_MEANING = 'Address to listen on. The default is reachable from this machine only.';

export type GatewayConfig = { readonly [Name in keyof typeof NUMBER_KEYS]: number } & {
  readonly host: string;
  readonly security: SecurityConfig;
};

/** A setting that cannot be used: says which, why, and what would do. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

function readNumber({ env, fallback, min, max }: NumberKey, text: string | undefined): number {
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new ConfigError(`${env} must be an integer from ${min} to ${max}.`);
  }
  return value;
}

function assertRelations(config: GatewayConfig): void {
  const { deadlineDefaultMs, deadlineMaxMs, streamBatchMax, streamQueueMax } = config;
  if (deadlineDefaultMs > deadlineMaxMs) {
    throw new ConfigError(
      `${NUMBER_KEYS.deadlineDefaultMs.env} must not exceed ${NUMBER_KEYS.deadlineMaxMs.env}.`,
    );
  }
  if (streamBatchMax > streamQueueMax) {
    throw new ConfigError(
      `${NUMBER_KEYS.streamBatchMax.env} must not exceed ${NUMBER_KEYS.streamQueueMax.env}.`,
    );
  }
}

/** Reads the configuration. Throws `ConfigError` at the first setting that cannot be used. */
export function loadGatewayConfig(
  env: Readonly<Record<string, string | undefined>> = {},
): GatewayConfig {
  const names = Object.keys(NUMBER_KEYS) as (keyof typeof NUMBER_KEYS)[];
  const numbers = Object.fromEntries(
    names.map((name) => [name, readNumber(NUMBER_KEYS[name], env[NUMBER_KEYS[name].env])]),
  ) as Record<keyof typeof NUMBER_KEYS, number>;
  const host = env[HOST_ENV] === undefined || env[HOST_ENV] === '' ? HOST_DEFAULT : env[HOST_ENV];
  const config = Object.freeze({ ...numbers, host, security: securityOf(env, host) });
  assertRelations(config);
  return config;
}

function securityOf(
  env: Readonly<Record<string, string | undefined>>,
  host: string,
): SecurityConfig {
  try {
    return loadSecurityConfig(env, host);
  } catch (error) {
    if (error instanceof SettingError) throw new ConfigError(error.message);
    throw error;
  }
}

/** One line per key: name, default, range, meaning; for `--help` and the README. */
export function describeConfig(): readonly string[] {
  const keys: readonly NumberKey[] = Object.values(NUMBER_KEYS);
  return [
    `${HOST_ENV}=${HOST_DEFAULT}\n    ${HOST_MEANING}`,
    ...keys.map(
      ({ env, fallback, min, max, meaning }) =>
        `${env}=${fallback}\n    ${meaning} (${min} to ${max})`,
    ),
    ...describeSettings(SECURITY_SETTINGS),
  ];
}
