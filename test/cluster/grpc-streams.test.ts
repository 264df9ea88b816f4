/**
 * Streams of the gateway: order, batching, flow control, limits of single messages, and what
 * happens to them when the gateway stops.
 */
import type { ClientDuplexStream, ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { credentials, status } from '@grpc/grpc-js';
import { connect as connectHttp2 } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IngestInteractionStreamRequest as IngestRequest } from '../../shared/grpc/generated/selfsame/v1/IngestInteractionStreamRequest.ts';
import type { IngestInteractionStreamResponse__Output as IngestResponse } from '../../shared/grpc/generated/selfsame/v1/IngestInteractionStreamResponse.ts';
import type { ResolveStreamRequest } from '../../shared/grpc/generated/selfsame/v1/ResolveStreamRequest.ts';
import type { ResolveStreamResponse__Output as ResolveResponse } from '../../shared/grpc/generated/selfsame/v1/ResolveStreamResponse.ts';
import type { WatchChangesResponse__Output as Change } from '../../shared/grpc/generated/selfsame/v1/WatchChangesResponse.ts';
import { contract } from '../../shared/grpc/load.ts';
import { interactionToWire } from '../../shared/grpc/map-interaction.ts';
import { decodeError } from '../../shared/grpc/status.ts';
import {
  sampleInteraction,
  startTestGateway,
  type TestGateway,
  until,
} from '../support/test-gateway.ts';

const { v1 } = contract().selfsame;
let under: TestGateway;
let ingest: InstanceType<typeof v1.IngestService>;
let resolution: InstanceType<typeof v1.ResolutionService>;

beforeAll(async () => {
  under = await startTestGateway({ heartbeatMs: 30, streamQueueMax: 600 });
  ingest = new v1.IngestService(under.gateway.address, credentials.createInsecure());
  resolution = new v1.ResolutionService(under.gateway.address, credentials.createInsecure());
});
afterAll(async () => {
  ingest.close();
  resolution.close();
  await under.stop();
});

/** Messages that the gateway has received by a method so far. */
async function receivedOn({ registry }: TestGateway, method: string): Promise<number> {
  const metric = registry.getSingleMetric('grpc_server_msg_received_total');
  const { values } = (await metric?.get()) ?? { values: [] };
  return values.find(({ labels }) => labels['grpc_method'] === method)?.value ?? 0;
}

interface Collected<Response> {
  readonly responses: Response[];
  readonly end: Promise<ServiceError | null>;
}

function collect<Request, Response>(
  stream: ClientDuplexStream<Request, Response> | ClientReadableStream<Response>,
): Collected<Response> {
  const responses: Response[] = [];
  const end = new Promise<ServiceError | null>((resolve) => {
    stream.on('data', (response: Response) => responses.push(response));
    stream.on('error', (error) => resolve(error as ServiceError));
    stream.on('end', () => resolve(null));
  });
  return { responses, end };
}

function message(index: number, overrides: Partial<IngestRequest> = {}): IngestRequest {
  const interaction = interactionToWire(sampleInteraction(index));
  return { correlationId: `m${index}`, interaction, ackLevel: 'ACK_LEVEL_DURABLE', ...overrides };
}

describe('ingest stream', () => {
  test('1,000 messages without waiting -> acknowledged one by one, in batches', async () => {
    under.cluster.ingestBatches.length = 0;
    const stream = ingest.IngestInteractionStream();
    const { responses, end } = collect<IngestRequest, IngestResponse>(stream);
    for (let index = 0; index < 1_000; index++) stream.write(message(index));
    stream.end();
    expect(await end).toBeNull();
    expect(responses.map(({ correlationId }) => correlationId)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => `m${index}`),
    );
    const statuses = new Set(responses.map(({ outcome }) => outcome?.status));
    expect([...statuses]).toEqual(['INGEST_STATUS_ACKNOWLEDGED']);
    expect(Math.max(...under.cluster.ingestBatches)).toBeGreaterThan(1);
    expect(Math.max(...under.cluster.ingestBatches)).toBeLessThanOrEqual(500);
  });

  test('wrong, failing and good messages -> each its own outcome, the stream goes on', async () => {
    const stream = ingest.IngestInteractionStream();
    const { responses, end } = collect<IngestRequest, IngestResponse>(stream);
    const fault = interactionToWire(
      sampleInteraction(0, { source: 'fault', interactionId: 'unavailable' }),
    );
    stream.write(message(5_001, { interaction: null }));
    stream.write(message(5_002, { correlationId: 'x'.repeat(65) }));
    stream.write({ ...message(5_003), ackLevel: 9 as never });
    await until('three outcomes', () => responses.length === 3);
    stream.write(message(5_004, { interaction: fault }));
    await until('four outcomes', () => responses.length === 4);
    stream.write(message(5_005, { ackLevel: 'ACK_LEVEL_SETTLED' }));
    stream.end();
    expect(await end).toBeNull();
    const summary = responses.map(({ outcome }) => [
      outcome?.status.replace('INGEST_STATUS_', ''),
      outcome?.violations[0]?.field ?? outcome?.error?.reason ?? null,
    ]);
    expect(summary).toEqual([
      ['REJECTED', 'interaction'],
      ['REJECTED', 'correlation_id'],
      ['REJECTED', 'ack_level'],
      ['FAILED', 'UNAVAILABLE'],
      ['ACKNOWLEDGED', null],
    ]);
    expect(responses[3]?.outcome?.error).toMatchObject({ code: 14, retryAfterMs: '500' });
  });

  test('overloaded cluster -> offered again, the sender only waits', async () => {
    under.cluster.overloadedCalls = 3;
    const stream = ingest.IngestInteractionStream();
    const { responses, end } = collect<IngestRequest, IngestResponse>(stream);
    stream.write(message(6_000));
    stream.end();
    expect(await end).toBeNull();
    expect(under.cluster.overloadedCalls).toBe(0);
    expect(responses[0]?.outcome?.status).toBe('INGEST_STATUS_ACKNOWLEDGED');
  });

  test('silent cluster and a sender that does not stop -> the gateway stops reading', async () => {
    const stream = ingest.IngestInteractionStream();
    const { end } = collect<IngestRequest, IngestResponse>(stream);
    const silence = sampleInteraction(0, { source: 'fault', interactionId: 'silence' });
    const taken = await receivedOn(under, 'IngestInteractionStream');
    const silenced = under.cluster.silenced.length;
    stream.write(message(0, { interaction: interactionToWire(silence) }));
    await until('the cluster is silent', () => under.cluster.silenced.length > silenced);
    for (let index = 1; index <= 3_000; index++) stream.write(message(index));
    let before = -1;
    let now = 0;
    while (now > before) {
      before = now;
      await new Promise((resolve) => {
        setTimeout(resolve, 300);
      });
      now = (await receivedOn(under, 'IngestInteractionStream')) - taken;
    }
    // The batch at work, streamQueueMax, and what Node's stream had read when it was paused.
    expect(now).toBeGreaterThanOrEqual(600);
    expect(now).toBeLessThan(1 + 600 + 50);
    stream.cancel();
    expect((await end)?.code).toBe(status.CANCELLED);
    await until('the batch is cancelled', () => under.cluster.silenced.at(-1)?.aborted === true);
  });
});

describe('resolve stream', () => {
  test('many small batches, some wrong -> answered in order, the stream goes on', async () => {
    await under.client.ingest([sampleInteraction(9_000)], { ack: 'settled' });
    const stream = resolution.ResolveStream();
    const { responses, end } = collect<ResolveStreamRequest, ResolveResponse>(stream);
    const values = ['user-9000', 'user-9999'];
    for (let index = 0; index < 300; index++) {
      stream.write({ correlationId: `q${index}`, namespace: 'user_id', values });
    }
    stream.write({ correlationId: 'empty' });
    stream.write({ correlationId: 'fault', namespace: 'fault', values: ['overloaded'] });
    stream.write({ correlationId: 'last', namespace: 'user_id', values });
    stream.end();
    expect(await end).toBeNull();
    expect(responses).toHaveLength(303);
    expect(responses[0]?.resolutions.map((answer) => answer.status)).toEqual([
      'RESOLUTION_STATUS_FOUND',
      'RESOLUTION_STATUS_NOT_FOUND',
    ]);
    const tail = responses
      .slice(299)
      .map(({ correlationId, error }) => [
        correlationId,
        error?.reason ?? null,
        error?.violations[0]?.field ?? null,
      ]);
    expect(tail).toEqual([
      ['q299', null, null],
      ['empty', 'INVALID_ARGUMENT', 'identifiers'],
      ['fault', 'OVERLOADED', null],
      ['last', null, null],
    ]);
  });
});

describe('change stream', () => {
  test('no events -> heartbeats; expired token -> typed error', async () => {
    const stream = resolution.WatchChanges({ resumeToken: '' });
    const { responses } = collect<object, Change>(stream);
    await until('two heartbeats', () => responses.length >= 2);
    expect(responses[0]?.kind).toBe('CHANGE_KIND_HEARTBEAT');
    await under.client.ingest([sampleInteraction(9_100)], { ack: 'settled' });
    await until('an event', () => responses.some(({ eventId }) => eventId !== ''));
    await until('a heartbeat with a position', () => responses.at(-1)?.eventId === '');
    expect(responses.at(-1)?.resumeToken).not.toBe('');
    stream.cancel();

    const late = collect<object, Change>(resolution.WatchChanges({ resumeToken: '999999999' }));
    const error = await late.end;
    expect(error?.code).toBe(status.OUT_OF_RANGE);
    const facts = error === null ? null : decodeError(error.metadata, error.details);
    expect(facts?.reason).toBe('RESUME_TOKEN_EXPIRED');
  });

  test('a stream that ended before any event -> its first token resumes without a gap', async () => {
    const still = await startTestGateway({ heartbeatMs: 15_000 });
    const client = new v1.ResolutionService(still.gateway.address, credentials.createInsecure());
    try {
      // What was before is not wanted; then also of a feed that is not empty.
      for (const round of [0, 1]) {
        const stream = client.WatchChanges({ resumeToken: '' });
        const { responses } = collect<object, Change>(stream);
        await until('the position of now', () => responses.length === 1);
        stream.cancel();
        expect(responses[0]?.kind).toBe('CHANGE_KIND_HEARTBEAT');
        await still.client.ingest([sampleInteraction(round)], { ack: 'settled' });
        const resumeToken = responses[0]?.resumeToken ?? '';
        const again = client.WatchChanges({ resumeToken });
        const resumed = collect<object, Change>(again).responses;
        await until('what was missed', () => resumed.length > 0);
        again.cancel();
        expect(resumed.map(({ kind }) => kind)).toEqual(['CHANGE_KIND_CUSTOMER_CREATED']);
      }
    } finally {
      client.close();
      await still.stop();
    }
  });

  test('a reader that stops -> WATCH_TOO_SLOW with the token to resume from', async () => {
    const slow = await startTestGateway({ watchStallMs: 50 });
    const client = new v1.ResolutionService(slow.gateway.address, credentials.createInsecure());
    try {
      const stream = client.WatchChanges({ resumeToken: '' });
      let first: Change | null = null;
      const ended = new Promise<ServiceError>((resolve) => {
        stream.on('error', (error) => resolve(error as ServiceError));
      });
      stream.on('data', (change: Change) => {
        first ??= change;
        stream.pause();
      });
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
      // Enough events to fill the HTTP/2 window (64 KiB) and both stream buffers.
      for (let round = 0; round < 3; round++) {
        const items = Array.from({ length: 500 }, (_, index) =>
          sampleInteraction(round * 500 + index),
        );
        await slow.client.ingest(items, { ack: 'settled' });
      }
      await until('the first event', () => first !== null);
      await until('the gateway gave up', () => slow.cluster.watchEnds === 1);
      stream.resume();
      const error = await ended;
      const facts = decodeError(error.metadata, error.details);
      expect(facts?.reason).toBe('WATCH_TOO_SLOW');
      expect(facts?.metadata['resume_token']).toMatch(/\S/);
    } finally {
      client.close();
      await slow.stop();
    }
  });
});

describe('shutdown', () => {
  test('open streams and calls -> answered or told to go elsewhere, within the grace', async () => {
    const stopping = await startTestGateway();
    const address = stopping.gateway.address;
    const ingestClient = new v1.IngestService(address, credentials.createInsecure());
    const resolutionClient = new v1.ResolutionService(address, credentials.createInsecure());
    const stream = ingestClient.IngestInteractionStream();
    const ingesting = collect<IngestRequest, IngestResponse>(stream);
    const watching = collect<object, Change>(resolutionClient.WatchChanges({ resumeToken: '' }));
    for (let index = 0; index < 100; index++) stream.write(message(index));
    await until('the first answers', () => ingesting.responses.length > 0);
    const slow = stopping.client.resolve([{ namespace: 'fault', value: 'slow' }]);
    await until('the slow call is at work', () => stopping.cluster.resolveCalls === 1);
    const startedMs = Date.now();
    await stopping.gateway.close(2_000);
    expect(Date.now() - startedMs).toBeLessThan(1_500);
    expect(stopping.gateway.isReady()).toBe(false);
    expect((await slow)[0]?.kind).toBe('invalid');
    for (const { end } of [ingesting, watching]) {
      const error = await end;
      expect(error?.code).toBe(status.UNAVAILABLE);
      const facts = error === null ? null : decodeError(error.metadata, error.details);
      expect(facts?.reason).toBe('GATEWAY_DRAINING');
    }
    ingestClient.close();
    resolutionClient.close();
    await stopping.stop();
  });

  test('a call that does not end -> cut at the end of the grace', async () => {
    const stopping = await startTestGateway();
    const stuck = stopping.client
      .resolve([{ namespace: 'fault', value: 'silence' }])
      .catch((error: unknown) => error);
    await until('the call is at work', () => stopping.cluster.silenced.length === 1);
    const startedMs = Date.now();
    await stopping.gateway.close(200);
    expect(Date.now() - startedMs).toBeLessThan(1_000);
    expect(await stuck).toBeInstanceOf(Error);
    await stopping.stop();
  });

  test('a connection at its age -> asked to go, so that clients find new gateways', async () => {
    const aging = await startTestGateway({ connectionAgeMs: 200, connectionGraceMs: 100 });
    const session = connectHttp2(`http://${aging.gateway.address}`);
    try {
      let wasAsked = false;
      session.on('error', () => {});
      session.on('goaway', () => {
        wasAsked = true;
      });
      await until('GOAWAY', () => wasAsked);
      // A client that keeps calling does not notice.
      for (let call = 0; call < 20; call++) {
        await aging.client.status();
        await new Promise((resolve) => {
          setTimeout(resolve, 25);
        });
      }
    } finally {
      session.destroy();
      await aging.stop();
    }
  });
});
