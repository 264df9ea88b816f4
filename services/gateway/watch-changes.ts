/**
 * WatchChanges: the change feed with heartbeats.
 *
 * Events are pulled one by one, so a slow client slows the pull; the buffer behind it is the
 * cluster's durable feed, and what a client misses it gets again with its last token.
 */
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { WatchChangesRequest__Output as Request } from '../../shared/grpc/generated/selfsame/v1/WatchChangesRequest.ts';
import type { WatchChangesResponse as Response } from '../../shared/grpc/generated/selfsame/v1/WatchChangesResponse.ts';
import { CONTRACT_LIMITS } from '../../shared/grpc/limits.ts';
import { changeToWire } from '../../shared/grpc/map-status.ts';
import { GatewayError } from '../../shared/grpc/status.ts';
import { Violations } from '../../shared/grpc/violations.ts';
import { toTimestamp } from '../../shared/grpc/wire-numbers.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { drainingError } from './bind-service.ts';
import type { CallContext } from './rpc.ts';

export interface WatchLimits {
  readonly heartbeatMs: number;
  readonly watchStallMs: number;
}

type Wake = 'event' | 'heartbeat' | 'draining';

/** Writes; waits while the client does not read. Ends the stream when that takes too long. */
async function write(
  stream: ServerWritableStream<Request, Response>,
  message: Response,
  { watchStallMs }: WatchLimits,
  signal: AbortSignal,
): Promise<void> {
  if (stream.write(message)) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (action: () => void): void => {
      clearTimeout(timer);
      stream.off('drain', onDrain);
      signal.removeEventListener('abort', onAbort);
      action();
    };
    const onDrain = (): void => settle(resolve);
    const onAbort = (): void => settle(() => reject(signal.reason as Error));
    const timer = setTimeout(() => {
      const metadata = { resume_token: message.resumeToken ?? '' };
      const text = 'The change stream is read too slowly; resume with the last token received.';
      settle(() => reject(new GatewayError('WATCH_TOO_SLOW', text, { metadata })));
    }, watchStallMs);
    stream.on('drain', onDrain);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** What happens first: the next event, the end of the silence allowed, or the gateway's stop. */
async function nextWake(
  next: Promise<unknown>,
  heartbeatMs: number,
  draining: AbortSignal,
): Promise<Wake> {
  let timer: NodeJS.Timeout | undefined;
  let onDraining = (): void => {};
  const silence = new Promise<Wake>((resolve) => {
    timer = setTimeout(() => resolve('heartbeat'), heartbeatMs);
    onDraining = () => resolve('draining');
    draining.addEventListener('abort', onDraining, { once: true });
    if (draining.aborted) onDraining();
  });
  try {
    return await Promise.race([next.then((): Wake => 'event'), silence]);
  } finally {
    clearTimeout(timer);
    draining.removeEventListener('abort', onDraining);
  }
}

/** Streams changes until the client cancels, falls behind, or the gateway stops. */
export async function watchChanges(
  cluster: Cluster,
  limits: WatchLimits,
  request: Request,
  stream: ServerWritableStream<Request, Response>,
  { signal, draining, messages }: CallContext,
): Promise<void> {
  const violations = new Violations();
  violations.text(request.resumeToken, 'resume_token', CONTRACT_LIMITS.tokenCharacters, 0);
  violations.throwIfAny();
  let resumeToken = request.resumeToken;
  // The feed ends with the call for whatever reason the call ends.
  const feedEnd = new AbortController();
  const feedSignal = AbortSignal.any([signal, feedEnd.signal]);
  let tellPosition = (): void => {};
  // Of a stream without a token; others have a position already.
  let position: Promise<void> | null = null;
  if (resumeToken === '') {
    position = new Promise((resolve) => {
      tellPosition = resolve;
    });
  }
  const feed = cluster.watch(resumeToken === '' ? null : resumeToken, {
    signal: feedSignal,
    onPosition: (token) => {
      resumeToken = token;
      tellPosition();
    },
  });
  const events = feed[Symbol.asyncIterator]();
  let next = events.next();
  try {
    for (;;) {
      const awaited = position === null ? next : Promise.race([position, next]);
      const wake = await nextWake(awaited, limits.heartbeatMs, draining);
      if (wake === 'draining') throw drainingError({ resume_token: resumeToken });
      if (wake === 'heartbeat' || position !== null) {
        // A client that gets no event before its stream ends goes on from this one.
        if (wake === 'event') position = null;
        if (resumeToken === '' && wake === 'event') continue;
        const occurredAt = toTimestamp(Date.now());
        const heartbeat = { resumeToken, kind: 'CHANGE_KIND_HEARTBEAT' as const, occurredAt };
        await write(stream, heartbeat, limits, signal);
        messages.sent(1);
        continue;
      }
      const result = await next;
      if (result.done === true) return;
      const event = result.value;
      resumeToken = event.resumeToken;
      next = events.next();
      await write(stream, changeToWire(event), limits, signal);
      messages.sent(1);
    }
  } finally {
    feedEnd.abort();
    // The event fetched ahead is not wanted any more, nor is its failure.
    next.catch(() => {});
  }
}
