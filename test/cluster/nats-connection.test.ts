/**
 * connectNats: what a newcomer gets to read when NATS is missing, too old or half configured.
 */
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { compareVersions, connectNats } from '../../shared/adapters/nats-connection.ts';
import { NatsServer } from '../support/nats-server.ts';

const servers: NatsServer[] = [];
const sockets: Server[] = [];

async function start(...args: Parameters<typeof NatsServer.start>): Promise<NatsServer> {
  const server = await NatsServer.start(...args);
  servers.push(server);
  return server;
}

/** Speaks just enough of the protocol to be taken for an old server. */
async function oldServer(version: string): Promise<string> {
  const server = createServer((socket) => {
    const info = { server_id: 'X', version, proto: 1, max_payload: 1048576, jetstream: true };
    socket.write(`INFO ${JSON.stringify(info)}\r\n`);
    socket.on('data', (chunk) => {
      if (String(chunk).includes('PING')) socket.write('PONG\r\n');
    });
    socket.on('error', () => {});
  });
  sockets.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `nats://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.dispose();
  for (const socket of sockets.splice(0)) socket.close();
});

describe('connectNats', () => {
  test('nobody listens -> unreachable within the wait, says where and what to do', async () => {
    const server = await start();
    await server.stop();
    const started = performance.now();
    await expect(
      connectNats({ servers: server.url, name: 't', initialWaitMs: 500 }),
    ).rejects.toMatchObject({
      code: 'unreachable',
      retryable: true,
      message: expect.stringMatching(/127\.0\.0\.1:\d+ .*nats-server --jetstream/),
    });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test('the server comes up while we wait -> connected', async () => {
    const server = await start();
    await server.stop();
    const connecting = connectNats({ servers: server.url, name: 't', initialWaitMs: 10_000 });
    await server.restart();
    const connection = await connecting;
    expect(connection.isClosed()).toBe(false);
    await connection.close();
  });

  test('no JetStream -> jetstream_missing, unless it is not needed', async () => {
    const server = await start({ jetStream: false });
    await expect(connectNats({ servers: server.url, name: 't' })).rejects.toMatchObject({
      code: 'jetstream_missing',
      message: expect.stringContaining('--jetstream'),
    });
    const options = { servers: server.url, name: 't', requireJetStream: false };
    await (await connectNats(options)).close();
  });

  test('an old server -> unsupported_version, says which and which is needed', async () => {
    await expect(
      connectNats({ servers: await oldServer('2.8.4'), name: 't' }),
    ).rejects.toMatchObject({
      code: 'unsupported_version',
      message: expect.stringMatching(/version 2\.8\.4; 2\.9\.0 or later/),
    });
  });

  test('wrong credentials -> unauthorized at once, and no secret in the message', async () => {
    const server = await start({ args: ['--user', 'u', '--pass', 'right'] });
    const url = server.url.replace('//', '//u:wrong@');
    await expect(connectNats({ servers: url, name: 't' })).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.not.stringContaining('wrong'),
    });
    const options = { servers: server.url, name: 't', user: 'u', password: 'right' };
    await (await connectNats(options)).close();
  });

  test.each([
    ['2.9.0', '2.9.0', 0],
    ['2.10.1', '2.9.25', 1],
    ['v2.8.4', '2.9.0', -1],
    ['2.12.0-RC.1', '2.9.0', 1],
    ['unknown', '2.9.0', -1],
  ])('versions: %s against %s', (left, right, sign) => {
    expect(Math.sign(compareVersions(left, right))).toBe(sign);
  });
});
