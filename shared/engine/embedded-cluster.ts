/**
 * The embedded cluster: the whole of Selfsame in this process, over one store directory.
 *
 * Every commit is settled (see `embedded-engine.ts`), so all acknowledgement levels wait for the
 * same moment and the settled lag is 0.
 */
import { LmdbStore } from '../adapters/lmdb-store.ts';
import type { Store, StoreWrite } from '../adapters/store.ts';
import { LogAuditTrail } from '../cluster/audit-trail.ts';
import { ClusterStewardship } from '../cluster/cluster-stewardship.ts';
import { commandMessage } from '../cluster/command-messages.ts';
import { assertInTime, withinBounds } from '../cluster/deadline.ts';
import { feedEvent } from '../cluster/feed-event.ts';
import type { ReaderContext } from '../cluster/reader.ts';
import { ReferenceCodec } from '../cluster/references.ts';
import { routeBatch } from '../cluster/route-batch.ts';
import { actorOf, isEvidenceId } from '../domain/actors/evidence-standing.ts';
import type { PartyInput } from '../domain/interaction.ts';
import {
  type CallOptions,
  type Cluster,
  ClusterError,
  type ClusterStatus,
  type FeedEvent,
  type IngestResult,
  type ProfileSelector,
  type ReadOptions,
  type WatchOptions,
} from '../protocol/cluster.ts';
import type { Audited } from '../protocol/audit.ts';
import type { Stamped } from '../protocol/frame.ts';
import { statusCounters } from '../protocol/status-counters.ts';
import { partitionOf } from '../protocol/topology.ts';
import { type ClusterRecord, type EmbeddedOptions, readConfig } from './embedded-config.ts';
import type { EmbeddedEngine, Placement } from './embedded-engine.ts';
import { EmbeddedGeneration, type GenerationOptions, unavailable } from './embedded-generation.ts';
import { EmbeddedVersions } from './embedded-versions.ts';
import { feedStateOf } from './feed-state.ts';
import { FeedTable } from './feed-table.ts';
import { openAuditLog } from './embedded-audit.ts';
import type { FeedSubject } from './partition.ts';

const FEED_BATCH = 500;

/** Opens or creates an embedded cluster. Throws `StoreError`, or `ClusterError` on other rules. */
export async function openEmbeddedCluster(options: EmbeddedOptions): Promise<EmbeddedCluster> {
  const { dataDir } = options;
  const ownsStore = typeof dataDir === 'string';
  const store = typeof dataDir === 'string' ? await LmdbStore.open(dataDir) : dataDir;
  try {
    const record = await readConfig(store, options);
    const cluster = new EmbeddedCluster(store, ownsStore, record, options);
    await cluster.open();
    return cluster;
  } catch (error) {
    if (ownsStore) await store.close().catch(() => undefined);
    throw error;
  }
}

export class EmbeddedCluster implements Cluster, Audited {
  readonly versions: EmbeddedVersions;
  readonly stewardship: ClusterStewardship;
  readonly audit: LogAuditTrail;
  readonly #store: Store;
  readonly #ownsStore: boolean;
  readonly #feed: FeedTable;
  readonly #references: ReferenceCodec;
  readonly #maxWaiting: number;
  readonly #now: () => number;
  readonly #watchers = new Set<() => void>();
  /** Of each round whose commit is open: the last feed event it staged. */
  readonly #openFeed: number[] = [];
  readonly #generationOptions: GenerationOptions;
  #live: EmbeddedGeneration;
  /** While the live generation is being exchanged: resolves when ingress may go on. */
  #held: Promise<void> | null = null;
  #isClosed = false;

  constructor(
    store: Store,
    ownsStore: boolean,
    { config, versions }: ClusterRecord,
    options: EmbeddedOptions,
  ) {
    this.#store = store;
    this.#ownsStore = ownsStore;
    this.#maxWaiting = options.maxWaiting ?? 50_000;
    this.#now = options.now ?? Date.now;
    this.#feed = new FeedTable(store, options.keptEvents ?? 100_000);
    this.#references = new ReferenceCodec(Buffer.from(config.idKey, 'hex'));
    this.#generationOptions = {
      store,
      references: this.#references,
      maxActors: options.maxActors ?? 200_000,
      keptEntries: options.keptEntries ?? 1000,
      hooks: {
        beforeRead: (readOptions) => this.#beforeRead(readOptions),
        settledLagMs: () => 0,
      },
      onRound: (from, changes) => (from === this.#live ? this.#stageFeed(changes.keys()) : []),
      onDurable: (from) => {
        if (from === this.#live) this.#publishFeed();
      },
    };
    this.#live = new EmbeddedGeneration(versions.live, this.#generationOptions);
    this.stewardship = new ClusterStewardship({
      read: (readOptions, work) => this.#live.read((reads) => reads.withContext(readOptions, work)),
      command: (command, callOptions) => this.command(command, callOptions),
      versions: () => this.versions,
    });
    this.audit = new LogAuditTrail({
      log: () => openAuditLog(options),
      idKey: Buffer.from(config.idKey, 'hex'),
      rules: () => this.#live.rules,
      customer: (ref) => this.getCustomer(ref),
      keptEntries: options.keptAuditEntries ?? 100_000,
    });
    this.versions = new EmbeddedVersions(
      {
        store,
        now: this.#now,
        live: () => this.#live,
        openGeneration: async (record) => {
          const generation = new EmbeddedGeneration(record, this.#generationOptions);
          await generation.engine.open();
          return generation;
        },
        holdIngress: () => this.#holdIngress(),
        switchTo: (generation) => {
          this.#live = generation;
        },
        tellFeed: (subjects, writes) => this.#tellFeed(subjects as readonly FeedSubject[], writes),
        onError: options.onVersionsError ?? (() => undefined),
      },
      versions,
    );
  }

  async open(): Promise<void> {
    await this.engine.open();
    await this.versions.open();
  }

  get engine(): EmbeddedEngine {
    return this.#live.engine;
  }

  get context(): ReaderContext {
    return this.#live.context;
  }

  async ingest(
    items: Parameters<Cluster['ingest']>[0],
    options: Parameters<Cluster['ingest']>[1],
  ): Promise<readonly IngestResult[]> {
    if (this.#held !== null) await withinBounds(this.#held, options, this.#now());
    const now = this.#now();
    assertInTime(options, now);
    this.#admit(items.length);
    const live = this.#live;
    const batch = routeBatch(live.rules, items, options.receivedAt ?? now, now);
    const placed = await withinBounds(this.#place(batch.messages), options, this.#now());
    for (const [position, [index, dropped]] of batch.items.entries()) {
      const token = live.tokenOf(placed[position] as Placement, now);
      batch.results[index] = { kind: 'acknowledged', token, dropped };
    }
    return batch.results as IngestResult[];
  }

  async command(
    command: Parameters<Cluster['command']>[0],
    options: Parameters<Cluster['command']>[1],
  ): ReturnType<Cluster['command']> {
    if (this.#held !== null) await withinBounds(this.#held, options, this.#now());
    const live = this.#live;
    const made = commandMessage(live.context, command);
    if (made.kind === 'rejected') return made;
    const now = this.#now();
    assertInTime(options, now);
    this.#admit(1);
    const [placement] = await withinBounds(this.#place([[now, made.message]]), options, now);
    return { kind: 'acknowledged', token: live.tokenOf(placement as Placement, now) };
  }

  async resolve(
    identifiers: Parameters<Cluster['resolve']>[0],
    options: ReadOptions = {},
  ): ReturnType<Cluster['resolve']> {
    return this.#live.read((reads) => reads.resolve(identifiers, options));
  }

  async getCustomer(ref: string, options: ReadOptions = {}): ReturnType<Cluster['getCustomer']> {
    return this.#live.read((reads) => reads.getCustomer(ref, options));
  }

  async explain(
    left: ProfileSelector,
    right: ProfileSelector | null,
    options: ReadOptions = {},
  ): ReturnType<Cluster['explain']> {
    return this.#live.read((reads) => reads.explain(left, right, options));
  }

  async matchRecord(
    record: PartyInput,
    options: Parameters<Cluster['matchRecord']>[1] = {},
  ): ReturnType<Cluster['matchRecord']> {
    return this.#live.read((reads) => reads.matchRecord(record, options));
  }

  async getAttribution(
    source: string,
    interactionId: string,
    options: ReadOptions = {},
  ): ReturnType<Cluster['getAttribution']> {
    return this.#live.read((reads) => reads.getAttribution(source, interactionId, options));
  }

  async listOrders(
    options: Parameters<Cluster['listOrders']>[0] = {},
  ): ReturnType<Cluster['listOrders']> {
    return this.#live.read((reads) => reads.listOrders(options));
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
        yield feedEvent(this.#references, row, String(sequence), '');
      }
      if (events.length === 0) await this.#nextChange(options.signal);
    }
  }

  async status(): Promise<ClusterStatus> {
    let state = 'running';
    if (this.#isClosed) state = 'stopped';
    else if (this.engine.failure !== null) state = 'stuck';
    return {
      mode: 'embedded',
      rulesVersion: this.#live.rules.rules.version,
      partitions: this.engine.partitions.map(({ partition, position }) => ({
        partition,
        owner: 'embedded',
        standby: null,
        standbyLag: 0,
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
      counters: statusCounters(this.engine.partitions.map(({ counters }) => counters)),
    };
  }

  async settle(options: CallOptions = {}): Promise<void> {
    await withinBounds(this.engine.drain(), options, this.#now());
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.audit.close();
    await this.versions.close();
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

  async #place(messages: readonly Stamped[]): Promise<readonly Placement[]> {
    try {
      return await this.engine.submit(messages);
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
    if (token !== undefined && !this.#live.hasReached(token)) {
      await withinBounds(this.engine.drain(), options, this.#now());
      if (!this.#live.hasReached(token)) {
        throw new ClusterError('failed_precondition', 'the token is not of this cluster');
      }
    }
  }

  #holdIngress(): () => void {
    let release: () => void = () => undefined;
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      this.#held = null;
      release();
    };
  }

  #stageFeed(subjects: Iterable<FeedSubject>): readonly StoreWrite[] {
    const floor = this.#live.rules.rules.clusterFloor;
    const writes = this.#feed.stage(
      subjects,
      (subject) => feedStateOf(this.#homeOf(subject), subject, floor),
      this.#now(),
    );
    this.#openFeed.push(this.#feed.staged);
    return writes;
  }

  /** As if these had changed; in one transaction with `writes`. */
  async #tellFeed(subjects: readonly FeedSubject[], writes: readonly StoreWrite[]): Promise<void> {
    const known = subjects.filter((subject) => {
      if (isEvidenceId(subject) || this.#feed.hasTold(subject)) return true;
      const state = this.#homeOf(subject)?.load('profile', subject);
      return state !== undefined && state.days.length > 0;
    });
    const staged = this.#stageFeed(known);
    await this.#store.commit([...staged, ...writes]);
    this.#publishFeed();
  }

  #publishFeed(): void {
    const durable = this.#openFeed.shift();
    if (durable === undefined || durable === this.#feed.last) return;
    this.#feed.markDurable(durable);
    this.#wakeWatchers();
  }

  #homeOf(subject: FeedSubject) {
    const { engine, context } = this.#live;
    const actor = isEvidenceId(subject) ? actorOf(subject) : subject;
    return engine.partitions[partitionOf(context.topology, actor)]?.actors;
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
