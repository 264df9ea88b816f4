/**
 * The mirrors of one process of a NATS cluster: from the partitions it owns in one generation to the
 * logs of another. Used while a shadow is built, and after its activation for what still arrives in
 * the generation that was live before.
 */
import type { Clock } from '../adapters/clock.ts';
import type { BusSubscription } from '../adapters/bus.ts';
import type { Store } from '../adapters/store.ts';
import type { JoinedGeneration } from '../cluster/join-cluster.ts';
import { NatsQueries } from '../cluster/nats-queries.ts';
import { Router } from '../cluster/router.ts';
import { compileRules } from '../ingress/compiled-rules.ts';
import { ClusterError } from '../protocol/cluster.ts';
import { FrameWriter, type Stamped, SubframeKind } from '../protocol/frame.ts';
import { decodeMarks, MARKS_SUBJECT, MarkTable } from '../protocol/marks.ts';
import { forgetMirror, type MirrorProgress, PartitionMirror } from './partition-mirror.ts';
import type { Shard } from './shard.ts';
import type { ShardPartition } from './shard-partition.ts';
import { profileTranslator } from './translate-profile.ts';

/** What of a generation a mirror goes by. */
export type MirroredGeneration = Pick<
  JoinedGeneration,
  'generation' | 'log' | 'bus' | 'topology' | 'rules'
>;

export interface NatsMirrorOptions {
  /** Unique among all that ever mirrored, at most 24 characters. */
  readonly name: string;
  readonly clock: Clock;
  readonly from: {
    readonly joined: MirroredGeneration;
    readonly shard: Shard;
    readonly store: Store;
  };
  readonly to: MirroredGeneration;
  readonly onError: (partition: number, error: unknown) => void;
}

const OVERLOADED_MS = 100;
const TICK_MS = 250;
/** An order to note changes that did not come back in this time is given again. */
const ORDER_MS = 5000;
const NOT_BEGUN: MirrorProgress = {
  isComplete: false,
  fraction: 0,
  copied: 0,
  refused: 0,
  pending: 0,
};

export class NatsMirrors {
  readonly #options: NatsMirrorOptions;
  readonly #mirrors = new Map<number, PartitionMirror>();
  /** The state that each mirror reads: another one of the same partition is mirrored anew. */
  readonly #mirrored = new Map<number, ShardPartition>();
  readonly #orderedAt = new Map<number, number>();
  readonly #router: Router;
  readonly #subscription: BusSubscription;
  readonly #frames: FrameWriter;
  readonly #translate: ReturnType<typeof profileTranslator>;
  readonly #candidate: ReturnType<typeof compileRules>;
  #cancelTimer: (() => void) | null = null;
  #isClosed = false;

  constructor(options: NatsMirrorOptions) {
    this.#options = options;
    const { from, to, clock, name } = options;
    this.#frames = new FrameWriter(`mirror-${name}`);
    const marks = new MarkTable();
    this.#router = new Router({
      log: to.log,
      clock,
      marks,
      topology: to.topology,
      routerId: `m${name}`,
    });
    this.#subscription = to.bus.subscribe(MARKS_SUBJECT, (bytes) => {
      for (const mark of decodeMarks(bytes).partitions) {
        if (marks.take(mark)) this.#router.takeMark(mark);
      }
    });
    this.#candidate = compileRules(to.rules);
    this.#translate = profileTranslator({
      topology: from.joined.topology,
      port: new NatsQueries(from.joined.bus),
      live: from.joined.rules,
      candidate: this.#candidate,
    });
    this.#tick();
  }

  get target(): number {
    return this.#options.to.generation;
  }

  progress(partition: number): MirrorProgress {
    return this.#mirrors.get(partition)?.progress ?? NOT_BEGUN;
  }

  /** Everything is copied that these partitions hold, and nothing waits in their logs. */
  get isCaughtUp(): boolean {
    for (const [partition, { runner }] of this.#members()) {
      const mirror = this.#mirrors.get(partition);
      if (runner.role === 'follower') continue;
      if (mirror === undefined || !mirror.isCaughtUp || !runner.isOwner) return false;
      if (runner.lastKnown > runner.partition.position.sequence) return false;
    }
    return true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer?.();
    // First the router: a mirror that waits for it would never end.
    this.#router.close();
    this.#subscription.close();
    await Promise.all([...this.#mirrors.values()].map((mirror) => mirror.close()));
  }

  *#members(): Generator<readonly [number, ShardPartition]> {
    const { topology } = this.#options.from.joined;
    for (const [partition, member] of this.#options.from.shard.partitions) {
      if (partition < topology.partitions) yield [partition, member];
    }
  }

  /** Begins what can begin: a partition must be owned and note its changes (M1). */
  #tick(): void {
    if (this.#isClosed) return;
    this.#endForeign();
    for (const [partition, member] of this.#members()) {
      if (this.#mirrors.has(partition) || !member.runner.isOwner) continue;
      if (member.partition.mirror === this.target) this.#begin(partition, member);
      else this.#order(partition, member);
    }
    this.#cancelTimer = this.#options.clock.schedule(TICK_MS, () => this.#tick());
  }

  /** A partition that another process owns now is mirrored there. */
  #endForeign(): void {
    const { partitions } = this.#options.from.shard;
    for (const [partition, mirror] of this.#mirrors) {
      const member = partitions.get(partition);
      const isOwn = member !== undefined && member.runner.role === 'owner';
      if (isOwn && member === this.#mirrored.get(partition)) continue;
      this.#mirrors.delete(partition);
      mirror.close().catch(() => undefined);
    }
  }

  #order(partition: number, member: ShardPartition): void {
    const orderedAt = this.#orderedAt.get(partition) ?? -ORDER_MS;
    const now = this.#options.clock.monotonic();
    if (now - orderedAt < ORDER_MS) return;
    this.#orderedAt.set(partition, now);
    const bytes = this.#frames.encode([[SubframeKind.mirror, this.target]]);
    const { log } = this.#options.from.joined;
    // Repeated when it does not come back; a second one changes nothing.
    log.append(partition, member.partition.position.epoch, bytes).catch(() => undefined);
  }

  #begin(partition: number, member: ShardPartition): void {
    const { from, to, onError } = this.#options;
    const mirror = new PartitionMirror({
      partition,
      live: from.store,
      shadow: to.generation,
      context: { candidate: this.#candidate, translate: this.#translate },
      deliver: (messages) => this.#deliver(messages),
      flushed: () => from.shard.flush(),
      note: async (writes) => {
        member.addWrites(writes);
        await from.shard.flush();
      },
      clock: this.#options.clock,
      onError: (error) => {
        if (this.#isClosed) return;
        onError(partition, error);
        // Begun anew at a later tick, from the place that was noted.
        this.#mirrors.delete(partition);
      },
    });
    this.#mirrors.set(partition, mirror);
    this.#mirrored.set(partition, member);
    mirror.start();
  }

  async #deliver(messages: readonly Stamped[]): Promise<void> {
    for (;;) {
      try {
        const submitted = this.#router.submit(messages);
        await Promise.all(submitted.map(({ durable }) => durable));
        return;
      } catch (error) {
        const isBusy = error instanceof ClusterError && error.code === 'overloaded';
        if (!isBusy || this.#isClosed) throw error;
        await new Promise<void>((resolve) => {
          this.#options.clock.schedule(OVERLOADED_MS, resolve);
        });
      }
    }
  }
}

/** Orders the partitions to note changes no longer, and deletes what they noted. */
export async function stopMirroring(
  joined: Pick<JoinedGeneration, 'log'>,
  shard: Shard,
  store: Store,
  frames: FrameWriter,
): Promise<void> {
  for (const [partition, { partition: state, runner }] of shard.partitions) {
    if (state.mirror === 0 || !runner.isOwner) continue;
    const bytes = frames.encode([[SubframeKind.mirror, 0]]);
    await joined.log.append(partition, state.position.epoch, bytes);
    await forgetMirror(store, partition, (writes) => store.commit(writes));
  }
}
