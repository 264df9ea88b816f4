/**
 * Group commit: the changes of all partitions of a process as one transaction after another.
 *
 * At most one commit is being computed and one is on its way to the disk; whatever is applied
 * meanwhile joins the next. While entries wait to be applied, commits keep a distance: an actor that
 * changes ten times in one commit is packed once, and what follows from ten changes leaves as one
 * message. Bounded: `mayContinue` makes followers wait once the next one holds
 * `bytesMax` of log entries, so that a slow disk slows the followers and not the memory.
 */
import type { Clock } from '../adapters/clock.ts';
import type { Store, StoreWrite } from '../adapters/store.ts';

export interface CommitMember {
  /** Writes since the last call; empty: nothing changed. */
  takeWrites(): StoreWrite[];
  /** Called when a commit with these writes is taken, and then when it is durable. */
  onCommitTaken(): () => void;
}

/** Log entries gathered for one commit: some ten thousand rows, far below what lmdb chokes on. */
const GATHERED_BYTES_MAX = 4 * 1024 * 1024;
/** Behind, a commit begins this many times later after the one before than that took to compute. */
const DISTANCE = 10;
const DISTANCE_MS_MAX = 1000;
const LOOK_MS = 10;

export interface GroupCommitOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Whether entries have arrived that are not applied. */
  readonly isBehind: () => boolean;
  readonly onFailure: (error: unknown) => void;
}

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #dirty = new Set<CommitMember>();
  #open: Promise<void> | null = null;
  #queued: Promise<void> | null = null;
  #failed = false;
  #bytes = 0;
  /** Callers of `flushed` that wait. */
  #hurries = 0;
  /** When the last commit was computed, and how long that took. */
  #computed = { atMs: Number.NEGATIVE_INFINITY, tookMs: 0 };
  commits = 0;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Declares that a member has changes, from `bytes` of log entries; they are committed soon. */
  add(member: CommitMember, bytes = 0): void {
    this.#dirty.add(member);
    this.#bytes += bytes;
    if (this.#queued === null && !this.#failed) this.#queued = this.#next();
  }

  /** Resolves when everything declared so far is durable. Rejects when the store failed. */
  async flushed(): Promise<void> {
    // A claim or a hand-over waits for this: it must not wait for more changes as well.
    this.#hurries++;
    try {
      while (this.#queued !== null || this.#open !== null) await (this.#queued ?? this.#open);
    } finally {
      this.#hurries--;
    }
    if (this.#failed) throw new Error('the store failed');
  }

  /** Back pressure: resolves once the commit being gathered has room. */
  async mayContinue(): Promise<void> {
    while (this.#open !== null && this.#bytes >= GATHERED_BYTES_MAX) {
      await this.#open.catch(() => undefined);
      if (this.#failed) throw new Error('the store failed');
    }
  }

  async #next(): Promise<void> {
    // Let everything that is applied in this turn of the event loop join.
    await Promise.resolve();
    if (this.#open !== null) await this.#open.catch(() => undefined);
    while (this.#mayGather) await this.#pause(LOOK_MS);
    this.#queued = null;
    if (this.#failed || this.#dirty.size === 0) return;
    const { store, clock, onFailure } = this.#options;
    const beganAt = clock.monotonic();
    const members = Array.from(this.#dirty);
    this.#dirty.clear();
    this.#bytes = 0;
    const writes: StoreWrite[] = [];
    const done: (() => void)[] = [];
    for (const member of members) {
      for (const write of member.takeWrites()) writes.push(write);
      done.push(member.onCommitTaken());
    }
    this.commits++;
    const atMs = clock.monotonic();
    this.#computed = { atMs, tookMs: atMs - beganAt };
    this.#open = store.commit(writes).then(
      () => {
        this.#open = null;
        for (const notify of done) notify();
      },
      (error: unknown) => {
        this.#open = null;
        this.#failed = true;
        onFailure(error);
      },
    );
  }
  /** Whether the next commit is to wait for more; an idle process never waits. */
  get #mayGather(): boolean {
    const { clock, isBehind } = this.#options;
    const { atMs, tookMs } = this.#computed;
    if (this.#failed || this.#hurries > 0 || this.#bytes >= GATHERED_BYTES_MAX) return false;
    const since = clock.monotonic() - atMs;
    return since < Math.min(DISTANCE_MS_MAX, DISTANCE * tookMs) && isBehind();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#options.clock.schedule(ms, resolve));
  }
}
