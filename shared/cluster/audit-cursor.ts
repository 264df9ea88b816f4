/**
 * The reading half of one shelf of the audit trail: from the latest record to the oldest, by place.
 *
 * R1: entries that the log holds twice (a repeated append) are told once; an entry whose seal does
 *     not fit, or whose number is not the next of its writer, is told as damaged; so is the first of a
 *     log that was made anew.
 */
import type { Log } from '../adapters/log.ts';
import type { AuditRecord } from '../protocol/audit.ts';
import { type OpenedEntry, openEntry } from './audit-entry.ts';

const EPOCH = 1;
/** Entries read at a time. */
const CHUNK = 16;
/** Clocks of gateways differ: entries are in order of time to within this. */
const SKEW_MS = 60_000;

/** Of the record that comes next: sequence of its entry, index in it. */
export type AuditPlace = readonly [sequence: number, index: number];

export interface AuditHead {
  readonly record: AuditRecord;
  readonly isDamaged: boolean;
}

export class AuditCursor {
  readonly #log: Log;
  readonly #place: number;
  readonly #key: Uint8Array;
  /** By sequence; null: not there. */
  #chunk = new Map<number, OpenedEntry | null | 'unreadable'>();
  /** The entry of each writer that was told last: it came after those that follow now. */
  readonly #later = new Map<string, OpenedEntry>();
  #first = 1;
  #sequence = 0;
  #index = 0;
  /** Entries looked at. */
  entriesRead = 0;

  /** `place`: partition of the log. */
  constructor(log: Log, place: number, key: Uint8Array) {
    this.#log = log;
    this.#place = place;
    this.#key = key;
  }

  get position(): AuditPlace {
    return [this.#sequence, this.#index];
  }

  /** Goes to `from`, or without it to the last record that may be earlier than `until`. */
  async open(from: AuditPlace | null, until: number | null): Promise<void> {
    const bounds = await this.#log.bounds(this.#place, EPOCH);
    if (bounds === null) return;
    this.#first = bounds.firstSequence;
    if (from !== null) {
      this.#sequence = Math.min(from[0], bounds.lastSequence);
      this.#index = Math.max(0, from[1]);
      await this.#lookBack(bounds.lastSequence);
    } else {
      const last = bounds.lastSequence;
      this.#sequence = until === null ? last : await this.#lastBefore(until + SKEW_MS, last);
      this.#index = Number.MAX_SAFE_INTEGER;
    }
  }

  /** The next record; null: there is none, or none that can be as late as `since`. */
  async head(since: number): Promise<AuditHead | null> {
    for (;;) {
      if (this.#sequence < this.#first) return null;
      const entry = await this.#entry(this.#sequence);
      if (entry === 'unreadable') return { record: UNREADABLE, isDamaged: true };
      if (entry === null || entry.records.length === 0) {
        this.#leave(null);
        continue;
      }
      this.#index = Math.min(this.#index, entry.records.length - 1);
      const later = this.#later.get(entry.writer);
      if (later !== undefined && later.number === entry.number && later.seal === entry.seal) {
        this.#leave(null);
        continue;
      }
      const record = entry.records[this.#index] as AuditRecord;
      if (record.time < since - SKEW_MS) return null;
      // A log that was made anew begins in the middle of somebody's numbers.
      const isAnew = this.#sequence === 1 && entry.number > 1;
      return { record, isDamaged: !entry.isIntact || isAnew || !isBefore(entry, later) };
    }
  }

  /** Past the record that `head` told. */
  advance(): void {
    if (this.#index > 0) this.#index--;
    else {
      const entry = this.#chunk.get(this.#sequence) ?? null;
      this.#leave(entry === 'unreadable' ? null : entry);
    }
  }

  #leave(entry: OpenedEntry | null): void {
    if (entry !== null) this.#later.set(entry.writer, entry);
    this.#sequence--;
    this.#index = Number.MAX_SAFE_INTEGER;
  }

  async #entry(sequence: number): Promise<OpenedEntry | null | 'unreadable'> {
    if (!this.#chunk.has(sequence)) {
      const from = Math.max(this.#first, sequence - CHUNK + 1);
      const wanted = Array.from({ length: sequence - from + 1 }, (_, index) => from + index);
      const entries = await Promise.all(wanted.map((one) => this.#read(one)));
      this.#chunk = new Map(wanted.map((one, index) => [one, entries[index] ?? null]));
      this.entriesRead += wanted.length;
    }
    return this.#chunk.get(sequence) ?? null;
  }

  async #read(sequence: number): Promise<OpenedEntry | null | 'unreadable'> {
    const bytes = await this.#log.read(this.#place, EPOCH, sequence);
    return bytes === null ? null : (openEntry(this.#key, bytes) ?? 'unreadable');
  }

  /** What the page before told last: whose numbers must fit those that follow now. */
  async #lookBack(last: number): Promise<void> {
    const to = Math.min(last, this.#sequence + CHUNK);
    for (let sequence = to; sequence > this.#sequence; sequence--) {
      const entry = await this.#read(sequence);
      if (entry !== null && entry !== 'unreadable') this.#later.set(entry.writer, entry);
    }
  }

  /** The last sequence whose entry is earlier than `time`, by halves. */
  async #lastBefore(time: number, last: number): Promise<number> {
    let low = this.#first - 1;
    let high = last;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const entry = await this.#read(middle);
      const isEarlier =
        entry === null || entry === 'unreadable' || (entry.records[0]?.time ?? 0) < time;
      if (isEarlier) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Whether the two follow each other with their writer; true when there is no later one. */
function isBefore(entry: OpenedEntry, later: OpenedEntry | undefined): boolean {
  if (later === undefined) return true;
  return later.number === entry.number + 1 && later.before === entry.seal;
}

const UNREADABLE: AuditRecord = {
  callId: '',
  phase: 'lost',
  time: 0,
  actor: '',
  certificate: '',
  tenant: '',
  method: '',
  requestId: '',
  outcome: '',
  reason: 'UNREADABLE',
  items: 0,
  references: [],
};
