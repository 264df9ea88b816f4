/**
 * Scaling replayed: a model of the cluster says its load in beats, the coordinator's scaler folds
 * them, an independent client asks it by KEDA's contract and decides as the HPA does, with the
 * windows and policies of the ScaledObject in k8s/; the model gets as many shards as that. Hours of
 * simulated time, real gRPC.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Scaling, startScaling } from '../../services/coordinator/scaling/start-scaling.ts';
import {
  BEAT_SUBJECT,
  LISTEN_MS,
  type ShardBeat,
} from '../../services/coordinator/scaling/heard-shards.ts';
import type { ScaledGeneration } from '../../services/coordinator/scaling/scaler.ts';
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import { generationBus } from '../../shared/cluster/generation-bus.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { findPython, PYTHON_MISSING } from '../support/find-python.ts';
import { ManualClock } from '../support/manual-clock.ts';

const PARTITIONS = 32;
/** Between two beats of the model; less than the silence after which a shard is not counted. */
const STEP_SECONDS = 3;
/** How often the HPA looks (its default). */
const HPA_SECONDS = 15;
/** From a pod's creation until it takes part. */
const START_SECONDS = 21;
/** Time that partitions move after a shard came or is about to go. */
const MOVE_SECONDS = 15;
/** Entries a second that one event loop applies. */
const RATE = 1_000;

/** Work as event loops; a shard has one, and what cannot be done waits. */
class ModelCluster {
  readonly #startedAt: number[];
  #movesUntil = 0;
  #backlog = 0;
  isMoveStuck = false;
  /** Of the generation that is live. */
  partitions = PARTITIONS;

  constructor(shards: number) {
    this.#startedAt = Array.from({ length: shards }, () => Number.NEGATIVE_INFINITY);
  }

  get replicas(): number {
    return this.#startedAt.length;
  }

  scale(replicas: number, second: number): void {
    if (replicas < this.replicas) this.#movesUntil = second + MOVE_SECONDS;
    this.#startedAt.length = Math.min(replicas, this.replicas);
    while (this.replicas < replicas) this.#startedAt.push(second);
  }

  beats(work: number, second: number): ShardBeat[] {
    const present = this.#startedAt.filter((at) => second - at >= START_SECONDS);
    for (const at of present) {
      if (second - at === START_SECONDS) this.#movesUntil = second + MOVE_SECONDS;
    }
    const count = present.length;
    this.#backlog = Math.max(0, this.#backlog + (work - count) * STEP_SECONDS);
    const isMoving = second < this.#movesUntil || this.isMoveStuck;
    return present.map((_, shard) => {
      const mine = Array.from({ length: this.partitions }, (_one, partition) => partition).filter(
        (partition) => partition % count === shard,
      );
      const share = RATE / mine.length;
      return {
        name: `selfsame-shard-${shard}`,
        isLeaving: false,
        utilisation: this.#backlog > 0 ? 1 : Math.min(1, work / count),
        seats: mine.map((partition) => ({
          partition,
          state: isMoving && partition === 0 ? 'starting' : 'owned',
          lag: Math.round((this.#backlog / count) * share),
          rate: Math.round(share),
        })),
      };
    });
  }
}

interface Replay {
  readonly cluster: ModelCluster;
  readonly replicas: number[];
  readonly metrics: (number | null)[];
}

class Bench {
  readonly #bus = new MemoryBus();
  readonly #clock = new ManualClock();
  readonly #folder = mkdtempSync(join(tmpdir(), 'selfsame-keda-'));
  readonly #python: string;
  #scaling: Scaling | null = null;
  readonly #onLive = new Set<(live: ScaledGeneration) => void>();
  #live: ScaledGeneration = { generation: 1, bus: this.#bus, partitions: PARTITIONS };

  constructor(python: string) {
    this.#python = python;
  }

  async startCoordinator(): Promise<void> {
    this.#scaling?.close();
    this.#scaling = await startScaling({
      cluster: {
        bus: this.#bus,
        onLive: (listener) => {
          this.#onLive.add(listener);
          listener(this.#live);
          return () => this.#onLive.delete(listener);
        },
      },
      clock: this.#clock,
      registry: new Registry(),
      scalerHost: '127.0.0.1',
      scalerPort: 0,
    });
  }

  /** Another generation becomes live, in other partitions. */
  activate(partitions: number): void {
    const generation = this.#live.generation + 1;
    this.#live = { generation, bus: generationBus(this.#bus, generation), partitions };
    for (const listener of this.#onLive) listener(this.#live);
  }

  async replay(
    cluster: ModelCluster,
    seconds: number,
    work: (second: number) => number,
    at: Readonly<Record<number, () => Promise<void> | void>> = {},
  ): Promise<Replay> {
    await this.startCoordinator();
    const hpa = this.#startHpa();
    const lines = createInterface({ input: hpa.stdout })[Symbol.asyncIterator]();
    const errors: Buffer[] = [];
    hpa.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    const replay: Replay = { cluster, replicas: [], metrics: [] };
    for (let second = 0; second < seconds; second += STEP_SECONDS) {
      await at[second]?.();
      for (const beat of cluster.beats(work(second), second)) {
        this.#bus.publish(BEAT_SUBJECT, encode(beat));
      }
      await this.#bus.flush();
      this.#clock.advance(STEP_SECONDS * 1_000);
      if (second % HPA_SECONDS !== 0) continue;
      const { replicas } = cluster;
      const address = this.#scaling?.address;
      hpa.stdin.write(`${JSON.stringify({ at: second, replicas, address })}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error(Buffer.concat(errors).toString());
      const answer = JSON.parse(line.value) as { metric: number | null; replicas: number };
      replay.metrics.push(answer.metric);
      replay.replicas.push(answer.replicas);
      if (answer.replicas !== replicas) cluster.scale(answer.replicas, second);
    }
    hpa.stdin.end();
    await once(hpa, 'close');
    return replay;
  }

  async close(): Promise<void> {
    this.#scaling?.close();
    await this.#bus.close();
    rmSync(this.#folder, { recursive: true });
  }

  #startHpa() {
    const root = packageRoot();
    const descriptors = join(this.#folder, 'externalscaler.binpb');
    const buf = join(root, 'node_modules/.bin/buf');
    const source = join(this.#folder, 'proto');
    // A copy: buf takes no part of a workspace that leaves this folder out of the contract.
    cpSync(join(root, 'proto/externalscaler'), join(source, 'externalscaler'), { recursive: true });
    execFileSync(buf, ['build', source, '--as-file-descriptor-set', '-o', descriptors]);
    const manifest = join(root, 'k8s/components/autoscaling/shard-scaled-object.yaml');
    return spawn(this.#python, ['keda_hpa.py'], {
      cwd: join(root, 'test/cluster/python'),
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: '1',
        SELFSAME_DESCRIPTORS: descriptors,
        SELFSAME_SCALED_OBJECT: JSON.stringify(parse(readFileSync(manifest, 'utf8'))),
      },
    });
  }
}

/** Times that the number went up after it went down, or the reverse. */
function turnsOf(replicas: readonly number[]): number {
  const changes = replicas
    .map((count, index) => Math.sign(count - (replicas[index - 1] ?? count)))
    .filter((change) => change !== 0);
  return changes.filter((change, index) => index > 0 && change !== changes[index - 1]).length;
}

/** What is told in the last `seconds`. */
function lastOf(replicas: readonly number[], seconds: number): Set<number> {
  return new Set(replicas.slice(-seconds / HPA_SECONDS));
}

describe('autoscaler replay', () => {
  const withBench = (name: string, body: (bench: Bench) => Promise<void>): void => {
    test(name, async (context) => {
      const python = findPython();
      if (python === undefined) {
        context.skip(PYTHON_MISSING);
        return;
      }
      const bench = new Bench(python);
      try {
        await body(bench);
      } finally {
        await bench.close();
      }
    });
  };

  withBench('load rises, stays, falls -> follows up, then down one by one', async (bench) => {
    const work = (second: number): number => {
      if (second < 600) return 2;
      if (second < 1_800) return 2 + ((second - 600) / 1_200) * 8;
      return second < 5_400 ? 10 : 2;
    };
    const { replicas } = await bench.replay(new ModelCluster(4), 9_000, work);
    const peak = replicas.slice(0, 5_400 / HPA_SECONDS);
    expect(10 / (peak.at(-1) ?? 0)).toBeLessThanOrEqual(0.65 * 1.1);
    // Nothing changes in the last half hour of the plateau.
    expect(lastOf(peak, 1_800).size).toBe(1);
    expect(turnsOf(replicas)).toBeLessThanOrEqual(1);
    // After the fall: it comes down, one pod in 120 s at most, and 600 s later at the earliest.
    const fall = replicas.slice(5_400 / HPA_SECONDS);
    expect(fall.at(-1)).toBeLessThan((peak.at(-1) ?? 0) - 5);
    expect(new Set(fall.slice(0, 600 / HPA_SECONDS))).toEqual(new Set([peak.at(-1)]));
    for (let index = 1; index < fall.length; index++) {
      const before = fall[Math.max(0, index - 120 / HPA_SECONDS + 1)] ?? 0;
      expect(before - (fall[index] ?? 0)).toBeLessThanOrEqual(1);
    }
  });

  withBench(
    'a sudden backlog -> more shards; busy without a backlog -> none goes',
    async (bench) => {
      const work = (second: number): number => (second >= 300 && second < 420 ? 12 : 3.5);
      const { replicas, metrics } = await bench.replay(new ModelCluster(6), 3_600, work);
      expect(Math.max(...replicas)).toBeGreaterThan(6);
      // 3.5 event loops on 6 shards are 58 % of each: no backlog at all for the first five minutes.
      expect(new Set(replicas.slice(0, 300 / HPA_SECONDS))).toEqual(new Set([6]));
      expect(Math.min(...metrics.map((metric) => metric ?? 6))).toBeGreaterThanOrEqual(6);
      expect(turnsOf(replicas)).toBeLessThanOrEqual(1);
    },
  );

  withBench('partitions are moved under load -> held, afterwards scaled', async (bench) => {
    const cluster = new ModelCluster(4);
    const at = {
      60: () => void (cluster.isMoveStuck = true),
      480: () => void (cluster.isMoveStuck = false),
    };
    const work = (second: number): number => (second < 90 ? 2 : 3.9);
    const { replicas } = await bench.replay(cluster, 1_200, work, at);
    expect(new Set(replicas.slice(0, 480 / HPA_SECONDS))).toEqual(new Set([4]));
    expect(replicas.at(-1)).toBeGreaterThan(4);
  });

  withBench('the coordinator begins anew, twice -> silent, then the same number', async (bench) => {
    const restart = () => bench.startCoordinator();
    const work = () => 3;
    const at = { 900: restart, 1_500: restart };
    const { replicas, metrics } = await bench.replay(new ModelCluster(5), 3_000, work, at);
    expect(metrics.filter((metric) => metric === null).length).toBeGreaterThanOrEqual(3);
    expect(LISTEN_MS).toBeGreaterThan(0);
    expect(new Set(replicas)).toEqual(new Set([5]));
  });

  withBench('partitions limit the number -> scaled after there are more', async (bench) => {
    const cluster = new ModelCluster(3);
    const live = (partitions: number) => () => {
      cluster.partitions = partitions;
      bench.activate(partitions);
    };
    const { replicas, metrics } = await bench.replay(cluster, 2_400, () => 12, {
      0: live(4),
      900: live(PARTITIONS),
    });
    const before = replicas.slice(0, 900 / HPA_SECONDS);
    expect(lastOf(before, 600)).toEqual(new Set([4]));
    expect(Math.max(...metrics.slice(0, before.length).map((metric) => metric ?? 0))).toBe(4);
    expect(12 / (replicas.at(-1) ?? 0)).toBeLessThanOrEqual(0.65 * 1.1);
    // What has waited asks for more than the work needs: up, then down, once.
    expect(turnsOf(replicas)).toBeLessThanOrEqual(1);
  });
});
