/**
 * The ingress of a NATS cluster: takes batches from gateways, routes them to partitions' logs and
 * answers when what was asked for has happened (accepted, durable, settled).
 */
import type { Clock } from '../../shared/adapters/clock.ts';
import { commandMessage } from '../../shared/cluster/command-messages.ts';
import { assertInTime, withinBounds } from '../../shared/cluster/deadline.ts';
import type { ReferenceCodec } from '../../shared/cluster/references.ts';
import { routeBatch } from '../../shared/cluster/route-batch.ts';
import type { CompiledRules } from '../../shared/ingress/compiled-rules.ts';
import {
  type AckLevel,
  ClusterError,
  type CommandResult,
  type IngestResult,
  type RevisionToken,
} from '../../shared/protocol/cluster.ts';
import type { Stamped } from '../../shared/protocol/frame.ts';
import {
  failedAnswer,
  type IngressAnswer,
  type IngressCall,
} from '../../shared/protocol/ingress-call.ts';
import type { PartitionMark, MarkTable } from '../../shared/protocol/marks.ts';
import type { SettledRounds } from '../../shared/protocol/settled-rounds.ts';
import type { Placement, Router, Submission } from '../../shared/cluster/router.ts';

export interface IngressOptions {
  readonly router: Router;
  readonly rounds: SettledRounds;
  readonly marks: MarkTable;
  readonly clock: Clock;
  readonly rules: CompiledRules;
  readonly references: ReferenceCodec;
  /** Takes seconds from taking something in until it was settled; for a sample of what comes. */
  readonly onResolved?: (seconds: number) => void;
}

/** A batch of which it is watched when it settles; one at a time, so that watching costs nothing. */
interface Sample {
  readonly origin: number;
  /** Round in which it was durable; null: it is not yet. */
  noted: number | null;
}

interface Waiter {
  readonly isDone: () => boolean;
  /** Ends the wait. */
  readonly resolve: () => void;
}

export class Ingress {
  readonly #options: IngressOptions;
  readonly #waiters = new Set<Waiter>();
  #sample: Sample | null = null;

  constructor(options: IngressOptions) {
    this.#options = options;
  }

  /** `deadlineMs`: when nobody waits for the answer any more; null: not known. */
  async handle(call: IngressCall, deadlineMs: number | null): Promise<IngressAnswer> {
    const { clock, router } = this.#options;
    const bounds = deadlineMs === null ? {} : { deadlineMs };
    const over = new AbortController();
    try {
      // Nothing is begun for a caller that has given up.
      assertInTime(bounds, clock.now());
      return await withinBounds(this.#handle(call, over.signal), bounds, clock.now());
    } catch (error) {
      if (error instanceof ClusterError && error.code === 'deadline_exceeded') router.expiries++;
      return failedAnswer(error);
    } finally {
      // After the deadline the call itself goes on, and nobody is left to hear how it ends.
      over.abort();
    }
  }

  /** Calls that wait for something to settle. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** To be called with every newer mark, after the rounds took it. */
  takeMark(mark: PartitionMark): void {
    this.#options.router.takeMark(mark);
    this.#observeSample();
    for (const waiter of this.#waiters) {
      if (!waiter.isDone()) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  async #handle(call: IngressCall, over: AbortSignal): Promise<IngressAnswer> {
    switch (call.kind) {
      case 'ingest':
        return { kind: 'ingested', results: await this.#ingest(call, over) };
      case 'command':
        return { kind: 'commanded', result: await this.#command(call, over) };
      case 'settle':
        await this.#settle(over);
        return { kind: 'settled' };
    }
  }

  async #ingest(
    call: Extract<IngressCall, { kind: 'ingest' }>,
    over: AbortSignal,
  ): Promise<readonly IngestResult[]> {
    const { clock, rules } = this.#options;
    const now = clock.now();
    const batch = routeBatch(rules, call.items, call.receivedAt ?? now, now);
    const placed = await this.#place(batch.messages, call.ack, now, over);
    for (const [position, [index, dropped]] of batch.items.entries()) {
      const token = placed[position] as RevisionToken;
      batch.results[index] = { kind: 'acknowledged', token, dropped };
    }
    return batch.results as IngestResult[];
  }

  async #command(
    call: Extract<IngressCall, { kind: 'command' }>,
    over: AbortSignal,
  ): Promise<CommandResult> {
    const made = commandMessage(this.#options, call.command);
    if (made.kind === 'rejected') return made;
    const now = this.#options.clock.now();
    const [token] = await this.#place([[now, made.message]], call.ack, now, over);
    return { kind: 'acknowledged', token: token as RevisionToken };
  }

  async #place(
    messages: readonly Stamped[],
    ack: AckLevel,
    origin: number,
    over: AbortSignal,
  ): Promise<RevisionToken[]> {
    const submitted = this.#options.router.submit(messages);
    this.#sampleOne(submitted, origin);
    const placements = await Promise.all(
      submitted.map((one): Promise<Placement> => (ack === 'accepted' ? one.accepted : one.durable)),
    ).catch((cause: unknown) => {
      if (cause instanceof ClusterError) throw cause;
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new ClusterError('unavailable', `outcome unknown, send again: ${message}`, { cause });
    });
    if (ack === 'settled') await this.#untilSettled(origin, over);
    return placements.map((placement) => ({ ...placement, origin }));
  }

  #sampleOne(submitted: readonly Submission[], origin: number): void {
    if (this.#options.onResolved === undefined || this.#sample !== null) return;
    const sample: Sample = { origin, noted: null };
    this.#sample = sample;
    Promise.all(submitted.map(({ durable }) => durable)).then(
      () => {
        sample.noted = this.#options.rounds.current;
      },
      () => {
        this.#sample = null;
      },
    );
  }

  #observeSample(): void {
    const { rounds, clock, onResolved } = this.#options;
    const sample = this.#sample;
    if (sample === null || sample.noted === null) return;
    if (!rounds.isSettled(sample.noted, sample.origin)) return;
    this.#sample = null;
    onResolved?.(Math.max(0, clock.now() - sample.origin) / 1000);
  }

  #untilSettled(origin: number, over: AbortSignal): Promise<void> {
    const { rounds } = this.#options;
    const noted = rounds.current;
    return this.#wait(() => rounds.isSettled(noted, origin), over);
  }

  /** Everything in the logs is applied, and no outbox holds anything, in two whole rounds. */
  async #settle(over: AbortSignal): Promise<void> {
    const { rounds, marks } = this.#options;
    let quietSince: number | null = null;
    await this.#wait(() => {
      const isQuiet = Array.from(marks.values()).every(
        (mark) => mark.durable === mark.last && mark.outbox === 0 && mark.lowOrigin === null,
      );
      if (!isQuiet || this.#options.router.pending > 0) quietSince = null;
      else quietSince ??= rounds.current;
      return quietSince !== null && rounds.isSettled(quietSince, Number.MAX_SAFE_INTEGER);
    }, over);
  }

  /** Until `isDone`, asked at every mark, or until the call is over. */
  #wait(isDone: () => boolean, over: AbortSignal): Promise<void> {
    if (over.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiter = { isDone, resolve };
      this.#waiters.add(waiter);
      over.addEventListener('abort', () => this.#waiters.delete(waiter), { once: true });
    });
  }
}
