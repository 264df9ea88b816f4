/**
 * The embedded cluster: the whole of Selfsame in this process, over one store directory.
 *
 * Every commit is settled (see `embedded-engine.ts`), so all acknowledgement levels wait for the
 * same moment and the settled lag is 0.
 */
import { LmdbStore } from '../adapters/lmdb-store.ts';
import { type Store, StoreError, type StoreWrite } from '../adapters/store.ts';
import { ClusterReads } from '../cluster/cluster-reads.ts';
import { commandMessage } from '../cluster/command-messages.ts';
import { assertInTime, withinBounds } from '../cluster/deadline.ts';
import type { ReaderContext } from '../cluster/reader.ts';
import { ReferenceCodec } from '../cluster/references.ts';
import { routeBatch } from '../cluster/route-batch.ts';
import type { ProfileId } from '../domain/identifier.ts';
import { type CompiledRules, compileRules } from '../ingress/compiled-rules.ts';
import { defaultRules } from '../ingress/rules-file.ts';
import {
  type CallOptions,
  type Cluster,
  ClusterError,
  type ClusterStatus,
  type FeedEvent,
  type IngestResult,
  type ProfileSelector,
  type ReadOptions,
  type RevisionToken,
  type WatchOptions,
} from '../protocol/cluster.ts';
import type { Stamped } from '../protocol/frame.ts';
import type { QueryAnswer, QueryRequest } from '../protocol/query.ts';
import { partitionOf, type Topology } from '../protocol/topology.ts';
import { answerQuery } from './answer-query.ts';
import { type EmbeddedOptions, readConfig, type StoredConfig } from './embedded-config.ts';
import { EmbeddedEngine, type Placement } from './embedded-engine.ts';
import { FeedTable } from './feed-table.ts';

const FEED_BATCH = 500;

/** Opens or creates an embedded cluster. Throws `StoreError`, or `ClusterError` on other rules. */
export async function openEmbeddedCluster(options: EmbeddedOptions): Promise<EmbeddedCluster> {
  const { dataDir } = options;
  const ownsStore = typeof dataDir === 'string';
  const store = typeof dataDir === 'string' ? await LmdbStore.open(dataDir) : dataDir;
  try {
    // Compiled first: rules that this program does not know must leave nothing in the store.
    const rules = compileRules(options.rules ?? defaultRules());
    const config = await readConfig(store, options, rules.rules);
    const cluster = new EmbeddedCluster(store, ownsStore, rules, config, options);
    await cluster.open();
    return cluster;
  } catch (error) {
    if (ownsStore) await store.close().catch(() => undefined);
    throw error;
  }
}

export class EmbeddedCluster implements Cluster {
  readonly engine: EmbeddedEngine;
  readonly #store: Store;
  readonly #ownsStore: boolean;
  readonly #topology: Topology;
  readonly #feed: FeedTable;
  readonly #context: ReaderContext;
  readonly #reads: ClusterReads;
  readonly #maxWaiting: number;
  readonly #now: () => number;
  readonly #watchers = new Set<() => void>();
  /** Of each round whose commit is open: the last feed event it staged. */
  readonly #openFeed: number[] = [];
  #isClosed = false;

  constructor(
    store: Store,
    ownsStore: boolean,
    rules: CompiledRules,
    config: StoredConfig,
    options: EmbeddedOptions,
  ) {
    this.#store = store;
    this.#ownsStore = ownsStore;
    this.#topology = { partitions: config.partitions, desks: config.desks };
    this.#maxWaiting = options.maxWaiting ?? 50_000;
    this.#now = options.now ?? Date.now;
    this.#feed = new FeedTable(store, options.keptEvents ?? 100_000);
    this.engine = new EmbeddedEngine({
      store,
      topology: this.#topology,
      rules: rules.rules,
      maxActors: options.maxActors ?? 200_000,
      keptEntries: options.keptEntries ?? 1000,
      roundMessages: 1000,
      onRound: (changes) => this.#stageFeed(changes),
      onDurable: () => this.#publishFeed(),
    });
    this.#context = {
      port: { ask: async (partition, request) => this.#ask(partition, request) },
      topology: this.#topology,
      rules,
      references: new ReferenceCodec(Buffer.from(config.idKey, 'hex')),
    };
    this.#reads = new ClusterReads(this.#context, {
      beforeRead: (readOptions) => this.#beforeRead(readOptions),
      settledLagMs: () => 0,
    });
  }

  async open(): Promise<void> {
    await this.engine.open();
  }

  get context(): ReaderContext {
    return this.#context;
  }

  async ingest(
    items: Parameters<Cluster['ingest']>[0],
    options: Parameters<Cluster['ingest']>[1],
  ): Promise<readonly IngestResult[]> {
    const now = this.#now();
    assertInTime(options, now);
    this.#admit(items.length);
    const batch = routeBatch(this.#context.rules, items, options.receivedAt ?? now, now);
    const placed = await withinBounds(this.#place(batch.messages), options, this.#now());
    for (const [position, [index, dropped]] of batch.items.entries()) {
      const token = tokenOf(placed[position] as Placement, now);
      batch.results[index] = { kind: 'acknowledged', token, dropped };
    }
    return batch.results as IngestResult[];
  }

  async command(
    command: Parameters<Cluster['command']>[0],
    options: Parameters<Cluster['command']>[1],
  ): ReturnType<Cluster['command']> {
    const made = commandMessage(this.#context, command);
    if (made.kind === 'rejected') return made;
    const now = this.#now();
    assertInTime(options, now);
    this.#admit(1);
    const [placement] = await withinBounds(this.#place([[now, made.message]]), options, now);
    return { kind: 'acknowledged', token: tokenOf(placement as Placement, now) };
  }

  async resolve(
    identifiers: Parameters<Cluster['resolve']>[0],
    options: ReadOptions = {},
  ): ReturnType<Cluster['resolve']> {
    return this.#reads.resolve(identifiers, options);
  }

  async getCustomer(ref: string, options: ReadOptions = {}): ReturnType<Cluster['getCustomer']> {
    return this.#reads.getCustomer(ref, options);
  }

  async explain(
    left: ProfileSelector,
    right: ProfileSelector | null,
    options: ReadOptions = {},
  ): ReturnType<Cluster['explain']> {
    return this.#reads.explain(left, right, options);
  }

  async listOrders(
    options: Parameters<Cluster['listOrders']>[0] = {},
  ): ReturnType<Cluster['listOrders']> {
    return this.#reads.listOrders(options);
  }

  async *watch(resumeToken: string | null, options: WatchOptions): AsyncIterable<FeedEvent> {
    let last = resumeToken === null ? this.#feed.last : parseResumeToken(resumeToken);
    if (last > this.#feed.last || last + 1 < this.#feed.first) throw expiredToken();
    options.onPosition?.(String(last));
    while (!options.signal.aborted && !this.#isClosed) {
      // Also in the middle: a watcher may be slower than the feed is trimmed.
      if (last + 1 < this.#feed.first) throw expiredToken();
      const events = this.#feed.after(last, FEED_BATCH);
      for (const [sequence, row] of events) {
        last = sequence;
        yield this.#feedEvent(sequence, row);
      }
      if (events.length === 0) await this.#nextChange(options.signal);
    }
  }

  async status(): Promise<ClusterStatus> {
    const counters: Record<string, number> = {};
    for (const partition of this.engine.partitions) {
      for (const [name, value] of Object.entries(partition.counters)) {
        counters[name] = (counters[name] ?? 0) + value;
      }
    }
    let state = 'running';
    if (this.#isClosed) state = 'stopped';
    else if (this.engine.failure !== null) state = 'stuck';
    return {
      mode: 'embedded',
      rulesVersion: this.#context.rules.rules.version,
      partitions: this.engine.partitions.map(({ partition, position }) => ({
        partition,
        owner: 'embedded',
        epoch: position.epoch,
        term: position.term,
        appliedSequence: position.sequence,
        durableSequence: position.sequence,
        lastSequence: position.sequence,
        outboxMessages: 0,
        quarantined: position.quarantined,
        state,
      })),
      settledLagMs: 0,
      counters,
    };
  }

  async settle(options: CallOptions = {}): Promise<void> {
    await withinBounds(this.engine.drain(), options, this.#now());
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.engine.close();
    for (const wake of this.#watchers) wake();
    if (this.#ownsStore) await this.#store.close();
  }

  #admit(count: number): void {
    if (this.#isClosed) throw new ClusterError('unavailable', 'the cluster is closed');
    // Alone, a batch larger than the queue is taken: refused, it could never be sent.
    const { waiting } = this.engine;
    if (waiting === 0 || waiting + count <= this.#maxWaiting) return;
    throw new ClusterError('overloaded', 'too many messages are waiting: send again later', {
      retryAfterMs: 100,
    });
  }

  async #place(messages: readonly Stamped[]): Promise<Placement[]> {
    try {
      return await Promise.all(this.engine.submit(messages));
    } catch (cause) {
      throw unavailable('nothing was acknowledged', cause);
    }
  }

  async #beforeRead(options: ReadOptions): Promise<void> {
    if (this.#isClosed) throw new ClusterError('unavailable', 'the cluster is closed');
    // What is in memory may be ahead of the disk that failed.
    const { failure } = this.engine;
    if (failure !== null) throw unavailable('the store failed', failure);
    assertInTime(options, this.#now());
    const { token } = options;
    if (token !== undefined && !this.#hasReached(token)) {
      await withinBounds(this.engine.drain(), options, this.#now());
      if (!this.#hasReached(token)) {
        throw new ClusterError('failed_precondition', 'the token is not of this cluster');
      }
    }
  }

  #hasReached(token: RevisionToken): boolean {
    const position = this.engine.partitions[token.partition]?.position;
    if (position === undefined || token.epoch > position.epoch) return false;
    return token.epoch < position.epoch || token.sequence <= position.sequence;
  }

  #ask(partition: number, request: QueryRequest): QueryAnswer {
    const found = this.engine.partitions[partition];
    if (found === undefined) throw new ClusterError('internal', `no partition ${partition}`);
    try {
      return answerQuery(found.actors, request);
    } catch (error) {
      if (error instanceof StoreError) throw unavailable('the store failed', error);
      throw error;
    }
  }

  #stageFeed(changes: ReadonlyMap<ProfileId, number>): readonly StoreWrite[] {
    const writes = this.#feed.stage(
      changes.keys(),
      (profile) => this.#ladderOf(profile),
      this.#context.rules.rules.clusterFloor,
      this.#now(),
    );
    this.#openFeed.push(this.#feed.staged);
    return writes;
  }

  #publishFeed(): void {
    const durable = this.#openFeed.shift();
    if (durable === undefined || durable === this.#feed.last) return;
    this.#feed.markDurable(durable);
    this.#wakeWatchers();
  }

  #ladderOf(profile: ProfileId) {
    const home = this.engine.partitions[partitionOf(this.#topology, profile)];
    return home?.actors.load('profile', profile)?.ladder ?? ([null, []] as const);
  }

  #feedEvent(sequence: number, row: ReturnType<FeedTable['after']>[number][1]): FeedEvent {
    const [kind, profile, customer, other, occurredAt] = row;
    const { references } = this.#context;
    return {
      eventId: `e${sequence}`,
      kind,
      resumeToken: String(sequence),
      occurredAt,
      customerId: references.customerId(customer),
      otherCustomerId: other === null ? null : references.customerId(other),
      profileRef: references.profileRef(profile),
    };
  }

  #wakeWatchers(): void {
    for (const wake of this.#watchers) wake();
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#watchers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#watchers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

function tokenOf(placement: Placement, origin: number): RevisionToken {
  return { ...placement, origin };
}

function unavailable(what: string, cause: unknown): ClusterError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ClusterError('unavailable', `${what}: ${message}`, { cause });
}

function expiredToken(): ClusterError {
  return new ClusterError(
    'resume_token_expired',
    'the feed no longer holds what followed this token: read customers anew and watch from now',
  );
}

function parseResumeToken(token: string): number {
  if (!/^\d{1,15}$/.test(token)) {
    throw new ClusterError('invalid_argument', 'resume_token is not one that this feed issued', {
      violations: [{ field: 'resume_token', description: 'is not one that this feed issued' }],
    });
  }
  return Number(token);
}
