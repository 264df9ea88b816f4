/**
 * The sender: carries the outboxes of one process to the logs of other partitions.
 *
 * One append in flight per destination (go-back-N): a pipeline over a reconnect may land 5, 7, 8
 * with 6 lost. One entry carries batches of all local sources. What no durable mark covers after
 * `resendMs` is sent again, unless it is on its way (`overdue.ts`).
 */
import type { Clock } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import { inSpans, joinTraces } from '../adapters/tracing.ts';
import type { SubframeBytes, FrameWriter } from '../protocol/frame.ts';
import type { MarkTable, PartitionMark } from '../protocol/marks.ts';
import { backoffMs, hasMoved, isOnItsWay } from '../protocol/overdue.ts';
import type { Outbox, OutboxBatch } from './outbox.ts';

export interface SenderOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly marks: MarkTable;
  readonly frames: FrameWriter;
  /** The outboxes of the partitions owned by this process. */
  readonly outboxes: () => Iterable<Outbox>;
  /** Most bytes of batches in one entry. */
  readonly entryBytes: number;
  readonly resendMs: number;
  readonly retryMs: number;
}

interface Lane {
  isBusy: boolean;
  /** An append failed or is in doubt: nothing overtakes it, the timer goes back first. */
  isDoubtful: boolean;
  /** Epoch the cursors are valid for. */
  epoch: number;
  /** As of the last append that succeeded; null: none since the lane was at its beginning. */
  sent: Sent | null;
  /** How often it went back to its beginning. */
  rewinds: number;
  /** Repetitions in a row to an owner that did not move. */
  repeats: number;
  cancelTimer: (() => void) | null;
}

/** What was sent up to an append. */
interface Sent {
  readonly epoch: number;
  readonly sequence: number;
  /** Batches of each outbox, counted since the process began. */
  readonly batches: ReadonlyMap<Outbox, number>;
}

export class Sender {
  readonly #options: SenderOptions;
  readonly #lanes = new Map<number, Lane>();
  #isClosed = false;
  appends = 0;
  resends = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Something may be ready for these destinations (all when omitted). */
  wake(destinations?: Iterable<number>): void {
    if (this.#isClosed) return;
    const wanted = new Set<number>();
    if (destinations !== undefined) for (const one of destinations) wanted.add(one);
    else {
      for (const outbox of this.#options.outboxes()) {
        for (const one of outbox.destinations) wanted.add(one);
      }
    }
    for (const destination of wanted) void this.#pump(destination);
  }

  close(): void {
    this.#isClosed = true;
    for (const lane of this.#lanes.values()) lane.cancelTimer?.();
  }

  async #pump(destination: number): Promise<void> {
    const lane = this.#lane(destination);
    if (lane.isBusy || this.#isClosed) return;
    const mark = this.#options.marks.get(destination);
    // The destination's epoch is unknown until its owner has spoken; its mark wakes us.
    if (mark === undefined) return;
    if (mark.epoch !== lane.epoch) {
      lane.epoch = mark.epoch;
      lane.sent = null;
      lane.repeats = 0;
      lane.isDoubtful = false;
      this.#rewind(destination);
    }
    if (lane.isDoubtful) return;
    if (this.#mayGather(destination, lane, mark)) return;
    const gathered: OutboxBatch[] = [];
    const subframes = this.#gather(destination, gathered);
    if (subframes.length === 0) return;
    lane.isBusy = true;
    try {
      this.appends++;
      const { log, frames } = this.#options;
      const attributes = { 'selfsame.partition': destination, 'selfsame.epoch': lane.epoch };
      const { epoch, rewinds } = lane;
      const sequence = await inSpans(
        'send link',
        'producer',
        joinTraces(gathered),
        attributes,
        () => log.append(destination, epoch, frames.encode(subframes)),
      );
      lane.isBusy = false;
      if (lane.rewinds === rewinds) {
        lane.sent = { epoch, sequence, batches: this.#sentTo(destination) };
        // Under steady traffic a timer that every append pushed back would never fire.
        if (lane.cancelTimer === null) this.#watch(destination, lane, lane.sent);
      }
      void this.#pump(destination);
    } catch {
      // Outcome unknown, or another epoch: send all of it again after a while.
      lane.isBusy = false;
      lane.isDoubtful = true;
      lane.cancelTimer?.();
      this.#later(lane, this.#options.retryMs, () => this.#sendAgain(destination, lane));
    }
  }

  /**
   * The destination has an entry of ours before it: what follows may as well become one entry, as
   * long as that is not full. What is not covered is watched, so this ends.
   */
  #mayGather(destination: number, { sent }: Lane, { applied }: PartitionMark): boolean {
    if (sent === null || applied >= sent.sequence || this.#isCovered(destination, sent))
      return false;
    return this.#readyBytes(destination) < this.#options.entryBytes;
  }

  /** Looks after a while whether what was sent has become durable. */
  #watch(destination: number, lane: Lane, sent: Sent): void {
    const { marks, resendMs } = this.#options;
    const before = marks.get(destination);
    this.#later(lane, backoffMs(resendMs, lane.repeats), () => {
      this.#look(destination, lane, sent, before);
    });
  }

  #look(destination: number, lane: Lane, sent: Sent, before: PartitionMark | undefined): void {
    const mark = this.#options.marks.get(destination);
    if (sent.epoch !== lane.epoch || this.#isCovered(destination, sent)) {
      lane.repeats = 0;
      if (lane.sent !== null && lane.sent !== sent) this.#watch(destination, lane, lane.sent);
      return;
    }
    if (isOnItsWay(mark, sent, before)) {
      lane.repeats = 0;
      this.#watch(destination, lane, sent);
      return;
    }
    lane.repeats = hasMoved(mark, before) ? 0 : lane.repeats + 1;
    this.#sendAgain(destination, lane);
  }

  #sendAgain(destination: number, lane: Lane): void {
    lane.isDoubtful = false;
    lane.sent = null;
    lane.rewinds++;
    this.resends++;
    this.#rewind(destination);
    void this.#pump(destination);
  }

  #later(lane: Lane, delayMs: number, action: () => void): void {
    if (this.#isClosed) return;
    lane.cancelTimer = this.#options.clock.schedule(delayMs, () => {
      lane.cancelTimer = null;
      action();
    });
  }

  #sentTo(destination: number): ReadonlyMap<Outbox, number> {
    const batches = new Map<Outbox, number>();
    for (const outbox of this.#options.outboxes()) {
      batches.set(outbox, outbox.progress(destination).sent);
    }
    return batches;
  }

  /** Of the outboxes that are still sent from here. */
  #isCovered(destination: number, { batches }: Sent): boolean {
    for (const outbox of this.#options.outboxes()) {
      if (outbox.progress(destination).acknowledged < (batches.get(outbox) ?? 0)) return false;
    }
    return true;
  }

  #rewind(destination: number): void {
    for (const outbox of this.#options.outboxes()) outbox.rewind(destination);
  }

  #readyBytes(destination: number): number {
    const { entryBytes } = this.#options;
    let bytes = 0;
    for (const outbox of this.#options.outboxes()) {
      bytes += outbox.readyBytes(destination, entryBytes - bytes);
      if (bytes >= entryBytes) break;
    }
    return bytes;
  }

  /** What goes into one entry; the batches themselves are added to `gathered`. */
  #gather(destination: number, gathered: OutboxBatch[]): SubframeBytes[] {
    const subframes: SubframeBytes[] = [];
    let bytes = 0;
    for (const outbox of this.#options.outboxes()) {
      for (;;) {
        const batch: OutboxBatch | null = outbox.next(destination);
        if (batch === null) break;
        const size = batch.encoded.length;
        if (bytes > 0 && bytes + size > this.#options.entryBytes) return subframes;
        bytes += size;
        subframes.push(batch.encoded);
        gathered.push(batch);
        outbox.sent(destination);
      }
    }
    return subframes;
  }

  #lane(destination: number): Lane {
    let lane = this.#lanes.get(destination);
    if (lane === undefined) {
      lane = {
        isBusy: false,
        isDoubtful: false,
        epoch: 0,
        sent: null,
        rewinds: 0,
        repeats: 0,
        cancelTimer: null,
      };
      this.#lanes.set(destination, lane);
    }
    return lane;
  }
}
