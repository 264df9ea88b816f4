/**
 * Requests to JetStream while a stream has no leader: those that only read are asked again, so that
 * they end soon after the election; those that change something are asked once. Fake server and time.
 */
import type { Msg, NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { JetStreamApi } from '../../shared/adapters/jetstream-api.ts';
import type { NatsLink } from '../../shared/adapters/nats-link.ts';

const TIMEOUT_MS = 5000;

class FakeServer {
  readonly asked: string[] = [];
  hasLeader = false;
  #onDown = (): void => undefined;

  get link(): NatsLink {
    const connection = {
      request: (subject: string, _: unknown, { timeout }: { readonly timeout: number }) => {
        this.asked.push(subject.replace('$JS.API.', ''));
        const answer = { string: () => '{"state":{"last_seq":7}}' } as Msg;
        if (this.hasLeader) return Promise.resolve(answer);
        return new Promise((_resolve, reject) => {
          setTimeout(() => reject(new Error('TIMEOUT')), timeout);
        });
      },
    } as unknown as NatsConnection;
    return {
      connection,
      whenUp: () => Promise.resolve(true),
      listen: ({ onDown }: { readonly onDown: () => void }) => {
        this.#onDown = onDown;
        return () => undefined;
      },
    } as unknown as NatsLink;
  }

  breakOff(): void {
    this.#onDown();
  }
}

let server: FakeServer;
let api: JetStreamApi;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  api = new JetStreamApi(server.link, TIMEOUT_MS);
});
afterEach(() => {
  vi.useRealTimers();
});

/** How the call ended, and how often it was asked, after so many milliseconds. */
async function after(ms: number, call: Promise<unknown>): Promise<[string, number]> {
  let end = 'open';
  call.then(
    () => (end = 'answered'),
    () => (end = 'failed'),
  );
  await vi.advanceTimersByTimeAsync(ms);
  return [end, server.asked.length];
}

test('a leader is elected after 2.5 s -> a read is answered half a second later', async () => {
  setTimeout(() => (server.hasLeader = true), 2500);
  const call = api.streamInfo('s');
  expect(await after(2900, call)).toEqual(['open', 3]);
  expect(await after(200, call)).toEqual(['answered', 4]);
});

test('no leader -> a read fails after the timeout and is asked no more', async () => {
  const call = api.streamInfo('s');
  expect(await after(TIMEOUT_MS - 1, call)).toEqual(['open', 5]);
  expect(await after(1, call)).toEqual(['failed', 5]);
  expect(await after(TIMEOUT_MS, call)).toEqual(['failed', 5]);
});

test('what changes something -> is asked once', async () => {
  setTimeout(() => (server.hasLeader = true), 2500);
  expect(await after(TIMEOUT_MS, api.call('STREAM.PURGE.s', {}, 's'))).toEqual(['failed', 1]);
});

test('the connection breaks -> fails at once and is asked no more', async () => {
  const call = api.streamInfo('s');
  expect(await after(1500, call)).toEqual(['open', 2]);
  server.breakOff();
  expect(await after(TIMEOUT_MS, call)).toEqual(['failed', 2]);
});
