/** NatsBus keeps the Bus contract, on a real nats-server. */
import { afterAll, beforeAll } from 'vitest';
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
