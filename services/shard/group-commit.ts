/**
 * Group commit: the changes of all partitions of a process as one transaction after another.
 *
 * At most one commit is being computed and one is on its way to the disk; whatever is applied
 * meanwhile joins the next. Bounded: `mayContinue` makes followers wait while too much is open.
 */
import type { Store, StoreWrite } from '../../shared/adapters/store.ts';

export interface CommitMember {
  /** Writes since the last call; empty: nothing changed. */
  takeWrites(): StoreWrite[];
  /** Called when a commit with these writes is taken, and then when it is durable. */
  onCommitTaken(): () => void;
}

export class GroupCommit {
  readonly #store: Store;
  readonly #onFailure: (error: unknown) => void;
  readonly #dirty = new Set<CommitMember>();
  #open: Promise<void> | null = null;
  #queued: Promise<void> | null = null;
  #failed = false;
  commits = 0;

  constructor(store: Store, onFailure: (error: unknown) => void) {
    this.#store = store;
    this.#onFailure = onFailure;
  }

  /** Declares that a member has changes; they are committed soon. */
  add(member: CommitMember): void {
    this.#dirty.add(member);
    if (this.#queued === null && !this.#failed) this.#queued = this.#next();
  }

  /** Resolves when everything declared so far is durable. Rejects when the store failed. */
  async flushed(): Promise<void> {
    while (this.#queued !== null || this.#open !== null) {
      await (this.#queued ?? this.#open);
    }
    if (this.#failed) throw new Error('the store failed');
  }

  /** Back pressure: resolves once no more than one commit is waiting behind the open one. */
  async mayContinue(): Promise<void> {
    while (this.#open !== null && this.#queued !== null && this.#dirty.size > 0) {
      await this.#open.catch(() => undefined);
      if (this.#failed) throw new Error('the store failed');
    }
  }

  async #next(): Promise<void> {
    // Let everything that is applied in this turn of the event loop join.
    await Promise.resolve();
    if (this.#open !== null) await this.#open.catch(() => undefined);
    this.#queued = null;
    if (this.#failed || this.#dirty.size === 0) return;
    const members = Array.from(this.#dirty);
    this.#dirty.clear();
    const writes: StoreWrite[] = [];
    const done: (() => void)[] = [];
    for (const member of members) {
      for (const write of member.takeWrites()) writes.push(write);
      done.push(member.onCommitTaken());
    }
    this.commits++;
    this.#open = this.#store.commit(writes).then(
      () => {
        this.#open = null;
        for (const notify of done) notify();
      },
      (error: unknown) => {
        this.#open = null;
        this.#failed = true;
        this.#onFailure(error);
      },
    );
  }
}
