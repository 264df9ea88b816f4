/** The change feed of the client: resumes by itself where the last message ended. */
import { setTimeout as delay } from 'node:timers/promises';
import { type ServiceError, status } from '@grpc/grpc-js';
import { ClusterError, type FeedEvent, type WatchOptions } from '../protocol/cluster.ts';
import type { Clients } from './client-calls.ts';
import type { WatchChangesResponse__Output } from './generated/selfsame/v1/WatchChangesResponse.ts';
import { changeFromWire } from './map-status.ts';
import { clusterErrorOf } from './status.ts';

/** Pauses before connecting again, milliseconds: doubled with each failure in a row. */
const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 5_000;

/** Whether a stream that ended so may go on with its last token. */
function isResumable(error: ServiceError): boolean {
  return error.code === status.UNAVAILABLE || error.code === status.RESOURCE_EXHAUSTED;
}

/**
 * Changes after `resumeToken` (null: from now on) until the signal aborts. Throws `ClusterError`
 * when the stream cannot go on: the token expired, or the connection was lost before the first
 * position was known, so that going on could leave a gap.
 */
export async function* watchFeed(
  client: Clients['resolution'],
  resumeToken: string | null,
  { signal, onPosition }: WatchOptions,
): AsyncGenerator<FeedEvent> {
  let position = resumeToken ?? '';
  let isPositionTold = position !== '';
  if (isPositionTold) onPosition?.(position);
  let pauseMs = PAUSE_MIN_MS;
  while (!signal.aborted) {
    const stream = client.WatchChanges({ resumeToken: position });
    const onAbort = (): void => stream.cancel();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      for await (const message of stream as AsyncIterable<WatchChangesResponse__Output>) {
        pauseMs = PAUSE_MIN_MS;
        const event = changeFromWire(message);
        // Old gateways begin with an event: then its own token is the first position.
        if (!isPositionTold && event === null && message.resumeToken !== '') {
          onPosition?.(message.resumeToken);
        }
        isPositionTold ||= message.resumeToken !== '';
        if (event !== null) yield event;
        // After the yield: what the consumer has not taken is sent again.
        position = message.resumeToken;
      }
    } catch (error) {
      if (signal.aborted) return;
      const failure = error as ServiceError;
      if (position === '' || !isResumable(failure)) throw clusterErrorOf(failure);
    } finally {
      signal.removeEventListener('abort', onAbort);
      stream.cancel();
    }
    if (position === '' && !signal.aborted) {
      throw new ClusterError('unavailable', 'The change stream ended before its first position.');
    }
    await delay(pauseMs, undefined, { signal }).catch(() => {});
    pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
  }
}
