/**
 * A shard whose partitions come and go by the assignment table: fetches states, follows, takes over,
 * gives up. One generation's; `host-generations.ts` gives all of them the same roles.
 *
 * D1 A partition that is owned here is given up only when a higher claim is read from its log,
 *    whatever the table says: nobody is there to take it as long as nobody claimed it.
 * D2 Rows of a partition without a position are leftovers: they are erased before a state is put in
 *    place, and the position is erased first when a state is.
 * D3 A state that is not wanted any more is followed a while longer: who is taken for gone and comes
 *    back, or whom a table passes over for a moment, need not fetch it anew.
 */
import type { Logger } from 'pino';
import type { Clock } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import type { Store } from '../adapters/store.ts';
import type { AskedResponder } from './answer-asked.ts';
import { partitionPrefix } from './partition.ts';
import type { Role } from './partition-runner.ts';
import type { Shard } from './shard.ts';
import type { Snapshots } from './snapshots.ts';

export interface PlacedShardOptions {
  readonly shard: Shard;
  readonly store: Store;
  readonly log: Log;
  readonly snapshots: Snapshots;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Begins to answer questions about the partition. */
  readonly respond: (partition: number) => AskedResponder;
}

/** A snapshot that is missing or behind its log is looked for again after this time. */
const FETCH_RETRY_MS = 1000;
/** An owner that was deposed although the table still names it claims again, but not at once. */
const RECLAIM_MS = 1500;
/** A log that refused an entry, or a version that this program does not know: tried again after this. */
const FAILED_RETRY_MS = 5000;
/** A state that is stale this soon after the one before was fetched in vain. */
const STALE_MS = 10_000;
const ERASED_ROWS = 1000;
/** D3. */
const LINGER_MS = 10_000;

export class PlacedShard {
  readonly #options: PlacedShardOptions;
  readonly #responders = new Map<number, AskedResponder>();
  readonly #work = new Map<number, Promise<void>>();
  readonly #timers = new Set<() => void>();
  /** When the state of a partition was found to be stale last, monotonic milliseconds. */
  readonly #staleAt = new Map<number, number>();
  /** Since when a partition that is hosted here is not wanted, monotonic milliseconds. */
  readonly #unwantedAt = new Map<number, number>();
  #roles: ReadonlyMap<number, Role> = new Map();
  #isClosed = false;

  constructor(options: PlacedShardOptions) {
    this.#options = options;
  }

  /** What this process is to be to each partition from now on. */
  assign(roles: ReadonlyMap<number, Role>): void {
    const former = this.#roles;
    this.#roles = roles;
    const { shard } = this.#options;
    for (const partition of new Set([
      ...former.keys(),
      ...roles.keys(),
      ...shard.partitions.keys(),
    ]))
      this.reconcile(partition);
  }

  /** To be called when the state of a partition's runner has changed. */
  onState(partition: number, state: string): void {
    this.#responders.get(partition)?.update();
    if (state === 'stale') {
      // What was fetched may be as old as what was thrown away, until the owner takes another.
      const now = this.#options.clock.monotonic();
      const isAgain = now - (this.#staleAt.get(partition) ?? Number.NEGATIVE_INFINITY) < STALE_MS;
      this.#staleAt.set(partition, now);
      this.#later(partition, isAgain ? FETCH_RETRY_MS : 0);
    }
    if (state === 'failed') this.#later(partition, FAILED_RETRY_MS);
    if (state !== 'deposed') return;
    const isWanted = this.#roles.get(partition) === 'owner';
    this.#later(partition, isWanted ? RECLAIM_MS : 0);
  }

  /** Every partition that the table gives to this process is owned or followed. */
  get isWhole(): boolean {
    const { shard } = this.#options;
    for (const [partition, role] of this.#roles) {
      const state = shard.partitions.get(partition)?.runner.state;
      if (state !== (role === 'owner' ? 'running' : 'following')) return false;
    }
    return true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const cancel of this.#timers) cancel();
    await Promise.all(this.#work.values());
    for (const responder of this.#responders.values()) responder.close();
  }

  /** One step after another for each partition; a step reads what is wanted when it begins. */
  reconcile(partition: number): void {
    if (this.#isClosed) return;
    const before = this.#work.get(partition) ?? Promise.resolve();
    const work = before
      .then(() => this.#step(partition))
      .catch((error: unknown) => {
        if (this.#isClosed) return;
        this.#options.logger.warn({ err: error, partition }, 'partition could not be placed');
        this.#later(partition, FETCH_RETRY_MS);
      })
      .finally(() => {
        if (this.#work.get(partition) === work) this.#work.delete(partition);
      });
    this.#work.set(partition, work);
  }

  #later(partition: number, delayMs: number): void {
    const cancel = this.#options.clock.schedule(delayMs, () => {
      this.#timers.delete(cancel);
      this.reconcile(partition);
    });
    this.#timers.add(cancel);
  }

  async #step(partition: number): Promise<void> {
    if (this.#isClosed) return;
    const { shard } = this.#options;
    const role = this.#roles.get(partition);
    const runner = shard.partitions.get(partition)?.runner;
    if (role !== undefined) this.#unwantedAt.delete(partition);
    if (runner?.state === 'failed') {
      // The state is as good as it was; what failed is begun anew.
      this.#responders.get(partition)?.close();
      await shard.drop(partition);
      if (role !== undefined) await this.#takeUp(partition, role);
    } else if (runner?.state === 'stale') {
      await this.#giveUp(partition);
      if (role !== undefined) await this.#takeUp(partition, role);
    } else if (role === undefined) {
      // D1.
      const isInUse = runner?.role === 'owner' && runner.state !== 'deposed';
      if (runner !== undefined && !isInUse) await this.#letGo(partition);
    } else if (runner === undefined) await this.#takeUp(partition, role);
    else shard.host(partition, role);
  }

  /** D2. */
  async #takeUp(partition: number, role: Role): Promise<void> {
    const { shard, store, log, snapshots, logger } = this.#options;
    if (store.get(`${partitionPrefix(partition)}m`) === undefined) {
      await this.#erase(partition);
      const isNew = (await log.currentEpoch(partition)) === 0;
      const info = isNew
        ? null
        : await snapshots.restore(store, partition, (file, error) => {
            logger.warn({ err: error, partition, file }, 'snapshot passed over');
          });
      if (info !== null) {
        const { epoch, sequence } = info;
        logger.info({ partition, epoch, sequence }, 'snapshot restored');
      }
    }
    if (this.#isClosed) return;
    shard.host(partition, this.#roles.get(partition) ?? role);
    this.#responders.set(partition, this.#options.respond(partition));
  }

  /** D3. */
  async #letGo(partition: number): Promise<void> {
    const now = this.#options.clock.monotonic();
    const since = this.#unwantedAt.get(partition) ?? now;
    const leftMs = since + LINGER_MS - now;
    if (leftMs <= 0) {
      this.#unwantedAt.delete(partition);
      await this.#giveUp(partition);
      return;
    }
    if (this.#unwantedAt.has(partition)) return;
    this.#unwantedAt.set(partition, now);
    this.#options.shard.host(partition, 'follower');
    this.#later(partition, leftMs + 1);
  }

  async #giveUp(partition: number): Promise<void> {
    this.#responders.get(partition)?.close();
    this.#responders.delete(partition);
    await this.#options.shard.drop(partition);
    await this.#erase(partition);
  }

  /** D2. */
  async #erase(partition: number): Promise<void> {
    const { store } = this.#options;
    const prefix = partitionPrefix(partition);
    await store.commit([[`${prefix}m`, null]]);
    for (;;) {
      const rows = store.range(prefix, `${prefix}\x7f`, { limit: ERASED_ROWS });
      if (rows.length === 0) return;
      await store.commit(rows.map(([key]) => [key, null]));
    }
  }
}
