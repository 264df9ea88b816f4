/**
 * The log servers of a simulated cluster: what all processes share and what survives their crashes.
 *
 * Owns the streams and everything that may happen to them. Knows nothing of what
 * entries mean.
 */
import { LogError } from '../../shared/adapters/log.ts';

export interface Stream {
  first: number;
  last: number;
  readonly entries: Map<number, Uint8Array>;
  /** What stood at a sequence before the log lost its tail. */
  readonly lost: Map<number, Uint8Array>;
  /** Whether it ever lost or changed anything: it no longer tells how the state came to be. */
  wasDamaged: boolean;
  /** Whether an owner asked for the bounds since the last damage. */
  isVerified: boolean;
  readonly readers: Set<StreamReader>;
}

/** A subscription as the server sees it. */
export interface StreamReader {
  /** Entries were appended. */
  wake(): void;
  /** The subscription will notice that it lost its stream. */
  lose(): void;
}

function forget(stream: Stream, sequence: number): void {
  const bytes = stream.entries.get(sequence);
  if (bytes !== undefined) stream.lost.set(sequence, bytes);
  stream.entries.delete(sequence);
}

export class ClusterLog {
  readonly #streams = new Map<number, Map<number, Stream>>();
  /** Virtual time until which a partition's log has no leader. */
  readonly gapUntil = new Map<number, number>();
  /** What happens to a partition's log right after an owner has looked at its bounds. */
  readonly afterBounds = new Map<number, () => void>();
  /** Appends that may still take effect. */
  openAppends = 0;

  currentEpoch(partition: number): number {
    let highest = 0;
    for (const epoch of this.#streams.get(partition)?.keys() ?? []) {
      if (epoch > highest) highest = epoch;
    }
    return highest;
  }

  current(partition: number): Stream | undefined {
    return this.stream(partition, this.currentEpoch(partition));
  }

  stream(partition: number, epoch: number): Stream | undefined {
    return this.#streams.get(partition)?.get(epoch);
  }

  create(partition: number, epoch: number): void {
    let epochs = this.#streams.get(partition);
    if (epochs === undefined) {
      epochs = new Map();
      this.#streams.set(partition, epochs);
    }
    if (epochs.has(epoch)) return;
    epochs.set(epoch, {
      first: 1,
      last: 0,
      entries: new Map(),
      lost: new Map(),
      wasDamaged: false,
      isVerified: false,
      readers: new Set(),
    });
  }

  remove(partition: number, epoch: number): void {
    const stream = this.stream(partition, epoch);
    if (stream === undefined) return;
    this.#streams.get(partition)?.delete(epoch);
    for (const reader of stream.readers) reader.lose();
  }

  /** `after`: only if that is the last sequence; null: whatever it is. */
  append(partition: number, epoch: number, bytes: Uint8Array, after: number | null = null): number {
    const stream = this.stream(partition, epoch);
    if (stream === undefined) {
      throw new LogError('no_such_log', `no log of partition ${partition} epoch ${epoch}`);
    }
    if (after !== null && stream.last !== after) {
      throw new LogError('conflict', `the last sequence is ${stream.last}, not ${after}`);
    }
    // One append that lands twice, with a loss between, at the very place where it stood: a transport
    // that publishes once does not do that, and no hash of the entry applied last would show it
    // (residual risk in shared/protocol/README.md).
    if (stream.lost.get(stream.last + 1) === bytes) {
      throw new LogError('unavailable', 'the log lost this append: outcome unknown');
    }
    stream.last++;
    stream.entries.set(stream.last, bytes);
    for (const reader of stream.readers) reader.wake();
    return stream.last;
  }

  read(partition: number, epoch: number, sequence: number): Uint8Array | null {
    return this.stream(partition, epoch)?.entries.get(sequence) ?? null;
  }

  /** Loses the latest entries; their sequences will be given out again. */
  loseTail(stream: Stream, count: number): void {
    const kept = Math.max(stream.first - 1, stream.last - count);
    for (let sequence = kept + 1; sequence <= stream.last; sequence++) forget(stream, sequence);
    stream.last = kept;
    this.#damage(stream);
    for (const reader of stream.readers) reader.lose();
  }

  /** Starts again at sequence 1 as if it were new. */
  empty(stream: Stream): void {
    for (const sequence of stream.entries.keys()) forget(stream, sequence);
    stream.first = 1;
    stream.last = 0;
    this.#damage(stream);
    for (const reader of stream.readers) reader.lose();
  }

  makeHole(stream: Stream, sequence: number): void {
    stream.entries.delete(sequence);
    this.#damage(stream);
  }

  flipBit(stream: Stream, sequence: number, bit: number): void {
    const bytes = stream.entries.get(sequence);
    if (bytes === undefined) return;
    stream.entries.set(sequence, flipped(bytes, bit));
    this.#damage(stream);
  }

  /** Drops entries below, which nobody asked for; always keeps the last one. */
  purge(stream: Stream, below: number): void {
    if (this.trim(stream, below)) this.#damage(stream);
  }

  /** As its owner asks for it: no damage. True when something went. */
  trim(stream: Stream, below: number): boolean {
    const first = Math.min(below, stream.last);
    for (let sequence = stream.first; sequence < first; sequence++) stream.entries.delete(sequence);
    if (first <= stream.first) return false;
    stream.first = first;
    return true;
  }

  #damage(stream: Stream): void {
    stream.wasDamaged = true;
    stream.isVerified = false;
  }
}

export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  const index = (bit >> 3) % copy.length;
  copy[index] = (copy[index] as number) ^ (1 << (bit & 7));
  return copy;
}
