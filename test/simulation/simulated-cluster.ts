/**
 * A simulated cluster: shards over shared logs, processes that die, are replaced and come back.
 *
 * Owns who runs where and what is on which disk. A *slot* is the place of one shard; its *store* is
 * the authority of its partitions. A former owner that goes on after a change is a *zombie*.
 *
 * Faults are combined only as far as the design promises to survive them. What is DURABLE is on the
 * disk of the owner; or, while ownership moves to an older copy, in that copy and the log after it.
 * So the log of a partition is damaged only while its slot's disk holds everything any disk ever held
 * (`isDamageable`), and an older copy takes over only while the log is whole (`isReplayable`).
 */
import type { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { StoreWrite } from '../../shared/adapters/store.ts';
import { partitionPrefix, RESTORED_ROW } from '../../shared/engine/partition.ts';
import type { Position } from '../../shared/engine/position.ts';
import { encode } from '../../shared/protocol/codec.ts';
import type { Configuration } from './configuration.ts';
import { Disk, type Snapshot, storeOf } from './disk.ts';
import type { ClusterLog } from './cluster-log.ts';
import { type ProcessHooks, ShardProcess, type Surroundings } from './shard-process.ts';

interface Slot {
  readonly partitions: readonly number[];
  process: ShardProcess | null;
  /** What a restart finds; null while a process runs. */
  left: MemoryStore | null;
  starts: number;
}

export class SimulatedCluster {
  readonly slots: readonly Slot[];
  readonly zombies = new Set<ShardProcess>();
  /** Partitions below this number hold actors, the others are desks. */
  readonly actorPartitions: number;
  readonly #around: Surroundings;
  readonly #hooks: ProcessHooks;
  readonly #log: ClusterLog;
  readonly #snapshots = new Map<number, Snapshot>();
  /** Furthest position that any disk ever held, by partition. */
  readonly #furthest = new Map<number, Position>();
  #isHealed = false;

  constructor(config: Configuration, around: Surroundings, hooks: ProcessHooks) {
    this.#around = around;
    this.actorPartitions = config.topology.partitions;
    this.#log = around.cluster;
    this.#hooks = {
      ...hooks,
      onFlushed: (process, partition, position) => {
        const known = this.#furthest.get(partition);
        if (known === undefined || isAhead(position, known))
          this.#furthest.set(partition, position);
        hooks.onFlushed(process, partition, position);
      },
      onState: (process, partition, state, why) => {
        hooks.onState(process, partition, state, why);
        if (state === 'deposed' || state === 'failed') this.#replaceSoon(process);
      },
      onShadowState: (process, state) => {
        hooks.onShadowState(process, state);
        if (state === 'deposed' || state === 'failed') this.#replaceSoon(process);
      },
      onFatal: (process, error) => {
        hooks.onFatal(process, error);
        this.#crash(process, 'power_loss');
      },
    };
    this.slots = config.slots.map((partitions) => ({
      partitions,
      process: null,
      left: storeOf([]),
      starts: 0,
    }));
    for (const slot of this.slots) this.#start(slot);
  }

  furthest(partition: number): Position | undefined {
    return this.#furthest.get(partition);
  }

  slotOf(partition: number): Slot {
    const slot = this.slots.find((one) => one.partitions.includes(partition));
    if (slot === undefined) throw new Error(`no slot has partition ${partition}`);
    return slot;
  }

  get processes(): ShardProcess[] {
    const running = this.slots.flatMap((slot) => (slot.process === null ? [] : [slot.process]));
    return [...running, ...this.zombies];
  }

  /** The trial of a generation is at another phase. */
  followTrial(): void {
    for (const process of this.processes) process.followTrial();
  }

  crashSlot(slot: Slot, kind: 'kill' | 'power_loss'): void {
    if (slot.process !== null) this.#crash(slot.process, kind);
  }

  fillDisk(slot: Slot): void {
    if (slot.process !== null) slot.process.disk.isFull = true;
  }

  /** A new process takes over from a copy of the disk; the former one goes on and does not know. */
  changeOwner(slot: Slot): void {
    const former = slot.process;
    if (
      former === null ||
      this.#isHealed ||
      !slot.partitions.every((one) => this.#isSoleAndWhole(one))
    )
      return;
    former.disk.whenIdle(() => {
      if (slot.process !== former || !former.life.isAlive || this.#isHealed) return;
      if (!slot.partitions.every((one) => this.#isSoleAndWhole(one))) return;
      const rows = former.disk.store.range('', '\x7f').map(([key, bytes]) => [key, bytes] as const);
      this.zombies.add(former);
      // The former owner may hear of its successor only seconds later.
      if (this.#around.scheduler.random.chance(0.5)) {
        for (const one of slot.partitions) {
          for (const reader of this.#log.current(one)?.readers ?? []) reader.lose();
        }
      }
      slot.process = null;
      slot.left = storeOf(rows);
      this.#start(slot);
      const { scheduler } = this.#around;
      scheduler.after(scheduler.draw(4000), 'zombie ends', () => this.#crash(former, 'kill'));
    });
  }

  takeSnapshot(partition: number): void {
    const { process } = this.slotOf(partition);
    process?.disk.whenIdle(() => {
      if (!process.isActive(partition)) return;
      const snapshot = process.disk.snapshot(partition);
      if (snapshot !== null) this.#snapshots.set(partition, snapshot);
    });
  }

  /** Puts a partition back to its snapshot; the log since then brings it up to date again. */
  restore(partition: number): void {
    const snapshot = this.#snapshots.get(partition);
    const slot = this.slotOf(partition);
    if (snapshot === undefined || !this.isReplayable(partition, snapshot.position)) return;
    this.crashSlot(slot, 'kill');
    const { left } = slot;
    if (left === null) return;
    const prefix = partitionPrefix(partition);
    const writes: StoreWrite[] = left
      .range(prefix, `${prefix}\x7f`)
      .map(([key]) => [key, null] as const);
    left.commitSync([...writes, ...snapshot.rows, [prefix + RESTORED_ROW, encode(true)]]);
    left.flush();
  }

  /** Whether the log may be damaged without losing what the design does not promise to keep. */
  isDamageable(partition: number): boolean {
    if (this.#hasZombie(partition)) return false;
    const slot = this.slotOf(partition);
    const held = this.#heldBy(slot, partition);
    const furthest = this.#furthest.get(partition);
    return furthest === undefined || (held !== undefined && !isAhead(furthest, held));
  }

  /** Whether a state at `position` can catch up from the log alone. */
  isReplayable(partition: number, position: Position): boolean {
    return (
      this.#isSoleAndWhole(partition) &&
      this.#furthest.get(partition)?.epoch === position.epoch &&
      this.#log.currentEpoch(partition) === position.epoch &&
      this.#log.current(partition)?.first === 1
    );
  }

  /** Ends zombies and starts whatever is down or was deposed. */
  heal(): void {
    this.#isHealed = true;
    for (const zombie of this.zombies) this.#crash(zombie, 'kill');
    for (const slot of this.slots) this.startSlot(slot);
  }

  startSlot(slot: Slot): void {
    if (slot.process === null) this.#start(slot);
  }

  /** A process that stopped for good is replaced by its supervisor; a former owner is not. */
  #replaceSoon(process: ShardProcess): void {
    const { scheduler } = this.#around;
    scheduler.after(500 + scheduler.draw(1000), 'replace', () => this.#crash(process, 'kill'));
  }

  #isSoleAndWhole(partition: number): boolean {
    const stream = this.#log.current(partition);
    return !this.#hasZombie(partition) && stream?.wasDamaged === false;
  }

  #hasZombie(partition: number): boolean {
    for (const zombie of this.zombies) {
      if (zombie.partitions.includes(partition) && zombie.isActive(partition)) return true;
    }
    return false;
  }

  #heldBy(slot: Slot, partition: number): Position | undefined {
    if (slot.process !== null) return slot.process.disk.flushed(partition);
    return new Disk(slot.left as MemoryStore, [partition], () => undefined).flushed(partition);
  }

  #start(slot: Slot): void {
    const store = slot.left as MemoryStore;
    slot.left = null;
    slot.starts++;
    const index = this.slots?.indexOf(slot) ?? 0;
    // A name of its own for every process: an owner must tell a successor from itself.
    const name = `shard-${index}.${slot.starts}`;
    slot.process = new ShardProcess(name, slot.partitions, store, this.#around, this.#hooks);
  }

  #crash(process: ShardProcess, kind: 'kill' | 'power_loss'): void {
    if (!process.life.isAlive) return;
    const left = process.end(kind, this.#around.scheduler);
    this.zombies.delete(process);
    const slot = this.slots.find((one) => one.process === process);
    if (slot === undefined) return;
    slot.process = null;
    slot.left = left;
    const { scheduler } = this.#around;
    scheduler.after(scheduler.draw(1500), 'restart', () => this.startSlot(slot));
  }
}

/** Whether `left` covers more than `right`. */
export function isAhead(left: Position, right: Position): boolean {
  return left.epoch > right.epoch || (left.epoch === right.epoch && left.sequence > right.sequence);
}
