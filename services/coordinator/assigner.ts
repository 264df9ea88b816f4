/**
 * The assigner: in every coordinator; one of them at a time leads, and writes the assignment table.
 *
 * A1 Leading is for order only, not for safety: a table is written after the very table that it was
 *    planned from (assignment-log.ts), and owners are fenced by the terms in their logs.
 * A2 No clock of another machine is read. A lease is over when it was not seen to change for
 *    `LEASE_MS` of the local monotonic clock; a leader stops when a renewal that it *began* less
 *    than `HOLD_MS` ago is not there.
 * A3 Silence counts only while this process hears itself over the bus: after an outage of NATS
 *    everybody would look dead.
 * A4 While there is no assigner, owners and tables stay as they are.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { type Bus, BusError, type BusSubscription } from '../../shared/adapters/bus.ts';
import { type Clock, SYSTEM_CLOCK } from '../../shared/adapters/clock.ts';
import { type Assignment, withSeats } from '../../shared/placement/assignment.ts';
import {
  aliveSubject,
  type Beat,
  BEAT_SUBJECT,
  GONE_SUBJECT,
  Membership,
  type SeatState,
  SILENCE_MS,
  TABLE_SUBJECT,
} from '../../shared/placement/beat.ts';
import {
  type PlacementMember,
  planPlacement,
  weigh,
} from '../../shared/placement/plan-placement.ts';
import { decode } from '../../shared/protocol/codec.ts';
import {
  type AssignmentLog,
  packAssignment,
  type AssignmentReader,
} from '../../shared/cluster/assignment-log.ts';

const TICK_MS = 200;
const RENEW_MS = 500;
export const LEASE_MS = 2500;
const HOLD_MS = 1500;
const ECHO_SUBJECT = 'selfsame.v1.placement.echo';
/** A new leader listens this long before it calls anybody gone or the set of shards complete. */
const LISTEN_MS = SILENCE_MS + 300;
/** An answer that takes longer tells nothing. */
const ANSWER_MS = 1000;
const MOVES_MAX = 4;
const CAUGHT_UP_ENTRIES = 500;
/**
 * A partition that changed its owner is not moved again for balance within this time, unless a process
 * comes: that one is to have work at once, while one that was only silent for a while waits.
 */
const COOLING_MS = 20_000;
/** R7 of the planner: no claim that is under way takes so long, nor does a log to be tried again. */
const STALLED_MS = 8000;
/** Entries a second of the whole cluster below which load is no reason to move anything. */
const IDLE_RATE = 200;

export interface AssignerOptions {
  readonly log: AssignmentLog;
  readonly reader: AssignmentReader;
  readonly bus: Bus;
  /** Partition numbers of all generations that are there now. */
  readonly seats: () => number;
  readonly logger: Logger;
  readonly clock?: Clock;
}

export class Assigner {
  readonly #options: AssignerOptions;
  readonly #clock: Clock;
  readonly #id = randomBytes(6).toString('hex');
  readonly #membership = new Membership();
  readonly #subscriptions: BusSubscription[];
  #owners: readonly (string | null)[] = [];
  readonly #movedAt = new Map<number, number>();
  /** Since when the owner of a partition has no state of it, by owner. */
  readonly #stalledSince = new Map<number, { readonly owner: string; readonly at: number }>();
  #echoAt: number;
  #lease = { sequence: 0, changedAt: 0 };
  /** Since when this process leads; null: it does not. */
  #leadsSince: number | null = null;
  /** When the renewal that holds began. */
  #renewedAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;
  tablesWritten = 0;
  tablesRefused = 0;

  constructor(options: AssignerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#echoAt = this.#now();
    this.#lease = { sequence: 0, changedAt: this.#now() };
    const echo = `${ECHO_SUBJECT}.${this.#id}`;
    this.#subscriptions = [
      options.bus.subscribe(BEAT_SUBJECT, (bytes) => {
        const hasCome = this.#membership.take(decode(bytes) as Beat, this.#now());
        if (hasCome) this.#movedAt.clear();
      }),
      options.bus.subscribe(GONE_SUBJECT, (bytes) => {
        this.#membership.drop(...(decode(bytes) as [string, string]));
      }),
      options.bus.subscribe(echo, () => this.#hearSelf()),
    ];
    options.reader.onChange((assignment) => this.#noteMoves(assignment));
    this.#tick();
  }

  get isLeader(): boolean {
    return this.#leadsSince !== null && this.#now() - this.#renewedAt < HOLD_MS;
  }

  /** Shards that are heard of now. */
  get present(): readonly Beat[] {
    return this.#membership.present(this.#now());
  }

  /** Partitions that no shard says it owns. */
  get unowned(): number {
    const owned = new Set<number>();
    for (const { seats } of this.present) {
      for (const { partition, state } of seats) if (state === 'owned') owned.add(partition);
    }
    return Math.max(0, this.#options.seats() - owned.size);
  }

  #now(): number {
    return this.#clock.monotonic();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    for (const subscription of this.#subscriptions) subscription.close();
    await this.#work;
  }

  #tick(): void {
    if (this.#isClosed) return;
    this.#options.bus.publish(`${ECHO_SUBJECT}.${this.#id}`, new Uint8Array(0));
    this.#work = this.#round()
      .catch((error: unknown) => {
        this.#options.logger.debug({ err: error }, 'the assigner could not act');
      })
      .finally(() => {
        if (this.#isClosed) return;
        this.#cancel = this.#clock.schedule(TICK_MS, () => this.#tick());
      });
  }

  /** A3. */
  #hearSelf(): void {
    const now = this.#now();
    if (now - this.#echoAt > SILENCE_MS / 2) this.#membership.excuse(now);
    this.#echoAt = now;
  }

  async #round(): Promise<void> {
    await this.#keepLease();
    if (!this.isLeader || this.#leadsSince === null) return;
    const now = this.#now();
    for (const beat of this.#membership.doubtful(now)) void this.#ask(beat);
    if (now - this.#leadsSince < LISTEN_MS || now - this.#echoAt > SILENCE_MS / 2) return;
    await this.#plan();
  }

  /** M2 of `beat.ts`. Never rejects. */
  async #ask(beat: Beat): Promise<void> {
    const subject = aliveSubject(beat.incarnation);
    try {
      await this.#options.bus.request(subject, new Uint8Array(0), { timeoutMs: ANSWER_MS });
      this.#membership.noteAnswer(beat, 'answered');
    } catch (error) {
      const isNobody = error instanceof BusError && error.code === 'no_responders';
      if (isNobody) this.#membership.noteAnswer(beat, 'nobody');
    }
  }

  /** A2. */
  async #keepLease(): Promise<void> {
    const { log, logger } = this.#options;
    const begun = this.#now();
    if (this.#leadsSince !== null && begun - this.#renewedAt < RENEW_MS) return;
    const { sequence } = await log.lastLease();
    if (sequence === 0) return;
    const isMine = this.#leadsSince !== null && sequence === this.#lease.sequence;
    if (!isMine) {
      if (this.#leadsSince !== null) logger.warn('the assigner lost its lease');
      this.#leadsSince = null;
      if (sequence !== this.#lease.sequence) {
        // The empty first entry is nobody's lease.
        const changedAt = sequence === 1 ? Number.NEGATIVE_INFINITY : this.#now();
        this.#lease = { sequence, changedAt };
      }
      if (this.#now() - this.#lease.changedAt < LEASE_MS) return;
    }
    const written = await log.writeLease(this.#id, sequence);
    if (written === null) {
      this.#leadsSince = null;
      return;
    }
    this.#lease = { sequence: written, changedAt: this.#now() };
    this.#renewedAt = begun;
    if (this.#leadsSince !== null) return;
    this.#leadsSince = this.#now();
    logger.info({ assigner: this.#id }, 'the assigner leads');
  }

  async #plan(): Promise<void> {
    const { log, reader, bus, logger, seats: seatsNow } = this.#options;
    await reader.refresh();
    const { sequence } = reader;
    const seatCount = seatsNow();
    const assignment = withSeats(reader.assignment, seatCount);
    const now = this.#now();
    const present = this.#membership.present(now);
    const silent = this.#membership.silent(now);
    const next = planPlacement({
      assignment,
      members: [
        ...present.map((beat) => memberOf(beat, false)),
        ...silent.map((beat) => memberOf(beat, true)),
      ],
      weights: weigh(ratesOf(present, seatCount), IDLE_RATE),
      cooling: new Set(
        [...this.#movedAt]
          .filter(([, at]) => now - at < COOLING_MS)
          .map(([partition]) => partition),
      ),
      stalled: this.#stalled(assignment, present, now),
      movesMax: MOVES_MAX,
      caughtUpEntries: CAUGHT_UP_ENTRIES,
    });
    if (next === assignment || sequence === 0) return;
    const written = await log.writeTable(packAssignment(next), sequence);
    if (written === null) {
      this.tablesRefused++;
      return;
    }
    this.tablesWritten++;
    bus.publish(TABLE_SUBJECT, new Uint8Array(0));
    const { revision, members } = next;
    logger.info({ revision, members, moves: changesOf(assignment, next) }, 'assignment written');
  }

  /** R7 of the planner. */
  #stalled({ seats }: Assignment, present: readonly Beat[], now: number): ReadonlySet<number> {
    const beats = new Map(present.map((beat) => [beat.name, beat]));
    const stalled = new Set<number>();
    for (const [partition, { owner }] of seats.entries()) {
      const report = beats.get(owner ?? '')?.seats.find((one) => one.partition === partition);
      const hasNone =
        owner !== null && beats.has(owner) && (report?.state ?? 'starting') === 'starting';
      const known = this.#stalledSince.get(partition);
      if (!hasNone) this.#stalledSince.delete(partition);
      else if (known?.owner !== owner) this.#stalledSince.set(partition, { owner, at: now });
      else if (now - known.at >= STALLED_MS) stalled.add(partition);
    }
    return stalled;
  }

  #noteMoves(assignment: Assignment): void {
    const now = this.#now();
    for (const [partition, { owner }] of assignment.seats.entries()) {
      if (this.#owners[partition] !== owner && this.#owners.length > 0) {
        this.#movedAt.set(partition, now);
      }
    }
    this.#owners = assignment.seats.map(({ owner }) => owner);
  }
}

function memberOf({ name, isLeaving, seats }: Beat, isSilent: boolean): PlacementMember {
  const inState = (wanted: SeatState) => seats.filter(({ state }) => state === wanted);
  return {
    name,
    isLeaving,
    isSilent,
    owned: new Set(inState('owned').map(({ partition }) => partition)),
    followed: new Map(inState('followed').map(({ partition, lag }) => [partition, lag])),
  };
}

/** The owner knows the rate; a partition that nobody owns has none. */
function ratesOf(present: readonly Beat[], partitions: number): number[] {
  const rates = Array.from({ length: partitions }, () => 0);
  for (const { seats } of present) {
    for (const { partition, state, rate } of seats) {
      if (state === 'owned' && partition < partitions) rates[partition] = rate;
    }
  }
  return rates;
}

/** `partition: owner/standby -> owner/standby`, for the log. */
function changesOf(before: Assignment, after: Assignment): string[] {
  return after.seats.flatMap(({ owner, standby }, partition) => {
    const old = before.seats[partition];
    if (old?.owner === owner && old.standby === standby) return [];
    return [`${partition}: ${old?.owner ?? '-'}/${old?.standby ?? '-'} -> ${owner}/${standby}`];
  });
}
