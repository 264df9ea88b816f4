/** One partition of a shard with everything around it: runner, outbox, feed, commit, marks. */
import type { Clock } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import type { SnapshotInfo } from '../adapters/snapshot-place.ts';
import type { Store, StoreWrite } from '../adapters/store.ts';
import type { Rules } from '../domain/rules.ts';
import type { FrameWriter } from '../protocol/frame.ts';
import type { PartitionMark } from '../protocol/marks.ts';
import type { SettledRounds } from '../protocol/settled-rounds.ts';
import type { Topology } from '../protocol/topology.ts';
import type { Breath } from './breath.ts';
import { type FormerGeneration, formerTold } from './former-told.ts';
import type { CommitMember, GroupCommit } from './group-commit.ts';
import { Outbox } from './outbox.ts';
import { type AppliedEntry, Partition } from './partition.ts';
import { PartitionRunner, type Role } from './partition-runner.ts';
import type { SetAside } from './set-aside.ts';
import { SettledFeed } from './settled-feed.ts';

export interface ShardPartitionOptions {
  readonly partition: number;
  readonly topology: Topology;
  readonly owner: string;
  readonly frames: FrameWriter;
  readonly rules: Rules;
  readonly store: Store;
  /** Number of the generation, and the one that it replaces. */
  readonly generation?: number;
  readonly former?: FormerGeneration | null;
  readonly log: Log;
  readonly clock: Clock;
  readonly commit: GroupCommit;
  readonly breath: Breath;
  readonly rounds: SettledRounds;
  /** Under placement: what this process is to the partition at first. */
  readonly placed?: Role | undefined;
  readonly newestSnapshot?: ((partition: number) => Promise<SnapshotInfo | null>) | undefined;
  readonly limits: {
    readonly maxActors: number;
    readonly fragmentBytes: number;
    readonly retryMs: number;
  };
  readonly onDurable: (member: ShardPartition) => void;
  readonly onState: (runner: PartitionRunner, reason: string) => void;
  readonly onTakenOver?: ((ms: number) => void) | undefined;
  readonly onSetAside?: ((what: SetAside) => void) | undefined;
}

interface Durable {
  readonly epoch: number;
  readonly sequence: number;
  readonly term: number;
  readonly links: ReadonlyMap<number, readonly [number, number]>;
}

/** Ingress that was applied at `sequence` of `epoch`. */
interface Confirmation {
  readonly epoch: number;
  readonly sequence: number;
  readonly tag: string;
}

/**
 * Confirmations that a process which is not the owner keeps: when it becomes the owner it tells those
 * that the former one may not have told any more. Older ones the routers ask for by a repetition.
 */
const UNTOLD_MAX = 2000;

export class ShardPartition implements CommitMember {
  readonly partition: Partition;
  readonly runner: PartitionRunner;
  readonly outbox: Outbox;
  readonly feed: SettledFeed;
  readonly #commit: GroupCommit;
  readonly #clock: Clock;
  readonly #rounds: SettledRounds;
  readonly #onDurable: (member: ShardPartition) => void;
  #writes: StoreWrite[] = [];
  #isDiscarded = false;
  #durable: Durable;
  readonly #told = new Map<number, number>();
  #applied: Confirmation[] = [];
  #confirmed: Confirmation[] = [];
  #progress: { sequence: number; atMs: number };

  constructor(options: ShardPartitionOptions) {
    this.#commit = options.commit;
    this.#clock = options.clock;
    this.#rounds = options.rounds;
    this.#onDurable = options.onDurable;
    this.partition = new Partition({
      partition: options.partition,
      topology: options.topology,
      store: options.store,
      maxActors: options.limits.maxActors,
      fragmentBytes: options.limits.fragmentBytes,
      onSetAside: options.onSetAside,
    });
    this.outbox = new Outbox(options.partition, options.store);
    const { store, generation = 1, former = null } = options;
    const told = formerTold(former, store, options.partition);
    this.feed = new SettledFeed(this.partition, store, generation, told);
    this.#durable = this.#present();
    this.#progress = { sequence: 0, atMs: options.clock.monotonic() };
    this.runner = new PartitionRunner({
      partition: this.partition,
      log: options.log,
      clock: options.clock,
      owner: options.owner,
      frames: options.frames,
      rules: options.rules,
      retryMs: options.limits.retryMs,
      placed: options.placed,
      newestSnapshot: async () => (await options.newestSnapshot?.(options.partition)) ?? null,
      onTakenOver: options.onTakenOver,
      onApplied: (_, applied) => this.#onApplied(applied),
      mayContinue: async () => {
        await options.commit.mayContinue();
        await options.breath.taken();
      },
      commitEpoch: async () => {
        options.commit.add(this);
        await options.commit.flushed();
      },
      onState: (runner, reason) => {
        if (runner.state === 'running') this.feed.beginTerm();
        options.onState(runner, reason);
      },
    });
  }

  /** Nothing is written any more: a late row would make an erased partition look like a state. */
  discard(): void {
    this.runner.close();
    this.#isDiscarded = true;
  }

  /** Writes of the shard's own bookkeeping, to join the next commit. */
  addWrites(writes: readonly StoreWrite[]): void {
    if (this.#isDiscarded) return;
    this.#writes.push(...writes);
    this.#commit.add(this);
  }

  takeWrites(): StoreWrite[] {
    if (this.#isDiscarded) return [];
    const writes = this.partition.takeWrites();
    writes.push(...this.#writes, ...this.outbox.takeDeletes());
    this.#writes = [];
    return writes;
  }

  onCommitTaken(): () => void {
    const extent = this.outbox.extent();
    const feedExtent = this.feed.extent();
    const durable = this.#present();
    const applied = this.#applied;
    this.#applied = [];
    return () => {
      this.#durable = durable;
      for (const entry of applied) this.#confirmed.push(entry);
      if (!this.runner.isOwner) this.#confirmed.splice(0, this.#confirmed.length - UNTOLD_MAX);
      this.outbox.release(extent);
      this.feed.release(feedExtent);
      this.#onDurable(this);
    };
  }

  /** Notes whether the backlog moves; called at intervals. */
  observeProgress(): void {
    const { sequence } = this.partition.position;
    const hasBacklog = this.runner.lastKnown > sequence;
    if (!hasBacklog || sequence !== this.#progress.sequence) {
      this.#progress = { sequence, atMs: this.#clock.monotonic() };
    }
  }

  /** What is on this process's disk. */
  get durable(): { readonly epoch: number; readonly sequence: number } {
    return this.#durable;
  }

  /**
   * A term that a power failure could take back must not be announced: everybody would ignore the
   * marks of the lower terms that follow.
   */
  get isTermDurable(): boolean {
    return this.#durable.term === this.partition.position.term;
  }

  isStuck(stuckMs: number): boolean {
    return this.#clock.monotonic() - this.#progress.atMs >= stuckMs;
  }

  mark(isFull: boolean, outboxBytes: number, stuckMs: number): PartitionMark {
    const { position, parkedOrigin } = this.partition;
    const links: [number, number, number][] = [];
    for (const [source, [linkEpoch, number]] of this.#durable.links) {
      if (!isFull && this.#told.get(source) === number) continue;
      this.#told.set(source, number);
      links.push([source, linkEpoch, number]);
    }
    const { epoch } = this.#durable;
    // What an earlier epoch brought is in the state that the present one began with.
    const confirmed = this.#confirmed.map((entry): [number, string] => [
      entry.epoch === epoch ? entry.sequence : 0,
      entry.tag,
    ]);
    this.#confirmed = [];
    return {
      partition: this.partition.partition,
      epoch,
      term: position.term,
      owner: position.owner,
      durable: this.#durable.sequence,
      applied: position.sequence,
      last: Math.max(this.runner.lastKnown, position.sequence),
      lowOrigin: least(this.outbox.lowOrigin, parkedOrigin),
      outbox: this.outbox.messages,
      pressure: Math.min(1, this.outbox.bytes / outboxBytes),
      quarantined: position.quarantined,
      isStuck: this.isStuck(stuckMs),
      links,
      confirmed,
      counters: isFull ? { ...this.partition.counters } : null,
      told: isFull ? this.feed.toldThrough() : null,
    };
  }

  /** Takes in a mark of the partition's owner, which is another process. */
  takeOwnerMark({ epoch, told }: PartitionMark): void {
    const known = this.partition.position.epoch;
    if (epoch > known) this.runner.leaveEpoch(epoch);
    if (told === null || this.runner.isOwner || epoch !== known) return;
    const writes: StoreWrite[] = [];
    this.feed.toldElsewhere(told, writes);
    if (writes.length > 0) this.addWrites(writes);
  }

  #onApplied(applied: AppliedEntry): void {
    this.outbox.add(applied.outputs, this.#writes);
    const { epoch, sequence } = this.partition.position;
    for (const tag of applied.ingressTags) this.#applied.push({ epoch, sequence, tag });
    this.feed.note(applied.feedChanges, this.#rounds.current, this.#writes);
    this.#commit.add(this, applied.bytes);
  }

  #present(): Durable {
    const { epoch, sequence, term, received } = this.partition.position;
    return { epoch, sequence, term, links: new Map(received) };
  }
}

function least(left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right;
  return Math.min(left, right);
}
