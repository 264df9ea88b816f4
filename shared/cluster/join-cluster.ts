/**
 * Joining a NATS cluster: connection, logs, bus, and the *agreement*, what all processes must hold
 * alike (partitions, desks, rules version, id key). It is the first entry of a log of its own, so
 * the first process to start decides and every other one compares; none starts on a difference.
 */
import { hash, randomBytes } from 'node:crypto';
import type { NatsConnection } from 'nats';
import type { Bus } from '../adapters/bus.ts';
import { JetStreamLog } from '../adapters/jetstream-log.ts';
import type { Log } from '../adapters/log.ts';
import { NatsBus } from '../adapters/nats-bus.ts';
import { connectNats } from '../adapters/nats-connection.ts';
import type { Rules } from '../domain/rules.ts';
import { defaultRules, loadRulesFile } from '../ingress/rules-file.ts';
import { ClusterError } from '../protocol/cluster.ts';
import { decode, encode } from '../protocol/codec.ts';
import type { Topology } from '../protocol/topology.ts';

export interface JoinSettings {
  readonly natsUrl: string;
  readonly prefix: string;
  readonly partitions: number;
  readonly desks: number;
  readonly rules: string;
  readonly idKey: string;
  readonly replicas: number;
  readonly streamBytes: number;
  readonly natsWaitMs: number;
}

export interface JoinedCluster {
  readonly connection: NatsConnection;
  readonly log: Log;
  readonly feedLog: Log;
  readonly bus: Bus;
  readonly topology: Topology;
  readonly rules: Rules;
  readonly idKey: Uint8Array;
  close(): Promise<void>;
}

interface Agreement {
  readonly partitions: number;
  readonly desks: number;
  readonly rulesVersion: string;
  /** Made by the cluster; empty when operators give it (then only its hash is kept). */
  readonly idKey: string;
  readonly idKeyHash: string;
}

/** Bytes of the change feed kept. */
const FEED_BYTES = 256 * 1024 * 1024;
const AGREEMENT_BYTES = 1024 * 1024;

export async function joinCluster(settings: JoinSettings, name: string): Promise<JoinedCluster> {
  const rules = settings.rules === '' ? defaultRules() : loadRulesFile(settings.rules);
  const connection = await connectNats({
    servers: settings.natsUrl,
    name,
    initialWaitMs: settings.natsWaitMs,
    requireJetStream: true,
  });
  try {
    const { prefix, replicas } = settings;
    const log = new JetStreamLog(connection, {
      prefix,
      replicas,
      streamBytesMax: settings.streamBytes,
      entryBytesMax: 512 * 1024,
    });
    const feedLog = new JetStreamLog(connection, {
      prefix: `${prefix}-feed`,
      replicas,
      streamBytesMax: FEED_BYTES,
    });
    await feedLog.create(0, 1);
    const agreed = await agree(
      new JetStreamLog(connection, {
        prefix: `${prefix}-agreement`,
        replicas,
        streamBytesMax: AGREEMENT_BYTES,
      }),
      settings,
      rules,
    );
    const idKey = agreed.idKey === '' ? settings.idKey : agreed.idKey;
    return {
      connection,
      log,
      feedLog,
      bus: new NatsBus(connection),
      topology: { partitions: agreed.partitions, desks: agreed.desks },
      rules,
      idKey: Buffer.from(idKey, 'hex'),
      close: async () => {
        await log.close();
        await feedLog.close();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function keyHash(idKey: string): string {
  return hash('sha256', `selfsame-id-key:${idKey}`, 'hex').slice(0, 16);
}

async function agree(log: Log, settings: JoinSettings, rules: Rules): Promise<Agreement> {
  if (settings.idKey !== '' && !/^[0-9a-f]{32}$/.test(settings.idKey)) {
    throw new ClusterError('invalid_argument', 'SELFSAME_ID_KEY must be 32 hex digits, lower case');
  }
  await log.create(0, 1);
  const isGiven = settings.idKey !== '';
  const idKey = isGiven ? settings.idKey : randomBytes(16).toString('hex');
  const proposal: Agreement = {
    partitions: settings.partitions,
    desks: settings.desks,
    rulesVersion: rules.version,
    idKey: isGiven ? '' : idKey,
    idKeyHash: keyHash(idKey),
  };
  const bounds = await log.bounds(0, 1);
  if (bounds === null || bounds.lastSequence === 0) {
    await log.append(0, 1, encode(JSON.stringify(proposal)));
  }
  // Whoever appended first decided, also when two processes proposed at once.
  const first = await log.read(0, 1, 1);
  if (first === null) throw new ClusterError('internal', 'the cluster agreement cannot be read');
  const agreed = JSON.parse(decode(first) as string) as Agreement;
  const differ = (what: string, here: unknown, there: unknown): never => {
    throw new ClusterError(
      'failed_precondition',
      `this cluster was made with ${what} ${String(there)}, this process has ${String(here)}: ` +
        `give the same setting, or another SELFSAME_PREFIX for a new cluster`,
    );
  };
  const { partitions, desks, rulesVersion } = agreed;
  if (partitions !== settings.partitions) differ('partitions', settings.partitions, partitions);
  if (desks !== settings.desks) differ('desks', settings.desks, desks);
  if (rulesVersion !== rules.version) differ('rules version', rules.version, rulesVersion);
  if (isGiven && agreed.idKeyHash !== keyHash(settings.idKey)) differ('another id key', '-', '-');
  if (!isGiven && agreed.idKey === '') {
    throw new ClusterError('failed_precondition', 'this cluster needs its SELFSAME_ID_KEY');
  }
  return agreed;
}
