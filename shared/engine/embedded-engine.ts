/**
 * The embedded engine: all partitions in one process over one store.
 *
 * Each *round* takes what is waiting at the entrance, appends it to the logs, applies it, appends
 * and applies what the partitions send each other until nothing is left, and commits log, state and
 * positions as one transaction. So every committed state is settled, a crash shows the state after some
 * round, and there is no outbox: a link message is in its destination's log before the commit.
 */
import type { Store, StoreWrite } from '../adapters/store.ts';
import type { Rules } from '../domain/rules.ts';
import {
  type Encoded,
  encodeFrame,
  encodeSubframe,
  type Stamped,
  type Subframe,
  SubframeKind,
} from '../protocol/frame.ts';
import { destinationOf, partitionCount, type Topology } from '../protocol/topology.ts';
import { assertSameVersion, REDUCER_VERSION } from './active-version.ts';
import { EmbeddedLog } from './embedded-log.ts';
import { type FeedSubject, LogMismatch, Partition } from './partition.ts';

export interface EngineOptions {
  readonly store: Store;
  readonly topology: Topology;
  readonly rules: Rules;
  /** Most decoded actors kept, all partitions together. */
  readonly maxActors: number;
  /** Log entries kept per partition behind the applied one. */
  readonly keptEntries: number;
  /** Most ingress messages taken into one round. */
  readonly roundMessages: number;
  /** Called with the writes of each round before the commit; what it returns joins the round. */
  readonly onRound?: (changes: ReadonlyMap<FeedSubject, number>) => readonly StoreWrite[];
  /** Called once for each `onRound`, in the same order, when what that round wrote is durable. */
  readonly onDurable?: () => void;
  readonly onFailure?: (error: unknown) => void;
}

/** Where an accepted message stands in its partition's log. */
export interface Placement {
  readonly partition: number;
  readonly epoch: number;
  readonly sequence: number;
}

/** Messages submitted together; they may be applied by several rounds. */
interface Submission {
  readonly placements: Placement[];
  /** Messages that are not durable yet. */
  left: number;
  readonly resolve: (placements: readonly Placement[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Waiting {
  readonly stamped: Stamped;
  readonly submission: Submission;
}

/** Largest number of link messages put into one entry. */
const ENTRY_MESSAGES = 20_000;
/** Two commits in flight keep the disk busy while the next round is computed. */
const OPEN_COMMITS_MAX = 2;

export class EmbeddedEngine {
  readonly log: EmbeddedLog;
  readonly partitions: readonly Partition[];
  readonly #options: EngineOptions;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  /** Of the message submitted last; rounds end in order, so all before it have ended too. */
  #latest: Promise<unknown> = Promise.resolve();
  #failure: Error | null = null;
  /** The commit begun last: commits end in the order in which they began. */
  #committed: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    const count = partitionCount(options.topology);
    this.log = new EmbeddedLog(options.store);
    this.partitions = Array.from(
      { length: count },
      (_, partition) =>
        new Partition({
          partition,
          topology: options.topology,
          store: options.store,
          maxActors: Math.max(1000, Math.floor(options.maxActors / count)),
          fragmentBytes: Number.POSITIVE_INFINITY,
        }),
    );
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Why nothing is taken any more; null: all is well. */
  get failure(): unknown {
    return this.#failure;
  }

  /**
   * Verifies logs against state, creates what is new, activates the rules. Throws `LogMismatch`
   * for a log without its state, which nothing may be written over.
   */
  async open(): Promise<void> {
    const writes: StoreWrite[] = [];
    for (const partition of this.partitions) {
      const { epoch, sequence, lastHash } = partition.position;
      if (epoch === 0) {
        if ((await this.log.currentEpoch(partition.partition)) > 0) {
          throw new LogMismatch(
            `partition ${partition.partition} has a log but no state: restore the data directory`,
          );
        }
        writes.push(this.log.stageCreate(partition.partition, 1));
        partition.openEpoch(1);
        this.#append(partition, [encodeSubframe(this.#activation(this.#options.rules))], writes);
        continue;
      }
      if (partition.rules !== null) {
        assertSameVersion(partition.partition, partition.rules.rules, this.#options.rules);
      }
      const last = await this.log.read(partition.partition, epoch, sequence);
      const bounds = await this.log.bounds(partition.partition, epoch);
      const isSame =
        last !== null &&
        Partition.entryHash(last) === lastHash &&
        bounds?.lastSequence === sequence;
      // The log is not the one this state came from; the state is the authority.
      if (!isSame) this.#openNextEpoch(partition, writes);
    }
    for (const partition of this.partitions) writes.push(...partition.takeWrites());
    await this.#options.store.commit(writes);
  }

  /** Takes messages in; resolves when they and all their consequences are durable. */
  async submit(messages: readonly Stamped[]): Promise<readonly Placement[]> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#isClosed) throw new Error('the engine is closed');
    if (messages.length === 0) return [];
    const placements = new Promise<readonly Placement[]>((resolve, reject) => {
      const submission = { placements: [], left: messages.length, resolve, reject };
      for (const stamped of messages) this.#waiting.push({ stamped, submission });
    });
    this.#latest = placements;
    this.#start();
    return placements;
  }

  /** Puts an entry of its own into every partition's log, between two rounds. Durable at the end. */
  async control(subframe: Subframe): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#isClosed) throw new Error('the engine is closed');
    try {
      await this.#controlled(subframe);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** Resolves when everything submitted before is durable, whatever is submitted meanwhile. */
  async drain(): Promise<void> {
    await Promise.allSettled([this.#latest]);
    if (this.#failure !== null) throw this.#failure;
  }

  /** Resolves when all that the store shows now is on disk. */
  async flushed(): Promise<void> {
    await this.#committed;
  }

  /** Takes nothing more, ends what was taken. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#running !== null) await this.#running;
    await this.log.close();
  }

  async #controlled(subframe: Subframe): Promise<void> {
    const writes: StoreWrite[] = [];
    for (const partition of this.partitions) {
      this.#append(partition, [encodeSubframe(subframe)], writes);
      writes.push(...partition.takeWrites());
    }
    await this.#commit(writes);
  }

  #commit(writes: readonly StoreWrite[]): Promise<void> {
    this.#committed = this.#options.store.commit(writes);
    return this.#committed;
  }

  #start(): void {
    if (this.#running !== null) return;
    this.#running = this.#run().finally(() => {
      this.#running = null;
      if (this.#waiting.length > 0 && this.#failure === null) this.#start();
    });
  }

  async #run(): Promise<void> {
    const open = new Set<Promise<void>>();
    // Let the callers of this turn of the event loop join the first round.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.#waiting.length > 0) {
        const round: Promise<void> = this.#round();
        open.add(round);
        // Handled here, so that a round that fails while another is awaited is not left unhandled.
        round.then(
          () => open.delete(round),
          (error: unknown) => this.#fail(error),
        );
        while (open.size >= OPEN_COMMITS_MAX) await Promise.race(open);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await Promise.all(open);
    } catch (error) {
      this.#fail(error);
      await Promise.allSettled(open);
    }
  }

  #fail(error: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = error instanceof Error ? error : new Error(String(error));
    rejectAll(this.#waiting.splice(0), error);
    this.#options.onFailure?.(error);
  }

  async #round(): Promise<void> {
    const taken = this.#waiting.splice(0, this.#options.roundMessages);
    let commit: Promise<void>;
    let placements: Placement[];
    try {
      const writes: StoreWrite[] = [];
      const changes = new Map<FeedSubject, number>();
      const touched = new Set<Partition>();
      placements = this.#apply(taken, writes, changes, touched);
      // Before the writes are taken: until they are committed, their rows are nowhere to be read.
      if (this.#options.onRound !== undefined) writes.push(...this.#options.onRound(changes));
      for (const partition of touched) {
        writes.push(...partition.takeWrites());
        const { epoch, sequence } = partition.position;
        const below = sequence - this.#options.keptEntries;
        writes.push(...this.log.stageTrim(partition.partition, epoch, below));
      }
      commit = this.#commit(writes);
    } catch (error) {
      rejectAll(taken, error);
      throw error;
    }
    try {
      await commit;
    } catch (error) {
      rejectAll(taken, error);
      this.#fail(error);
      throw error;
    }
    this.#options.onDurable?.();
    for (const [index, { submission }] of taken.entries()) {
      submission.placements.push(placements[index] as Placement);
      if (--submission.left === 0) submission.resolve(submission.placements);
    }
  }

  /** Applies ingress and everything that follows from it. */
  #apply(
    taken: readonly Waiting[],
    writes: StoreWrite[],
    changes: Map<FeedSubject, number>,
    touched: Set<Partition>,
  ): Placement[] {
    const pending: Encoded[][] = this.partitions.map(() => []);
    const ingress = new Map<number, Stamped[]>();
    const destinations: number[] = [];
    for (const { stamped } of taken) {
      const destination = destinationOf(this.#options.topology, stamped[1]);
      destinations.push(destination);
      const known = ingress.get(destination);
      if (known === undefined) ingress.set(destination, [stamped]);
      else known.push(stamped);
    }
    for (const [destination, messages] of ingress) {
      pending[destination]?.push(encodeSubframe([SubframeKind.ingress, messages, '']));
    }
    const first: Placement[] = [];
    for (let isBusy = true; isBusy; ) {
      isBusy = false;
      for (const partition of this.partitions) {
        const subframes = takeUpTo(pending[partition.partition] ?? [], ENTRY_MESSAGES);
        if (subframes.length === 0) continue;
        isBusy = true;
        const applied = this.#append(partition, subframes, writes);
        touched.add(partition);
        const { epoch, sequence } = partition.position;
        first[partition.partition] ??= { partition: partition.partition, epoch, sequence };
        for (const output of applied.outputs) pending[output.destination]?.push(output.batch);
        for (const [subject, origin] of applied.feedChanges) {
          changes.set(subject, Math.min(origin, changes.get(subject) ?? origin));
        }
      }
    }
    return destinations.map((destination) => first[destination] as Placement);
  }

  #append(partition: Partition, pending: readonly Encoded[], writes: StoreWrite[]) {
    const bytes = encodeFrame(pending.map((one) => one.bytes));
    const subframes = pending.map((one) => one.subframe);
    const staged = this.log.stage(partition.partition, partition.position.epoch, bytes);
    writes.push(staged.write);
    return partition.apply(staged.sequence, bytes, subframes);
  }

  #activation(rules: Rules): Subframe {
    return [SubframeKind.activate, rules, REDUCER_VERSION];
  }

  #openNextEpoch(partition: Partition, writes: StoreWrite[]): void {
    const epoch = partition.position.epoch + 1;
    if (partition.rules === null) throw new LogMismatch('state without rules cannot open an epoch');
    writes.push(this.log.stageCreate(partition.partition, epoch));
    partition.openEpoch(epoch);
    this.#append(partition, [encodeSubframe(this.#activation(partition.rules.rules))], writes);
  }
}

function rejectAll(waiting: readonly Waiting[], error: unknown): void {
  for (const { submission } of waiting) submission.reject(error);
}

function takeUpTo(pending: Encoded[], maxMessages: number): Encoded[] {
  let messages = 0;
  let count = 0;
  for (const { subframe } of pending) {
    const size = subframe[0] === SubframeKind.link ? subframe[4].length : 1;
    if (count > 0 && messages + size > maxMessages) break;
    messages += size;
    count++;
  }
  return pending.splice(0, count);
}
