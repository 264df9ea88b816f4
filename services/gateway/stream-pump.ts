/**
 * Runs a bidirectional stream whose messages are answered one by one, in order.
 *
 * What arrives while one batch is at work forms the next batch: under load batches grow to
 * `batchMax` by themselves, without load every message goes alone and at once.
 *
 * I1: every message that was read is answered, in order, unless the stream fails or is cancelled.
 * I2: at most `queueMax` messages and about `queueBytesMax` bytes wait; then reading stops and
 * HTTP/2
 *     flow control holds the client.
 * I3: while the client does not read its answers, no further batch is taken.
 */
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { drainingError } from './bind-service.ts';
import { sizeOf, UnusableMessage } from './guarded-codec.ts';
import type { CallContext } from './rpc.ts';

export interface PumpLimits {
  readonly batchMax: number;
  readonly queueMax: number;
  readonly queueBytesMax: number;
}

/**
 * Answers all messages of the stream; resolves when the client has half-closed and all is answered.
 * Rejects with what `answer` throws (failures of single messages are answers, not errors), with the
 * error of a message that does not decode, with GATEWAY_DRAINING, or with the signal's reason.
 * Does not end the stream.
 */
export async function pumpStream<Request extends object, Response>(
  stream: ServerDuplexStream<Request, Response>,
  limits: PumpLimits,
  { signal, draining, messages }: CallContext,
  answer: (batch: readonly Request[]) => Promise<readonly Response[]>,
): Promise<void> {
  const queue: Request[] = [];
  let queuedBytes = 0;
  let hasEnded = false;
  let wake = (): void => {};

  const onData = (message: Request): void => {
    messages.received(1);
    queue.push(message);
    queuedBytes += sizeOf(message);
    if (queue.length >= limits.queueMax || queuedBytes >= limits.queueBytesMax) stream.pause();
    wake();
  };
  const onEnd = (): void => {
    hasEnded = true;
    wake();
  };
  const onAbort = (): void => wake();
  const onDraining = (): void => {
    stream.pause();
    wake();
  };
  stream.on('data', onData);
  stream.on('end', onEnd);
  signal.addEventListener('abort', onAbort);
  draining.addEventListener('abort', onDraining);
  try {
    for (;;) {
      signal.throwIfAborted();
      if (queue.length > 0) {
        await gather(queue, limits.batchMax);
        const batch = queue.splice(0, limits.batchMax);
        for (const message of batch) queuedBytes -= sizeOf(message);
        if (stream.isPaused() && !draining.aborted) stream.resume();
        const unusable = batch.find((message) => message instanceof UnusableMessage);
        const usable = unusable === undefined ? batch : batch.slice(0, batch.indexOf(unusable));
        if (usable.length > 0) {
          const responses = await answer(usable);
          await writeAll(stream, responses, signal);
          messages.sent(responses.length);
        }
        if (unusable instanceof UnusableMessage) throw unusable.error;
      } else if (hasEnded) {
        return;
      } else if (draining.aborted) {
        throw drainingError();
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    stream.off('data', onData);
    stream.off('end', onEnd);
    signal.removeEventListener('abort', onAbort);
    draining.removeEventListener('abort', onDraining);
  }
}

/**
 * Lets the event loop turn while messages keep coming, so that what is already in the socket goes
 * along. grpc-js hands over about one message a turn of the microtask queue: without this a cluster
 * that answers without waiting for a disk would get batches of two. Costs an idle stream one turn.
 */
async function gather(queue: readonly unknown[], batchMax: number): Promise<void> {
  let before: number;
  do {
    before = queue.length;
    await nextTurn();
  } while (queue.length > before && queue.length < batchMax);
}

async function writeAll<Request, Response>(
  stream: ServerDuplexStream<Request, Response>,
  responses: readonly Response[],
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  let isFull = false;
  for (const response of responses) isFull = !stream.write(response);
  if (isFull) await once(stream, 'drain', { signal });
}
