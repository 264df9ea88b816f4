/** Questions to the owners of partitions over the bus, again while none is there or none answers. */
import { type Bus, BusError, type RequestOptions } from '../adapters/bus.ts';
import { ClusterError } from '../protocol/cluster.ts';
import { decode, encode } from '../protocol/codec.ts';
import { ownerSubject, querySubject, standbySubject } from '../protocol/ingress-call.ts';
import type { MarkTable } from '../protocol/marks.ts';
import type {
  AskedAnswer,
  AskedQuestion,
  QueryAnswer,
  QueryPort,
  QueryRequest,
} from '../protocol/query.ts';

const ASK_TIMEOUT_MS = 30_000;
/**
 * A process killed with a request in hand answers never, and NATS does not tell. Questions are safe
 * to repeat, so one without an answer is asked again, to whoever is there then.
 */
const ASK_ATTEMPT_MS = 2000;
const RETRY_MS = 100;
/** An owner that lives answers in a few milliseconds; one that is gone is asked no longer than this. */
const HEDGE_MS = 100;
const OTHERS_RETRY_MS = 30;
/** A follower that is silent for so long may be gone as well: asked again, doubled each time. */
const OTHERS_TRY_MS = 200;

export interface AskBounds {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  readonly onStandIn?: (lagEntries: number) => void;
}

/** One question on its way. */
interface Asking {
  readonly partition: number;
  /** The owner that the marks named when it was asked. */
  readonly owner: string;
  readonly ask: (subject: string) => Promise<AskedAnswer | null>;
  readonly over: AbortSignal;
  readonly onStandIn: AskBounds['onStandIn'];
}

/**
 * Until when to ask, so that the caller still hears why there is no answer: a tenth of the time left
 * before its deadline, at most half a second.
 */
function answerBy(deadlineMs: number): number {
  return deadlineMs - Math.min(500, Math.max(0, deadlineMs - Date.now()) / 10);
}

/**
 * Questions go to the owner that the marks name; when it does not answer within `HEDGE_MS`, or is not
 * there, also to a follower, or to the next owner once marks name one. The first answer counts. None
 * is from before what the marks told.
 */
export class NatsQueries implements QueryPort {
  readonly #bus: Bus;
  readonly #marks: MarkTable | null;
  /**
   * Partition -> owner that did not answer when another one did, and was not heard since. The others
   * are asked at once instead of it: of what stands still only the first question waits.
   */
  readonly #silent = new Map<number, string>();
  /** Answers that a follower gave because the owner did not. */
  standbyAnswers = 0;
  /** Entries that the follower who answered last was behind. */
  standbyLag = 0;

  /** Without marks whoever owns the partition is asked, and nobody else. */
  constructor(bus: Bus, marks: MarkTable | null = null) {
    this.#bus = bus;
    this.#marks = marks;
  }

  async ask(partition: number, request: QueryRequest, options: AskBounds): Promise<QueryAnswer> {
    const end = answerBy(options.deadlineMs ?? Date.now() + ASK_TIMEOUT_MS);
    for (;;) {
      const answer = await this.#attempt(partition, request, end, options);
      if (answer !== null) return answer;
      if (Date.now() + RETRY_MS >= end) {
        throw new ClusterError('unavailable', `partition ${partition} has no owner now`);
      }
      await pause(RETRY_MS);
    }
  }

  /** null: nobody answered, or nobody who could. */
  async #attempt(
    partition: number,
    request: QueryRequest,
    end: number,
    { signal, onStandIn }: AskBounds,
  ): Promise<QueryAnswer | null> {
    const mark = this.#marks?.get(partition);
    const asked: AskedQuestion = [mark?.epoch ?? 0, mark?.durable ?? 0, request];
    const bytes = encode(asked);
    const over = new AbortController();
    const cancel = (): void => over.abort();
    signal?.addEventListener('abort', cancel, { once: true });
    const ask = (subject: string): Promise<AskedAnswer | null> => {
      const timeoutMs = Math.max(1, Math.min(ASK_ATTEMPT_MS, end - Date.now()));
      return askOnce(this.#bus, subject, bytes, { timeoutMs, signal: over.signal });
    };
    try {
      if (signal?.aborted === true) throw new BusError('cancelled', 'the caller cancelled');
      if (mark === undefined) return (await ask(querySubject(partition)))?.[1] ?? null;
      const asking = { partition, owner: mark.owner, ask, over: over.signal, onStandIn };
      return (await this.#askAll(asking))?.[1] ?? null;
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      throw signal?.aborted === true
        ? new ClusterError('cancelled', 'the caller cancelled', { cause: error })
        : fromBus(error);
    } finally {
      signal?.removeEventListener('abort', cancel);
      over.abort();
    }
  }

  async #askAll(asking: Asking): Promise<AskedAnswer | null> {
    const { partition, owner } = asking;
    let isOwnerSilent = true;
    const byOwner = asking.ask(ownerSubject(partition, owner)).then((answer) => {
      isOwnerSilent = answer === null;
      if (!isOwnerSilent && this.#silent.get(partition) === owner) this.#silent.delete(partition);
      return answer;
    });
    const isSuspect = this.#silent.get(partition) === owner;
    const first = isSuspect ? null : await within(byOwner, HEDGE_MS);
    if (first !== null) return first;
    const byOthers = this.#askOthers(asking);
    const answer = await firstAnswer(byOwner, byOthers);
    if (answer !== null && isOwnerSilent) {
      this.#silent.set(partition, owner);
      this.standbyAnswers++;
      [this.standbyLag] = answer;
      asking.onStandIn?.(this.standbyLag);
    }
    return answer;
  }

  /**
   * The follower, or whom the marks name by now: again while it is behind what the marks told (in a
   * moment it will not be), is not there, or is silent. Earlier questions may still be answered.
   */
  #askOthers({ partition, owner, ask, over }: Asking): Promise<AskedAnswer | null> {
    const end = Date.now() + ASK_ATTEMPT_MS;
    return new Promise((resolve, reject) => {
      const again = async (): Promise<void> => {
        let tryMs = OTHERS_TRY_MS;
        while (!over.aborted && Date.now() < end) {
          const now = this.#marks?.get(partition)?.owner ?? owner;
          const isSame = now === owner;
          const asked = ask(isSame ? standbySubject(partition) : ownerSubject(partition, now));
          let isSilent = true;
          asked.then((answer) => {
            isSilent = false;
            if (answer !== null) resolve(answer);
          }, reject);
          await within(asked, tryMs);
          if (isSilent) tryMs *= 2;
          await pause(OTHERS_RETRY_MS);
        }
        resolve(null);
      };
      again().catch(reject);
    });
  }
}

/** null: nobody there, no answer in time, or not able to answer. */
async function askOnce(
  bus: Bus,
  subject: string,
  bytes: Uint8Array,
  options: RequestOptions,
): Promise<AskedAnswer | null> {
  try {
    return decode(await bus.request(subject, bytes, options)) as AskedAnswer | null;
  } catch (error) {
    if (error instanceof BusError && (isRepeatable(error) || error.code === 'cancelled')) {
      return null;
    }
    throw error;
  }
}

/** null: not yet. */
async function within<T>(promise: Promise<T | null>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return Promise.race([promise, over]).finally(() => clearTimeout(timer));
}

/** The first of two that is an answer; null when neither is one. */
function firstAnswer<T>(left: Promise<T | null>, right: Promise<T | null>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    let isSecond = false;
    const take = (answer: T | null): void => {
      if (answer !== null || isSecond) resolve(answer);
      isSecond = true;
    };
    left.then(take, reject);
    right.then(take, reject);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Owners that cannot answer yet say null. Rejects with `ClusterError`. */
export async function askOwner<Answer>(
  bus: Bus,
  subject: string,
  partition: number,
  request: unknown,
  options: AskBounds,
  attemptMs = ASK_ATTEMPT_MS,
): Promise<Answer> {
  const end = options.deadlineMs ?? Date.now() + ASK_TIMEOUT_MS;
  const bytes = encode(request);
  for (;;) {
    try {
      const reply = await bus.request(subject, bytes, {
        timeoutMs: Math.min(attemptMs, end - Date.now()),
        budgetMs: end - Date.now(),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      const answer = decode(reply) as Answer | null;
      if (answer !== null) return answer;
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      const isOver = error.code === 'timeout' && Date.now() + RETRY_MS >= end;
      if (!isRepeatable(error) || isOver) throw fromBus(error);
    }
    // The owner is starting or moving.
    if (Date.now() + RETRY_MS >= end) {
      throw new ClusterError('unavailable', `partition ${partition} has no owner now`);
    }
    await pause(RETRY_MS);
  }
}

/** No answer, or nobody to give one. */
export function isRepeatable(error: BusError): boolean {
  return error.code === 'no_responders' || error.code === 'timeout';
}

export function fromBus(error: BusError): ClusterError {
  switch (error.code) {
    case 'timeout':
      return new ClusterError('deadline_exceeded', 'no answer in time: outcome unknown', {
        cause: error,
      });
    case 'cancelled':
      return new ClusterError('cancelled', 'the caller cancelled', { cause: error });
    case 'overloaded':
      return new ClusterError('overloaded', 'the service has too much at work', {
        retryAfterMs: 200,
        cause: error,
      });
    case 'too_large':
      return new ClusterError('invalid_argument', 'one item is too large for a message', {
        cause: error,
      });
    default:
      return new ClusterError('unavailable', error.message, { cause: error });
  }
}
