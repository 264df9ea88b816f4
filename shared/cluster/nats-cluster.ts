/**
 * The cluster as a gateway sees it over NATS: ingress goes to a coordinator, look-ups go to the
 * owners of partitions, the change feed is read from its log, status comes from marks.
 */
import { setMaxListeners } from 'node:events';
import type { Bus, BusSubscription } from '../adapters/bus.ts';
import { BusError } from '../adapters/bus.ts';
import type { Log } from '../adapters/log.ts';
import type { PartyInput } from '../domain/interaction.ts';
import { compileRules } from '../ingress/compiled-rules.ts';
import {
  type CallOptions,
  type Cluster,
  ClusterError,
  type ClusterStatus,
  type FeedEvent,
  type ProfileSelector,
  type ReadOptions,
  type RevisionToken,
  type WatchOptions,
} from '../protocol/cluster.ts';
import { decode, encode } from '../protocol/codec.ts';
import {
  errorOf,
  INGEST_SUBJECT,
  type IngressAnswer,
  type IngressCall,
} from '../protocol/ingress-call.ts';
import type { FeedRow } from '../protocol/feed-row.ts';
import { decodeMarks, MARKS_SUBJECT, MarkTable } from '../protocol/marks.ts';
import { SettledRounds } from '../protocol/settled-rounds.ts';
import { type PartitionCounters, statusCounters } from '../protocol/status-counters.ts';
import { partitionCount, type Topology } from '../protocol/topology.ts';
import { feedEvent } from './feed-event.ts';
import { ClusterReads } from './cluster-reads.ts';
import { withinBounds } from './deadline.ts';
import { FeedReader } from './feed-reader.ts';
import type { JoinedGeneration } from './join-cluster.ts';
import { fromBus, isRepeatable, NatsQueries } from './nats-queries.ts';
import type { ReaderContext } from './reader.ts';
import { ReferenceCodec } from './references.ts';
import { settledLagMs, SILENT_MS } from './settled-lag.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Bytes of one call to a coordinator; NATS refuses 1 MiB. */
const CALL_BYTES_MAX = 700 * 1024;
const RETRY_MS = 100;
/**
 * A process killed with a request in hand answers never, and NATS does not tell. Requests are safe
 * to repeat, so one without an answer is made again, to whoever is there then.
 */
const CALL_ATTEMPT_MS = 5000;
const SETTLE_ATTEMPT_MS = 15_000;
/** As the index in a resume token: after all events of the entry, which are 500 at most. */
const WHOLE_ENTRY = 999_999;

type FeedEntry = readonly [eventId: string, ...row: FeedRow];

interface Waiter {
  readonly isDone: () => boolean;
  readonly resolve: () => void;
}

export class NatsCluster implements Omit<Cluster, 'audit' | 'versions' | 'stewardship'> {
  readonly generation: number;
  readonly #bus: Bus;
  readonly #feedLog: Log;
  readonly #topology: Topology;
  readonly #context: ReaderContext;
  readonly #reads: ClusterReads;
  readonly #marks = new MarkTable();
  readonly #heardAt = new Map<number, number>();
  readonly #openedAt = performance.now();
  readonly #counters = new Map<number, PartitionCounters>();
  readonly #rounds: SettledRounds;
  readonly #subscription: BusSubscription;
  readonly #waiters = new Set<Waiter>();
  #isClosed = false;

  constructor(joined: JoinedGeneration) {
    this.generation = joined.generation;
    this.#bus = joined.bus;
    this.#feedLog = joined.feedLog;
    this.#topology = joined.topology;
    this.#rounds = new SettledRounds(partitionCount(joined.topology));
    this.#context = {
      port: new NatsQueries(joined.bus, this.#marks),
      topology: joined.topology,
      rules: compileRules(joined.rules),
      references: new ReferenceCodec(joined.idKey),
      generation: joined.generation,
    };
    this.#reads = new ClusterReads(this.#context, {
      beforeRead: (options) => this.#beforeRead(options),
      settledLagMs: () => this.#settledLagMs(),
    });
    this.#subscription = this.#bus.subscribe(MARKS_SUBJECT, (bytes) => this.#takeMarks(bytes));
  }

  async ingest(
    items: Parameters<Cluster['ingest']>[0],
    options: Parameters<Cluster['ingest']>[1],
  ): ReturnType<Cluster['ingest']> {
    const answer = await this.#callInParts(
      items,
      (part) => ({
        kind: 'ingest',
        ack: options.ack,
        receivedAt: options.receivedAt ?? null,
        items: part,
      }),
      options,
    );
    return answer;
  }

  async command(
    command: Parameters<Cluster['command']>[0],
    options: Parameters<Cluster['command']>[1],
  ): ReturnType<Cluster['command']> {
    const answer = await this.#call(
      encode({
        kind: 'command',
        ack: options.ack,
        command,
      }),
      options,
    );
    if (answer.kind !== 'commanded') throw unexpected(answer);
    return answer.result;
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

  async matchRecord(
    record: PartyInput,
    options: Parameters<Cluster['matchRecord']>[1] = {},
  ): ReturnType<Cluster['matchRecord']> {
    return this.#reads.matchRecord(record, options);
  }

  async getAttribution(
    source: string,
    interactionId: string,
    options: ReadOptions = {},
  ): ReturnType<Cluster['getAttribution']> {
    return this.#reads.getAttribution(source, interactionId, options);
  }

  get context(): ReaderContext {
    return this.#context;
  }

  async listOrders(
    options: Parameters<Cluster['listOrders']>[0] = {},
  ): ReturnType<Cluster['listOrders']> {
    return this.#reads.listOrders(options);
  }

  readWith<T>(options: CallOptions, work: (context: ReaderContext) => Promise<T>): Promise<T> {
    return this.#reads.withContext(options, work);
  }

  async *watch(resumeToken: string | null, options: WatchOptions): AsyncIterable<FeedEvent> {
    const reader = new FeedReader(this.#feedLog, options.signal);
    const start = await this.#feedStart(resumeToken);
    options.onPosition?.(start.token);
    for await (const [sequence, bytes] of reader.from(start.sequence)) {
      const entries = decode(bytes) as readonly FeedEntry[];
      for (const [index, entry] of entries.entries()) {
        if (sequence === start.sequence && index <= start.index) continue;
        const [eventId, ...row] = entry;
        const version = eventId.slice(eventId.indexOf('.') + 1);
        yield feedEvent(this.#context.references, row, `${sequence}.${index}`, version);
      }
    }
  }

  async status(): Promise<ClusterStatus> {
    const now = performance.now();
    const partitions = Array.from({ length: partitionCount(this.#topology) }, (_, partition) => {
      const mark = this.#marks.get(partition);
      const isHeard = now - (this.#heardAt.get(partition) ?? -SILENT_MS) < SILENT_MS;
      return {
        partition,
        owner: isHeard ? (mark?.owner ?? null) : null,
        standby: null,
        standbyLag: 0,
        epoch: mark?.epoch ?? 0,
        term: mark?.term ?? 0,
        appliedSequence: mark?.applied ?? 0,
        durableSequence: mark?.durable ?? 0,
        lastSequence: mark?.last ?? 0,
        outboxMessages: mark?.outbox ?? 0,
        quarantined: mark?.quarantined ?? 0,
        state: !isHeard ? 'unowned' : mark?.isStuck === true ? 'stuck' : 'running',
      };
    });
    return {
      mode: 'nats',
      rulesVersion: this.#context.rules.rules.version,
      partitions,
      settledLagMs: this.#settledLagMs(),
      counters: statusCounters(this.#counters.values()),
    };
  }

  async settle(options: { readonly deadlineMs?: number } = {}): Promise<void> {
    const call: IngressCall = { kind: 'settle' };
    const answer = await this.#call(encode(call), options, SETTLE_ATTEMPT_MS);
    if (answer.kind !== 'settled') throw unexpected(answer);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#subscription.close();
    for (const waiter of this.#waiters) waiter.resolve();
  }

  /** Sends items in as many calls as their size needs; results in the order of the items. */
  async #callInParts(
    items: Parameters<Cluster['ingest']>[0],
    makeCall: (part: Parameters<Cluster['ingest']>[0]) => IngressCall,
    options: { readonly deadlineMs?: number; readonly signal?: AbortSignal },
  ): Promise<Awaited<ReturnType<Cluster['ingest']>>> {
    const bytes = encode(makeCall(items));
    if (bytes.length > CALL_BYTES_MAX && items.length > 1) {
      const half = items.length >> 1;
      const parts = await Promise.all([
        this.#callInParts(items.slice(0, half), makeCall, options),
        this.#callInParts(items.slice(half), makeCall, options),
      ]);
      return parts.flat();
    }
    const answer = await this.#call(bytes, options);
    if (answer.kind !== 'ingested') throw unexpected(answer);
    return answer.results;
  }

  /** Calls a coordinator, again while none is there or none answers, until the deadline. */
  async #call(
    bytes: Uint8Array,
    options: { readonly deadlineMs?: number; readonly signal?: AbortSignal },
    attemptMs = CALL_ATTEMPT_MS,
  ): Promise<Exclude<IngressAnswer, { kind: 'failed' }>> {
    const end = options.deadlineMs ?? Date.now() + CALL_TIMEOUT_MS;
    for (;;) {
      try {
        const reply = await this.#bus.request(INGEST_SUBJECT, bytes, {
          timeoutMs: Math.min(attemptMs, end - Date.now()),
          budgetMs: end - Date.now(),
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        });
        const answer = decode(reply) as IngressAnswer;
        if (answer.kind === 'failed') throw errorOf(answer);
        return answer;
      } catch (error) {
        if (!(error instanceof BusError)) throw error;
        if (!isRepeatable(error) || Date.now() + RETRY_MS >= end) throw fromBus(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async #beforeRead(options: ReadOptions): Promise<void> {
    if (this.#isClosed) throw new ClusterError('unavailable', 'the cluster is closed');
    const { token, tokenLevel, signal } = options;
    // A batch asks all partitions at once, each with a listener of its own on the caller's signal.
    if (signal !== undefined) setMaxListeners(2 * partitionCount(this.#topology) + 10, signal);
    if (token !== undefined) await this.#untilReached(token, tokenLevel ?? 'durable', options);
  }

  async #untilReached(
    token: RevisionToken,
    level: 'durable' | 'settled',
    options: ReadOptions,
  ): Promise<void> {
    if (token.partition >= partitionCount(this.#topology)) {
      throw new ClusterError('failed_precondition', 'the token is not of this cluster');
    }
    const bounds = { ...options, deadlineMs: options.deadlineMs ?? Date.now() + CALL_TIMEOUT_MS };
    await withinBounds(
      this.#wait(() => this.#hasReached(token)),
      bounds,
      Date.now(),
    );
    if (level === 'durable') return;
    const noted = this.#rounds.current;
    const isSettled = (): boolean => this.#rounds.isSettled(noted, token.origin);
    await withinBounds(this.#wait(isSettled), bounds, Date.now());
  }

  #hasReached(token: RevisionToken): boolean {
    const mark = this.#marks.get(token.partition);
    if (mark === undefined) return false;
    return (
      mark.epoch > token.epoch || (mark.epoch === token.epoch && mark.durable >= token.sequence)
    );
  }

  #wait(isDone: () => boolean): Promise<void> {
    if (isDone()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.add({ isDone, resolve });
    });
  }

  #takeMarks(bytes: Uint8Array): void {
    const now = performance.now();
    for (const mark of decodeMarks(bytes).partitions) {
      if (!this.#marks.take(mark)) continue;
      this.#heardAt.set(mark.partition, now);
      if (mark.counters !== null) this.#counters.set(mark.partition, mark.counters);
      this.#rounds.take(mark);
    }
    for (const waiter of this.#waiters) {
      if (!waiter.isDone()) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  #settledLagMs(): number {
    const now = performance.now();
    const count = partitionCount(this.#topology);
    const heard = Array.from({ length: count }, (_, partition) => ({
      lowOrigin: this.#marks.get(partition)?.lowOrigin ?? null,
      silentMs: now - (this.#heardAt.get(partition) ?? this.#openedAt),
    }));
    return settledLagMs(heard, Date.now());
  }

  /** Events of entry `sequence` up to `index` are not wanted; `token` resumes at the same place. */
  async #feedStart(
    resumeToken: string | null,
  ): Promise<{ sequence: number; index: number; token: string }> {
    const bounds = await this.#feedLog.bounds(0, 1);
    if (bounds === null) throw new ClusterError('unavailable', 'the change feed is not reachable');
    const token = resumeToken ?? `${bounds.lastSequence}.${WHOLE_ENTRY}`;
    const match = /^(\d{1,12})\.(\d{1,6})$/.exec(token);
    if (match === null) {
      const description = 'is not one that this feed issued';
      throw new ClusterError('invalid_argument', `resume_token ${description}`, {
        violations: [{ field: 'resume_token', description }],
      });
    }
    const sequence = Number(match[1]);
    if (sequence + 1 < bounds.firstSequence || sequence > bounds.lastSequence) {
      throw new ClusterError(
        'resume_token_expired',
        'the feed no longer holds what followed this token: read customers anew and watch from now',
      );
    }
    // Trimmed away, or before the first entry: everything that is there follows the token.
    const first = Math.max(1, bounds.firstSequence);
    if (sequence < first) return { sequence: first, index: -1, token };
    return { sequence, index: Number(match[2]), token };
  }
}

function unexpected(answer: IngressAnswer): ClusterError {
  return new ClusterError('internal', `a coordinator answered ${answer.kind}`);
}
