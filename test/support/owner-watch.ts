/**
 * Watches who acts as the owner of each partition, and compares it with what the logs say.
 *
 * W1. In the log of one (partition, epoch) the terms of claims that take effect rise, each with one owner.
 * W2. Marks, by which others believe that something is durable, come from the owner of their term only.
 */
import type { NatsConnection, Subscription } from 'nats';
import { JetStreamLog } from '../../shared/adapters/jetstream-log.ts';
import { connectNats } from '../../shared/adapters/nats-connection.ts';
import { decodeFrame, SubframeKind } from '../../shared/protocol/frame.ts';
import { decodeMarks, MARKS_SUBJECT } from '../../shared/protocol/marks.ts';

const PARTITIONS_MAX = 64;

/** `partition/epoch/term` -> owners. */
type Owners = Map<string, Set<string>>;

export class OwnerWatch {
  readonly #connection: NatsConnection;
  readonly #log: JetStreamLog;
  readonly #seen: Owners = new Map();
  readonly #claimed: Owners = new Map();
  readonly #followed = new Set<string>();
  readonly #highest = new Map<string, number>();
  readonly #faults: string[] = [];
  readonly #marks: Subscription;
  #reading: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  private constructor(connection: NatsConnection) {
    this.#connection = connection;
    this.#log = new JetStreamLog(connection);
    this.#marks = connection.subscribe(`*.${MARKS_SUBJECT.split('.').slice(1).join('.')}`, {
      callback: (_, { data }) => {
        for (const { partition, epoch, term, owner } of decodeMarks(data).partitions) {
          add(this.#seen, `${partition}/${epoch}/${term}`, owner);
        }
      },
    });
    let isReading = false;
    this.#timer = setInterval(() => {
      // One look at a time: on a busy machine they would queue up, and be waited for at the end.
      if (isReading) return;
      isReading = true;
      this.#reading = this.#followLogs()
        .catch(() => undefined)
        .finally(() => (isReading = false));
    }, 200);
  }

  static async start(url: string): Promise<OwnerWatch> {
    return new OwnerWatch(await connectNats({ servers: url, name: 'owner-watch' }));
  }

  async close(): Promise<{ readonly faults: readonly string[]; readonly claims: number }> {
    clearInterval(this.#timer);
    this.#marks.unsubscribe();
    await this.#reading;
    await this.#log.close();
    await this.#connection.close();
    for (const [key, owners] of this.#claimed) {
      if (owners.size !== 1) this.#faults.push(`${key} was claimed by ${[...owners].join()}`);
    }
    for (const [key, owners] of this.#seen) {
      const claimed = this.#claimed.get(key);
      for (const owner of owners) {
        if (claimed?.has(owner) !== true) {
          this.#faults.push(`${owner} marked ${key}, claimed by ${[...(claimed ?? [])].join()}`);
        }
      }
    }
    if (this.#seen.size === 0) this.#faults.push('no marks were seen');
    return { faults: this.#faults, claims: this.#claimed.size };
  }

  /** Follows each log from its beginning, before that is trimmed. */
  async #followLogs(): Promise<void> {
    const partitions = Array.from({ length: PARTITIONS_MAX }, (_, partition) => partition);
    // Calls of one turn share their request.
    const epochs = await Promise.all(partitions.map((one) => this.#log.currentEpoch(one)));
    for (const [partition, epoch] of epochs.entries()) {
      const key = `${partition}/${epoch}`;
      if (epoch === 0 || this.#followed.has(key)) continue;
      this.#followed.add(key);
      this.#follow(partition, epoch, 1);
    }
  }

  #follow(partition: number, epoch: number, from: number): void {
    const key = `${partition}/${epoch}`;
    let next = from;
    this.#log.subscribe(partition, epoch, from, {
      onEntries: (entries) => {
        for (const { sequence, bytes } of entries) {
          if (sequence > next) this.#faults.push(`${key}: entries before ${sequence} were trimmed`);
          if (sequence < next) continue;
          next = sequence + 1;
          this.#takeClaims(key, bytes);
        }
        return Promise.resolve();
      },
      onLost: () => this.#follow(partition, epoch, next),
    });
  }

  /** W1: a claim takes effect if its term is above all before it. */
  #takeClaims(key: string, bytes: Uint8Array): void {
    for (const subframe of decodeFrame(bytes)) {
      if (subframe[0] !== SubframeKind.owner) continue;
      const [, term, owner] = subframe;
      const highest = this.#highest.get(key) ?? 0;
      if (term <= highest) continue;
      this.#highest.set(key, term);
      add(this.#claimed, `${key}/${term}`, owner);
    }
  }
}

function add(owners: Owners, key: string, owner: string): void {
  const known = owners.get(key) ?? new Set();
  owners.set(key, known.add(owner));
}
