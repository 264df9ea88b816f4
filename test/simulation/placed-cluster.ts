/**
 * A simulated cluster under placement: shards that come, go, freeze and lose their disks, and
 * coordinators that assign partitions to them.
 *
 * What is DURABLE is on the owner's disk and in the log, so a disk may be lost, or a log damaged, but
 * not both: a log is damaged only while its owner has everything, is to stay the owner, and finds
 * the damage before anything else happens (`isCalm`, `fragile`).
 */
import type { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { unpackAssignment } from '../../shared/cluster/assignment-log.ts';
import { Partition } from '../../shared/engine/partition.ts';
import type { Position } from '../../shared/engine/position.ts';
import type { Assignment } from '../../shared/placement/assignment.ts';
import { decode } from '../../shared/protocol/codec.ts';
import { partitionCount } from '../../shared/protocol/topology.ts';
import { storeOf } from './disk.ts';
import { CoordinatorProcess, PlacedProcess, type PlacedSurroundings } from './placed-process.ts';
import type { ProcessHooks } from './shard-process.ts';
import { isAhead } from './simulated-cluster.ts';

export interface Machine {
  readonly stableName: string;
  process: PlacedProcess | null;
  /** What a restart finds; null while a process runs. */
  left: MemoryStore | null;
  starts: number;
  /** Not started before the faults are over. */
  isAway: boolean;
}

/** A damaged log whose owner has not found it yet. */
interface Fragile {
  readonly partition: number;
  readonly epoch: number;
  readonly process: PlacedProcess;
  looks: number;
}

const COORDINATORS = 2;
const POLL_MS = 100;
const LOOKS_PATIENT = 30;

export class PlacedCluster {
  readonly machines: readonly Machine[];
  readonly coordinators: (CoordinatorProcess | null)[] = [];
  readonly #around: PlacedSurroundings;
  readonly #hooks: ProcessHooks<PlacedProcess>;
  readonly #furthest = new Map<number, Position>();
  /** Partitions that had more than one owner. */
  readonly moved = new Set<number>();
  readonly #owners = new Map<number, PlacedProcess>();
  takeOvers = 0;
  #fragile: Fragile | null = null;
  #isHealed = false;

  constructor(shards: number, around: PlacedSurroundings, hooks: ProcessHooks<PlacedProcess>) {
    this.#around = around;
    this.#hooks = {
      ...hooks,
      onFlushed: (process, partition, position) => {
        const known = this.#furthest.get(partition);
        if (known === undefined || isAhead(position, known))
          this.#furthest.set(partition, position);
        hooks.onFlushed(process, partition, position);
      },
      onState: (process, partition, state, why) => {
        if (state === 'running') this.#noteOwner(process, partition);
        hooks.onState(process, partition, state, why);
      },
      onFatal: (process, error) => {
        hooks.onFatal(process, error);
        this.crash(this.machineOf(process), 'power_loss');
      },
    };
    this.machines = Array.from({ length: shards }, (_, index) => ({
      stableName: `shard-${index}`,
      process: null,
      left: storeOf([]),
      starts: 0,
      isAway: false,
    }));
    for (const machine of this.machines) this.start(machine);
    for (let index = 0; index < COORDINATORS; index++) this.startCoordinator(index);
  }

  get processes(): PlacedProcess[] {
    return this.machines.flatMap(({ process }) => (process === null ? [] : [process]));
  }

  get table(): Assignment {
    const stream = this.#around.placement.current(0);
    const bytes = stream?.entries.get(stream.last);
    return unpackAssignment(bytes === undefined ? '' : (decode(bytes) as string));
  }

  get partitions(): number {
    return partitionCount(this.#around.topology);
  }

  furthest(partition: number): Position | undefined {
    return this.#furthest.get(partition);
  }

  /** The one that runs as the owner and that the table names. */
  ownerOf(partition: number): PlacedProcess | null {
    const name = this.table.seats[partition]?.owner;
    const process = this.machines.find(({ stableName }) => stableName === name)?.process ?? null;
    return process?.shard.partitions.get(partition)?.runner.isOwner === true ? process : null;
  }

  /** Nothing is struck while an owner has yet to find that its log was damaged. */
  get isFragile(): boolean {
    return this.#fragile !== null;
  }

  crash(machine: Machine, kind: 'kill' | 'power_loss' | 'disk_lost'): void {
    const { process } = machine;
    if (process === null || !process.life.isAlive) return;
    const left = process.end(kind === 'disk_lost' ? 'kill' : kind, this.#around.scheduler);
    machine.process = null;
    machine.left = kind === 'disk_lost' ? storeOf([]) : left;
    if (machine.isAway) return;
    const { scheduler } = this.#around;
    scheduler.after(scheduler.draw(3000), 'restart', () => this.start(machine));
  }

  freeze(machine: Machine, ms: number): void {
    if (machine.process === null) return;
    machine.process.life.frozenUntil = this.#around.scheduler.now + ms;
  }

  leave(machine: Machine): void {
    const { process } = machine;
    if (process === null) return;
    const end = (): void => {
      if (machine.process !== process) return;
      if (!this.isFragile) this.crash(machine, 'kill');
      else this.#around.scheduler.after(POLL_MS, 'leave', end);
    };
    process.agent.leave(8000).then(end, () => undefined);
  }

  start(machine: Machine): void {
    if (machine.process !== null || (machine.isAway && !this.#isHealed)) return;
    const store = machine.left as MemoryStore;
    machine.left = null;
    machine.starts++;
    const { stableName, starts } = machine;
    machine.process = new PlacedProcess(stableName, starts, store, this.#around, this.#hooks);
  }

  startCoordinator(index: number): void {
    this.coordinators[index] ??= new CoordinatorProcess(this.#around);
  }

  killCoordinator(index: number, isBack: boolean): void {
    this.coordinators[index]?.end();
    this.coordinators[index] = null;
    if (!isBack) return;
    const { scheduler } = this.#around;
    scheduler.after(scheduler.draw(6000), 'coordinator restart', () =>
      this.startCoordinator(index),
    );
  }

  /** The owner has all there ever was, the table means to leave it so, nobody else tries to be it. */
  isCalm(partition: number): boolean {
    const owner = this.ownerOf(partition);
    if (owner === null || this.#isFrozen(owner) || this.isFragile) return false;
    if (this.#around.placement.openAppends > 0) return false;
    const held = owner.disk.flushed(partition);
    const furthest = this.#furthest.get(partition);
    if (held === undefined || furthest === undefined || isAhead(furthest, held)) return false;
    return this.processes.every((one) => {
      const runner = one.shard.partitions.get(partition)?.runner;
      return one === owner || runner === undefined || runner.role === 'follower';
    });
  }

  /** The log of the partition was damaged: assigners wait until its owner has found it. */
  protect(partition: number): void {
    const process = this.ownerOf(partition);
    if (process === null) return;
    const epoch = this.#around.cluster.currentEpoch(partition);
    this.#fragile = { partition, epoch, process, looks: 0 };
    this.#watchFragile();
  }

  heal(): void {
    this.#isHealed = true;
    for (const index of this.coordinators.keys()) this.startCoordinator(index);
    for (const machine of this.machines) {
      machine.isAway = false;
      this.start(machine);
    }
  }

  machineOf(process: PlacedProcess): Machine {
    const machine = this.machines.find(({ stableName }) => stableName === process.stableName);
    if (machine === undefined) throw new Error(`no machine runs ${process.name}`);
    return machine;
  }

  #noteOwner(process: PlacedProcess, partition: number): void {
    const known = this.#owners.get(partition);
    if (known !== undefined && known !== process) {
      this.moved.add(partition);
      this.takeOvers++;
    }
    this.#owners.set(partition, process);
  }

  #isFrozen({ life }: PlacedProcess): boolean {
    return (life.frozenUntil ?? 0) > this.#around.scheduler.now;
  }

  /** The owner went on in another epoch, or the damage is none to it. */
  #isFound({ partition, epoch, process }: Fragile): boolean {
    const { cluster } = this.#around;
    const runner = process.shard.partitions.get(partition)?.runner;
    if (runner?.isOwner !== true) return false;
    const { position } = runner.partition;
    if (cluster.currentEpoch(partition) !== position.epoch) return false;
    if (position.epoch > epoch) return true;
    const entry = cluster.read(partition, epoch, position.sequence);
    return entry !== null && Partition.entryHash(entry) === position.lastHash;
  }

  #watchFragile(): void {
    const { scheduler } = this.#around;
    for (const one of this.coordinators) {
      if (one !== null) one.life.frozenUntil = scheduler.now + 2 * POLL_MS;
    }
    scheduler.after(POLL_MS, 'is it found', () => {
      const fragile = this.#fragile;
      if (fragile === null) return;
      if (!fragile.process.life.isAlive || this.#isFound(fragile)) this.#fragile = null;
      else this.#watchFragile();
      // A hole at the very end shows to who subscribes anew.
      if (++fragile.looks % LOOKS_PATIENT !== 0) return;
      const { readers = [] } = this.#around.cluster.current(fragile.partition) ?? {};
      for (const reader of readers) reader.lose();
    });
  }
}
