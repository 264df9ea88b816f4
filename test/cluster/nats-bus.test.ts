/** NatsBus keeps the Bus contract, on a real nats-server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectNats } from '../../shared/adapters/nats-connection.ts';
import { NatsBus } from '../../shared/adapters/nats-bus.ts';
import { NatsServer } from '../support/nats-server.ts';
import { describeBusContract } from '../unit/bus-contract.ts';

let server: NatsServer;
beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(() => server.dispose());

describeBusContract('NatsBus', async () => {
  const connection = await connectNats({ servers: server.url, name: 'bus-test' });
  return { bus: new NatsBus(connection), dispose: () => connection.close() };
});

test('clusters that share a NATS -> each hears its own only, by the subjects it knows', async () => {
  const connection = await connectNats({ servers: server.url, name: 'bus-test' });
  const buses = ['selfsame', 'other'].map((prefix) => new NatsBus(connection, prefix));
  const [one, other] = buses as [NatsBus, NatsBus];
  const heard: string[] = [];
  one.subscribe('selfsame.v1.marks', (_, subject) => heard.push(`one ${subject}`));
  other.subscribe('selfsame.v1.marks', (_, subject) => heard.push(`other ${subject}`));
  other.respond('selfsame.v1.query.*', 'owners', async (bytes, subject) => {
    heard.push(`other ${subject}`);
    return bytes;
  });
  other.publish('selfsame.v1.marks', Buffer.from('mark'));
  await other.flush();
  const asked = { timeoutMs: 2_000 };
  const bytes = Buffer.from('asked');
  expect(await other.request('selfsame.v1.query.007', bytes, asked)).toEqual(bytes);
  await expect(one.request('selfsame.v1.query.007', bytes, asked)).rejects.toMatchObject({
    code: 'no_responders',
  });
  expect(heard).toEqual(['other selfsame.v1.marks', 'other selfsame.v1.query.007']);
  await connection.close();
});
