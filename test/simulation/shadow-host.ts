/**
 * The shadow generation in one process of the simulation: a shard of its own over the same disk, and the
 * mirrors that copy what the process owns of the live one. What production does in `host-generations.ts`,
 * by the plan of the schedule instead of the versions' log.
 */
import { generationStore, removeGeneration } from '../../shared/adapters/generation-store.ts';
import type { Clock } from '../../shared/adapters/clock.ts';
import { type Store, StoreError } from '../../shared/adapters/store.ts';
import { NatsMirrors, stopMirroring } from '../../shared/engine/nats-mirror.ts';
import { Shard } from '../../shared/engine/shard.ts';
import { FrameWriter } from '../../shared/protocol/frame.ts';
import type { GenerationTrial } from './generation-trial.ts';
import type { Life } from './scheduler.ts';
import type { Surroundings } from './shard-process.ts';
import { SimulatedLog } from './simulated-log.ts';

export const SHADOW = 2;
const STOP_MS = 500;

export interface HostingProcess {
  readonly name: string;
  readonly partitions: readonly number[];
  readonly life: Life;
  readonly shard: Shard;
}

export interface ShadowHooks {
  readonly onState: (state: string) => void;
  readonly onFatal: (error: unknown) => void;
}

export class ShadowHost {
  readonly shard: Shard;
  readonly store: Store;
  readonly mirrors: NatsMirrors;

  constructor(
    process: HostingProcess,
    disk: Store,
    around: Surroundings,
    trial: GenerationTrial,
    hooks: ShadowHooks,
  ) {
    const { scheduler, topology, limits } = around;
    const clock = scheduler.clockOf(process.life);
    const log = logOf(around, trial, process.life);
    const bus = trial.bus.connect(process.life);
    this.store = generationStore(disk, SHADOW);
    const live = generationStore(disk, 1);
    this.shard = new Shard({
      owner: process.name,
      partitions: process.partitions,
      topology,
      rules: trial.plan.candidate,
      store: this.store,
      generation: SHADOW,
      former: { store: live, isSameLayout: true },
      isTold: () => trial.phase === 'live',
      log,
      bus,
      clock,
      limits,
      publishFeed: async () => {},
      onState: (_, state) => hooks.onState(state),
      onFatal: hooks.onFatal,
    });
    this.shard.start();
    this.mirrors = new NatsMirrors({
      name: process.name,
      clock,
      from: {
        joined: {
          generation: 1,
          log: liveLog(around, process.life),
          bus: around.bus.connect(process.life),
          topology,
          rules: around.rules,
        },
        shard: process.shard,
        store: live,
      },
      to: { generation: SHADOW, log, bus, topology, rules: trial.plan.candidate },
      // The mirror is begun again at the next tick; one that never gets through keeps the schedule
      // from its rest.
      onError: () => undefined,
    });
  }

  /** Takes the shadow away. */
  close(): void {
    void this.mirrors.close();
    this.shard.close();
  }
}

/** After the shadow was dropped: its rows go, and the live partitions note changes no longer. */
export class ShadowRemover {
  readonly #clock: Clock;
  readonly #work: () => Promise<void>;
  readonly #onFatal: (error: unknown) => void;

  constructor(
    process: HostingProcess,
    disk: Store,
    around: Surroundings,
    onFatal: (error: unknown) => void,
  ) {
    this.#onFatal = onFatal;
    this.#clock = around.scheduler.clockOf(process.life);
    const frames = new FrameWriter(`remover-${process.name}`);
    const joined = { log: liveLog(around, process.life) };
    const live = generationStore(disk, 1);
    this.#work = async () => {
      await removeGeneration(disk, SHADOW, () => !process.life.isAlive);
      await stopMirroring(joined, process.shard, live, frames);
    };
  }

  start(): void {
    this.#tick();
  }

  #tick(): void {
    // As hosts do: a store that failed ends the process, all else is tried again at the next tick.
    this.#work()
      .catch((error: unknown) => {
        if (error instanceof StoreError) this.#onFatal(error);
      })
      .finally(() => this.#clock.schedule(STOP_MS, () => this.#tick()));
  }
}

function liveLog(around: Surroundings, life: Life): SimulatedLog {
  return new SimulatedLog({ ...logOptions(around, life), cluster: around.cluster });
}

function logOf(around: Surroundings, trial: GenerationTrial, life: Life): SimulatedLog {
  return new SimulatedLog({ ...logOptions(around, life), cluster: trial.cluster });
}

function logOptions(around: Surroundings, life: Life) {
  const { scheduler, rates, maxEntryBytes, networkMs: latencyMs, onBug } = around;
  return { scheduler, rates, life, maxEntryBytes, latencyMs, onBug };
}
