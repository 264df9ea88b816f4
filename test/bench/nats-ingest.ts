/**
 * Durable ingest over NATS with every process on this machine (client, gateway, coordinator, two
 * shards, nats-server), against raw pipelined publishing: the very log entries that the cluster
 * wrote, and the interactions alone, one a message.
 */
import { connectNats } from '../../shared/adapters/nats-connection.ts';
import { JetStreamLog } from '../../shared/adapters/jetstream-log.ts';
import { NatsBus } from '../../shared/adapters/nats-bus.ts';
import { connect } from '../../shared/grpc/client.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { routeInteraction } from '../../shared/ingress/routing.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { type Cluster, ClusterError } from '../../shared/protocol/cluster.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { decodeMarks, MARKS_SUBJECT } from '../../shared/protocol/marks.ts';
import { deliver } from '../../shared/protocol/pack-interaction.ts';
import { ClusterProcesses } from '../support/cluster-processes.ts';
import { type IngestSizes, ingestAll } from './embedded-ingest.ts';
import { inParallel, measure } from './measure.ts';
import type { Report } from './report.ts';
import { Workload } from './workload.ts';

const BATCH = 500;
const IN_FLIGHT = 8;
const SETTLE_MS = 120_000;
/** Unacknowledged publishes of the peers: more only adds latency. */
const PUBLISH_IN_FLIGHT = 512;

type Processes = Awaited<ReturnType<typeof ClusterProcesses.start>>;

export async function benchNatsIngest(report: Report, sizes: IngestSizes): Promise<void> {
  const processes = await ClusterProcesses.start();
  const client = connect(processes.target, { deadlineDefaultMs: 30_000 });
  try {
    const connection = await connectNats({ servers: processes.nats.url, name: 'bench' });
    const links = new LinkWatch(new NatsBus(connection));
    const patient = patientCluster(client);
    report.progress(`nats: loading ${sizes.persons} persons`);
    const workload = new Workload(sizes.persons);
    await ingestAll(patient, Array.from(workload.load()), BATCH, IN_FLIGHT);
    const items = workload.stream(sizes.interactions, 0.9);
    await client.settle({ deadlineMs: Date.now() + SETTLE_MS });
    const before = await positions(client);
    const linksBefore = await links.sum();
    const { seconds, cpuSeconds, othersCores } = await measure(
      () => ingestAll(patient, items, BATCH, IN_FLIGHT),
      pidsOf(processes),
    );
    const settling = await measure(() => client.settle({ deadlineMs: Date.now() + SETTLE_MS }));
    const after = await positions(client);
    const linksAfter = await links.sum();
    const unexpected = processes.unexpectedExits;
    if (unexpected.length > 0) throw new Error(`services ended: ${unexpected.join('; ')}`);
    const log = new JetStreamLog(connection, { entryBytesMax: 512 * 1024 });
    const entries = await readEntries(log, before, after);
    await client.close();
    await processes.stopServices();
    const peerLog = new JetStreamLog(connection, { prefix: 'peer', entryBytesMax: 512 * 1024 });
    for (const partition of before.keys()) await peerLog.create(partition, 1);
    const raw = await publishRate(peerLog, entries, items.length);
    const alone = await publishRate(peerLog, interactionsAlone(items, before.size), items.length);
    const entryBytes = entries.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const figure = {
      part: 'nats',
      value: items.length / seconds,
      unit: 'interactions/s',
      fanout: {
        entries: entries.length / items.length,
        linkMessages: (linksAfter - linksBefore) / items.length,
      },
      cpuMicros: (cpuSeconds / items.length) * 1e6,
      othersCores,
    };
    const settled = items.length / (seconds + settling.seconds);
    const note = `${Math.round(entryBytes / items.length)} B of log each`;
    const inTheLog = { what: 'publishing the same log entries', value: raw };
    const each = { what: 'publishing each interaction', value: alone };
    report.add({ ...figure, what: 'durable ingest, 90 % known', peer: inTheLog, note });
    report.add({ ...figure, what: 'durable ingest, 90 % known', peer: each });
    report.add({ ...figure, what: 'the same until settled', value: settled, peer: inTheLog });
    await peerLog.close();
    await connection.close();
  } finally {
    await client.close();
    await processes.dispose();
  }
}

/** Repeats what the cluster refuses for the moment: backpressure is not an error here. */
function patientCluster(cluster: Cluster): Cluster {
  return new Proxy(cluster, {
    get: (target, name) => {
      if (name !== 'ingest') return Reflect.get(target, name, target) as unknown;
      return async (...given: Parameters<Cluster['ingest']>) => {
        for (;;) {
          try {
            return await target.ingest(...given);
          } catch (error) {
            if (!(error instanceof ClusterError) || error.code !== 'overloaded') throw error;
            const waitMs = error.retryAfterMs ?? 50;
            await new Promise((resolve) => setTimeout(resolve, waitMs));
          }
        }
      };
    },
  });
}

/** The members' ids, as the harness tells them. */
function pidsOf(processes: Processes): number[] {
  return Array.from(processes.state().matchAll(/pid (\d+)/g), ([, pid]) => Number(pid));
}

interface At {
  readonly epoch: number;
  readonly sequence: number;
}

async function positions(cluster: Cluster): Promise<Map<number, At>> {
  const { partitions } = await cluster.status();
  return new Map(
    partitions.map(({ partition, epoch, appliedSequence }) => [
      partition,
      { epoch, sequence: appliedSequence },
    ]),
  );
}

/** Link numbers as the owners' marks tell them: how many link messages were ever taken. */
class LinkWatch {
  readonly #numbers = new Map<string, number>();
  #waves = 0;

  constructor(bus: NatsBus) {
    bus.subscribe(MARKS_SUBJECT, (bytes) => {
      for (const { partition, links } of decodeMarks(bytes).partitions) {
        for (const [source, linkEpoch, number] of links) {
          this.#numbers.set(`${source}>${partition}/${linkEpoch}`, number);
        }
      }
      this.#waves++;
    });
  }

  /** The sum once every owner has told all its links again (they do so twice a second). */
  async sum(): Promise<number> {
    const wavesMin = this.#waves + 8;
    while (this.#waves < wavesMin) await new Promise((resolve) => setTimeout(resolve, 100));
    let sum = 0;
    for (const number of this.#numbers.values()) sum += number;
    return sum;
  }
}

interface Entry {
  readonly partition: number;
  readonly bytes: Uint8Array;
}

/** The log entries after `before` up to `after`, partition by partition. */
async function readEntries(
  log: JetStreamLog,
  before: ReadonlyMap<number, At>,
  after: ReadonlyMap<number, At>,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const [partition, { epoch, sequence: last }] of after) {
    const first = (before.get(partition)?.sequence ?? 0) + 1;
    if (last < first) continue;
    await new Promise<void>((resolve, reject) => {
      const subscription = log.subscribe(partition, epoch, first, {
        onEntries: async (read) => {
          for (const { sequence, bytes } of read) {
            if (sequence <= last) entries.push({ partition, bytes });
            if (sequence !== last) continue;
            subscription.close();
            resolve();
          }
        },
        onLost: (reason) => reject(new Error(`log of partition ${partition}: ${reason}`)),
      });
    });
  }
  return entries;
}

/** Every interaction as a message of its own, spread over the partitions. */
function interactionsAlone(items: readonly InteractionInput[], partitions: number): Entry[] {
  const rules = compileRules(defaultRules());
  return items.map((item, index) => {
    const routed = routeInteraction(rules, item, 0);
    if (routed.kind !== 'routed') throw new Error('the workload does not fit the rules');
    const bytes = Uint8Array.from(encode([0, deliver(routed.interaction)]));
    return { partition: index % partitions, bytes };
  });
}

/** Interactions a second at which the entries could be published. */
async function publishRate(
  log: JetStreamLog,
  entries: readonly Entry[],
  interactions: number,
): Promise<number> {
  const { seconds } = await measure(() =>
    inParallel(entries, PUBLISH_IN_FLIGHT, ({ partition, bytes }) =>
      log.append(partition, 1, bytes),
    ),
  );
  return interactions / seconds;
}
