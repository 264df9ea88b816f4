/**
 * The sender: carries the outboxes of one process to the logs of other partitions.
 *
 * One append in flight per destination (go-back-N): a pipeline over a reconnect may land 5, 7, 8
 * with 6 lost. One entry carries batches of all local sources. Whatever was not
 * covered by a durable mark within `resendMs` is sent again.
 */
import type { Clock } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import { inSpans, joinTraces } from '../adapters/tracing.ts';
import type { FrameWriter, Subframe } from '../protocol/frame.ts';
import type { MarkTable } from '../protocol/marks.ts';
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
  cancelTimer: (() => void) | null;
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
      lane.isDoubtful = false;
      this.#rewind(destination);
    }
    if (lane.isDoubtful) return;
    const gathered: OutboxBatch[] = [];
    const subframes = this.#gather(destination, gathered);
    if (subframes.length === 0) return;
    lane.isBusy = true;
    try {
      this.appends++;
      const { log, frames } = this.#options;
      const attributes = { 'selfsame.partition': destination, 'selfsame.epoch': lane.epoch };
      await inSpans('send link', 'producer', joinTraces(gathered), attributes, () =>
        log.append(destination, lane.epoch, frames.encode(subframes)),
      );
      lane.isBusy = false;
      // Under steady traffic a timer that every append pushed back would never fire.
      if (lane.cancelTimer === null) this.#watch(destination, lane, this.#options.resendMs);
      void this.#pump(destination);
    } catch {
      // Outcome unknown, or another epoch: send all of it again after a while.
      lane.isBusy = false;
      lane.isDoubtful = true;
      this.#watch(destination, lane, this.#options.retryMs);
    }
  }

  /** Unless everything becomes durable in time, go back and send it again. */
  #watch(destination: number, lane: Lane, delayMs: number): void {
    lane.cancelTimer?.();
    if (this.#isClosed) return;
    lane.cancelTimer = this.#options.clock.schedule(delayMs, () => {
      lane.cancelTimer = null;
      lane.isDoubtful = false;
      this.resends++;
      this.#rewind(destination);
      void this.#pump(destination);
    });
  }

  #rewind(destination: number): void {
    for (const outbox of this.#options.outboxes()) outbox.rewind(destination);
  }

  /** What goes into one entry; the batches themselves are added to `gathered`. */
  #gather(destination: number, gathered: OutboxBatch[]): Subframe[] {
    const subframes: Subframe[] = [];
    let bytes = 0;
    for (const outbox of this.#options.outboxes()) {
      for (;;) {
        const batch: OutboxBatch | null = outbox.next(destination);
        if (batch === null) break;
        if (bytes > 0 && bytes + batch.bytes > this.#options.entryBytes) return subframes;
        bytes += batch.bytes;
        subframes.push(batch.subframe);
        gathered.push(batch);
        outbox.sent(destination);
      }
    }
    return subframes;
  }

  #lane(destination: number): Lane {
    let lane = this.#lanes.get(destination);
    if (lane === undefined) {
      lane = { isBusy: false, isDoubtful: false, epoch: 0, cancelTimer: null };
      this.#lanes.set(destination, lane);
    }
    return lane;
  }
}
