/**
 * The log behind placement, of two streams: the assignment tables, and the lease of the assigner.
 *
 * Both are written with the sequence that must be the last one, which of several writers lets exactly
 * one win on every server and with any number of replicas. A table is thus never written by somebody
 * who has not read the one before, whether or not it still holds the lease.
 */
import type { Bus, BusSubscription } from '../adapters/bus.ts';
import { type Clock, SYSTEM_CLOCK } from '../adapters/clock.ts';
import { type FencedLog, LogError } from '../adapters/log.ts';
import { type Assignment, emptyAssignment } from '../placement/assignment.ts';
import { TABLE_SUBJECT } from '../placement/beat.ts';
import { decode, encode } from '../protocol/codec.ts';
import { PolledRead } from './polled-read.ts';

/** Partition numbers of the log: what each of its streams holds. */
const TABLES = 0;
const LEASES = 1;
const EPOCH = 1;
/** Entries kept of each stream, and how many more there may be before it is trimmed. */
const KEPT = 50;
const TRIM_EVERY = 200;
/** A hint over the bus is faster; this finds what a lost hint announced. */
const POLL_MS = 1000;

export interface FencedEntry {
  /** Of the entry; 0: the stream is not there or cannot be used yet. */
  readonly sequence: number;
  readonly text: string;
}

export class AssignmentLog {
  readonly #log: FencedLog;

  constructor(log: FencedLog) {
    this.#log = log;
  }

  /** Makes the streams; for those who read them. */
  async create(): Promise<void> {
    for (const stream of [TABLES, LEASES]) await this.#log.create(stream, EPOCH);
  }

  /**
   * Makes the streams with their first entries, for those who write them: the first entry cannot be
   * compared with (servers before 2.10.19), so it is empty.
   */
  async open(): Promise<void> {
    await this.create();
    for (const stream of [TABLES, LEASES]) {
      const bounds = await this.#log.bounds(stream, EPOCH);
      if (bounds?.lastSequence === 0) await this.#log.append(stream, EPOCH, encode(''));
    }
  }

  lastTable(): Promise<FencedEntry> {
    return this.#last(TABLES);
  }

  lastLease(): Promise<FencedEntry> {
    return this.#last(LEASES);
  }

  /** Sequence of the new entry; null: another one came first. Rejects when the outcome is unknown. */
  writeTable(text: string, after: number): Promise<number | null> {
    return this.#write(TABLES, text, after);
  }

  writeLease(text: string, after: number): Promise<number | null> {
    return this.#write(LEASES, text, after);
  }

  async #last(stream: number): Promise<FencedEntry> {
    const bounds = await this.#log.bounds(stream, EPOCH);
    if (bounds === null || bounds.lastSequence === 0) return { sequence: 0, text: '' };
    const bytes = await this.#log.read(stream, EPOCH, bounds.lastSequence);
    if (bytes === null) throw new LogError('unavailable', 'the last entry cannot be read');
    return { sequence: bounds.lastSequence, text: decode(bytes) as string };
  }

  async #write(stream: number, text: string, after: number): Promise<number | null> {
    try {
      const sequence = await this.#log.appendAfter(stream, EPOCH, encode(text), after);
      if (sequence % TRIM_EVERY === 0) await this.#log.trim(stream, EPOCH, sequence - KEPT);
      return sequence;
    } catch (error) {
      if (error instanceof LogError && error.code === 'conflict') return null;
      throw error;
    }
  }
}

export function packAssignment(assignment: Assignment): string {
  const seats = assignment.seats.map(({ owner, standby }) => [owner, standby]);
  return JSON.stringify([assignment.revision, assignment.members, seats]);
}

export function unpackAssignment(text: string): Assignment {
  if (text === '') return emptyAssignment(0);
  const [revision, members, seats] = JSON.parse(text) as [
    number,
    string[],
    [string | null, string | null][],
  ];
  return {
    revision,
    members,
    seats: seats.map(([owner, standby]) => ({ owner, standby })),
  };
}

/** Follows the table. What is there when NATS is away stays what counts. */
export class AssignmentReader {
  readonly #log: AssignmentLog;
  readonly #listeners = new Set<(assignment: Assignment) => void>();
  readonly #hint: BusSubscription;
  #assignment: Assignment = emptyAssignment(0);
  #sequence = 0;
  readonly #polled: PolledRead;

  constructor(log: AssignmentLog, bus: Bus, clock: Clock = SYSTEM_CLOCK) {
    this.#log = log;
    this.#polled = new PolledRead(() => this.#read(), POLL_MS, clock);
    this.#hint = bus.subscribe(TABLE_SUBJECT, () => void this.refresh().catch(() => undefined));
    this.#polled.start();
  }

  get assignment(): Assignment {
    return this.#assignment;
  }

  /** Sequence of the table that was read last. */
  get sequence(): number {
    return this.#sequence;
  }

  onChange(listener: (assignment: Assignment) => void): void {
    this.#listeners.add(listener);
    if (this.#assignment.revision > 0) listener(this.#assignment);
  }

  /** Resolves when a table written before the call is what counts. */
  refresh(): Promise<void> {
    return this.#polled.refresh();
  }

  close(): void {
    this.#polled.close();
    this.#hint.close();
    this.#listeners.clear();
  }

  async #read(): Promise<void> {
    const { sequence, text } = await this.#log.lastTable();
    if (sequence === this.#sequence || this.#polled.isClosed) return;
    this.#sequence = sequence;
    const read = unpackAssignment(text);
    // A log that lost its tail shows an older table: what was followed already is not undone.
    if (read.revision <= this.#assignment.revision) return;
    this.#assignment = read;
    for (const listener of this.#listeners) listener(read);
  }
}
