/**
 * A server that drops a pull request without a word when it expires (nats-server 2.9.10) -> the next
 * request follows at once, and the subscription is not lost. Fake server and fake time: the real one
 * does it by chance (9 of 96 requests under steady traffic).
 */
import type { Msg, NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { JetStreamApi } from '../../shared/adapters/jetstream-api.ts';
import { JetStreamSubscription } from '../../shared/adapters/jetstream-subscription.ts';

const HEARTBEAT_MS = 100;
/** One request lasts this long (10 heartbeats). */
const REQUEST_MS = 1000;

interface FakeServer {
  readonly requests: number[];
  readonly connection: NatsConnection;
  readonly api: JetStreamApi;
  deliver(): void;
}

/** Sends heartbeats while a request is open, and never says that one ended. */
function fakeServer(): FakeServer {
  const requests: number[] = [];
  let callback: (error: null, message: Msg) => void = () => undefined;
  let subject = '';
  let sequence = 0;
  let beats: NodeJS.Timeout | undefined;
  const send = (message: object): void => callback(null, { subject, ...message } as Msg);
  const connection = {
    isClosed: () => false,
    subscribe: (_: string, options: { callback: typeof callback }) => {
      callback = options.callback;
      return { unsubscribe: () => undefined };
    },
    publish: (_: string, body: string, options: { reply: string }) => {
      const { expires } = JSON.parse(body) as { expires: number };
      expect(expires).toBe(REQUEST_MS * 1_000_000);
      requests.push(Date.now());
      subject = options.reply;
      clearInterval(beats);
      beats = setInterval(() => send({ headers: { code: 100 } }), HEARTBEAT_MS);
      const own = beats;
      setTimeout(() => clearInterval(own), REQUEST_MS);
    },
  };
  const api = {
    call: () => Promise.resolve({ name: 'consumer' }),
    streamInfo: () => Promise.resolve({ state: { last_seq: sequence } }),
  };
  return {
    requests,
    connection: connection as unknown as NatsConnection,
    api: api as unknown as JetStreamApi,
    deliver: () => {
      sequence++;
      const reply = `$JS.ACK.stream.consumer.1.${sequence}.${sequence}.0.0`;
      send({ reply, data: Uint8Array.of(sequence) });
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.for([
  ['after deliveries', 3],
  ['without any', 0],
] as const)(
  'a request that ends in silence %s -> another one, nothing is lost',
  async ([, deliveries]) => {
    const server = fakeServer();
    const lost: string[] = [];
    const taken: number[] = [];
    const subscription = new JetStreamSubscription(
      server,
      { stream: 'stream', fromSequence: 1 },
      {
        onEntries: async (entries) => {
          for (const entry of entries) taken.push(entry.sequence);
        },
        onLost: (reason) => lost.push(reason),
      },
      { batchEntries: 10, batchBytes: 1000, heartbeatMs: HEARTBEAT_MS },
      () => undefined,
    );
    await subscription.start();
    for (let count = 0; count < deliveries; count++) server.deliver();
    await vi.advanceTimersByTimeAsync(5 * REQUEST_MS);
    expect(lost).toEqual([]);
    const [first = 0, second = 0] = server.requests;
    expect(second - first).toBeLessThanOrEqual(REQUEST_MS + 3 * HEARTBEAT_MS);
    expect(server.requests.length).toBeGreaterThanOrEqual(4);
    server.deliver();
    await vi.advanceTimersByTimeAsync(1);
    expect(taken).toHaveLength(deliveries + 1);
    subscription.close();
  },
);
