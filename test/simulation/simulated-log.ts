/**
 * Log port of one simulated process: latency, lost acknowledgements, stalls and everything else that
 * stands between a process and the log servers. Promises settle only when the scheduler says so.
 */
import {
  type FencedLog,
  type LogBounds,
  type LogEntry,
  LogError,
  type LogSubscriber,
  type LogSubscription,
} from '../../shared/adapters/log.ts';
import { type ClusterLog, flipped, type Stream, type StreamReader } from './cluster-log.ts';
import type { FaultRates } from './faults.ts';
import type { Life, Scheduler } from './scheduler.ts';

export interface SimulatedLogOptions {
  readonly cluster: ClusterLog;
  readonly scheduler: Scheduler;
  readonly rates: FaultRates;
  readonly life: Life;
  readonly maxEntryBytes: number;
  /** Most milliseconds of one way over the network. */
  readonly latencyMs: number;
  readonly onBug: (error: unknown) => void;
}

/** After this long an append without an acknowledgement is in doubt. */
const TIMEOUT_MS = 5000;
/** A subscription notices a missing heartbeat after this long. */
const HEARTBEAT_MS = 4000;

export class SimulatedLog implements FencedLog {
  readonly maxEntryBytes: number;
  readonly #options: SimulatedLogOptions;

  constructor(options: SimulatedLogOptions) {
    this.#options = options;
    this.maxEntryBytes = options.maxEntryBytes;
  }

  currentEpoch(partition: number): Promise<number> {
    return this.#ask(partition, 'current epoch', (cluster) => cluster.currentEpoch(partition));
  }

  create(partition: number, epoch: number): Promise<void> {
    return this.#ask(partition, 'create', (cluster) => cluster.create(partition, epoch));
  }

  bounds(partition: number, epoch: number): Promise<LogBounds | null> {
    return this.#ask(partition, 'bounds', (cluster) => {
      const stream = cluster.stream(partition, epoch);
      if (stream === undefined) return null;
      stream.isVerified = true;
      const strike = cluster.afterBounds.get(partition);
      cluster.afterBounds.delete(partition);
      if (strike !== undefined) {
        const { scheduler, latencyMs } = this.#options;
        scheduler.after(scheduler.draw(2 * latencyMs), `strike p${partition}`, strike);
      }
      return { firstSequence: stream.first, lastSequence: stream.last };
    });
  }

  read(partition: number, epoch: number, sequence: number): Promise<Uint8Array | null> {
    return this.#ask(partition, 'read', (cluster) => cluster.read(partition, epoch, sequence));
  }

  trim(partition: number, epoch: number, belowSequence: number): Promise<void> {
    return this.#ask(partition, 'trim', (cluster) => {
      const stream = cluster.stream(partition, epoch);
      if (stream !== undefined) cluster.trim(stream, belowSequence);
    });
  }

  remove(partition: number, epoch: number): Promise<void> {
    return this.#ask(partition, 'remove', (cluster) => cluster.remove(partition, epoch));
  }

  append(partition: number, epoch: number, bytes: Uint8Array): Promise<number> {
    return this.#append(partition, epoch, bytes, null);
  }

  appendAfter(
    partition: number,
    epoch: number,
    bytes: Uint8Array,
    lastSequence: number,
  ): Promise<number> {
    return this.#append(partition, epoch, bytes, lastSequence);
  }

  #append(
    partition: number,
    epoch: number,
    bytes: Uint8Array,
    after: number | null,
  ): Promise<number> {
    const { scheduler, cluster, rates, latencyMs } = this.#options;
    const { random } = scheduler;
    if (bytes.length > this.maxEntryBytes || random.chance(rates.tooLarge)) {
      return Promise.reject(new LogError('too_large', `entry of ${bytes.length} bytes refused`));
    }
    return new Promise((resolve, reject) => {
      const settle = (action: () => void): void => {
        if (this.#options.life.isAlive) action();
      };
      const doubt = (): void =>
        settle(() => reject(new LogError('unavailable', 'no acknowledgement: outcome unknown')));
      // What the servers do happens even when the caller has died meanwhile.
      const land = (delayMs: number, onDone: (sequence: number) => void): void => {
        cluster.openAppends++;
        scheduler.after(delayMs, `append p${partition} e${epoch}`, () => {
          cluster.openAppends--;
          try {
            onDone(cluster.append(partition, epoch, bytes, after));
          } catch (error) {
            settle(() => reject(error));
          }
        });
      };
      const wait = this.#latency();
      const gapMs = (cluster.gapUntil.get(partition) ?? 0) - scheduler.now;
      if (gapMs > 0) {
        if (random.chance(0.3)) land(gapMs + scheduler.draw(latencyMs), () => undefined);
        this.#later(Math.min(TIMEOUT_MS, gapMs), 'append timeout', doubt);
      } else if (random.chance(rates.full)) {
        this.#later(wait, 'append refused', () =>
          settle(() => reject(new LogError('full', 'the log is full'))),
        );
      } else if (random.chance(rates.lostAppend)) {
        this.#later(TIMEOUT_MS, 'append timeout', doubt);
      } else if (random.chance(rates.lostAck)) {
        land(wait, () => undefined);
        this.#later(wait + scheduler.draw(TIMEOUT_MS), 'append timeout', doubt);
      } else {
        land(wait, (sequence) => {
          this.#later(scheduler.draw(latencyMs), 'append ack', () =>
            settle(() => resolve(sequence)),
          );
        });
        if (random.chance(rates.duplicateAppend)) {
          land(wait + scheduler.draw(random.chance(0.2) ? 2000 : 4 * latencyMs), () => undefined);
        }
      }
    });
  }

  subscribe(
    partition: number,
    epoch: number,
    fromSequence: number,
    subscriber: LogSubscriber,
  ): LogSubscription {
    return new Reader(this.#options, partition, epoch, fromSequence, subscriber);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** A request and its answer in one step; fails without a leader. */
  #ask<T>(partition: number, label: string, effect: (cluster: ClusterLog) => T): Promise<T> {
    const { scheduler, cluster, rates, life } = this.#options;
    return new Promise((resolve, reject) => {
      const isFailing = scheduler.random.chance(rates.failRead);
      this.#later(this.#latency(), `log ${label} p${partition}`, () => {
        if (!life.isAlive) return;
        const isGap = (cluster.gapUntil.get(partition) ?? 0) > scheduler.now;
        if (isFailing || isGap) {
          reject(new LogError('unavailable', `${label}: no leader`));
          return;
        }
        resolve(effect(cluster));
      });
    });
  }

  /** A step of this process. */
  #later(delayMs: number, label: string, run: () => void): void {
    const { scheduler, life } = this.#options;
    scheduler.after(delayMs, label, run, life);
  }

  #latency(): number {
    const { scheduler, rates, latencyMs } = this.#options;
    return scheduler.draw(scheduler.random.chance(rates.delay) ? 1000 : latencyMs);
  }
}

class Reader implements StreamReader, LogSubscription {
  readonly #options: SimulatedLogOptions;
  readonly #partition: number;
  readonly #stream: Stream | undefined;
  readonly #subscriber: LogSubscriber;
  #next: number;
  #isBusy = false;
  #isQueued = false;
  #isStalled = false;
  #isClosed = false;

  constructor(
    options: SimulatedLogOptions,
    partition: number,
    epoch: number,
    fromSequence: number,
    subscriber: LogSubscriber,
  ) {
    this.#options = options;
    this.#partition = partition;
    this.#next = fromSequence;
    this.#subscriber = subscriber;
    this.#stream = options.cluster.stream(partition, epoch);
    if (this.#stream === undefined) {
      this.lose();
    } else {
      this.#stream.readers.add(this);
      this.wake();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#stream?.readers.delete(this);
  }

  lose(): void {
    if (this.#isClosed || this.#isStalled) return;
    this.#isStalled = true;
    const { scheduler, life } = this.#options;
    const lost = (): void => {
      if (this.#isClosed || !life.isAlive) return;
      this.close();
      this.#subscriber.onLost('the consumer is gone');
    };
    scheduler.after(scheduler.draw(HEARTBEAT_MS), `lost p${this.#partition}`, lost, life);
  }

  wake(): void {
    if (this.#isClosed || this.#isBusy || this.#isQueued || this.#isStalled) return;
    const stream = this.#stream as Stream;
    if (stream.last < this.#next) return;
    const { scheduler, rates, latencyMs, cluster } = this.#options;
    const gapMs = Math.max(0, (cluster.gapUntil.get(this.#partition) ?? 0) - scheduler.now);
    const latency = scheduler.draw(scheduler.random.chance(rates.delay) ? 1000 : latencyMs);
    this.#isQueued = true;
    const deliver = (): void => {
      this.#isQueued = false;
      this.#deliver(stream);
    };
    const { life } = this.#options;
    scheduler.after(gapMs + latency, `deliver p${this.#partition}`, deliver, life);
  }

  #deliver(stream: Stream): void {
    const { life, scheduler, rates, onBug } = this.#options;
    if (this.#isClosed || this.#isStalled) return;
    if (!life.isAlive) {
      this.close();
      return;
    }
    const { random } = scheduler;
    if (random.chance(rates.stallDelivery)) {
      this.lose();
      return;
    }
    this.#isBusy = true;
    this.#subscriber.onEntries(this.#take(stream)).then(() => {
      this.#isBusy = false;
      this.wake();
    }, onBug);
  }

  /** What the server hands over: purged and missing entries are passed over in silence. */
  #take(stream: Stream): LogEntry[] {
    const { random } = this.#options.scheduler;
    const { rates } = this.#options;
    if (random.chance(rates.repeatDelivery))
      this.#next = Math.max(1, this.#next - 1 - random.below(4));
    if (this.#next < stream.first) this.#next = stream.first;
    // What went missing at the end of a log is noticed by the next heartbeat only.
    if (random.chance(rates.skipDelivery) && this.#next++ >= stream.last) this.lose();
    const end = Math.min(stream.last, this.#next + random.below(6));
    const batch: LogEntry[] = [];
    for (; this.#next <= end; this.#next++) {
      const bytes = stream.entries.get(this.#next);
      if (bytes === undefined) continue;
      const isFlipped = random.chance(rates.flipDelivery);
      const content = isFlipped ? flipped(bytes, random.below(bytes.length * 8)) : bytes;
      batch.push({ sequence: this.#next, bytes: content });
    }
    return batch;
  }
}
