/** One shard process of the simulation: a shard over a disk, the logs and the bus. */
import type { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import type { Topology } from '../../shared/protocol/topology.ts';
import { Shard, type ShardLimits } from '../../shared/engine/shard.ts';
import type { Position } from '../../shared/engine/position.ts';
import type { SettledEvent } from '../../shared/engine/settled-feed.ts';
import type { ClusterLog } from './cluster-log.ts';
import { generationStore } from '../../shared/adapters/generation-store.ts';
import type { Store } from '../../shared/adapters/store.ts';
import { Disk } from './disk.ts';
import type { GenerationTrial } from './generation-trial.ts';
import type { FaultRates } from './faults.ts';
import type { Life, Scheduler } from './scheduler.ts';
import type { BusServer } from './simulated-bus.ts';
import { ShadowHost, ShadowRemover } from './shadow-host.ts';
import { SimulatedLog } from './simulated-log.ts';

/** What all processes of a schedule share. */
export interface Surroundings {
  readonly scheduler: Scheduler;
  readonly rates: FaultRates;
  readonly cluster: ClusterLog;
  readonly bus: BusServer;
  readonly topology: Topology;
  readonly rules: Rules;
  readonly limits: ShardLimits;
  readonly maxEntryBytes: number;
  readonly networkMs: number;
  readonly diskMs: number;
  readonly onBug: (error: unknown) => void;
  /** A candidate generation beside the live one; null: this schedule has none. */
  readonly trial: GenerationTrial | null;
}

export interface ProcessHooks<Process = ShardProcess> {
  readonly onFlushed: (process: Process, partition: number, position: Position) => void;
  readonly onState: (process: Process, partition: number, state: string, why: string) => void;
  readonly onFeed: (process: Process, events: readonly SettledEvent[]) => void;
  /** Of a partition of the shadow generation. */
  readonly onShadowState: (process: Process, state: string) => void;
  readonly onFatal: (process: Process, error: unknown) => void;
}

export class ShardProcess {
  readonly name: string;
  readonly partitions: readonly number[];
  readonly life: Life = { isAlive: true };
  readonly disk: Disk;
  readonly shard: Shard;
  readonly #port: Store;
  readonly #around: Surroundings;
  readonly #hooks: ProcessHooks;
  #shadow: ShadowHost | null = null;

  constructor(
    name: string,
    partitions: readonly number[],
    store: MemoryStore,
    around: Surroundings,
    hooks: ProcessHooks,
  ) {
    this.name = name;
    this.partitions = partitions;
    const { scheduler, rates } = around;
    this.disk = new Disk(store, partitions, (partition, position) => {
      hooks.onFlushed(this, partition, position);
    });
    this.#around = around;
    this.#hooks = hooks;
    this.#port = this.disk.port(scheduler, rates, this.life, around.diskMs);
    this.shard = new Shard({
      owner: name,
      partitions,
      topology: around.topology,
      rules: around.rules,
      store: around.trial === null ? this.#port : generationStore(this.#port, 1),
      log: new SimulatedLog({
        cluster: around.cluster,
        scheduler,
        rates,
        life: this.life,
        maxEntryBytes: around.maxEntryBytes,
        latencyMs: around.networkMs,
        onBug: around.onBug,
      }),
      bus: around.bus.connect(this.life),
      clock: scheduler.clockOf(this.life),
      limits: around.limits,
      publishFeed: (events) => publishFeed(this, around, hooks, events),
      onState: (partition, state, why) => hooks.onState(this, partition, state, why),
      onFatal: (error) => hooks.onFatal(this, error),
    });
    this.shard.start();
    this.followTrial();
  }

  get shadow(): ShadowHost | null {
    return this.#shadow;
  }

  /** Brings what is hosted to what the trial asks for; called whenever that changes, and at the start. */
  followTrial(): void {
    const { trial } = this.#around;
    if (trial === null || !this.life.isAlive) return;
    if (trial.isHosted && this.#shadow === null) {
      this.#shadow = new ShadowHost(this, this.#port, this.#around, trial, {
        onState: (state) => this.#hooks.onShadowState(this, state),
        onFatal: (error) => this.#hooks.onFatal(this, error),
      });
    }
    if (trial.phase !== 'dropped') return;
    this.#shadow?.close();
    this.#shadow = null;
    const onFatal = (error: unknown): void => this.#hooks.onFatal(this, error);
    new ShadowRemover(this, this.#port, this.#around, onFatal).start();
  }

  /** Whether it still takes part for the partition: not stopped for good. */
  isActive(partition: number): boolean {
    const state = this.shard.partitions.get(partition)?.runner.state;
    return this.life.isAlive && state !== 'deposed' && state !== 'failed' && state !== 'closed';
  }

  /** Ends the process at once; returns what a restart finds on its disk. */
  end(kind: 'kill' | 'power_loss', scheduler: Scheduler): MemoryStore {
    return endOf(this, kind, scheduler);
  }
}

/** What every kind of shard process has. */
export interface Ending {
  readonly life: Life;
  readonly disk: Disk;
}

export function endOf(
  { life, disk: { store } }: Ending,
  kind: 'kill' | 'power_loss',
  scheduler: Scheduler,
): MemoryStore {
  life.isAlive = false;
  const { durableThrough, lastCommit } = store;
  const extra = scheduler.random.chance(0.5)
    ? 0
    : scheduler.random.below(lastCommit - durableThrough + 1);
  const survivesThrough = kind === 'kill' ? lastCommit : durableThrough + extra;
  return store.crash({ survivesThrough });
}

export function publishFeed<Process extends { readonly life: Life }>(
  process: Process,
  around: Surroundings,
  hooks: ProcessHooks<Process>,
  events: readonly SettledEvent[],
): Promise<void> {
  const { scheduler, rates } = around;
  const isLost = scheduler.random.chance(rates.failFeed);
  const isAckLost = scheduler.random.chance(rates.lostFeedAck);
  return new Promise((resolve, reject) => {
    scheduler.after(scheduler.draw(around.networkMs), 'feed', () => {
      if (!isLost) hooks.onFeed(process, events);
      const acknowledge = (): void => {
        if (!process.life.isAlive) return;
        if (isLost || isAckLost) reject(new Error('the feed is not reachable'));
        else resolve();
      };
      scheduler.after(scheduler.draw(around.networkMs), 'feed ack', acknowledge, process.life);
    });
  });
}
