/**
 * JetStreamLog on a real nats-server: the contract, and what a server can do to it: die, freeze, go
 * back in time, fill up, have other settings. Short heartbeats keep the waits short.
 */
import type { NatsConnection } from 'nats';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { JetStreamLog, type JetStreamLogOptions } from '../../shared/adapters/jetstream-log.ts';
import { parseAckSubject } from '../../shared/adapters/jetstream-subscription.ts';
import { connectNats } from '../../shared/adapters/nats-connection.ts';
import { NatsServer } from '../support/nats-server.ts';
import { Collector, describeLogContract, waitFor } from './log-contract.ts';

const connectTo = (server: NatsServer): Promise<NatsConnection> =>
  connectNats({ servers: server.url, name: 'log-test' });
const MEBIBYTE = 2 ** 20;
const FAST = { streamBytesMax: 16 * MEBIBYTE, heartbeatMs: 100, timeoutMs: 1_000 } as const;
const bytes = (text: string): Uint8Array => Buffer.from(text);

describeLogContract('JetStreamLog', async () => {
  const server = await NatsServer.start();
  const connection = await connectTo(server);
  return {
    open: async () => new JetStreamLog(connection, FAST),
    async crash() {
      await server.kill();
      await server.restart();
    },
    async dispose() {
      await connection.close();
      await server.dispose();
    },
  };
});

describe('JetStreamLog and its server', () => {
  let server: NatsServer;
  let connection: NatsConnection;
  const logs: JetStreamLog[] = [];

  beforeEach(async () => {
    server = await NatsServer.start();
    connection = await connectTo(server);
  });
  afterEach(async () => {
    for (const log of logs.splice(0)) await log.close();
    await connection.close();
    await server.dispose();
  });

  function newLog(options: JetStreamLogOptions = {}): JetStreamLog {
    const log = new JetStreamLog(connection, { ...FAST, ...options });
    logs.push(log);
    return log;
  }

  test('the same connection and log go on after kill -9 and restart', async () => {
    const log = newLog();
    await log.create(1, 1);
    await log.append(1, 1, bytes('1'));
    const collector = new Collector();
    log.subscribe(1, 1, 1, collector);
    await collector.has(1);
    await server.kill();
    await collector.isLost();
    await expect(log.append(1, 1, bytes('x'))).rejects.toMatchObject({ code: 'unavailable' });
    await server.restart();
    // Waits for the connection by itself.
    expect(await log.bounds(1, 1)).toEqual({ firstSequence: 1, lastSequence: 1 });
    expect(await log.append(1, 1, bytes('2'))).toBe(2);
    const again = new Collector();
    log.subscribe(1, 1, 2, again);
    await again.has(1);
    expect(again.sequences[0]).toBe(2);
  });

  test('the server freezes -> appends are unavailable, the subscription is lost', async () => {
    const log = newLog();
    await log.create(1, 1);
    await log.append(1, 1, bytes('1'));
    const collector = new Collector();
    log.subscribe(1, 1, 1, collector);
    await collector.has(1);
    await server.freeze();
    try {
      await expect(log.append(1, 1, bytes('2'))).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('no acknowledgement within 1000 ms'),
      });
      await collector.isLost();
      expect(collector.lost[0]).toContain('heartbeats are missing');
    } finally {
      server.thaw();
    }
  });

  test('an idle subscription outlives many requests and still gets the next entry', async () => {
    const log = newLog({ heartbeatMs: 20 });
    await log.create(1, 1);
    const collector = new Collector();
    log.subscribe(1, 1, 1, collector);
    // A request lasts 10 heartbeats: this spans several.
    await new Promise((resolve) => setTimeout(resolve, 700));
    await log.append(1, 1, bytes('1'));
    await collector.has(1);
    expect(collector.lost).toEqual([]);
  });

  test('our own event loop stands still for long -> the subscription lives', async () => {
    const log = newLog({ heartbeatMs: 50 });
    await log.create(1, 1);
    const collector = new Collector();
    log.subscribe(1, 1, 1, collector);
    await log.append(1, 1, bytes('1'));
    await collector.has(1);
    const until = performance.now() + 600;
    while (performance.now() < until);
    await log.append(1, 1, bytes('2'));
    await collector.has(2);
    expect(collector.lost).toEqual([]);
  });

  test('the consumer is deleted behind our back -> lost', async () => {
    const log = newLog();
    await log.create(1, 1);
    await log.append(1, 1, bytes('1'));
    const collector = new Collector();
    log.subscribe(1, 1, 1, collector);
    await collector.has(1);
    const manager = await connection.jetstreamManager();
    for await (const consumer of manager.consumers.list('selfsame-p001-e1')) {
      await manager.consumers.delete('selfsame-p001-e1', consumer.name);
    }
    await collector.isLost();
  });

  test('a closed subscription leaves no consumer on the server', async () => {
    const log = newLog();
    await log.create(1, 1);
    const manager = await connection.jetstreamManager();
    const collector = new Collector();
    const subscription = log.subscribe(1, 1, 1, collector);
    await log.append(1, 1, bytes('1'));
    await collector.has(1);
    expect((await manager.streams.info('selfsame-p001-e1')).state.consumer_count).toBe(1);
    subscription.close();
    await waitFor('no consumers', async () => {
      const info = await manager.streams.info('selfsame-p001-e1');
      return info.state.consumer_count === 0;
    });
  });

  test('the log went back in time -> subscribing from where we were is lost', async () => {
    const log = newLog();
    await log.create(1, 1);
    for (const value of ['1', '2', '3']) await log.append(1, 1, bytes(value));
    await log.remove(1, 1);
    await log.create(1, 1);
    await log.append(1, 1, bytes('other'));
    const collector = new Collector();
    log.subscribe(1, 1, 4, collector);
    await collector.isLost();
    expect(collector.lost[0]).toContain('regressed');
  });

  test('the server lost its files -> no such log, epoch 0, subscription lost', async () => {
    const log = newLog();
    await log.create(1, 1);
    await log.append(1, 1, bytes('1'));
    const collector = new Collector();
    log.subscribe(1, 1, 1, collector);
    await collector.has(1);
    await server.kill();
    rmSync(join(server.storeDirectory, 'jetstream'), { recursive: true });
    await server.restart();
    await collector.isLost();
    expect(await log.currentEpoch(1)).toBe(0);
    expect(await log.bounds(1, 1)).toBeNull();
    await expect(log.append(1, 1, bytes('2'))).rejects.toMatchObject({ code: 'no_such_log' });
  });

  test('a full stream -> full; trimming makes room', async () => {
    const log = newLog({ streamBytesMax: MEBIBYTE });
    await log.create(1, 1);
    const entry = new Uint8Array(100_000);
    let failure: unknown;
    for (let index = 0; index < 20 && failure === undefined; index++) {
      await log.append(1, 1, entry).catch((error: unknown) => {
        failure = error;
      });
    }
    expect(failure).toMatchObject({ code: 'full', retryable: true });
    await log.trim(1, 1, 5);
    expect(await log.append(1, 1, entry)).toBe(11);
  });

  test('a stream with other settings -> unsupported, with what differs', async () => {
    await newLog({ streamBytesMax: 2 * MEBIBYTE }).create(1, 1);
    await expect(newLog({ streamBytesMax: 4 * MEBIBYTE }).create(1, 1)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/max_bytes is 2097152, wanted 4194304.*nats stream edit/),
    });
  });

  test('more storage than the server has -> full, says what to do', async () => {
    await expect(newLog({ streamBytesMax: 2 ** 50 }).create(1, 1)).rejects.toMatchObject({
      code: 'full',
      message: expect.stringContaining('max_file_store'),
    });
  });

  test('replicas on a single server -> a typed refusal', async () => {
    await expect(newLog({ replicas: 3 }).create(1, 1)).rejects.toMatchObject({
      name: 'LogError',
      code: 'unsupported',
    });
  });

  test('too many appends in flight -> refused at once, the others are acknowledged', async () => {
    const log = newLog({ appendsInFlightMax: 10 });
    await log.create(1, 1);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, () => log.append(1, 1, bytes('x'))),
    );
    expect(outcomes.map((outcome) => outcome.status === 'fulfilled')).toEqual([
      ...Array.from({ length: 10 }, () => true),
      false,
      false,
    ]);
  });

  test('two prefixes share a server without seeing each other', async () => {
    const [one, two] = [newLog({ prefix: 'one' }), newLog({ prefix: 'two' })];
    await one.create(1, 4);
    await two.create(1, 2);
    expect([await one.currentEpoch(1), await two.currentEpoch(1)]).toEqual([4, 2]);
  });

  test('bytes are asked for in bounded amounts: large entries arrive all the same', async () => {
    const log = newLog({ batchBytes: 300_000, streamBytesMax: 64 * MEBIBYTE });
    await log.create(1, 1);
    const entry = new Uint8Array(100_000).fill(3);
    await Promise.all(Array.from({ length: 40 }, () => log.append(1, 1, entry)));
    const collector = new Collector(2);
    log.subscribe(1, 1, 1, collector);
    await collector.has(40);
    expect([collector.lost, collector.entries.at(-1)?.sequence]).toEqual([[], 40]);
  });
});

describe('names of deliveries', () => {
  test.each([
    ['$JS.ACK.s.c.1.42.7.1669.3', { streamSequence: 42, consumerSequence: 7 }],
    ['$JS.ACK._.hash.s.c.1.42.7.1669.3', { streamSequence: 42, consumerSequence: 7 }],
    ['$JS.ACK.hub.hash.s.c.1.42.7.1669.3.token', { streamSequence: 42, consumerSequence: 7 }],
    ['some.other.subject', null],
  ])('%s', (subject, wanted) => {
    expect(parseAckSubject(subject)).toEqual(wanted);
  });
});

describe('many epochs', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await NatsServer.start();
  });
  afterAll(() => server.dispose());

  test('64 partitions are created and looked up together', async () => {
    const connection = await connectTo(server);
    const log = new JetStreamLog(connection, { ...FAST, streamBytesMax: MEBIBYTE });
    const partitions = Array.from({ length: 64 }, (_, index) => index);
    await Promise.all(partitions.map((partition) => log.create(partition, partition + 1)));
    const epochs = await Promise.all(partitions.map((partition) => log.currentEpoch(partition)));
    expect(epochs).toEqual(partitions.map((partition) => partition + 1));
    await log.close();
    await connection.close();
  });
});
