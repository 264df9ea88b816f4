/**
 * Runs one partition against a log that other processes append to as well.
 *
 * Owns opening (is this the log that the state came from?), following the log, ownership (OWNER
 * entries) and the choice to open the next epoch. Drives `Partition`; never decides what entries
 * mean. All waiting is by the ports' promises and the clock, so that the simulator runs this code.
 *
 * L1 Nothing is applied before the log is verified against the state: by hash at the position
 *    applied last, at opening and again as the first entry of every subscription; by contiguity
 *    after it. No two appends are of equal bytes (frame.ts), so an equal hash means that this
 *    append is still where it was; a log that differs before it only could not bring it there
 *    again, unless the transport delivers one append twice, seconds apart, at that very sequence.
 * L2 When they differ, state is the authority: the next epoch starts from it. Senders and routers
 *    keep what is not durable, and send it again to the new epoch.
 * L3 A process answers and publishes marks only between its own OWNER entry and any higher term.
 * L4 A log that is quiet is not taken at its word: an entry lost at its very end leaves no gap that
 *    the next one would show, as long as there is no next one. So the ends are compared now and then.
 * L5 Under placement a process may hold a state that others went beyond long ago: L2 is then right only
 *    for a state that the log does not continue *and* did not pass (`placed-log.ts`).
 * L6 Nor does it claim before it has applied almost all of the log: the owner there is stops at the claim,
 *    and nobody owns the partition until the claim is read back behind all that was before it.
 */
import type { Clock } from '../adapters/clock.ts';
import { type Log, type LogEntry, LogError, type LogSubscription } from '../adapters/log.ts';
import { inSpans } from '../adapters/tracing.ts';
import type { Rules } from '../domain/rules.ts';
import { FrameError, type FrameWriter, type Subframe, SubframeKind } from '../protocol/frame.ts';
import { assertSameVersion, REDUCER_VERSION, VersionUnsupported } from './active-version.ts';
import { type Claimant, isReadable, type LogVerdict, verifyPlaced } from './placed-log.ts';
import { type AppliedEntry, ForeignEpoch, LogMismatch, Partition } from './partition.ts';

/** A log from which nothing came for this many `retryMs` is looked at. */
const WATCH_RETRIES = 10;

/** L6. Some milliseconds of work. */
const CLAIM_BACKLOG_MAX = 20;

export type RunnerState =
  | 'opening'
  /** Applies the log of another owner; sends and marks nothing. */
  | 'following'
  | 'claiming'
  | 'running'
  | 'deposed'
  /** The log went on without this state: it must be fetched anew from a snapshot. */
  | 'stale'
  | 'failed'
  | 'closed';

/** What a process is to a partition: owners claim it, followers only apply. */
export type Role = 'owner' | 'follower';

export interface RunnerOptions {
  readonly partition: Partition;
  readonly log: Log;
  readonly clock: Clock;
  readonly owner: string;
  readonly frames: FrameWriter;
  readonly rules: Rules;
  readonly retryMs: number;
  /** Under placement the state may be old, and the role may change; absent: always the owner. */
  readonly placed?: Role | undefined;
  /** Under placement: of the newest snapshot of the partition; null: there is none. */
  readonly newestSnapshot?: Claimant['newestSnapshot'] | undefined;
  /** Takes what an entry did; resolves when the process may apply more (back pressure). */
  readonly onApplied: (runner: PartitionRunner, applied: AppliedEntry) => void;
  readonly mayContinue: () => Promise<void>;
  /** The position moved to a new epoch and must be committed before anything is appended to it. */
  readonly commitEpoch: (runner: PartitionRunner) => Promise<void>;
  readonly onState: (runner: PartitionRunner, reason: string) => void;
  /** A follower became the owner: milliseconds from its claim to reading it back. */
  readonly onTakenOver?: ((ms: number) => void) | undefined;
}

export class PartitionRunner {
  readonly partition: Partition;
  state: RunnerState = 'opening';
  /** Last sequence the log is known to have. */
  lastKnown = 0;
  epochsOpened = 0;
  /** Epochs opened because the log did not continue the state; the first one is none of them. */
  epochsReopened = 0;
  readonly #options: RunnerOptions;
  #subscription: LogSubscription | null = null;
  #generation = 0;
  /** Highest sequence that the subscription handed over. */
  #arrived = 0;
  /** Entries handed over are being applied, or wait for room. */
  #isApplying = false;
  #term = 0;
  #cancelRetry: (() => void) | null = null;
  #cancelWatch: (() => void) | null = null;
  #role: Role;
  /** L6: it is to be the owner, and catches up first. */
  #isClaimDue = false;
  /** When a follower claimed; null: it did not, or owns. */
  #promotedAt: number | null = null;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.partition = options.partition;
    this.#role = options.placed ?? 'owner';
  }

  get role(): Role {
    return this.#role;
  }

  /** Highest term this process claimed; its OWNER entry may not be read back yet. */
  get term(): number {
    return this.#term;
  }

  get isOwner(): boolean {
    return this.state === 'running';
  }

  /** Entries that arrived and are not applied. */
  get waiting(): number {
    return Math.max(0, this.#arrived - this.partition.position.sequence);
  }

  /** Look-ups go on while the log is not reachable, unless another process is known to own it. */
  get mayAnswer(): boolean {
    if (this.state === 'running') return true;
    const { position } = this.partition;
    if (this.#options.placed !== undefined && position.owner !== this.#options.owner) return false;
    return this.#term > 0 && (this.state === 'opening' || this.state === 'claiming');
  }

  start(): void {
    this.#open('start');
  }

  /** Owner from now on: claims the partition as soon as its log is open here. */
  promote(): void {
    if (this.#role === 'owner' && this.state !== 'deposed') return;
    this.#role = 'owner';
    if (this.state === 'deposed') {
      this.state = 'opening';
      this.#open('promoted');
      return;
    }
    if (this.state !== 'following') return;
    this.#isClaimDue = true;
    this.#claimIfCaughtUp(this.#generation);
  }

  /** L6. */
  #claimIfCaughtUp(generation: number): void {
    if (!this.#isClaimDue || this.#isFarBehind) return;
    this.#isClaimDue = false;
    this.#promotedAt = this.#options.clock.monotonic();
    this.#claim(generation).catch(() => {
      if (generation === this.#generation) this.#open('claim failed');
    });
  }

  get #isFarBehind(): boolean {
    const end = Math.max(this.lastKnown, this.#arrived);
    return end - this.partition.position.sequence > CLAIM_BACKLOG_MAX;
  }

  /** Follower from now on; an owner that no higher claim deposed yet goes on until one does. */
  demote(): void {
    if (this.#role === 'follower') return;
    if (this.state === 'running' || this.state === 'failed') return;
    this.#role = 'follower';
    this.#isClaimDue = false;
    if (this.state !== 'deposed' && this.state !== 'claiming') return;
    this.state = 'opening';
    this.#open('demoted');
  }

  /** L4. The owner is in a later epoch; the log of this one may never show that it is over. */
  leaveEpoch(epoch: number): void {
    if (this.state === 'following') this.#open(`the owner is in epoch ${epoch}`);
  }

  /** Look-ups that accept an answer which lags behind the owner's. */
  get mayStandIn(): boolean {
    return ['following', 'claiming', 'running', 'opening'].includes(this.state);
  }

  /** Whether what waits in the outbox may be sent from here. */
  get maySend(): boolean {
    if (this.#role === 'follower') return false;
    return this.state === 'running' || this.state === 'opening' || this.state === 'claiming';
  }

  close(): void {
    this.state = 'closed';
    this.#generation++;
    this.#cancelRetry?.();
    this.#cancelWatch?.();
    this.#subscription?.close();
  }

  #open(reason: string): void {
    if (['closed', 'deposed', 'failed', 'stale'].includes(this.state)) return;
    this.#generation++;
    this.#subscription?.close();
    this.#subscription = null;
    if (this.state !== 'opening') this.#enter('opening', reason);
    this.#isApplying = false;
    this.#isClaimDue = false;
    const generation = this.#generation;
    this.#verifyAndFollow(generation).catch((error: unknown) => {
      if (generation !== this.#generation) return;
      if (error instanceof VersionUnsupported) {
        this.#enter('failed', error.message);
        return;
      }
      if (error instanceof LogError && !error.retryable && error.code !== 'no_such_log') {
        this.#enter('failed', error.message);
        return;
      }
      // The log is not reachable: try again; look-ups go on from state meanwhile.
      this.#cancelRetry = this.#options.clock.schedule(this.#options.retryMs, () => {
        this.#cancelRetry = null;
        if (generation === this.#generation) this.#open('retry');
      });
    });
  }

  async #verifyAndFollow(generation: number): Promise<void> {
    const { log } = this.#options;
    const { partition, position } = this.partition;
    const isCurrent = (): boolean => generation === this.#generation;
    this.#assertVersion();
    const verdict = await this.#verify();
    if (!isCurrent()) return;
    switch (verdict.kind) {
      case 'continues':
        break;
      case 'next':
        await this.#openNextEpoch(Math.max(verdict.epoch, position.epoch + 1));
        break;
      case 'adopt':
        await this.#adopt(verdict.epoch);
        break;
      case 'stale':
        this.#stop('stale', verdict.reason);
        return;
      case 'wait':
        throw new LogError('unavailable', verdict.reason);
    }
    if (!isCurrent()) return;
    this.#arrived = this.partition.position.sequence;
    this.#subscription = log.subscribe(
      partition,
      this.partition.position.epoch,
      // The entry applied last comes once more: the log may have changed since it was verified.
      Math.max(1, this.partition.position.sequence),
      {
        onEntries: async (entries) => {
          this.#isApplying = true;
          await this.#onEntries(generation, entries).finally(() => {
            if (isCurrent()) this.#isApplying = false;
          });
        },
        onLost: (lost) => {
          if (isCurrent()) this.#open(lost);
        },
      },
    );
    this.#watch(generation, null);
    const isOwn = this.#role === 'owner' && this.#term > 0 && position.term === this.#term;
    if (isOwn && position.sequence > 0) {
      // Still the owner as far as this state knows; a higher term in the log would end that.
      this.#enter('running', `term ${this.#term}`);
      return;
    }
    this.#isClaimDue =
      this.#options.placed !== undefined && this.#role === 'owner' && this.#isFarBehind;
    if (this.#role === 'follower' || this.#isClaimDue) {
      this.#enter('following', `from ${position.sequence}`);
    } else await this.#claim(generation);
  }

  async #verify(): Promise<LogVerdict> {
    const { log, placed, owner, newestSnapshot } = this.#options;
    const { partition, position } = this.partition;
    if (placed !== undefined) {
      const { verdict, lastKnown } = await verifyPlaced(log, partition, position, {
        role: this.#role,
        owner,
        newestSnapshot: newestSnapshot ?? (() => Promise.resolve(null)),
      });
      this.lastKnown = lastKnown;
      return verdict;
    }
    const current = await log.currentEpoch(partition);
    if (position.epoch === 0 && current > 0) {
      const bounds = await log.bounds(partition, current);
      if (current > 1 || bounds === null || bounds.firstSequence > 1) {
        throw new LogError(
          'unsupported',
          `partition ${partition} has a log of epoch ${current} but this process has no state: ` +
            'restore a snapshot of the partition into its store first',
        );
      }
      // A log that was created but whose creator left no state: replay it from its beginning.
      this.lastKnown = bounds.lastSequence;
      return { kind: 'adopt', epoch: 1 };
    }
    if (current !== position.epoch) {
      return { kind: 'next', epoch: current + (current > position.epoch ? 0 : 1) };
    }
    const bounds = await log.bounds(partition, position.epoch);
    if (bounds === null || bounds.lastSequence < position.sequence)
      return { kind: 'next', epoch: 0 };
    this.lastKnown = bounds.lastSequence;
    if (bounds.firstSequence > position.sequence + 1) return { kind: 'next', epoch: 0 };
    if (position.sequence > 0) {
      const last = await log.read(partition, position.epoch, position.sequence);
      if (last === null || Partition.entryHash(last) !== position.lastHash)
        return { kind: 'next', epoch: 0 };
    }
    if (bounds.lastSequence > position.sequence) {
      const next = await log.read(partition, position.epoch, position.sequence + 1);
      if (next === null || !isReadable(next)) return { kind: 'next', epoch: 0 };
    }
    return { kind: 'continues' };
  }

  /** Throws `VersionUnsupported`: nothing is owned that runs another version than this process. */
  #assertVersion(): void {
    const active = this.partition.rules;
    if (active === null) return;
    assertSameVersion(this.partition.partition, active.rules, this.#options.rules);
  }

  async #openNextEpoch(epoch: number): Promise<void> {
    const { log, commitEpoch } = this.#options;
    const { partition, position } = this.partition;
    const previous = position.epoch;
    await log.create(partition, epoch);
    this.partition.openEpoch(epoch, this.#options.clock.now());
    this.lastKnown = 0;
    this.epochsOpened++;
    if (previous > 0) this.epochsReopened++;
    await commitEpoch(this);
    if (previous > 0) await log.remove(partition, previous);
  }

  /** The epoch was begun from this very state, or is the first and complete. */
  async #adopt(epoch: number): Promise<void> {
    // All of the epoch before is in this state, whatever it came from.
    this.partition.caughtUp();
    this.partition.openEpoch(epoch);
    await this.#options.commitEpoch(this);
  }

  async #claim(generation: number): Promise<void> {
    const { log, owner, rules, frames } = this.#options;
    const { partition, position } = this.partition;
    this.#term = Math.max(this.#term, position.term) + 1;
    const subframes: Subframe[] = [[SubframeKind.owner, this.#term, owner, position.base]];
    if (this.partition.rules === null)
      subframes.unshift([SubframeKind.activate, rules, REDUCER_VERSION]);
    this.#enter('claiming', `term ${this.#term}`);
    const sequence = await log.append(partition, position.epoch, frames.encode(subframes));
    if (generation !== this.#generation) return;
    if (sequence > this.lastKnown) this.lastKnown = sequence;
  }

  /**
   * L4, as long as the subscription of this generation stands. `missing`: the end of the log at the
   * last look, when it was beyond all that had arrived.
   */
  #watch(generation: number, missing: number | null): void {
    const { clock, retryMs } = this.#options;
    const arrived = this.#arrived;
    this.#cancelWatch?.();
    this.#cancelWatch = clock.schedule(WATCH_RETRIES * retryMs, () => {
      this.#cancelWatch = null;
      if (generation !== this.#generation) return;
      const isQuiet = this.#arrived === arrived && !this.#isApplying;
      if (isQuiet && missing !== null) this.#open(`entry ${missing} did not arrive`);
      else if (isQuiet) void this.#compareEnds(generation);
      else this.#watch(generation, null);
    });
  }

  async #compareEnds(generation: number): Promise<void> {
    const { partition, position } = this.partition;
    // Not reachable: the subscription tells when it is lost.
    const bounds = await this.#options.log.bounds(partition, position.epoch).catch(() => undefined);
    if (generation !== this.#generation) return;
    const arrived = this.#arrived;
    const end = bounds?.lastSequence ?? arrived;
    // Who had nothing of it yet does not see by its end that it is gone.
    if (bounds === null) this.#open('the log is gone');
    else if (end < arrived) this.#open(`the log ends at ${end}, before ${arrived}`);
    else this.#watch(generation, end > arrived ? end : null);
  }

  async #onEntries(generation: number, entries: readonly LogEntry[]): Promise<void> {
    this.#arrived = Math.max(this.#arrived, entries.at(-1)?.sequence ?? 0);
    if (generation === this.#generation) this.lastKnown = Math.max(this.lastKnown, this.#arrived);
    for (const { sequence, bytes, traces = [] } of entries) {
      await this.#options.mayContinue();
      if (generation !== this.#generation || this.state === 'closed') return;
      // Repeats, by the transport or by the way this subscription began.
      if (sequence < this.partition.position.sequence) continue;
      if (sequence === this.partition.position.sequence) {
        if (Partition.entryHash(bytes) === this.partition.position.lastHash) continue;
        this.#open(`another entry at ${sequence} than the one applied`);
        return;
      }
      try {
        const { partition, position } = this.partition;
        const attributes = {
          'selfsame.partition': partition,
          'selfsame.epoch': position.epoch,
          'selfsame.sequence': sequence,
        };
        inSpans('process entry', 'consumer', traces, attributes, () => {
          this.#apply(sequence, bytes);
        });
        this.#claimIfCaughtUp(generation);
      } catch (error) {
        if (error instanceof ForeignEpoch || error instanceof VersionUnsupported) {
          const isFetched = error instanceof ForeignEpoch && this.#options.placed !== undefined;
          this.#stop(isFetched ? 'stale' : 'failed', error.message);
          return;
        }
        if (!(error instanceof LogMismatch || error instanceof FrameError)) throw error;
        this.#open(error.message);
        return;
      }
    }
  }

  #apply(sequence: number, bytes: Uint8Array): void {
    const termBefore = this.partition.position.term;
    const applied = this.partition.apply(sequence, bytes);
    this.#assertVersion();
    const { term, owner } = this.partition.position;
    this.#options.onApplied(this, applied);
    if (term === termBefore) return;
    if (owner === this.#options.owner) {
      if (term === this.#term && this.#role === 'owner') {
        this.partition.caughtUp();
        this.#enter('running', `term ${term}`);
      }
    } else if (this.state === 'running') {
      // Another process owns the partition: this one stops (L3).
      if (term > this.#term) this.#stop('deposed', `term ${term} is owned by another process`);
    } else if (this.state === 'claiming' && term >= this.#term) {
      // An earlier claim that was not read yet when ours was made: outbid it.
      const generation = this.#generation;
      this.#claim(generation).catch(() => {
        if (generation === this.#generation) this.#open('claim failed');
      });
    }
  }

  #stop(state: 'deposed' | 'failed' | 'stale', reason: string): void {
    this.#subscription?.close();
    this.#generation++;
    this.#enter(state, reason);
  }

  #enter(state: RunnerState, reason: string): void {
    this.state = state;
    if (state === 'running' && this.#promotedAt !== null) {
      this.#options.onTakenOver?.(this.#options.clock.monotonic() - this.#promotedAt);
      this.#promotedAt = null;
    }
    this.#options.onState(this, reason);
  }
}
