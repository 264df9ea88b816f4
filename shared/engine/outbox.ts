/**
 * The outbox of one partition: link messages kept until their destination holds them durably.
 *
 * Rows `x/<destination>/<link epoch>/<first number>` are written with the state that made them. A
 * batch may be sent once its commit is durable, and as often as needed: numbers let the receiver
 * drop repeats.
 */
import type { Store, StoreWrite } from '../adapters/store.ts';
import { activeTraces, type Traces } from '../adapters/tracing.ts';
import { decode } from '../protocol/codec.ts';
import type { SubframeBytes, LinkSubframe } from '../protocol/frame.ts';
import { endOf, type LinkBatch } from './link-numbers.ts';
import type { LinkOutput } from './partition.ts';
import { partitionPrefix } from './partition.ts';

export interface OutboxBatch {
  readonly first: number;
  readonly last: number;
  /** Least origin of its messages. */
  readonly origin: number;
  readonly linkEpoch: number;
  /** As it was made: the row in the store, and what goes into a frame. */
  readonly encoded: SubframeBytes;
  /** Of the entry that made it; not kept over a restart. */
  readonly traces: Traces;
}

/** Counts of batches since the process began. */
export interface LaneProgress {
  readonly sent: number;
  readonly acknowledged: number;
}

interface Lane {
  readonly batches: OutboxBatch[];
  /** Batches that may be sent: their commit is durable. */
  released: number;
  /** Batches handed to the log since the last rewind. */
  cursor: number;
  /** Batches that were acknowledged so far. */
  acknowledged: number;
}

export class Outbox {
  readonly #prefix: string;
  readonly #lanes = new Map<number, Lane>();
  #deletes: StoreWrite[] = [];
  #messages = 0;
  #bytes = 0;

  /** Reads back what an earlier process left; all of that is durable. */
  constructor(partition: number, store: Store) {
    this.#prefix = `${partitionPrefix(partition)}x/`;
    for (const [key, bytes] of store.range(this.#prefix, `${this.#prefix}\x7f`)) {
      const destination = Number(key.slice(this.#prefix.length, this.#prefix.length + 4));
      const lane = this.#lane(destination);
      lane.batches.push(this.#batchOf({ subframe: decode(bytes) as LinkSubframe, bytes }));
      lane.released++;
    }
  }

  /** Messages not yet durable at their destination. */
  get messages(): number {
    return this.#messages;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Least origin waiting here; null: empty. */
  get lowOrigin(): number | null {
    let least: number | null = null;
    for (const { batches } of this.#lanes.values()) {
      for (const batch of batches) if (least === null || batch.origin < least) least = batch.origin;
    }
    return least;
  }

  get destinations(): IterableIterator<number> {
    return this.#lanes.keys();
  }

  /** Takes outputs in; the writes join the commit of the state that made them. */
  add(outputs: readonly LinkOutput[], writes: StoreWrite[]): void {
    for (const { destination, batch } of outputs) {
      const waiting = this.#batchOf(batch);
      this.#lane(destination).batches.push(waiting);
      writes.push([this.#key(destination, waiting), waiting.encoded]);
    }
  }

  /** How many batches each lane holds: what `release` may let go once the commit is durable. */
  extent(): ReadonlyMap<number, number> {
    return new Map(
      Array.from(this.#lanes, ([destination, lane]) => [destination, lastNumber(lane)]),
    );
  }

  release(extent: ReadonlyMap<number, number>): void {
    for (const [destination, last] of extent) {
      const lane = this.#lane(destination);
      while (lane.released < lane.batches.length) {
        const next = lane.batches[lane.released] as OutboxBatch;
        if (next.last > last) break;
        lane.released++;
      }
    }
  }

  /** The next batch to send, or null. The caller then moves the cursor with `sent`. */
  next(destination: number): OutboxBatch | null {
    const lane = this.#lanes.get(destination);
    if (lane === undefined || lane.cursor >= lane.released) return null;
    return lane.batches[lane.cursor] ?? null;
  }

  /** Of the batches that may be sent and were not; counts up to what one entry may hold. */
  readyBytes(destination: number, most: number): number {
    const lane = this.#lanes.get(destination);
    let bytes = 0;
    for (let at = lane?.cursor ?? 0; lane !== undefined && at < lane.released; at++) {
      bytes += lane.batches[at]?.encoded.length ?? 0;
      if (bytes >= most) break;
    }
    return bytes;
  }

  sent(destination: number): void {
    this.#lane(destination).cursor++;
  }

  /** Sends everything that is not durable once more. */
  rewind(destination: number): void {
    const lane = this.#lanes.get(destination);
    if (lane !== undefined) lane.cursor = 0;
  }

  /** The destination holds everything up to `number` of the link epoch durably; older: all. */
  acknowledge(destination: number, linkEpoch: number, number: number): boolean {
    const lane = this.#lanes.get(destination);
    if (lane === undefined) return false;
    let done = 0;
    for (const batch of lane.batches) {
      const isLater = batch.linkEpoch === linkEpoch && batch.last > number;
      if (batch.linkEpoch > linkEpoch || isLater) break;
      this.#deletes.push([this.#key(destination, batch), null]);
      this.#messages -= batch.last - batch.first + 1;
      this.#bytes -= batch.encoded.length;
      done++;
    }
    if (done === 0) return false;
    lane.batches.splice(0, done);
    lane.released = Math.max(0, lane.released - done);
    lane.cursor = Math.max(0, lane.cursor - done);
    lane.acknowledged += done;
    return true;
  }

  /** How many batches went to the destination and how many of them it holds, in all. */
  progress(destination: number): LaneProgress {
    const { acknowledged = 0, cursor = 0 } = this.#lanes.get(destination) ?? {};
    return { sent: acknowledged + cursor, acknowledged };
  }

  /** Deletes of acknowledged rows, to join any later commit. */
  takeDeletes(): StoreWrite[] {
    const deletes = this.#deletes;
    this.#deletes = [];
    return deletes;
  }

  #lane(destination: number): Lane {
    let lane = this.#lanes.get(destination);
    if (lane === undefined) {
      lane = { batches: [], released: 0, cursor: 0, acknowledged: 0 };
      this.#lanes.set(destination, lane);
    }
    return lane;
  }

  #batchOf(batch: LinkBatch): OutboxBatch {
    const [, , linkEpoch, first, messages] = batch.subframe;
    let origin = Number.POSITIVE_INFINITY;
    for (const message of messages) if (message[0] < origin) origin = message[0];
    this.#messages += messages.length;
    this.#bytes += batch.bytes.length;
    const traces = activeTraces();
    return { first, last: endOf(batch), origin, linkEpoch, encoded: batch.bytes, traces };
  }

  /** Numbers begin anew in every link epoch: without it a new row would replace an old one. */
  #key(destination: number, { linkEpoch, first }: OutboxBatch): string {
    const lane = String(destination).padStart(4, '0');
    const epoch = String(linkEpoch).padStart(6, '0');
    return `${this.#prefix}${lane}/${epoch}/${String(first).padStart(12, '0')}`;
  }
}

function lastNumber(lane: Lane): number {
  return lane.batches[lane.batches.length - 1]?.last ?? 0;
}
