/**
 * Marks: what owners publish about their partitions, out of band and at most once.
 *
 * Senders keep what they sent until the receiver's *durable* mark covers it; routers acknowledge
 * DURABLE by them; everybody learns epochs from them. A lost mark only delays: owners repeat
 * everything at intervals. Marks of a lower (epoch, term) than one seen are ignored.
 */
import { decode, encode } from './codec.ts';
import type { PartitionCounters } from './status-counters.ts';

export interface PartitionMark {
  readonly partition: number;
  readonly epoch: number;
  readonly term: number;
  readonly owner: string;
  /** Sequence applied and flushed in this epoch. */
  readonly durable: number;
  readonly applied: number;
  /** Last sequence the owner knows its log to have. */
  readonly last: number;
  /** Least origin that is unfinished here; null: none. */
  readonly lowOrigin: number | null;
  /** Outgoing messages not yet durable at their destination. */
  readonly outbox: number;
  /** 0..1: how full the outbox is; routers refuse ingress from 0.7 on. */
  readonly pressure: number;
  readonly quarantined: number;
  readonly isStuck: boolean;
  /** Durable link numbers: `[source, link epoch, number]`; only those that changed, or all. */
  readonly links: readonly (readonly [number, number, number])[];
  /**
   * Ingress that became durable since the last mark: `[sequence, tag]`. A sequence alone proves
   * nothing: a log that lost its tail gives it to another entry.
   */
  readonly confirmed: readonly (readonly [number, string])[];
  /** What the owner counted since it took the partition; null in marks that tell changes only. */
  readonly counters: PartitionCounters | null;
  /**
   * Changes of entries up to this one of the epoch are in the feed (`SettledFeed.toldThrough`); null in
   * marks that tell changes only.
   */
  readonly told: number | null;
}

export interface Marks {
  readonly owner: string;
  /** Counts up per owner process: two waves of reports tell a settled state from a passing one. */
  readonly wave: number;
  readonly partitions: readonly PartitionMark[];
}

export const MARKS_SUBJECT = 'selfsame.v1.marks';

export function encodeMarks(marks: Marks): Uint8Array {
  return encode([
    marks.owner,
    marks.wave,
    marks.partitions.map((mark) => [
      mark.partition,
      mark.epoch,
      mark.term,
      mark.owner,
      mark.durable,
      mark.applied,
      mark.last,
      mark.lowOrigin,
      mark.outbox,
      mark.pressure,
      mark.quarantined,
      mark.isStuck,
      mark.links,
      mark.confirmed,
      mark.counters,
      mark.told,
    ]),
  ]);
}

type PackedMark = readonly [
  number,
  number,
  number,
  string,
  number,
  number,
  number,
  number | null,
  number,
  number,
  number,
  boolean,
  readonly (readonly [number, number, number])[],
  readonly (readonly [number, string])[],
  PartitionCounters | null,
  number | null,
];

export function decodeMarks(bytes: Uint8Array): Marks {
  const [owner, wave, partitions] = decode(bytes) as [string, number, PackedMark[]];
  return {
    owner,
    wave,
    partitions: partitions.map((mark) => ({
      partition: mark[0],
      epoch: mark[1],
      term: mark[2],
      owner: mark[3],
      durable: mark[4],
      applied: mark[5],
      last: mark[6],
      lowOrigin: mark[7],
      outbox: mark[8],
      pressure: mark[9],
      quarantined: mark[10],
      isStuck: mark[11],
      links: mark[12],
      confirmed: mark[13],
      counters: mark[14],
      told: mark[15],
    })),
  };
}

/** The newest mark of each partition, with the rule that decides which is newer. */
export class MarkTable {
  readonly #marks = new Map<number, PartitionMark>();

  /** Takes a mark in; false when one of a higher epoch, or higher term of its epoch, was seen. */
  take(mark: PartitionMark): boolean {
    const known = this.#marks.get(mark.partition);
    if (known !== undefined && isOlder(mark, known)) return false;
    this.#marks.set(mark.partition, mark);
    return true;
  }

  get(partition: number): PartitionMark | undefined {
    return this.#marks.get(partition);
  }

  values(): IterableIterator<PartitionMark> {
    return this.#marks.values();
  }

  get size(): number {
    return this.#marks.size;
  }
}

/**
 * Terms count the owners of one epoch's log. A state restored from a snapshot opens a higher epoch
 * but may know fewer terms than its predecessor: its marks must win, or nobody would ever send to
 * the epoch.
 */
function isOlder(mark: PartitionMark, known: PartitionMark): boolean {
  if (mark.epoch !== known.epoch) return mark.epoch < known.epoch;
  return mark.term < known.term;
}
