/**
 * Joining a NATS cluster: connection, logs, bus, and the *agreement*, what all processes must hold
 * alike (partitions, desks, rules version, id key). It is the first entry of a log of its own, so
 * the first process to start decides and every other one compares; none starts on a difference.
 */
import { hash, randomBytes } from 'node:crypto';
import type { NatsConnection } from 'nats';
import type { Bus } from '../adapters/bus.ts';
import { JetStreamLog, type JetStreamLogOptions } from '../adapters/jetstream-log.ts';
import type { Log } from '../adapters/log.ts';
import { NatsBus } from '../adapters/nats-bus.ts';
import { connectNats } from '../adapters/nats-connection.ts';
import type { NatsFiles } from '../adapters/nats-files.ts';
import type { Rules } from '../domain/rules.ts';
import { standardRules, loadRulesFile } from '../ingress/rules-file.ts';
import { ClusterError } from '../protocol/cluster.ts';
import { decode, encode } from '../protocol/codec.ts';
import { topologyOf } from '../protocol/layout.ts';
import type { Topology } from '../protocol/topology.ts';
import {
  type GenerationRecord,
  hasBeenLive,
  presentLayouts,
  type VersionsState,
} from '../protocol/versions.ts';
import { AssignmentLog } from './assignment-log.ts';
import { generationBus } from './generation-bus.ts';
import { inboxPrefix, type NatsService } from './nats-permissions.ts';
import { tenantSettings } from './tenants.ts';
import { VersionsLog } from './versions-log.ts';

export interface JoinSettings extends NatsFiles {
  /** Empty: the cluster has no tenants. */
  readonly tenant: string;
  readonly natsUrl: string;
  readonly prefix: string;
  readonly partitions: number;
  readonly desks: number;
  readonly rules: string;
  readonly idKey: string;
  readonly replicas: number;
  readonly streamBytes: number;
  readonly natsWaitMs: number;
  readonly auditDays: number;
  readonly auditBytes: number;
  readonly auditWaitingMax: number;
  readonly auditPatienceMs: number;
}

/** One generation of the cluster: logs and subjects of its own; feed and ids are the cluster's. */
export interface JoinedGeneration {
  readonly generation: number;
  readonly log: Log;
  readonly feedLog: Log;
  readonly bus: Bus;
  readonly topology: Topology;
  readonly rules: Rules;
  readonly idKey: Uint8Array;
}

/** What gateways need for the audit trail; other services leave it alone. */
export interface JoinedAudit {
  /** Makes the streams, or compares those that are there. */
  readonly log: () => Promise<Log>;
  readonly idKey: Uint8Array;
  readonly waitingMax: number;
  readonly patienceMs: number;
}

export interface JoinedCluster {
  readonly connection: NatsConnection;
  readonly bus: Bus;
  /** Of the live generation: another one after an activation. */
  readonly topology: Topology;
  /** Seats that placement gives away: partition numbers of all generations that are there. */
  readonly seats: number;
  readonly versions: VersionsLog;
  readonly assignments: AssignmentLog;
  readonly audit: JoinedAudit;
  /** The same for the same record, as long as the cluster is joined. */
  generation(record: GenerationRecord): JoinedGeneration;
  close(): Promise<void>;
}

interface Agreement {
  readonly partitions: number;
  readonly desks: number;
  /** What the cluster begins with; later versions are events behind the agreement. */
  readonly rules: Rules;
  /** Made by the cluster; empty when operators give it (then only its hash is kept). */
  readonly idKey: string;
  readonly idKeyHash: string;
}

/** Bytes of the change feed kept. */
const FEED_BYTES = 256 * 1024 * 1024;
/** Some hundred tables of 4,096 partitions: streams are trimmed to 50 entries. */
const PLACEMENT_BYTES = 64 * 1024 * 1024;
const DAY_MS = 86_400_000;
/** Some hundred versions, each with its whole content. */
const AGREEMENT_BYTES = 64 * 1024 * 1024;

/** `name` is shown in NATS's list of connections; `service` names the inboxes (nats-permissions.ts). */
export async function joinCluster(
  given: JoinSettings,
  name: string,
  service: NatsService | 'up',
): Promise<JoinedCluster> {
  const settings = tenantSettings(given, given.tenant);
  const rules = settings.rules === '' ? null : loadRulesFile(settings.rules);
  const connection = await connectAs(settings, name, service);
  let opened: VersionsLog | null = null;
  try {
    const { prefix } = settings;
    const { feedLog, agreementLog, placementLog } = commonLogs(connection, settings);
    await feedLog.create(0, 1);
    const assignments = new AssignmentLog(placementLog);
    const agreed = await agree(agreementLog, settings, rules ?? standardRules());
    const versions = versionsOf(agreementLog, agreed);
    opened = versions;
    await versions.open();
    assertKnown(versions.state, rules);
    assertPartitions(versions.state, agreed, settings);
    const idKey = Buffer.from(agreed.idKey === '' ? settings.idKey : agreed.idKey, 'hex');
    const bus = new NatsBus(connection, prefix);
    const topologies = new Map<number, Topology>();
    const topologyFor = ({ generation, layout }: GenerationRecord): Topology => {
      const topology = topologies.get(generation) ?? topologyOf(layout);
      topologies.set(generation, topology);
      return topology;
    };
    const logs = new Map<number, Log>();
    return {
      connection,
      bus,
      get topology() {
        return topologyFor(versions.state.live);
      },
      get seats() {
        return seatsOf(versions.state);
      },
      versions,
      assignments,
      audit: joinedAudit(connection, settings, idKey),
      generation: (record) => ({
        generation: record.generation,
        log: generationLog(logs, connection, settings, record.generation),
        feedLog,
        bus: generationBus(bus, record.generation),
        topology: topologyFor(record),
        rules: record.rules,
        idKey,
      }),
      close: async () => {
        versions.close();
        for (const log of logs.values()) await log.close();
        await placementLog.close();
        await agreementLog.close();
        await feedLog.close();
        await connection.close();
      },
    };
  } catch (error) {
    // It reads at intervals, which would keep a process that was refused alive.
    opened?.close();
    await connection.close();
    throw error;
  }
}

function seatsOf(state: VersionsState): number {
  return Math.max(...presentLayouts(state).map(({ partitions, desks }) => partitions + desks));
}

function versionsOf(log: Log, { rules, partitions, desks }: Agreement): VersionsLog {
  return new VersionsLog(log, rules, { partitions, desks, slots: null });
}

/** The log of a generation; the same each time. */
function generationLog(
  logs: Map<number, Log>,
  connection: NatsConnection,
  { prefix, replicas, streamBytes }: JoinSettings,
  generation: number,
): Log {
  const known = logs.get(generation);
  if (known !== undefined) return known;
  const log = new JetStreamLog(connection, {
    prefix: generation === 1 ? prefix : `${prefix}-g${generation}`,
    // Whole tokens, so that permissions can say "logs of whatever generation" (nats-permissions.ts).
    subjectRoot: generation === 1 ? `${prefix}.v1.log` : `${prefix}.v1.g${generation}.log`,
    replicas,
    streamBytesMax: streamBytes,
    entryBytesMax: 512 * 1024,
  });
  logs.set(generation, log);
  return log;
}

function connectAs(
  settings: JoinSettings,
  name: string,
  service: NatsService | 'up',
): Promise<NatsConnection> {
  return connectNats({
    servers: settings.natsUrl,
    name,
    initialWaitMs: settings.natsWaitMs,
    requireJetStream: true,
    files: settings,
    inboxPrefix: inboxPrefix(service),
  });
}

function joinedAudit(
  connection: NatsConnection,
  settings: JoinSettings,
  idKey: Uint8Array,
): JoinedAudit {
  return {
    log: () => auditLog(connection, settings),
    idKey,
    waitingMax: settings.auditWaitingMax,
    patienceMs: settings.auditPatienceMs,
  };
}

/** Of two streams, one for each shelf (`audit-trail.ts`). */
async function auditLog(
  connection: NatsConnection,
  { prefix, replicas, auditBytes, auditDays }: JoinSettings,
): Promise<Log> {
  const log = new JetStreamLog(connection, {
    prefix: `${prefix}-audit`,
    replicas,
    streamBytesMax: auditBytes,
    recordMs: auditDays * DAY_MS,
  });
  try {
    for (const shelf of [0, 1]) await log.create(shelf, 1);
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** Logs that the whole cluster shares, whatever the generation. */
function commonLogs(connection: NatsConnection, { prefix, replicas }: JoinSettings) {
  const logOf = (name: string, own: JetStreamLogOptions): JetStreamLog =>
    new JetStreamLog(connection, { prefix: `${prefix}-${name}`, replicas, ...own });
  return {
    feedLog: logOf('feed', { streamBytesMax: FEED_BYTES }),
    agreementLog: logOf('agreement', {
      streamBytesMax: AGREEMENT_BYTES,
      entryBytesMax: 900 * 1024,
      batchBytes: 4 * 1024 * 1024,
    }),
    placementLog: logOf('placement', { streamBytesMax: PLACEMENT_BYTES }),
  };
}

/** A process may be configured with the live version, or with one that it replaced. */
function assertKnown(state: VersionsState, rules: Rules | null): void {
  if (rules === null || hasBeenLive(state, rules.version)) return;
  throw new ClusterError(
    'failed_precondition',
    `this cluster runs rules version ${state.live.rules.version}, this process has ` +
      `${rules.version}: leave SELFSAME_RULES out, then try the others beside the live ones ` +
      '(selfsame rules try FILE), or give another SELFSAME_PREFIX for a new cluster',
  );
}

function keyHash(idKey: string): string {
  return hash('sha256', `selfsame-id-key:${idKey}`, 'hex').slice(0, 16);
}

function differ(what: string, here: unknown, there: unknown): never {
  throw new ClusterError(
    'failed_precondition',
    `this cluster was made with ${what} ${String(there)}, this process has ${String(here)}: ` +
      `give the same setting, or another SELFSAME_PREFIX for a new cluster`,
  );
}

/** A process may be configured with the number that the cluster began with, or has now. */
function assertPartitions(
  { live }: VersionsState,
  { partitions: first }: Agreement,
  { partitions }: JoinSettings,
): void {
  if (partitions === first || partitions === live.layout.partitions) return;
  differ('partitions', partitions, live.layout.partitions);
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
    rules,
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
  const { desks } = agreed;
  if (desks !== settings.desks) differ('desks', settings.desks, desks);
  if (isGiven && agreed.idKeyHash !== keyHash(settings.idKey)) differ('another id key', '-', '-');
  if (!isGiven && agreed.idKey === '') {
    throw new ClusterError('failed_precondition', 'this cluster needs its SELFSAME_ID_KEY');
  }
  return agreed;
}
