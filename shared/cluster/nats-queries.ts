/** Questions to the owners of partitions over the bus, again while none is there or none answers. */
import { type Bus, BusError } from '../adapters/bus.ts';
import { ClusterError } from '../protocol/cluster.ts';
import { decode, encode } from '../protocol/codec.ts';
import { querySubject } from '../protocol/ingress-call.ts';
import type { QueryAnswer, QueryPort, QueryRequest } from '../protocol/query.ts';

const ASK_TIMEOUT_MS = 30_000;
/**
 * A process killed with a request in hand answers never, and NATS does not tell. Questions are safe
 * to repeat, so one without an answer is asked again, to whoever is there then.
 */
const ASK_ATTEMPT_MS = 2000;
const RETRY_MS = 100;

export interface AskBounds {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

export class NatsQueries implements QueryPort {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  ask(partition: number, request: QueryRequest, options: AskBounds): Promise<QueryAnswer> {
    return askOwner(this.#bus, querySubject(partition), partition, request, options);
  }
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
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
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
