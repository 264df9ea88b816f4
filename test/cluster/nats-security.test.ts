/**
 * Goal: the connection to NATS proves who it is and whom it talks to, and goes on when certificates and
 * credentials are replaced. Method: a real nats-server that demands both.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectNats } from '../../shared/adapters/nats-connection.ts';
import { NO_NATS_FILES } from '../../shared/adapters/nats-files.ts';
import { NatsLink } from '../../shared/adapters/nats-link.ts';
import { CertificateFolder, type Pair } from '../support/certificates.ts';
import { describeWithNats } from '../support/describe-with-nats.ts';
import { NatsServer } from '../support/nats-server.ts';
import { until } from '../support/test-gateway.ts';

describeWithNats('NATS with client certificates and users', () => {
  const folder = new CertificateFolder();
  let authority: Pair;
  let server: NatsServer;

  beforeAll(async () => {
    authority = folder.authority('authority');
    const pair = folder.issue('nats', authority);
    const tls = ['--tlsverify', '--tlscert', pair.cert, '--tlskey', pair.key];
    const user = ['--user', 'shard', '--pass', 'secret:1'];
    server = await NatsServer.start({ args: [...tls, '--tlscacert', authority.cert, ...user] });
    writeFileSync(folder.file('user'), 'shard:secret:1\n');
  }, 60_000);
  afterAll(async () => {
    await server?.dispose();
    folder.remove();
  });

  const connect = (pair: Pair, user: string) =>
    connectNats({
      servers: server.url,
      name: 'test',
      initialWaitMs: 0,
      files: {
        ...NO_NATS_FILES,
        natsCa: authority.cert,
        natsCert: pair.cert,
        natsKey: pair.key,
        natsUserFile: user,
        natsFilesPollMs: 20,
      },
    });

  test('a stranger is refused; the files replaced -> connected anew, nothing lost', async () => {
    const stranger = folder.issue('stranger', folder.authority('other'));
    const pair = folder.issue('client', authority);
    await expect(connect(stranger, folder.file('user'))).rejects.toMatchObject({
      code: 'unreachable',
    });
    writeFileSync(folder.file('wrong'), 'shard:other\n');
    const wrong = connect(pair, folder.file('wrong'));
    await expect(wrong).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(wrong).rejects.not.toThrow(/other/);
    const connection = await connect(pair, folder.file('user'));
    try {
      const link = NatsLink.of(connection);
      const next = folder.issue('next', authority);
      expect(readFileSync(next.cert).equals(readFileSync(pair.cert))).toBe(false);
      folder.replace(pair.key, next.key);
      folder.replace(pair.cert, next.cert);
      await until('connected anew', () => link.reconnects > 0 && link.isUp, 20_000);
      await connection.flush();
    } finally {
      await connection.close();
    }
  }, 60_000);
});
