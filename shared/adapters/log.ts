/**
 * Log port: per (partition, epoch) an ordered, append-only sequence of entries.
 *
 * The log is transport and order, not the only copy of what was promised: it may
 * lose its tail, re-use sequences, show holes or flipped bits; the engine detects this (hash chain,
 * frame checksums, contiguity) and opens the next epoch. An implementation must not hide it.
 * Sequences start at 1. Implementations: `jetstream-log.ts`, `shared/engine/embedded-log.ts`,
 * `test/simulation/simulated-log.ts`; one contract suite runs on all of them.
 */
export interface LogEntry {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  /** Of the work that the entry holds, when it is traced: beside the bytes, see tracing.ts. */
  readonly traces?: readonly string[];
}

export interface LogBounds {
  /** Of the oldest entry kept; `lastSequence + 1` when none is. */
  readonly firstSequence: number;
  readonly lastSequence: number;
}

export type LogErrorCode =
  | 'no_such_log' // wrong epoch or not created: ask for the current epoch again
  | 'too_large' // over `maxEntryBytes`: a bug of the caller
  | 'full' // the server's storage limit
  | 'unavailable' // not reachable, no leader, timed out: outcome unknown
  | 'conflict' // the log does not end where the caller said: nothing was appended
  | 'unsupported' // server version or configuration refused
  | 'closed';

export class LogError extends Error {
  readonly code: LogErrorCode;
  readonly retryable: boolean;
  constructor(code: LogErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LogError';
    this.code = code;
    this.retryable = code === 'unavailable' || code === 'full';
  }
}

export interface LogSubscription {
  close(): void;
}

export interface LogSubscriber {
  /**
   * Entries in the order the log gives them. The subscriber checks contiguity itself. The next
   * batch comes only after the returned promise resolves (back pressure).
   */
  onEntries(entries: readonly LogEntry[]): Promise<void>;
  /**
   * The subscription ended or may have missed something (consumer lost, reconnected, heartbeats
   * missing, stream gone). Nothing more is delivered; the subscriber verifies and subscribes anew.
   */
  onLost(reason: string): void;
}

export interface Log {
  readonly maxEntryBytes: number;
  /** The highest epoch that exists for the partition, or 0. */
  currentEpoch(partition: number): Promise<number>;
  /** Creates the log of an epoch; idempotent; verifies settings by reading them back. */
  create(partition: number, epoch: number): Promise<void>;
  /** null when the log does not exist. */
  bounds(partition: number, epoch: number): Promise<LogBounds | null>;
  /** Appends; resolves with the sequence once the log has accepted it. */
  append(partition: number, epoch: number, bytes: Uint8Array): Promise<number>;
  /** One entry, or null when the log has none at that sequence. */
  read(partition: number, epoch: number, sequence: number): Promise<Uint8Array | null>;
  subscribe(
    partition: number,
    epoch: number,
    fromSequence: number,
    subscriber: LogSubscriber,
  ): LogSubscription;
  /** Drops entries below; always keeps the last entry (an emptied stream may restart at 0). */
  trim(partition: number, epoch: number, belowSequence: number): Promise<void>;
  /** Removes the whole log of an epoch; idempotent. */
  remove(partition: number, epoch: number): Promise<void>;
  close(): Promise<void>;
}

/** A log whose end can be compared and appended to as one step. */
export interface FencedLog extends Log {
  /**
   * Appends only if `lastSequence` (above 0) is the last one; else rejects with `conflict`. After
   * `unavailable` the outcome is unknown: read what is there.
   */
  appendAfter(
    partition: number,
    epoch: number,
    bytes: Uint8Array,
    lastSequence: number,
  ): Promise<number>;
}
