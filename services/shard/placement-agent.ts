/**
 * A shard's side of placement: follows the table, and tells the assigner how far it is.
 *
 * G1 The table is followed whoever wrote it and whether or not anybody can write another one.
 * G2 A shard that is to end says so and goes on until its partitions are taken, within a budget.
 * G3 It answers a subject of its own as long as it is connected: that nobody does any more is how the
 *    assigner learns of a process that ended without a word.
 */
import { performance } from 'node:perf_hooks';
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Bus, BusSubscription } from '../../shared/adapters/bus.ts';
import { type Clock, SYSTEM_CLOCK } from '../../shared/adapters/clock.ts';
import type { HostedPartitions } from '../../shared/engine/host-generations.ts';
import type { ShardPartition } from '../../shared/engine/shard-partition.ts';
import { rolesOf } from '../../shared/placement/assignment.ts';
import {
  aliveSubject,
  type Beat,
  BEAT_MS,
  BEAT_SUBJECT,
  GONE_SUBJECT,
  type SeatReport,
  SILENCE_MS,
} from '../../shared/placement/beat.ts';
import { decode, encode } from '../../shared/protocol/codec.ts';
import type { AssignmentLog, AssignmentReader } from '../../shared/cluster/assignment-log.ts';

export interface PlacementAgentOptions {
  readonly name: string;
  readonly bus: Bus;
  readonly log: AssignmentLog;
  readonly reader: AssignmentReader;
  readonly hosted: Pick<HostedPartitions, 'assign' | 'isReady' | 'members'>;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** Share of the newest measurement in a rate: half of it is forgotten in some 5 s. */
const RATE_SHARE = 0.1;
const LEAVE_POLL_MS = 100;
/** A lease that stands still for so long is nobody's: a fresh assigner would have taken it. */
const ASSIGNER_GONE_MS = 4000;

interface Measured {
  sequence: number;
  epoch: number;
  atMs: number;
  rate: number;
}

export class PlacementAgent {
  readonly #options: PlacementAgentOptions;
  readonly #incarnation = randomBytes(6).toString('hex');
  readonly #subscriptions: readonly BusSubscription[];
  readonly #rates = new Map<number, Measured>();
  #utilisation = performance.eventLoopUtilization();
  readonly #clock: Clock;
  #cancel: (() => void) | null = null;
  /** When a shard that stays was heard of last. */
  #heardAt = Number.NEGATIVE_INFINITY;
  #isSoon = false;
  #isLeaving = false;
  #isGone = false;
  #isClosed = false;

  constructor(options: PlacementAgentOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    const { bus, reader, hosted, name, logger } = options;
    reader.onChange((assignment) => hosted.assign(rolesOf(assignment, name)));
    const onBeat = (bytes: Uint8Array): void => {
      const beat = decode(bytes) as Beat;
      if (beat.name !== name && !beat.isLeaving) this.#heardAt = this.#clock.monotonic();
      if (beat.name !== name || beat.incarnation === this.#incarnation) return;
      logger.warn({ other: beat.incarnation }, 'another process uses the name of this shard');
    };
    const alive = aliveSubject(this.#incarnation);
    this.#subscriptions = [
      bus.subscribe(BEAT_SUBJECT, onBeat),
      bus.respond(alive, alive, () => Promise.resolve(new Uint8Array(0))),
    ];
    this.#beat();
  }

  /** The table names this shard, and it is what the table says. */
  get isReady(): boolean {
    const { reader, hosted, name } = this.#options;
    return reader.assignment.members.includes(name) && hosted.isReady();
  }

  /** A beat at once: the assigner waits for what has just changed. */
  soon(): void {
    if (this.#isSoon || this.#isClosed) return;
    this.#isSoon = true;
    this.#clock.schedule(0, () => {
      this.#isSoon = false;
      this.#send();
    });
  }

  /** G2. Resolves when nothing is owned here any more, or after the budget; true: all was taken. */
  async leave(budgetMs: number): Promise<boolean> {
    this.#isLeaving = true;
    this.#send();
    const isEmpty = await this.#untilTaken(budgetMs);
    // What is left here is not waited for.
    this.#isGone = true;
    const { bus, name } = this.#options;
    bus.publish(GONE_SUBJECT, encode([name, this.#incarnation]));
    return isEmpty;
  }

  async #untilTaken(budgetMs: number): Promise<boolean> {
    const begun = this.#clock.monotonic();
    let lease = { sequence: 0, atMs: begun };
    for (;;) {
      const owned = [...this.#options.hosted.members.values()].filter((one) => one.runner.isOwner);
      if (owned.length === 0) return true;
      const now = this.#clock.monotonic();
      if (now - begun >= budgetMs) return false;
      // Nobody to take anything, or nobody to give it to them.
      if (now - begun >= SILENCE_MS && !this.#hasOthers(now)) return false;
      const { sequence } = await this.#options.log.lastLease().catch(() => lease);
      if (sequence !== lease.sequence) lease = { sequence, atMs: now };
      if (now - lease.atMs >= ASSIGNER_GONE_MS) return false;
      await new Promise<void>((resolve) => void this.#clock.schedule(LEAVE_POLL_MS, resolve));
    }
  }

  #hasOthers(now: number): boolean {
    return now - this.#heardAt <= SILENCE_MS;
  }

  close(): void {
    this.#isClosed = true;
    for (const subscription of this.#subscriptions) subscription.close();
    this.#cancel?.();
  }

  #beat(): void {
    if (this.#isClosed) return;
    this.#send();
    this.#cancel = this.#clock.schedule(BEAT_MS, () => this.#beat());
  }

  #send(): void {
    if (this.#isClosed || this.#isGone) return;
    const { name, bus, reader, hosted } = this.#options;
    const utilisation = performance.eventLoopUtilization(this.#utilisation).utilization;
    this.#utilisation = performance.eventLoopUtilization();
    const beat: Beat = {
      name,
      incarnation: this.#incarnation,
      revision: reader.assignment.revision,
      isLeaving: this.#isLeaving,
      utilisation,
      seats: Array.from(hosted.members.values(), (member) => this.#report(member)),
    };
    bus.publish(BEAT_SUBJECT, encode(beat));
  }

  #report({ partition: { partition, position }, runner }: ShardPartition): SeatReport {
    const now = this.#clock.monotonic();
    const { epoch, sequence } = position;
    const known = this.#rates.get(partition);
    // Another epoch, or the partition of this number in another generation.
    if (known === undefined || known.epoch !== epoch || known.sequence > sequence) {
      this.#rates.set(partition, { epoch, sequence, atMs: now, rate: 0 });
    } else if (now - known.atMs >= BEAT_MS / 2) {
      const fresh = ((sequence - known.sequence) * 1000) / (now - known.atMs);
      const rate = known.rate + RATE_SHARE * (fresh - known.rate);
      this.#rates.set(partition, { epoch, sequence, atMs: now, rate });
    }
    const state = runner.isOwner ? 'owned' : runner.state === 'following' ? 'followed' : 'starting';
    const lag = Math.max(0, runner.lastKnown - sequence);
    return { partition, state, lag, rate: this.#rates.get(partition)?.rate ?? 0 };
  }
}
