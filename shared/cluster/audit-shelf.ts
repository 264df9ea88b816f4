/**
 * The writing half of one shelf of the audit trail: numbers, batches, repeats.
 *
 * W1: one append at a time, so that an entry's number is its place among the writer's; what comes
 *     meanwhile goes into the next one.
 * W2: an append whose outcome is unknown is repeated with the same bytes until it is known: a reader
 *     drops repeats by number. Callers do not wait for that longer than `patienceMs`.
 * W3: at most `waitingMax` records wait. More are dropped and counted; the count is the first record
 *     of the next entry.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { type Log, LogError } from '../adapters/log.ts';
import type { AuditRecord } from '../protocol/audit.ts';
import { ClusterError } from '../protocol/cluster.ts';
import { sealEntry } from './audit-entry.ts';

const EPOCH = 1;
/** An entry of records with all their references stays below the 256 KiB of a log entry. */
const BATCH_RECORDS = 100;
const BATCH_REFERENCES = 4_000;
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 2_000;

export interface ShelfOptions {
  /** Partition of the log. */
  readonly place: number;
  readonly key: Uint8Array;
  readonly waitingMax: number;
  readonly patienceMs: number;
  /** After each append, e.g. to trim. */
  readonly onAppended?: (sequence: number) => void;
  /** After each append that failed; the next attempt opens the log anew if this forgot it. */
  readonly onFailed?: (error: unknown) => void;
}

interface Waiting {
  readonly record: AuditRecord;
  /** Told when the record is durable; null: nobody waits. */
  readonly done: (() => void) | null;
}

export class ShelfWriter {
  readonly #log: () => Promise<Log>;
  readonly #options: ShelfOptions;
  readonly #writer = randomBytes(6).toString('hex');
  #waiting: Waiting[] = [];
  #number = 0;
  #before = '';
  /** Why the last append failed; undefined: it did not. */
  #failure: unknown;
  #lost = 0;
  #lostTotal = 0;
  #written = 0;
  #isBusy = false;
  #isClosed = false;
  #wake: () => void = () => undefined;

  /** `log` opens the log, or rejects while that is not possible. */
  constructor(log: () => Promise<Log>, options: ShelfOptions) {
    this.#log = log;
    this.#options = options;
  }

  get state(): { readonly waiting: number; readonly lost: number; readonly written: number } {
    return { waiting: this.#waiting.length, lost: this.#lostTotal, written: this.#written };
  }

  /** Rejects with `unavailable` when the record is not durable in time; it may become so later. */
  write(record: AuditRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(unavailable(this.#failure));
        return;
      }
      const timer = setTimeout(() => {
        // Not sent yet: then it never is.
        this.#waiting = this.#waiting.filter((one) => one !== entry);
        reject(unavailable(this.#failure));
      }, this.#options.patienceMs);
      const entry: Waiting = {
        record,
        done: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiting.push(entry);
      this.#start();
    });
  }

  note(record: AuditRecord): void {
    if (this.#isClosed || this.#waiting.length >= this.#options.waitingMax) {
      this.#lost++;
      this.#lostTotal++;
      return;
    }
    this.#waiting.push({ record, done: null });
    this.#start();
  }

  /** Writes what waits, for as long as `patienceMs` at most. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const endMs = performance.now() + this.#options.patienceMs;
    while (this.#isBusy && performance.now() < endMs) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.#waiting = [];
    this.#wake();
  }

  #start(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    // The records of one turn of the event loop make one entry.
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      const records = batch.map(({ record }) => record);
      if (this.#lost > 0) {
        records.unshift(lostRecord(records[0] as AuditRecord, this.#lost));
        this.#lost = 0;
      }
      const entry = { writer: this.#writer, number: this.#number + 1, before: this.#before };
      const sealed = sealEntry(this.#options.key, { ...entry, records });
      if (!(await this.#append(sealed.bytes))) break;
      this.#number++;
      this.#before = sealed.seal;
      this.#written += records.length;
      for (const { done } of batch) done?.();
    }
    this.#isBusy = false;
  }

  #take(): Waiting[] {
    let references = 0;
    let count = 0;
    for (const { record } of this.#waiting) {
      references += record.references.length;
      if (count === BATCH_RECORDS || (count > 0 && references > BATCH_REFERENCES)) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  /** Until the log has taken the entry; false: closed before. */
  async #append(bytes: Uint8Array): Promise<boolean> {
    const { place, onAppended } = this.#options;
    for (let pauseMs = RETRY_MIN_MS; ; pauseMs = Math.min(pauseMs * 2, RETRY_MAX_MS)) {
      try {
        const log = await this.#log();
        const sequence = await appendOrMake(log, place, bytes);
        this.#failure = undefined;
        onAppended?.(sequence);
        return true;
      } catch (error) {
        this.#failure = error;
        this.#options.onFailed?.(error);
        if (this.#isClosed) return false;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pauseMs);
          this.#wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  }
}

/** A log that somebody removed is made anew: what was in it is gone, and its numbers tell. */
async function appendOrMake(log: Log, place: number, bytes: Uint8Array): Promise<number> {
  try {
    return await log.append(place, EPOCH, bytes);
  } catch (error) {
    if (!(error instanceof LogError) || error.code !== 'no_such_log') throw error;
    await log.create(place, EPOCH);
    return log.append(place, EPOCH, bytes);
  }
}

function lostRecord({ time, tenant }: AuditRecord, items: number): AuditRecord {
  return {
    callId: randomUUID(),
    phase: 'lost',
    time,
    actor: '',
    certificate: '',
    tenant,
    method: '',
    requestId: '',
    outcome: '',
    reason: '',
    items,
    references: [],
  };
}

function unavailable(cause: unknown): ClusterError {
  return new ClusterError('unavailable', 'the audit trail cannot be written', { cause });
}
