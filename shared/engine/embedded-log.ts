/**
 * The log of the embedded cluster, in the store's own environment: an append can be part of the
 * same transaction as the state it leads to (`stage`), so neither can be ahead of the other.
 *
 * Rows: `l<partition>/<epoch>/<sequence>` = entry. Last sequences are found by a reverse range at
 * first use and kept in memory afterwards; one process owns the store.
 */
import {
  type Log,
  type LogBounds,
  type LogEntry,
  LogError,
  type LogSubscriber,
  type LogSubscription,
} from '../adapters/log.ts';
import { type Store, StoreError, type StoreWrite } from '../adapters/store.ts';

const DIGITS = 12;
/** Entries handed to a subscriber at once. */
const BATCH = 256;

function logPrefix(partition: number, epoch: number): string {
  return `l${String(partition).padStart(4, '0')}/${String(epoch).padStart(6, '0')}/`;
}

function entryKey(partition: number, epoch: number, sequence: number): string {
  return logPrefix(partition, epoch) + String(sequence).padStart(DIGITS, '0');
}

interface Tail {
  first: number;
  last: number;
}

interface Reader {
  readonly partition: number;
  readonly epoch: number;
  next: number;
  isBusy: boolean;
  isClosed: boolean;
  readonly subscriber: LogSubscriber;
}

export class EmbeddedLog implements Log {
  readonly maxEntryBytes = 64 * 1024 * 1024;
  readonly #store: Store;
  readonly #tails = new Map<string, Tail>();
  readonly #readers = new Set<Reader>();
  #isClosed = false;

  constructor(store: Store) {
    this.#store = store;
  }

  async currentEpoch(partition: number): Promise<number> {
    this.#assertOpen();
    const prefix = `l${String(partition).padStart(4, '0')}/`;
    const [last] = this.#store.range(prefix, `${prefix}\x7f`, { limit: 1, reverse: true });
    return last === undefined ? 0 : Number(last[0].slice(prefix.length, prefix.length + 6));
  }

  async create(partition: number, epoch: number): Promise<void> {
    if (this.#tail(partition, epoch) !== null) return;
    await this.#commit([this.stageCreate(partition, epoch)]);
  }

  /** The write that creates the log of an epoch, for a transaction of the caller's. */
  stageCreate(partition: number, epoch: number): StoreWrite {
    this.#tails.set(logPrefix(partition, epoch), { first: 1, last: 0 });
    // Sequence 0 is no entry: it marks that the log exists and keeps its epoch.
    return [entryKey(partition, epoch, 0), new Uint8Array(0)];
  }

  async bounds(partition: number, epoch: number): Promise<LogBounds | null> {
    const tail = this.#tail(partition, epoch);
    return tail === null ? null : { firstSequence: tail.first, lastSequence: tail.last };
  }

  async append(partition: number, epoch: number, bytes: Uint8Array): Promise<number> {
    if (bytes.length > this.maxEntryBytes) {
      throw new LogError(
        'too_large',
        `entry of ${bytes.length} bytes; at most ${this.maxEntryBytes}`,
      );
    }
    const staged = this.stage(partition, epoch, bytes);
    await this.#commit([staged.write]);
    this.#wake();
    return staged.sequence;
  }

  /** Gives the next sequence and the write that appends the entry, for the caller's transaction. */
  stage(
    partition: number,
    epoch: number,
    bytes: Uint8Array,
  ): { readonly sequence: number; readonly write: StoreWrite } {
    const tail = this.#tail(partition, epoch);
    if (tail === null) throw noSuchLog(partition, epoch);
    tail.last++;
    return { sequence: tail.last, write: [entryKey(partition, epoch, tail.last), bytes] };
  }

  /** The writes that drop entries below `belowSequence`; the last entry always stays. */
  stageTrim(partition: number, epoch: number, belowSequence: number): StoreWrite[] {
    const tail = this.#tail(partition, epoch);
    if (tail === null) return [];
    const below = Math.min(belowSequence, tail.last);
    const writes: StoreWrite[] = [];
    for (let sequence = tail.first; sequence < below; sequence++) {
      writes.push([entryKey(partition, epoch, sequence), null]);
    }
    if (below > tail.first) tail.first = below;
    return writes;
  }

  async read(partition: number, epoch: number, sequence: number): Promise<Uint8Array | null> {
    this.#assertOpen();
    if (sequence < 1) return null;
    return this.#store.get(entryKey(partition, epoch, sequence)) ?? null;
  }

  subscribe(
    partition: number,
    epoch: number,
    fromSequence: number,
    subscriber: LogSubscriber,
  ): LogSubscription {
    const reader: Reader = {
      partition,
      epoch,
      next: fromSequence,
      isBusy: false,
      isClosed: false,
      subscriber,
    };
    this.#readers.add(reader);
    setImmediate(() => void this.#serve(reader));
    return {
      close: () => {
        reader.isClosed = true;
        this.#readers.delete(reader);
      },
    };
  }

  async trim(partition: number, epoch: number, belowSequence: number): Promise<void> {
    if (this.#tail(partition, epoch) === null) throw noSuchLog(partition, epoch);
    await this.#commit(this.stageTrim(partition, epoch, belowSequence));
  }

  async remove(partition: number, epoch: number): Promise<void> {
    this.#assertOpen();
    const prefix = logPrefix(partition, epoch);
    const writes: StoreWrite[] = this.#store
      .range(prefix, `${prefix}\x7f`)
      .map(([key]) => [key, null]);
    this.#tails.delete(prefix);
    await this.#commit(writes);
    for (const reader of this.#readers) {
      if (reader.partition !== partition || reader.epoch !== epoch) continue;
      this.#lose(reader, 'the log of this epoch was removed');
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const reader of this.#readers) reader.isClosed = true;
    this.#readers.clear();
  }

  #tail(partition: number, epoch: number): Tail | null {
    this.#assertOpen();
    const prefix = logPrefix(partition, epoch);
    const known = this.#tails.get(prefix);
    if (known !== undefined) return known;
    const [last] = this.#store.range(prefix, `${prefix}\x7f`, { limit: 1, reverse: true });
    if (last === undefined) return null;
    const [, first] = this.#store.range(prefix, `${prefix}\x7f`, { limit: 2 });
    const lastSequence = Number(last[0].slice(prefix.length));
    const tail = {
      first: first === undefined ? lastSequence + 1 : Number(first[0].slice(prefix.length)),
      last: lastSequence,
    };
    this.#tails.set(prefix, tail);
    return tail;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new LogError('closed', 'the log is closed');
  }

  async #commit(writes: readonly StoreWrite[]): Promise<void> {
    if (writes.length === 0) return;
    try {
      await this.#store.commit(writes);
    } catch (cause) {
      // The store refuses everything from now on: nothing more can be delivered either.
      const message = cause instanceof Error ? cause.message : String(cause);
      for (const reader of this.#readers) this.#lose(reader, message);
      const isFull = cause instanceof StoreError && cause.code === 'disk_full';
      throw new LogError(isFull ? 'full' : 'unavailable', message, { cause });
    }
  }

  #wake(): void {
    for (const reader of this.#readers) void this.#serve(reader);
  }

  async #serve(reader: Reader): Promise<void> {
    if (reader.isBusy || reader.isClosed) return;
    reader.isBusy = true;
    try {
      for (;;) {
        const entries = this.#entriesFrom(reader);
        if (entries === null) return this.#lose(reader, 'the log is behind the reader, or gone');
        const last = entries.at(-1);
        if (last === undefined || reader.isClosed) return;
        reader.next = last.sequence + 1;
        await reader.subscriber.onEntries(entries);
      }
    } catch (error) {
      this.#lose(reader, error instanceof Error ? error.message : String(error));
    } finally {
      reader.isBusy = false;
    }
  }

  /**
   * The next entries for a reader, which sees by itself when some were trimmed; null when there is
   * no log or its end is before what the reader has seen.
   */
  #entriesFrom(reader: Reader): LogEntry[] | null {
    const tail = this.#tail(reader.partition, reader.epoch);
    if (tail === null || reader.next > tail.last + 1) return null;
    if (reader.next < 1) reader.next = 1;
    const rows = this.#store.range(
      entryKey(reader.partition, reader.epoch, reader.next),
      `${logPrefix(reader.partition, reader.epoch)}\x7f`,
      { limit: BATCH },
    );
    const prefix = logPrefix(reader.partition, reader.epoch);
    return rows.map(([key, bytes]) => ({ sequence: Number(key.slice(prefix.length)), bytes }));
  }

  #lose(reader: Reader, reason: string): void {
    if (reader.isClosed) return;
    reader.isClosed = true;
    this.#readers.delete(reader);
    reader.subscriber.onLost(reason);
  }
}

function noSuchLog(partition: number, epoch: number): LogError {
  return new LogError('no_such_log', `partition ${partition} has no log of epoch ${epoch}`);
}
