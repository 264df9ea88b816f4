/**
 * Log on JetStream: one stream for each (partition, epoch).
 *
 * Stream `selfsame-p017-e3`, subject `selfsame.v1.log.017.3`: limits retention, file storage,
 * discard new (of records: old), no dedupe in use (repeats are the reducer's business).
 * Works on nats-server 2.9.10 and later. Does not own the connection.
 */
import { headers, type MsgHdrs, type NatsConnection } from 'nats';
import {
  JetStreamApi,
  JetStreamApiError,
  JetStreamError,
  nullWhenMissing,
  type StreamInfo,
} from './jetstream-api.ts';
import { JetStreamAppender } from './jetstream-appender.ts';
import { JetStreamSubscription } from './jetstream-subscription.ts';
import {
  type FencedLog,
  type LogBounds,
  LogError,
  type LogSubscriber,
  type LogSubscription,
} from './log.ts';
import { NatsLink } from './nats-link.ts';

export interface JetStreamLogOptions {
  /** First part of stream and subject names; one cluster each. Default `selfsame`. */
  readonly prefix?: string;
  /** What subjects begin with. Default `<prefix>.v1.log`. */
  readonly subjectRoot?: string;
  /** Most bytes of one stream; JetStream reserves them. Default 256 MiB. */
  readonly streamBytesMax?: number;
  /** 1 or 3 (5). Default 1: every durable promise rests on the store, not on the log. */
  readonly replicas?: number;
  /** Largest entry. Default 256 KiB: larger ones damaged file stores before 2.10.28 (item 13). */
  readonly entryBytesMax?: number;
  /** Unacknowledged appends over all partitions. Default 65,536. */
  readonly appendsInFlightMax?: number;
  /** Default 5 s: a replicated stream without a leader elects one in 4 to 9 s (item 6). */
  readonly timeoutMs?: number;
  /** Entries asked for at a time by a subscription. Default 1,000. */
  readonly batchEntries?: number;
  /** Bytes asked for at a time by a subscription. Default 2 MiB; holds at least one entry. */
  readonly batchBytes?: number;
  /** Default 1 s. A lost consumer is noticed after 4 of them. */
  readonly heartbeatMs?: number;
  /**
   * Above 0: the log is a record for so long. Entries go by age and when `streamBytesMax` is reached,
   * the oldest first; none can be deleted or purged by anybody, `trim` included. Default 0.
   */
  readonly recordMs?: number;
}

const DEFAULTS = {
  prefix: 'selfsame',
  streamBytesMax: 256 * 2 ** 20,
  replicas: 1,
  entryBytesMax: 256 * 2 ** 10,
  appendsInFlightMax: 65_536,
  timeoutMs: 5_000,
  batchEntries: 1_000,
  batchBytes: 2 * 2 ** 20,
  heartbeatMs: 1_000,
  recordMs: 0,
} as const satisfies Required<Omit<JetStreamLogOptions, 'subjectRoot'>>;

/** Least that servers accept (2.9.10 to 2.14): no append carries a message id anyway. */
const DUPLICATE_WINDOW_NS = 100_000_000;
/** Headers and subject that a message may have besides its entry, for `batchBytes`. */
const ENVELOPE_BYTES = 1_024;

export class JetStreamLog implements FencedLog {
  readonly maxEntryBytes: number;
  readonly #connection: NatsConnection;
  readonly #options: Required<JetStreamLogOptions>;
  readonly #api: JetStreamApi;
  readonly #appender: JetStreamAppender;
  readonly #unlisten: () => void;
  readonly #subscriptions = new Set<JetStreamSubscription>();
  /** Shared by the calls of one turn of the event loop; never older than its callers. */
  #epochs: Promise<ReadonlyMap<number, number>> | null = null;
  #isClosed = false;

  constructor(connection: NatsConnection, options: JetStreamLogOptions = {}) {
    this.#connection = connection;
    const subjectRoot = `${options.prefix ?? DEFAULTS.prefix}.v1.log`;
    this.#options = Object.freeze({ subjectRoot, ...DEFAULTS, ...options });
    if (!/^[A-Za-z0-9_-]+$/.test(this.#options.prefix)) {
      throw new LogError('unsupported', 'the log prefix may hold letters, digits, _ and - only');
    }
    if (this.#options.batchBytes < this.#options.entryBytesMax + ENVELOPE_BYTES) {
      throw new LogError('unsupported', 'batchBytes must hold an entry of entryBytesMax');
    }
    this.maxEntryBytes = Math.min(
      this.#options.entryBytesMax,
      connection.info?.max_payload ?? this.#options.entryBytesMax,
    );
    const link = NatsLink.of(connection);
    this.#unlisten = link.listen({ onDown: () => this.#loseAll() });
    this.#api = new JetStreamApi(link, this.#options.timeoutMs);
    this.#appender = new JetStreamAppender(link, {
      timeoutMs: this.#options.timeoutMs,
      inFlightMax: this.#options.appendsInFlightMax,
      explainNoResponders: (subject) => this.#explainNoResponders(subject),
    });
  }

  /** Appends without an acknowledgement yet. */
  get appendsInFlight(): number {
    return this.#appender.inFlight;
  }

  async currentEpoch(partition: number): Promise<number> {
    this.#assertOpen();
    this.#epochs ??= Promise.resolve().then(() => {
      this.#epochs = null;
      return this.#listEpochs();
    });
    return (await this.#epochs).get(partition) ?? 0;
  }

  async #listEpochs(): Promise<ReadonlyMap<number, number>> {
    const epochs = new Map<number, number>();
    const pattern = new RegExp(`^${this.#options.prefix}-p(\\d{3,})-e(\\d+)$`);
    for (const name of await this.#api.streamNames(`${this.#options.subjectRoot}.>`)) {
      const [, partition, epoch] = pattern.exec(name) ?? [];
      if (partition === undefined || epoch === undefined) continue;
      const known = epochs.get(Number(partition)) ?? 0;
      epochs.set(Number(partition), Math.max(known, Number(epoch)));
    }
    return epochs;
  }

  async create(partition: number, epoch: number): Promise<void> {
    this.#assertOpen();
    const stream = this.#stream(partition, epoch);
    const wanted = this.#config(partition, epoch);
    let refusal: LogError | null = null;
    try {
      await this.#api.call(`STREAM.CREATE.${stream}`, wanted, stream);
    } catch (error) {
      // "In use with a different configuration" is told better by the comparison below.
      if (!(error instanceof LogError) || error.code !== 'unsupported') throw error;
      refusal = error;
    }
    // Read back: servers accept settings that they do not know, without a word.
    const info = await this.#api.streamInfo(stream);
    if (info === null) throw refusal ?? new LogError('unavailable', `${stream} is not there yet`);
    const differences = differencesOf(wanted, info);
    if (differences.length === 0) return;
    throw new LogError(
      'unsupported',
      `stream ${stream} has other settings than wanted: ${differences.join('; ')}. Change the ` +
        'configuration to match, or edit the stream with `nats stream edit`, and start again.',
    );
  }

  #config(partition: number, epoch: number): Readonly<Record<string, unknown>> {
    const { recordMs } = this.#options;
    const isRecord = recordMs > 0;
    return {
      name: this.#stream(partition, epoch),
      subjects: [this.#subject(partition, epoch)],
      retention: 'limits',
      storage: 'file',
      discard: isRecord ? 'old' : 'new',
      max_bytes: this.#options.streamBytesMax,
      max_msgs: -1,
      max_msgs_per_subject: -1,
      max_age: recordMs * 1_000_000,
      max_msg_size: -1,
      max_consumers: -1,
      num_replicas: this.#options.replicas,
      duplicate_window: DUPLICATE_WINDOW_NS,
      ...(isRecord ? { deny_delete: true, deny_purge: true } : {}),
    };
  }

  async bounds(partition: number, epoch: number): Promise<LogBounds | null> {
    this.#assertOpen();
    const info = await this.#api.streamInfo(this.#stream(partition, epoch));
    if (info === null) return null;
    const { messages, first_seq, last_seq } = info.state;
    return { firstSequence: messages === 0 ? last_seq + 1 : first_seq, lastSequence: last_seq };
  }

  append(partition: number, epoch: number, bytes: Uint8Array): Promise<number> {
    return this.#append(partition, epoch, bytes);
  }

  /**
   * By `Nats-Expected-Last-Sequence` of the whole stream: of several at once exactly one wins, also
   * with replicas on 2.9.10, where the same by subject lets several win.
   */
  appendAfter(
    partition: number,
    epoch: number,
    bytes: Uint8Array,
    lastSequence: number,
  ): Promise<number> {
    const expected = headers();
    expected.set('Nats-Expected-Last-Sequence', String(lastSequence));
    return this.#append(partition, epoch, bytes, expected);
  }

  #append(
    partition: number,
    epoch: number,
    bytes: Uint8Array,
    messageHeaders?: MsgHdrs,
  ): Promise<number> {
    if (this.#isClosed) return Promise.reject(closedError());
    const subject = this.#subject(partition, epoch);
    if (bytes.length > this.maxEntryBytes) {
      const limits = `${bytes.length} bytes, at most ${this.maxEntryBytes} are allowed`;
      return Promise.reject(new LogError('too_large', `entry of ${limits} (${subject})`));
    }
    return this.#appender.append(subject, bytes, messageHeaders);
  }

  /** Asks the stream's leader, not any replica: a replica behind would answer "none". */
  async read(partition: number, epoch: number, sequence: number): Promise<Uint8Array | null> {
    this.#assertOpen();
    const stream = this.#stream(partition, epoch);
    try {
      const answer = await this.#api.call<{ readonly message: { readonly data?: string } }>(
        `STREAM.MSG.GET.${stream}`,
        { seq: sequence },
        stream,
      );
      return Buffer.from(answer.message.data ?? '', 'base64');
    } catch (error) {
      const apiCode = error instanceof JetStreamApiError ? error.apiCode : undefined;
      if (apiCode === JetStreamError.noMessage) return null;
      throw error;
    }
  }

  subscribe(
    partition: number,
    epoch: number,
    fromSequence: number,
    subscriber: LogSubscriber,
  ): LogSubscription {
    this.#assertOpen();
    const subscription = new JetStreamSubscription(
      { connection: this.#connection, api: this.#api },
      { stream: this.#stream(partition, epoch), fromSequence },
      subscriber,
      this.#options,
      (ended) => this.#subscriptions.delete(ended),
    );
    this.#subscriptions.add(subscription);
    void subscription.start();
    return { close: () => subscription.close() };
  }

  async trim(partition: number, epoch: number, belowSequence: number): Promise<void> {
    const bounds = await this.bounds(partition, epoch);
    const stream = this.#stream(partition, epoch);
    if (bounds === null) throw new LogError('no_such_log', `no stream ${stream}`);
    // An emptied stream may restart at 0 after a crash of the server: the last entry stays.
    const below = Math.min(belowSequence, bounds.lastSequence);
    if (below <= bounds.firstSequence) return;
    await this.#api.call(`STREAM.PURGE.${stream}`, { seq: below }, stream);
  }

  async remove(partition: number, epoch: number): Promise<void> {
    this.#assertOpen();
    const stream = this.#stream(partition, epoch);
    await nullWhenMissing(this.#api.call(`STREAM.DELETE.${stream}`, undefined, stream));
  }

  /** Ends subscriptions (without `onLost`) and appends (`closed`); leaves the connection open. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#unlisten();
    for (const subscription of this.#subscriptions) subscription.close();
    this.#appender.close();
    return Promise.resolve();
  }

  #stream(partition: number, epoch: number): string {
    return `${this.#options.prefix}-p${String(partition).padStart(3, '0')}-e${epoch}`;
  }

  #subject(partition: number, epoch: number): string {
    return `${this.#options.subjectRoot}.${String(partition).padStart(3, '0')}.${epoch}`;
  }

  async #explainNoResponders(subject: string): Promise<LogError> {
    const [partition, epoch] = subject.split('.').slice(-2).map(Number);
    const stream = this.#stream(partition ?? 0, epoch ?? 0);
    if ((await this.#api.streamInfo(stream)) === null) {
      return new LogError('no_such_log', `no stream ${stream}`);
    }
    return new LogError('unavailable', `${stream} has no leader at the moment; not accepted`);
  }

  #loseAll(): void {
    const reason = 'the connection to NATS was lost';
    // A copy: a subscriber may subscribe anew from within onLost.
    const subscriptions = [...this.#subscriptions];
    for (const subscription of subscriptions) subscription.lose(reason);
  }

  #assertOpen(): void {
    if (this.#isClosed) throw closedError();
  }
}

function closedError(): LogError {
  return new LogError('closed', 'the log is closed');
}

function differencesOf(wanted: Readonly<Record<string, unknown>>, found: StreamInfo): string[] {
  return Object.entries(wanted)
    .filter(([key, value]) => JSON.stringify(found.config[key]) !== JSON.stringify(value))
    .map(
      ([key, value]) =>
        `${key} is ${JSON.stringify(found.config[key])}, wanted ${JSON.stringify(value)}`,
    );
}
