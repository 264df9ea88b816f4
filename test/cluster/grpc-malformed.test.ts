/**
 * 10,000 malformed requests: each gets an error (typed, when the transport lets it reach the
 * gateway), none changes the state, and the gateway serves on. The seed is printed with a failure;
 * run it again with `SELFSAME_SEED=<seed>`.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICE_NAMES, serviceDefinition } from '../../shared/grpc/load.ts';
import { loadGatewayConfig } from '../../services/gateway/config.ts';
import {
  malformedRequest,
  type MalformedRequest,
  oversizedRequests,
  UNARY_NAMES,
} from '../support/malformed-requests.ts';
import { RawGrpc, type RawAnswer, unframe } from '../support/raw-grpc.ts';
import { sampleInteraction, startTestGateway, type TestGateway } from '../support/test-gateway.ts';

const REQUESTS = 10_000;
const CONCURRENT = 64;
const SEED = Number(process.env['SELFSAME_SEED'] ?? 20_240_601);

let under: TestGateway;
beforeAll(async () => {
  under = await startTestGateway();
  await under.client.ingest(
    [1, 2, 3].map((index) => sampleInteraction(index)),
    { ack: 'settled' },
  );
});
afterAll(() => under.stop());

/** mulberry32: small, seeded, good enough for choosing. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

function acknowledgements(request: MalformedRequest, answer: RawAnswer): number {
  if (!request.path.endsWith('IngestInteractionStream')) return 0;
  const method = serviceDefinition('selfsame.v1.IngestService')['IngestInteractionStream'];
  return unframe(answer.body).filter((bytes) => {
    const response = method?.responseDeserialize(bytes) as { outcome: { status: string } | null };
    return response.outcome?.status === 'INGEST_STATUS_ACKNOWLEDGED';
  }).length;
}

/** What is wrong with an answer, or null. */
function complaint(request: MalformedRequest, answer: RawAnswer): string | null {
  const { grpcStatus, httpStatus, hasDetails, wasReset } = answer;
  const isRefused = wasReset || httpStatus >= 400 || (grpcStatus !== null && grpcStatus !== 0);
  switch (request.expected) {
    case 'typed_error':
      if (grpcStatus === null || ![3, 5, 8, 9, 11].includes(grpcStatus))
        return `status ${grpcStatus}`;
      return hasDetails ? null : `status ${grpcStatus} without details`;
    case 'any_error':
      return isRefused ? null : `accepted: HTTP ${httpStatus}, status ${grpcStatus}`;
    case 'no_effect':
      if (grpcStatus === null || ![0, 3].includes(grpcStatus)) return `status ${grpcStatus}`;
      return acknowledgements(request, answer) === 0 ? null : 'acknowledged garbage';
  }
}

async function stateOf({ cluster }: TestGateway): Promise<unknown> {
  const ids = [1, 2, 3].map((index) => ({ namespace: 'user_id', value: `user-${index}` }));
  const { partitions, counters } = await cluster.status();
  return { partitions, counters, resolutions: await cluster.resolve(ids) };
}

test(`${REQUESTS} malformed requests -> errors, no state change`, {
  timeout: 120_000,
}, async () => {
  const before = await stateOf(under);
  const raw = new RawGrpc(under.gateway.address);
  const draw = generator(SEED);
  const complaints: string[] = [];
  const families = new Map<string, number>();
  let index = 0;
  const worker = async (): Promise<void> => {
    while (index < REQUESTS) {
      const number = index++;
      const request = malformedRequest(number, draw);
      families.set(request.family, (families.get(request.family) ?? 0) + 1);
      const answer = await raw.send(request.path, request.body, request.headers);
      const wrong = complaint(request, answer);
      if (wrong !== null) complaints.push(`#${number} ${request.family} ${request.path}: ${wrong}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
  for (const request of oversizedRequests(loadGatewayConfig().messageBytesMax)) {
    const wrong = complaint(request, await raw.send(request.path, request.body, request.headers));
    if (wrong !== null) complaints.push(`${request.family}: ${wrong}`);
  }
  raw.close();
  expect(complaints, `seed ${SEED}`).toEqual([]);
  expect(families.size).toBe(8);
  expect(await stateOf(under)).toEqual(before);
  expect(under.logText()).not.toContain('call failed');
  const [answer] = await under.client.resolve([{ namespace: 'user_id', value: 'user-1' }]);
  expect(answer?.kind).toBe('found');
});

test('every method whose request can be wrong is drawn', () => {
  // Whatever these are asked is right: nothing, or what has an answer for each value of its field.
  const right = ['GetClusterStatus', 'AwaitSettlement', 'GetVersions', 'GetVersionReport'];
  const tolerant = [...right, 'GetModel', 'GetReliability', 'ListOrders'];
  const methods = SERVICE_NAMES.filter((name) => name.startsWith('selfsame.')).flatMap((service) =>
    Object.entries(serviceDefinition(service))
      .filter(([name, { requestStream }]) => !requestStream && !tolerant.includes(name))
      .map(([name]) => `${service.replace('selfsame.v1.', '')}/${name}`),
  );
  expect(UNARY_NAMES.toSorted()).toEqual(methods.toSorted());
});
