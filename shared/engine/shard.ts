/**
 * A shard: one process that owns partitions of a cluster whose logs others append to as well.
 *
 * Wires runners, outboxes, sender, group commit, marks and feed over the ports. Owns no meaning.
 * H1 Outputs are sent, and marks published, only for what is durable here.
 * H2 A batch leaves the outbox only when a durable mark of its destination covers it.
 */
import type { Bus, BusSubscription } from '../adapters/bus.ts';
import type { Clock } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import type { SnapshotInfo } from '../adapters/snapshot-place.ts';
import type { Store, StoreWrite } from '../adapters/store.ts';
import type { Rules } from '../domain/rules.ts';
import { FrameWriter } from '../protocol/frame.ts';
import {
  decodeMarks,
  encodeMarks,
  MARKS_SUBJECT,
  MarkTable,
  type PartitionMark,
} from '../protocol/marks.ts';
import { inSpans, joinTraces } from '../adapters/tracing.ts';
import { SettledRounds } from '../protocol/settled-rounds.ts';
import { partitionCount, type Topology } from '../protocol/topology.ts';
import { Breath } from './breath.ts';
import { GroupCommit } from './group-commit.ts';
import type { FormerGeneration } from './former-told.ts';
import type { PartitionRunner, Role } from './partition-runner.ts';
import { Sender } from './sender.ts';
import type { SetAside } from './set-aside.ts';
import type { SettledEvent } from './settled-feed.ts';
import { ShardPartition } from './shard-partition.ts';

export interface ShardLimits {
  readonly maxActors: number;
  /** Bytes of one link message before it is cut; well under the log's entry limit. */
  readonly fragmentBytes: number;
  readonly entryBytes: number;
  readonly resendMs: number;
  readonly retryMs: number;
  /** Marks with all links are published this often. */
  readonly marksMs: number;
  /** Outbox bytes at which pressure is 1. */
  readonly outboxBytes: number;
  /** Backlog that does not advance for this long makes the partition stuck. */
  readonly stuckMs: number;
  /** Entries are applied without a pause for this long; Infinity: for ever. */
  readonly sliceMs: number;
}

export const DEFAULT_LIMITS: ShardLimits = {
  maxActors: 200_000,
  fragmentBytes: 128 * 1024,
  entryBytes: 256 * 1024,
  resendMs: 2000,
  retryMs: 500,
  marksMs: 500,
  outboxBytes: 64 * 1024 * 1024,
  stuckMs: 5000,
  sliceMs: 20,
};

/** Most events of one partition that wait to be published; settling more waits for them. */
const FEED_EVENTS_MAX = 1000;
/** How many partitions share a process's actors in memory when their number changes. */
const PLACED_SHARES = 32;
/** Confirmations in one message of marks: some 150 KB; NATS refuses 1 MiB. */
const MARK_TAGS_MAX = 5000;

export interface ShardOptions {
  /** Unique among all processes that ever ran. */
  readonly owner: string;
  /** Under placement: those to begin with; `host` and `drop` change them. */
  readonly partitions: readonly number[];
  /** Partitions are hosted as the assignment table says: roles change, states may be old. */
  readonly isPlaced?: boolean;
  /** Under placement: the newest snapshot of a partition; null: there is none. */
  readonly newestSnapshot?: (partition: number) => Promise<SnapshotInfo | null>;
  readonly topology: Topology;
  readonly rules: Rules;
  readonly store: Store;
  /** Number of the generation, and the one that it replaces. */
  readonly generation?: number;
  readonly former?: FormerGeneration | null;
  /** Whether its changes are told: those of a shadow generation are not. Default: they are. */
  readonly isTold?: () => boolean;
  readonly log: Log;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly limits?: Partial<ShardLimits>;
  /** Publishes settled events; resolves when the feed has them. */
  readonly publishFeed?: (events: readonly SettledEvent[]) => Promise<void>;
  readonly onState?: (partition: number, state: string, reason: string) => void;
  readonly onTakenOver?: (ms: number) => void;
  /** A message was put in quarantine, by the owner or by a copy that follows it. */
  readonly onSetAside?: (what: SetAside) => void;
  /** The store failed: the process cannot go on and is restarted by its supervisor. */
  readonly onFatal: (error: unknown) => void;
}

export class Shard {
  readonly #members = new Map<number, ShardPartition>();
  readonly #frames: FrameWriter;
  readonly marks = new MarkTable();
  readonly sender: Sender;
  readonly #options: ShardOptions;
  readonly #limits: ShardLimits;
  readonly #commit: GroupCommit;
  readonly #breath: Breath;
  readonly rounds: SettledRounds;
  /** Marks of former owners that were ignored, and times that this process found itself deposed. */
  fencingRejections = 0;
  readonly #changed = new Set<ShardPartition>();
  #subscription: BusSubscription | null = null;
  #cancelTimer: (() => void) | null = null;
  #isMarkQueued = false;
  #isFeeding = false;
  #wave = 0;
  #isClosed = false;
  /** Events that the change feed took. */
  eventsTold = 0;

  constructor(options: ShardOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#commit = new GroupCommit({
      store: options.store,
      clock: options.clock,
      isBehind: () => this.#isBehind,
      onFailure: (error) => {
        this.close();
        options.onFatal(error);
      },
    });
    this.#breath = new Breath(options.clock, this.#limits.sliceMs);
    this.rounds = new SettledRounds(partitionCount(options.topology));
    const frames = new FrameWriter(options.owner);
    this.#frames = frames;
    for (const partition of options.partitions) this.#add(partition, 'owner');
    this.sender = new Sender({
      log: options.log,
      clock: options.clock,
      marks: this.marks,
      frames,
      outboxes: () => this.#outboxes(),
      entryBytes: this.#limits.entryBytes,
      resendMs: this.#limits.resendMs,
      retryMs: this.#limits.retryMs,
    });
  }

  get partitions(): ReadonlyMap<number, ShardPartition> {
    return this.#members;
  }

  /** Hosts the partition in this role, or changes the role of one that is hosted. */
  host(partition: number, role: Role): void {
    const known = this.#members.get(partition);
    if (known === undefined) this.#add(partition, role).runner.start();
    else if (role === 'owner') known.runner.promote();
    else known.runner.demote();
  }

  /** Hosts the partition no longer; resolves when nothing of it is written any more. */
  async drop(partition: number): Promise<void> {
    const member = this.#members.get(partition);
    if (member === undefined) return;
    member.discard();
    this.#members.delete(partition);
    this.#changed.delete(member);
    await this.#commit.flushed();
  }

  #add(partition: number, role: Role): ShardPartition {
    const { options, limits } = { options: this.#options, limits: this.#limits };
    const shares = options.isPlaced === true ? PLACED_SHARES : options.partitions.length;
    const member = new ShardPartition({
      ...options,
      partition,
      frames: this.#frames,
      placed: options.isPlaced === true ? role : undefined,
      limits: { ...limits, maxActors: Math.ceil(limits.maxActors / Math.max(1, shares)) },
      commit: this.#commit,
      breath: this.#breath,
      rounds: this.rounds,
      onDurable: (durable) => this.#onDurable(durable),
      onState: (runner, reason) => this.#onState(runner, reason),
    });
    this.#members.set(partition, member);
    return member;
  }

  start(): void {
    this.#subscription = this.#options.bus.subscribe(MARKS_SUBJECT, (bytes) => {
      this.#takeMarks(bytes);
    });
    for (const { runner } of this.partitions.values()) runner.start();
    this.#tick();
  }

  /** Stops at once; everything durable stays, the rest is repeated by those who sent it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#subscription?.close();
    this.sender.close();
    for (const { runner } of this.partitions.values()) runner.close();
  }

  /** Every partition is owned here and none has a backlog that does not move. */
  get isReady(): boolean {
    for (const member of this.partitions.values()) {
      const isInPlace = member.runner.isOwner || member.runner.role === 'follower';
      if (!isInPlace || member.isStuck(this.#limits.stuckMs)) return false;
    }
    return !this.#isClosed;
  }

  /**
   * Tells, a part at a time, of the profiles of the generation that went before. True when nothing
   * remains that only that generation remembers.
   */
  tellFormer(): boolean {
    let isDone = true;
    for (const { feed, runner } of this.partitions.values()) {
      // Its owner tells of what is only followed here.
      if (runner.role === 'follower') continue;
      if (!runner.isOwner) return false;
      const hasMore = feed.noteFormer(0, this.rounds.current, FEED_EVENTS_MAX);
      isDone &&= !hasMore && !feed.isFormerNeeded;
    }
    return isDone;
  }

  /** Events that are decided and not in the feed yet, of what is owned here: no other tells them. */
  get isTelling(): boolean {
    for (const { feed, runner } of this.partitions.values()) {
      if (runner.isOwner && feed.hasDecided) return true;
    }
    return false;
  }

  /** Resolves when everything applied is durable. */
  async flush(): Promise<void> {
    await this.#commit.flushed();
  }

  /** Transactions of the store. */
  get commits(): number {
    return this.#commit.commits;
  }

  get #isTold(): boolean {
    const { publishFeed, isTold } = this.#options;
    return publishFeed !== undefined && (isTold?.() ?? true);
  }

  get #isBehind(): boolean {
    for (const { runner } of this.partitions.values()) if (runner.waiting > 0) return true;
    return false;
  }

  *#outboxes() {
    for (const { outbox, runner } of this.partitions.values()) {
      if (runner.maySend) yield outbox;
    }
  }

  #onDurable(member: ShardPartition): void {
    if (this.#isClosed) return;
    this.#changed.add(member);
    this.sender.wake(member.outbox.destinations);
    this.#queueMarks();
    this.#publishFeed();
  }

  #onState(runner: PartitionRunner, reason: string): void {
    this.#options.onState?.(runner.partition.partition, runner.state, reason);
    if (runner.state === 'deposed') this.fencingRejections++;
    if (runner.state === 'running') this.#queueMarks();
  }

  #queueMarks(): void {
    if (this.#isMarkQueued || this.#isClosed) return;
    this.#isMarkQueued = true;
    // One message for all partitions whose commits end in the same turn.
    queueMicrotask(() => {
      this.#isMarkQueued = false;
      if (!this.#isClosed) this.#publishMarks(false);
    });
  }

  #publishMarks(isFull: boolean): void {
    const marks: PartitionMark[] = [];
    const members = isFull ? this.partitions.values() : this.#changed;
    for (const member of members) {
      if (member.runner.isOwner && member.isTermDurable) {
        marks.push(member.mark(isFull, this.#limits.outboxBytes, this.#limits.stuckMs));
      }
    }
    this.#changed.clear();
    let batch: PartitionMark[] = [];
    let tags = 0;
    for (const mark of marks) {
      batch.push(mark);
      tags += mark.confirmed.length;
      if (tags < MARK_TAGS_MAX) continue;
      this.#sendMarks(batch);
      batch = [];
      tags = 0;
    }
    if (batch.length > 0) this.#sendMarks(batch);
  }

  #sendMarks(partitions: readonly PartitionMark[]): void {
    this.#wave++;
    const { bus, owner } = this.#options;
    bus.publish(MARKS_SUBJECT, encodeMarks({ owner, wave: this.#wave, partitions }));
  }

  #takeMarks(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    const { partitions } = decodeMarks(bytes);
    const wake = new Set<number>();
    for (const mark of partitions) {
      const before = this.marks.get(mark.partition);
      if (!this.marks.take(mark)) {
        this.fencingRejections++;
        continue;
      }
      this.rounds.take(mark);
      this.partitions.get(mark.partition)?.takeOwnerMark(mark);
      if (mark.epoch !== before?.epoch || mark.applied !== before.applied) wake.add(mark.partition);
      for (const [source, linkEpoch, number] of mark.links) {
        const member = this.partitions.get(source);
        if (member?.outbox.acknowledge(mark.partition, linkEpoch, number)) {
          this.#changed.add(member);
          wake.add(mark.partition);
        }
      }
    }
    this.sender.wake(wake);
  }

  #tick(): void {
    if (this.#isClosed) return;
    for (const member of this.partitions.values()) member.observeProgress();
    this.#publishMarks(true);
    this.sender.wake();
    this.#feed();
    this.#cancelTimer = this.#options.clock.schedule(this.#limits.marksMs, () => this.#tick());
  }

  /** Decides what to tell of what became settled, and tells what is decided and durable (H1). */
  #feed(): void {
    if (!this.#isTold) {
      this.#publishFeed();
      return;
    }
    for (const member of this.partitions.values()) {
      if (!member.runner.isOwner || member.feed.size === 0) continue;
      const writes: StoreWrite[] = [];
      member.feed.settle(this.rounds, this.#options.clock.now(), writes, FEED_EVENTS_MAX);
      if (writes.length > 0) member.addWrites(writes);
    }
    this.#publishFeed();
  }

  #publishFeed(): void {
    const { publishFeed } = this.#options;
    // What was decided while this generation was live is told also after it.
    if (publishFeed === undefined || this.#isFeeding) return;
    const events: SettledEvent[] = [];
    const told: (readonly [ShardPartition, number])[] = [];
    for (const member of this.partitions.values()) {
      if (!member.runner.isOwner) continue;
      const publishable = member.feed.publishable();
      if (publishable.length === 0) continue;
      events.push(...publishable);
      told.push([member, publishable.length]);
    }
    if (events.length === 0) return;
    this.#isFeeding = true;
    const close = (): void => {
      this.eventsTold += events.length;
      for (const [member, count] of told) {
        const writes: StoreWrite[] = [];
        member.feed.published(count, writes);
        member.addWrites(writes);
      }
    };
    const done = (): void => {
      this.#isFeeding = false;
    };
    // What could not be published is told again, word by word, at a later tick.
    const traces = joinTraces(events);
    inSpans('send change feed', 'producer', traces, { 'selfsame.events': events.length }, () =>
      publishFeed(events),
    )
      .then(close)
      .then(done, done);
  }
}
