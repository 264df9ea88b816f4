/**
 * Processes of a simulated cluster under placement: shards that follow the assignment table, with
 * snapshots and housekeeping, and coordinators with an assigner each. All of it is what production
 * runs; only the ports are simulated.
 */
import { pino } from 'pino';
import { Assigner } from '../../services/coordinator/assigner.ts';
import { PlacementAgent } from '../../services/shard/placement-agent.ts';
import type { Bus } from '../../shared/adapters/bus.ts';
import type { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type {
  SnapshotInfo,
  SnapshotName,
  SnapshotPlace,
} from '../../shared/adapters/snapshot-place.ts';
import { AssignmentLog, AssignmentReader } from '../../shared/cluster/assignment-log.ts';
import { answerAsked } from '../../shared/engine/answer-asked.ts';
import { Housekeeping } from '../../shared/engine/housekeeping.ts';
import { PlacedShard } from '../../shared/engine/placed-shard.ts';
import { Shard } from '../../shared/engine/shard.ts';
import { Snapshots } from '../../shared/engine/snapshots.ts';
import { partitionCount } from '../../shared/protocol/topology.ts';
import type { ClusterLog } from './cluster-log.ts';
import { Disk } from './disk.ts';
import type { Life, Scheduler } from './scheduler.ts';
import { endOf, type ProcessHooks, publishFeed, type Surroundings } from './shard-process.ts';
import { SimulatedLog } from './simulated-log.ts';

export interface PlacedSurroundings extends Surroundings {
  /** Tables and leases. */
  readonly placement: ClusterLog;
  readonly snapshots: SnapshotServer;
  readonly snapshotEntries: number;
  readonly keptEntries: number;
  readonly housekeepingMs: number;
}

const KEPT = 2;
const CHUNK_BYTES = 4096;
const silent = pino({ level: 'silent' });

/** Where all processes keep snapshots: outlives them. */
export class SnapshotServer {
  readonly #kept = new Map<number, { readonly info: SnapshotInfo; readonly bytes: Buffer }[]>();
  taken = 0;

  readonly scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  /** As one process sees it; what it was writing when it died is not there. */
  connect(life: Life, latencyMs: number): SnapshotPlace {
    const { scheduler } = this;
    const wait = (label: string): Promise<void> =>
      new Promise((resolve) => {
        const go = (): void => {
          if (life.isAlive) resolve();
        };
        scheduler.after(scheduler.draw(latencyMs), label, go, life);
      });
    const kept = this.#kept;
    return {
      list: async (partition) => {
        await wait('snapshots listed');
        return (kept.get(partition) ?? []).map(({ info }) => info);
      },
      write: async (name, content) => {
        const parts: Uint8Array[] = [];
        for await (const part of content) parts.push(part);
        await wait('snapshot written');
        return this.#keep(name, Buffer.concat(parts));
      },
      read: async function* ({ partition, file }) {
        const found = kept.get(partition)?.find(({ info }) => info.file === file);
        for (let at = 0; at < (found?.bytes.length ?? 0); at += CHUNK_BYTES) {
          await wait('snapshot read');
          yield (found as { bytes: Buffer }).bytes.subarray(at, at + CHUNK_BYTES);
        }
      },
    };
  }

  #keep(name: SnapshotName, bytes: Buffer): SnapshotInfo {
    const info = { ...name, file: `snapshot ${++this.taken}` };
    const all = [...(this.#kept.get(name.partition) ?? []), { info, bytes }].sort(
      (left, right) =>
        right.info.epoch - left.info.epoch || right.info.sequence - left.info.sequence,
    );
    this.#kept.set(name.partition, all.slice(0, KEPT));
    return info;
  }
}

export class PlacedProcess {
  /** Unlike all others that ever ran. */
  readonly name: string;
  /** By which the table calls it. */
  readonly stableName: string;
  readonly partitions: readonly number[];
  readonly life: Life = { isAlive: true };
  readonly disk: Disk;
  readonly shard: Shard;
  readonly placed: PlacedShard;
  readonly agent: PlacementAgent;
  readonly reader: AssignmentReader;

  constructor(
    stableName: string,
    start: number,
    store: MemoryStore,
    around: PlacedSurroundings,
    hooks: ProcessHooks<PlacedProcess>,
  ) {
    const { scheduler, rates, topology, networkMs } = around;
    this.stableName = stableName;
    this.name = `${stableName}#${start}`;
    this.partitions = Array.from({ length: partitionCount(topology) }, (_, one) => one);
    this.disk = new Disk(store, this.partitions, (partition, position) =>
      hooks.onFlushed(this, partition, position),
    );
    const port = this.disk.port(scheduler, rates, this.life, around.diskMs);
    const clock = scheduler.clockOf(this.life);
    const bus = around.bus.connect(this.life);
    const log = logOf(around, around.cluster, this.life);
    let placed: PlacedShard | null = null;
    const snapshots = new Snapshots(around.snapshots.connect(this.life, networkMs));
    this.shard = new Shard({
      owner: this.name,
      partitions: [],
      isPlaced: true,
      newestSnapshot: (partition) => snapshots.newest(partition),
      topology,
      rules: around.rules,
      store: port,
      log,
      bus,
      clock,
      limits: around.limits,
      publishFeed: (events) => publishFeed(this, around, hooks, events),
      onState: (partition, state, why) => {
        hooks.onState(this, partition, state, why);
        placed?.onState(partition, state);
        this.agent.soon();
      },
      onFatal: (error) => hooks.onFatal(this, error),
    });
    const respond = (partition: number) =>
      answerAsked({
        bus,
        partition,
        owner: this.name,
        isPlaced: true,
        logger: silent,
        member: () => this.shard.partitions.get(partition),
      });
    placed = new PlacedShard({
      shard: this.shard,
      store: port,
      log,
      snapshots,
      clock,
      logger: silent,
      respond,
    });
    this.placed = placed;
    const { snapshotEntries, keptEntries, housekeepingMs: intervalMs } = around;
    new Housekeeping({
      shard: this.shard,
      store: port,
      log,
      clock,
      snapshots,
      snapshotEntries,
      keptEntries,
      intervalMs,
      onError: () => undefined,
    }).start();
    this.shard.start();
    const tables = new AssignmentLog(logOf(around, around.placement, this.life));
    this.reader = new AssignmentReader(tables, bus, clock);
    this.agent = new PlacementAgent({
      name: stableName,
      bus,
      log: tables,
      reader: this.reader,
      hosted: {
        assign: (roles) => this.placed.assign(roles),
        isReady: () => this.placed.isWhole,
        members: this.shard.partitions,
      },
      logger: silent,
      clock,
    });
  }

  /** Ends the process at once; returns what a restart finds on its disk. */
  end(kind: 'kill' | 'power_loss', scheduler: Scheduler): MemoryStore {
    return endOf(this, kind, scheduler);
  }
}

/** A coordinator: the assigner is all of it that can go wrong here; routers are the client's. */
export class CoordinatorProcess {
  readonly life: Life = { isAlive: true };
  assigner: Assigner | null = null;
  readonly #around: PlacedSurroundings;
  readonly #bus: Bus;

  constructor(around: PlacedSurroundings) {
    this.#around = around;
    this.#bus = around.bus.connect(this.life);
    const log = new AssignmentLog(logOf(around, around.placement, this.life));
    const clock = around.scheduler.clockOf(this.life);
    const open = (): void => {
      log.open().then(
        () => {
          const reader = new AssignmentReader(log, this.#bus, clock);
          this.assigner = new Assigner({
            log,
            reader,
            bus: this.#bus,
            seats: () => partitionCount(this.#around.topology),
            logger: silent,
            clock,
          });
        },
        // It does not start without its log; its supervisor tries again.
        () => void clock.schedule(500, open),
      );
    };
    open();
  }

  end(): void {
    this.life.isAlive = false;
  }
}

function logOf(around: PlacedSurroundings, cluster: ClusterLog, life: Life): SimulatedLog {
  const { scheduler, rates, maxEntryBytes, networkMs: latencyMs, onBug } = around;
  return new SimulatedLog({ cluster, scheduler, rates, life, maxEntryBytes, latencyMs, onBug });
}
