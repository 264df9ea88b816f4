/**
 * Partitions of one cluster driven by hand, without timers: what they send each other becomes the
 * next entries of their logs. When state is committed, when a partition is reopened from its store
 * and how many actors are kept are arguments, because none of them may show.
 */
import { createHash } from 'node:crypto';
import { REDUCER_VERSION } from '../../shared/engine/active-version.ts';
import { type AppliedEntry, Partition, partitionPrefix } from '../../shared/engine/partition.ts';
import type { SetAside } from '../../shared/engine/set-aside.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { Message } from '../../shared/domain/messages.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import { encodeFrame, type Subframe, SubframeKind } from '../../shared/protocol/frame.ts';
import { destinationOf, partitionCount, type Topology } from '../../shared/protocol/topology.ts';

export interface DriverOptions {
  readonly topology: Topology;
  readonly rules: Rules;
  readonly maxActors?: number;
  /** Entries applied between two commits; default 1. */
  readonly commitEvery?: number;
  /** Entries applied between two restarts (each after a commit); default: never. */
  readonly restartEvery?: number;
  readonly fragmentBytes?: number;
  readonly onSetAside?: (what: SetAside) => void;
}

export class PartitionDriver {
  readonly store = new MemoryStore();
  readonly logs: Uint8Array[][];
  readonly #options: DriverOptions;
  readonly #partitions: Partition[];
  #applied = 0;

  constructor(options: DriverOptions) {
    this.#options = options;
    const count = partitionCount(options.topology);
    this.logs = Array.from({ length: count }, () => []);
    this.#partitions = this.logs.map((_, partition) => this.#open(partition));
    for (const partition of this.#partitions) {
      partition.openEpoch(1);
      this.append(partition.partition, [[SubframeKind.activate, options.rules, REDUCER_VERSION]]);
    }
  }

  at(partition: number): Partition {
    const found = this.#partitions[partition];
    if (found === undefined) throw new RangeError(`no partition ${partition}`);
    return found;
  }

  /** Appends an entry and applies it; returns what it sends, without delivering it. */
  append(partition: number, subframes: readonly Subframe[]): AppliedEntry {
    return this.appendBytes(partition, encodeFrame(subframes));
  }

  appendBytes(partition: number, bytes: Uint8Array): AppliedEntry {
    const log = this.logs[partition] as Uint8Array[];
    const applied = this.at(partition).apply(log.length + 1, bytes);
    log.push(bytes);
    this.#applied++;
    const { commitEvery = 1, restartEvery = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#applied % commitEvery === 0) this.commit();
    if (this.#applied % restartEvery === 0) this.restart();
    return applied;
  }

  /** Sends messages in as one entry a partition, and delivers all that follows. */
  send(messages: readonly Message[]): void {
    const entries = new Map<number, Subframe[]>();
    for (const message of messages) {
      const destination = destinationOf(this.#options.topology, message);
      const [subframe] = entries.get(destination) ?? [];
      const known = subframe?.[0] === SubframeKind.ingress ? subframe[1] : [];
      entries.set(destination, [[SubframeKind.ingress, [...known, [0, message]], '']]);
    }
    this.deliver(entries);
  }

  deliver(first: ReadonlyMap<number, readonly Subframe[]>): void {
    let pending = first;
    while (pending.size > 0) {
      const next = new Map<number, Subframe[]>();
      for (const [partition, subframes] of pending) {
        for (const { destination, batch } of this.append(partition, subframes).outputs) {
          next.set(destination, [...(next.get(destination) ?? []), batch.subframe]);
        }
      }
      pending = next;
    }
  }

  commit(): void {
    for (const partition of this.#partitions) this.store.commitSync(partition.takeWrites());
  }

  /** Commits, forgets everything in memory, and opens the partitions from the store. */
  restart(): void {
    this.commit();
    for (const { partition } of this.#partitions)
      this.#partitions[partition] = this.#open(partition);
  }

  /** Another cluster that applies the same logs, in other steps. */
  replay(options: Partial<DriverOptions> = {}): PartitionDriver {
    const replica = new PartitionDriver({ ...this.#options, ...options });
    for (const [partition, log] of this.logs.entries()) {
      for (const bytes of log.slice(1)) replica.appendBytes(partition, bytes);
    }
    return replica;
  }

  /** Hash of all rows of all partitions. */
  stateHash(): string {
    this.commit();
    const hash = createHash('sha256');
    for (const { partition } of this.#partitions) {
      for (const [key, bytes] of this.rows(partition, '')) hash.update(`${key}\n`).update(bytes);
    }
    return hash.digest('hex');
  }

  rows(partition: number, kind: string): readonly (readonly [string, Uint8Array])[] {
    const prefix = partitionPrefix(partition) + kind;
    return this.store.range(prefix, `${prefix}\x7f`);
  }

  #open(partition: number): Partition {
    return new Partition({
      partition,
      topology: this.#options.topology,
      store: this.store,
      maxActors: this.#options.maxActors ?? 10_000,
      fragmentBytes: this.#options.fragmentBytes ?? Number.POSITIVE_INFINITY,
      onSetAside: this.#options.onSetAside,
    });
  }
}
