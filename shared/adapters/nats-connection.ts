/**
 * Connection to NATS with the settings Selfsame needs, and clear errors when it cannot be had.
 *
 * The client's own defaults give up for good after 10 attempts and notice a half-open connection
 * only after 4 minutes; here it reconnects for ever and notices in 15 s.
 */
import { connect, type ConnectionOptions, type NatsConnection, NatsError } from 'nats';
import { NO_NATS_FILES, natsFileOptions, type NatsFiles, reconnectOnChange } from './nats-files.ts';
import { NatsLink, setInboxPrefix } from './nats-link.ts';
import { watchServerCertificates } from './nats-server-certificate.ts';

export type NatsConnectionErrorCode =
  | 'unreachable' // nobody answers, or not as a NATS server
  | 'unauthorized' // credentials missing or refused
  | 'unsupported_version' // older than MINIMUM_VERSION
  | 'jetstream_missing'; // the server (or this account) runs without JetStream

/** `message` says what, where and how to repair; holds no credentials. */
export class NatsConnectionError extends Error {
  readonly code: NatsConnectionErrorCode;
  readonly retryable: boolean;
  constructor(code: NatsConnectionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NatsConnectionError';
    this.code = code;
    this.retryable = code === 'unreachable';
  }
}

export interface NatsOptions {
  /** `nats://host:port`, one or several separated by commas. Credentials may stand in the URL. */
  readonly servers: string;
  /** Shown in the server's connection list, e.g. `selfsame-shard-0`. No personal data. */
  readonly name: string;
  /** How long to keep trying for the first connection. Default 10 s; 0: one attempt. */
  readonly initialWaitMs?: number;
  /** Refuse a server without JetStream. Default true. */
  readonly requireJetStream?: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  readonly files?: NatsFiles;
  /** First part of the subjects that answers come to. Default `_INBOX`, which all users share. */
  readonly inboxPrefix?: string;
}

/** The oldest server whose features are relied on and tested. */
export const MINIMUM_VERSION = '2.9.0';
const INITIAL_WAIT_MS_DEFAULT = 10_000;
const ATTEMPT_TIMEOUT_MS = 2_000;
const RETRY_WAIT_MS = 200;
/** maxPingOut 2: a half-open connection is noticed after 3 intervals at most. */
const PING_INTERVAL_MS = 5_000;

/** Connects and checks version and JetStream. Rejects with `NatsConnectionError`. */
export async function connectNats(options: NatsOptions): Promise<NatsConnection> {
  const servers = options.servers.split(',').map((server) => server.trim());
  const connection = await connectWithin(servers, options);
  NatsLink.of(connection);
  if (options.inboxPrefix !== undefined) setInboxPrefix(connection, options.inboxPrefix);
  try {
    checkVersion(connection, servers);
    if (options.requireJetStream ?? true) await checkJetStream(connection, servers);
    if (options.files !== undefined) {
      reconnectOnChange(connection, options.files);
      watchServerCertificates(NatsLink.of(connection), servers, options.files);
    }
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

async function connectWithin(servers: string[], options: NatsOptions): Promise<NatsConnection> {
  const waitMs = options.initialWaitMs ?? INITIAL_WAIT_MS_DEFAULT;
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      return await connect(connectionOptions(servers, options));
    } catch (error) {
      const code = error instanceof NatsError ? error.code : undefined;
      if (code === 'AUTHORIZATION_VIOLATION' || code === 'BAD_AUTHENTICATION') {
        throw new NatsConnectionError(
          'unauthorized',
          `NATS at ${describe(servers)} refused the credentials. Set user and password (or a ` +
            'token) that the server knows, or put them into the URL: nats://user:password@host.',
          { cause: error },
        );
      }
      if (performance.now() + RETRY_WAIT_MS > deadline) throw unreachable(servers, waitMs, error);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_WAIT_MS));
  }
}

function connectionOptions(servers: string[], options: NatsOptions): ConnectionOptions {
  return {
    servers,
    name: options.name,
    ...(options.inboxPrefix === undefined ? {} : { inboxPrefix: options.inboxPrefix }),
    timeout: ATTEMPT_TIMEOUT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 100,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: 2,
    // Traces of every request cost more than the request; the errors are ours anyway.
    noAsyncTraces: true,
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(options.password === undefined ? {} : { pass: options.password }),
    ...(options.token === undefined ? {} : { token: options.token }),
    ...natsFileOptions(options.files ?? NO_NATS_FILES),
    // The server closes a connection whose credentials were replaced; ours are read anew then.
    ignoreAuthErrorAbort: true,
  };
}

function unreachable(servers: string[], waitMs: number, cause: unknown): NatsConnectionError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new NatsConnectionError(
    'unreachable',
    `NATS does not answer at ${describe(servers)} (${reason}; tried for ${waitMs} ms). Start it ` +
      'with `nats-server --jetstream`, or correct the NATS URL, or check the network in between.',
    { cause },
  );
}

function checkVersion(connection: NatsConnection, servers: string[]): void {
  const version = connection.info?.version ?? 'unknown';
  if (compareVersions(version, MINIMUM_VERSION) >= 0) return;
  throw new NatsConnectionError(
    'unsupported_version',
    `NATS at ${describe(servers)} is version ${version}; ${MINIMUM_VERSION} or later is needed. ` +
      'Install a later nats-server (2.12 or later is recommended) and start again.',
  );
}

/** Compares dotted versions by their numbers; what is not a number counts as 0. */
export function compareVersions(left: string, right: string): number {
  const numbers = (version: string): number[] =>
    (/^v?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  const [lefts, rights] = [numbers(left), numbers(right)];
  for (let index = 0; index < 3; index++) {
    const difference = (lefts[index] ?? 0) - (rights[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

async function checkJetStream(connection: NatsConnection, servers: string[]): Promise<void> {
  let reason = 'the server runs without it';
  if (connection.info?.jetstream === true) {
    try {
      const reply = await connection.request('$JS.API.INFO', undefined, { timeout: 5_000 });
      const info = JSON.parse(reply.string()) as { readonly error?: { description?: string } };
      if (info.error === undefined) return;
      reason = info.error.description ?? 'the account has none';
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  throw new NatsConnectionError(
    'jetstream_missing',
    `NATS at ${describe(servers)} offers no JetStream (${reason}). Start it with ` +
      '`nats-server --jetstream --store_dir DIRECTORY`, or enable JetStream for the account.',
  );
}

/** The servers without credentials, for messages. */
function describe(servers: readonly string[]): string {
  return servers.map((server) => server.replace(/\/\/[^@/]*@/, '//')).join(', ');
}
