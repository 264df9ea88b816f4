/**
 * The clients of a simulated cluster and the router process they go through.
 *
 * Every event is submitted until its router says DURABLE; from then on it is never sent again, so
 * that the final comparison with the oracle shows what was promised and lost.
 */
import type { Log } from '../../shared/adapters/log.ts';
import type { Message } from '../../shared/domain/messages.ts';
import { ClusterError } from '../../shared/protocol/cluster.ts';
import { decodeMarks, MARKS_SUBJECT, MarkTable } from '../../shared/protocol/marks.ts';
import { SettledRounds } from '../../shared/protocol/settled-rounds.ts';
import { partitionCount } from '../../shared/protocol/topology.ts';
import { type Placement, Router, type RouterLimits } from '../../shared/cluster/router.ts';
import type { GenerationTrial } from './generation-trial.ts';
import type { Life, Scheduler } from './scheduler.ts';
import type { Surroundings } from './shard-process.ts';
import { SimulatedLog } from './simulated-log.ts';

export class RouterProcess {
  readonly life: Life = { isAlive: true };
  readonly router: Router;
  readonly rounds: SettledRounds;
  readonly trial: GenerationTrial | null;

  constructor(
    routerId: string,
    around: Surroundings,
    limits: Partial<RouterLimits>,
    onWave: () => void,
    /** Routes to the candidate generation. */
    trial: GenerationTrial | null,
  ) {
    this.trial = trial;
    const marks = new MarkTable();
    this.rounds = new SettledRounds(partitionCount(around.topology));
    const { scheduler, rates, maxEntryBytes, networkMs: latencyMs, onBug } = around;
    const { cluster, bus } = trial ?? around;
    const { life } = this;
    const log: Log = new SimulatedLog({
      cluster,
      scheduler,
      rates,
      life,
      maxEntryBytes,
      latencyMs,
      onBug,
    });
    const clock = scheduler.clockOf(life);
    this.router = new Router({ log, clock, marks, topology: around.topology, routerId, limits });
    bus.connect(life).subscribe(MARKS_SUBJECT, (bytes) => {
      for (const mark of decodeMarks(bytes).partitions) {
        if (!marks.take(mark)) continue;
        this.rounds.take(mark);
        this.router.takeMark(mark);
      }
      onWave();
    });
  }
}

export interface ClientHooks {
  /** `isShadow`: through a router of the candidate generation, which is live by then. */
  readonly onDurable: (placement: Placement, isShadow: boolean) => void;
  /** Every consequence of what was submitted with this origin is said to be done. */
  readonly onSettled: (origin: number) => void;
}

interface Settling {
  readonly origin: number;
  readonly notedRound: number;
}

export class Client {
  readonly #around: Surroundings;
  readonly #scheduler: Scheduler;
  readonly #limits: Partial<RouterLimits>;
  readonly #hooks: ClientHooks;
  #process: RouterProcess | null = null;
  /** Routed to the former generation when the candidate became live; ends when nothing waits in it. */
  #late: RouterProcess | null = null;
  #open: number;
  #lastOrigin = 0;
  #routers = 0;
  #settling: Settling[] = [];

  constructor(
    around: Surroundings,
    limits: Partial<RouterLimits>,
    messages: readonly Message[],
    spreadMs: number,
    hooks: ClientHooks,
  ) {
    this.#around = around;
    this.#scheduler = around.scheduler;
    this.#limits = limits;
    this.#hooks = hooks;
    this.#open = messages.length;
    this.startRouter();
    const { random } = this.#scheduler;
    for (let index = 0; index < messages.length; ) {
      const batch = messages.slice(index, index + 1 + random.below(4));
      index += batch.length;
      this.#later(this.#scheduler.draw(spreadMs), batch);
    }
  }

  /** Messages not confirmed durable yet. */
  get open(): number {
    return this.#open;
  }

  get routerPending(): number {
    return (this.#process?.router.pending ?? 0) + (this.#late?.router.pending ?? 0);
  }

  startRouter(): void {
    if (this.#process !== null) return;
    const routerId = `router-${++this.#routers}`;
    const { trial } = this.#around;
    const target = trial?.phase === 'live' ? trial : null;
    this.#process = new RouterProcess(
      routerId,
      this.#around,
      this.#limits,
      () => this.#askSettled(),
      target,
    );
  }

  /** The candidate is live: a router that knows of it takes over, what the other has goes on. */
  switchGeneration(): void {
    this.#late = this.#process;
    this.#process = null;
    this.#settling = [];
    this.startRouter();
  }

  /** Its promises are gone; the clients send again what they do not know to be durable. */
  crashRouter(): void {
    if (this.#process === null) return;
    this.#process.life.isAlive = false;
    // Callers notice the broken connection.
    this.#process.router.close();
    this.#process = null;
    this.#settling = [];
  }

  #later(delayMs: number, messages: readonly Message[]): void {
    this.#scheduler.after(delayMs, 'submit', () => this.#submit(messages));
  }

  #submit(messages: readonly Message[]): void {
    const process = this.#process;
    if (process === null) {
      this.#later(100 + this.#scheduler.draw(500), messages);
      return;
    }
    // Every submission has an origin of its own, so that what remains of it can be told apart.
    const origin = Math.max(Math.floor(this.#scheduler.now), this.#lastOrigin + 1);
    this.#lastOrigin = origin;
    let submissions: ReturnType<Router['submit']>;
    try {
      const { trial } = process;
      submissions = process.router.submit(
        messages.map((message) => [origin, trial?.candidateMessage(message) ?? message] as const),
      );
    } catch (error) {
      if (!(error instanceof ClusterError) || !error.retryable) throw error;
      this.#later(error.retryAfterMs ?? 200, messages);
      return;
    }
    let open = submissions.length;
    for (const [index, submission] of submissions.entries()) {
      submission.durable.then(
        (placement) => {
          this.#open--;
          open--;
          this.#hooks.onDurable(placement, process.trial !== null);
          if (open === 0 && process === this.#process)
            this.#settling.push({ origin, notedRound: process.rounds.current });
        },
        () => this.#later(this.#scheduler.draw(500), messages.slice(index, index + 1)),
      );
    }
  }

  #askSettled(): void {
    const rounds = this.#process?.rounds;
    if (rounds === undefined) return;
    this.#settling = this.#settling.filter(({ origin, notedRound }) => {
      if (!rounds.isSettled(notedRound, origin)) return true;
      this.#hooks.onSettled(origin);
      return false;
    });
  }
}
