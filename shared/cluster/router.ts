/**
 * The router: appends ingress to partitions' logs and tells when it is accepted and durable.
 *
 * Stateless between processes: what is not acknowledged when a router dies is sent again by its
 * client, and interaction actors drop repeats. Owns every message until its entry is confirmed by
 * the owner's mark (sequence and tag): lost entries, new epochs and doubtful appends are simply
 * appended again. Bounded: `maxPending` messages per partition, above it callers are refused.
 */
import type { Clock } from '../adapters/clock.ts';
import { type Log, LogError } from '../adapters/log.ts';
import { activeTraces, inSpans, joinTraces, type Traces } from '../adapters/tracing.ts';
import { ClusterError } from '../protocol/cluster.ts';
import { FrameWriter, type Stamped, type Subframe, SubframeKind } from '../protocol/frame.ts';
import type { MarkTable, PartitionMark } from '../protocol/marks.ts';
import { backoffMs, hasMoved, isOnItsWay } from '../protocol/overdue.ts';
import { destinationOf, type Topology } from '../protocol/topology.ts';

export interface RouterOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly marks: MarkTable;
  readonly topology: Topology;
  /** Unique among all routers that ever ran: begins the tags of its entries. */
  readonly routerId: string;
  readonly limits?: Partial<RouterLimits>;
  /** Told how long things took; each function is called once an entry at most. */
  readonly times?: RouterTimes;
  /** An append was not acknowledged; it is repeated, unless the entry is too large. */
  readonly onAppendFailed?: (partition: number, epoch: number, error: unknown) => void;
}

/** Takes seconds. */
export interface RouterTimes {
  readonly appended: (seconds: number) => void;
  readonly durable: (seconds: number) => void;
  readonly resolved: (seconds: number) => void;
}

export interface RouterLimits {
  /** Most messages per partition that are not durable yet. */
  readonly maxPending: number;
  /** Most messages in one entry. */
  readonly entryMessages: number;
  readonly entryBytes: number;
  /** Most entries of one partition whose append is not acknowledged yet. */
  readonly appendsInFlight: number;
  /** An entry not confirmed within this time is appended again, unless it is on its way. */
  readonly resendMs: number;
  readonly retryMs: number;
  /** Owners' outbox pressure from which ingress is refused (link traffic never is). */
  readonly pressureMax: number;
}

export const DEFAULT_ROUTER_LIMITS: RouterLimits = {
  maxPending: 5000,
  entryMessages: 128,
  entryBytes: 256 * 1024,
  appendsInFlight: 2,
  resendMs: 3000,
  retryMs: 250,
  pressureMax: 0.7,
};

export interface Placement {
  readonly partition: number;
  readonly epoch: number;
  readonly sequence: number;
}

interface Item {
  readonly stamped: Stamped;
  readonly takenAt: number;
  readonly traces: Traces;
  readonly accepted: (placement: Placement) => void;
  readonly durable: (placement: Placement) => void;
  readonly failed: (error: unknown) => void;
}

interface Entry {
  readonly items: readonly Item[];
  bytes: Uint8Array;
  readonly tag: string;
  epoch: number;
  /** When its first message was taken in, epoch milliseconds. */
  readonly takenAt: number;
  /** null while the append is under way or in doubt. */
  sequence: number | null;
  /** Appends again in a row to an owner that did not move. */
  repeats: number;
  cancelTimer: (() => void) | null;
}

interface Lane {
  readonly partition: number;
  readonly waiting: Item[];
  /** Appended or under way, not confirmed; also those to be appended again. */
  readonly open: Map<string, Entry>;
  readonly again: Entry[];
  pending: number;
  inFlight: number;
  isPumpQueued: boolean;
}

/** A submitted message: when it is in the log, and when its owner has it on disk. */
export interface Submission {
  readonly accepted: Promise<Placement>;
  readonly durable: Promise<Placement>;
}

export class Router {
  readonly #options: RouterOptions;
  readonly #limits: RouterLimits;
  readonly #lanes = new Map<number, Lane>();
  readonly #frames: FrameWriter;
  #isClosed = false;
  #entries = 0;
  appends = 0;
  appendFailures = 0;
  repeats = 0;
  refusals = 0;
  /** Calls whose caller's deadline passed before they were answered; what they wait for is dropped. */
  expiries = 0;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_ROUTER_LIMITS, ...options.limits };
    this.#frames = new FrameWriter(options.routerId);
  }

  /** Messages not durable yet. */
  get pending(): number {
    let sum = 0;
    for (const lane of this.#lanes.values()) sum += lane.pending;
    return sum;
  }

  /** Age of the oldest message that is not durable, milliseconds; 0: there is none. */
  get oldestPendingMs(): number {
    const now = this.#options.clock.now();
    let oldest = now;
    for (const { open, waiting } of this.#lanes.values()) {
      for (const { takenAt } of open.values()) oldest = Math.min(oldest, takenAt);
      oldest = Math.min(oldest, waiting[0]?.takenAt ?? oldest);
    }
    return Math.max(0, now - oldest);
  }

  /** Takes all messages or refuses all: `overloaded` with a delay, or `unavailable`. */
  submit(messages: readonly Stamped[]): Submission[] {
    if (this.#isClosed) throw new ClusterError('unavailable', 'the router is closing');
    const { topology } = this.#options;
    const wanted = new Map<number, number>();
    const destinations = messages.map((stamped) => destinationOf(topology, stamped[1]));
    for (const one of destinations) wanted.set(one, (wanted.get(one) ?? 0) + 1);
    for (const [partition, count] of wanted) this.#admit(partition, count);
    const submissions = messages.map((stamped, index) =>
      this.#enqueue(this.#lane(destinations[index] as number), stamped),
    );
    for (const partition of wanted.keys()) this.#queuePump(this.#lane(partition));
    return submissions;
  }

  /** To be called with every newer mark, after `marks` took it. */
  takeMark(mark: PartitionMark): void {
    const lane = this.#lanes.get(mark.partition);
    if (lane === undefined) return;
    // The owner's word may be here before the log's own answer to the append.
    for (const [sequence, tag] of mark.confirmed) {
      const entry = lane.open.get(tag);
      if (entry !== undefined) this.#confirm(lane, entry, mark.epoch, sequence);
    }
    for (const entry of lane.open.values()) {
      if (entry.epoch < mark.epoch) this.#appendAgain(lane, entry);
    }
    this.#queuePump(lane);
  }

  close(): void {
    this.#isClosed = true;
    const error = new ClusterError('unavailable', 'the router closed: outcome unknown, send again');
    for (const lane of this.#lanes.values()) {
      for (const entry of lane.open.values()) {
        entry.cancelTimer?.();
        for (const item of entry.items) item.failed(error);
      }
      for (const item of lane.waiting) item.failed(error);
    }
    this.#lanes.clear();
  }

  #admit(partition: number, count: number): void {
    const mark = this.#options.marks.get(partition);
    const pressure = mark?.pressure ?? 0;
    if (pressure < this.#limits.pressureMax) {
      if (this.#lane(partition).pending + count <= this.#limits.maxPending) return;
    }
    this.refusals++;
    throw new ClusterError('overloaded', `partition ${partition} has too much waiting`, {
      retryAfterMs: 200,
    });
  }

  #enqueue(lane: Lane, stamped: Stamped): Submission {
    let accepted!: Item['accepted'];
    let durable!: Item['durable'];
    let failAccepted!: (error: unknown) => void;
    let failDurable!: (error: unknown) => void;
    const submission: Submission = {
      accepted: new Promise((resolve, reject) => {
        accepted = resolve;
        failAccepted = reject;
      }),
      durable: new Promise((resolve, reject) => {
        durable = resolve;
        failDurable = reject;
      }),
    };
    // Callers wait for one of the two; the other must not become an unhandled rejection.
    submission.accepted.catch(() => undefined);
    submission.durable.catch(() => undefined);
    const failed = (error: unknown): void => {
      failAccepted(error);
      failDurable(error);
    };
    const takenAt = this.#options.clock.now();
    lane.waiting.push({ stamped, takenAt, traces: activeTraces(), accepted, durable, failed });
    lane.pending++;
    return submission;
  }

  #queuePump(lane: Lane): void {
    if (lane.isPumpQueued || this.#isClosed) return;
    lane.isPumpQueued = true;
    // Messages submitted in one turn of the event loop share an entry.
    queueMicrotask(() => {
      lane.isPumpQueued = false;
      if (!this.#isClosed) this.#pump(lane);
    });
  }

  #pump(lane: Lane): void {
    const mark = this.#options.marks.get(lane.partition);
    // Until the owner has spoken the epoch is unknown; its mark pumps again.
    if (mark === undefined) return;
    while (lane.inFlight < this.#limits.appendsInFlight) {
      const entry = this.#repeated(lane) ?? this.#nextEntry(lane);
      if (entry === null) return;
      entry.epoch = mark.epoch;
      lane.inFlight++;
      void this.#append(lane, entry);
    }
  }

  /** No two appends are of equal bytes, see frame.ts. */
  #repeated(lane: Lane): Entry | null {
    const entry = lane.again.shift();
    if (entry === undefined) return null;
    entry.bytes = this.#frames.again(entry.bytes);
    return entry;
  }

  #nextEntry(lane: Lane): Entry | null {
    if (lane.waiting.length === 0) return null;
    let items = lane.waiting.slice(0, this.#limits.entryMessages);
    const tag = `${this.#options.routerId}.${++this.#entries}`;
    let bytes = this.#frames.encode(contentOf(items, tag));
    while (bytes.length > this.#limits.entryBytes && items.length > 1) {
      items = items.slice(0, items.length >> 1);
      bytes = this.#frames.encode(contentOf(items, tag));
    }
    lane.waiting.splice(0, items.length);
    const entry: Entry = {
      items,
      bytes,
      tag,
      epoch: 0,
      takenAt: items[0]?.takenAt ?? this.#options.clock.now(),
      sequence: null,
      repeats: 0,
      cancelTimer: null,
    };
    lane.open.set(tag, entry);
    return entry;
  }

  async #append(lane: Lane, entry: Entry): Promise<void> {
    const { log, clock, times } = this.#options;
    const { partition } = lane;
    this.appends++;
    const startedAt = clock.now();
    try {
      const traces = joinTraces(entry.items);
      const attributes = { 'selfsame.partition': partition, 'selfsame.epoch': entry.epoch };
      const sequence = await inSpans('send entry', 'producer', traces, attributes, () =>
        log.append(partition, entry.epoch, entry.bytes),
      );
      times?.appended(secondsSince(startedAt, clock));
      lane.inFlight--;
      if (this.#isClosed || !lane.open.has(entry.tag)) return;
      entry.sequence = sequence;
      for (const item of entry.items) item.accepted({ partition, epoch: entry.epoch, sequence });
      this.#watch(lane, entry, sequence);
    } catch (error) {
      this.appendFailures++;
      this.#options.onAppendFailed?.(partition, entry.epoch, error);
      lane.inFlight--;
      if (this.#isClosed || !lane.open.has(entry.tag)) return;
      if (error instanceof LogError && error.code === 'too_large') {
        this.#fail(lane, entry, error);
        return;
      }
      entry.cancelTimer = clock.schedule(this.#limits.retryMs, () => {
        entry.cancelTimer = null;
        lane.again.push(entry);
        this.#queuePump(lane);
      });
    }
    this.#queuePump(lane);
  }

  /** Unless the owner confirms the entry in time, appends it again when it is lost. */
  #watch(lane: Lane, entry: Entry, sequence: number): void {
    const { clock, marks } = this.#options;
    const before = marks.get(lane.partition);
    entry.cancelTimer = clock.schedule(backoffMs(this.#limits.resendMs, entry.repeats), () => {
      entry.cancelTimer = null;
      this.#look(lane, entry, sequence, before);
    });
  }

  #look(lane: Lane, entry: Entry, sequence: number, before: PartitionMark | undefined): void {
    const mark = this.#options.marks.get(lane.partition);
    if (isOnItsWay(mark, { epoch: entry.epoch, sequence }, before)) {
      entry.repeats = 0;
      this.#watch(lane, entry, sequence);
      return;
    }
    entry.repeats = hasMoved(mark, before) ? 0 : entry.repeats + 1;
    this.#appendAgain(lane, entry);
    this.#queuePump(lane);
  }

  #appendAgain(lane: Lane, entry: Entry): void {
    if (!lane.open.has(entry.tag) || entry.sequence === null) return;
    entry.cancelTimer?.();
    entry.cancelTimer = null;
    entry.sequence = null;
    this.repeats++;
    lane.again.push(entry);
  }

  #confirm(lane: Lane, entry: Entry, epoch: number, sequence: number): void {
    entry.cancelTimer?.();
    lane.open.delete(entry.tag);
    const queued = lane.again.indexOf(entry);
    if (queued >= 0) lane.again.splice(queued, 1);
    lane.pending -= entry.items.length;
    const { partition } = lane;
    const placement = { partition, epoch, sequence };
    const { clock, times } = this.#options;
    times?.durable(secondsSince(entry.takenAt, clock));
    for (const item of entry.items) {
      item.accepted(placement);
      item.durable(placement);
    }
  }

  #fail(lane: Lane, entry: Entry, error: unknown): void {
    lane.open.delete(entry.tag);
    lane.pending -= entry.items.length;
    for (const item of entry.items) item.failed(error);
  }

  #lane(partition: number): Lane {
    let lane = this.#lanes.get(partition);
    if (lane === undefined) {
      lane = {
        partition,
        waiting: [],
        open: new Map(),
        again: [],
        pending: 0,
        inFlight: 0,
        isPumpQueued: false,
      };
      this.#lanes.set(partition, lane);
    }
    return lane;
  }
}

/** A clock that was set back meanwhile makes no negative time. */
function secondsSince(startedAt: number, clock: Clock): number {
  return Math.max(0, clock.now() - startedAt) / 1000;
}

function contentOf(items: readonly Item[], tag: string): Subframe[] {
  return [[SubframeKind.ingress, items.map((item) => item.stamped), tag]];
}
