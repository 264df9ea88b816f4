/**
 * Goal: the connection to NATS proves who it is and whom it talks to, and goes on when certificates and
 * credentials are replaced. Method: a real nats-server that demands both.
 */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectPlain, type NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectNats } from '../../shared/adapters/nats-connection.ts';
import { NO_NATS_FILES } from '../../shared/adapters/nats-files.ts';
import { NatsLink } from '../../shared/adapters/nats-link.ts';
import { endOf } from '../../shared/adapters/nats-server-certificate.ts';
import { inboxPrefix, type NatsUser } from '../../shared/cluster/nats-permissions.ts';
import { CertificateFolder, type Pair } from '../support/certificates.ts';
import { describeWithNats } from '../support/describe-with-nats.ts';
import { natsUsers } from '../support/nats-users.ts';
import { findNatsServer, NatsServer } from '../support/nats-server.ts';
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

describeWithNats('the certificate that NATS shows', () => {
  const folder = new CertificateFolder();
  afterAll(() => folder.remove());

  test('its end is told; replaced -> the old one until the server is told to reload', async () => {
    const authority = folder.authority('authority');
    const shown = folder.issue('nats', authority, 7);
    const client = folder.issue('client', authority);
    const [pid, config] = [folder.file('nats.pid'), folder.file('nats.conf')];
    const tls = `cert_file: "${shown.cert}", key_file: "${shown.key}", ca_file: "${authority.cert}"`;
    const lines = ['jetstream { store_dir: $NATS_STORE_DIR }', `pid_file: "${pid}"`];
    writeFileSync(config, [...lines, `tls { ${tls}, verify: true }`].join('\n'));
    const server = await NatsServer.start({ args: ['--config', config] });
    const files = {
      ...NO_NATS_FILES,
      natsCa: authority.cert,
      natsCert: client.cert,
      natsKey: client.key,
    };
    const options = { servers: server.url, name: 'test', initialWaitMs: 0, files };
    try {
      const connection = await connectNats(options);
      try {
        const link = NatsLink.of(connection);
        // Whether it is there was asked of it before, by a bare connection.
        const failures = (): number => server.output.split('TLS handshake error').length;
        const failuresBefore = failures();
        const before = endSeconds(shown.cert);
        await until('its end is known', () => link.serverCertificateEnd === before, 10_000);
        const next = folder.issue('next', authority, 90);
        folder.replace(shown.key, next.key);
        folder.replace(shown.cert, next.cert);
        expect(await endOf(server.url, files)).toBe(before);
        // As k8s/README.md has it.
        const reload = ['--signal', `reload=${pid}`];
        execFileSync(findNatsServer() ?? '', reload, { stdio: 'pipe' });
        await until('reloaded', () => server.output.includes('Reloaded server'), 10_000);
        expect(await endOf(server.url, files)).toBe(endSeconds(next.cert));
        expect(endSeconds(next.cert)).toBeGreaterThan(before);
        // A handshake that is given up is no failure to the server.
        expect(failures()).toBe(failuresBefore);
        expect(link.isUp && link.reconnects === 0).toBe(true);
      } finally {
        await connection.close();
      }
    } finally {
      await server.dispose();
    }
  }, 60_000);

  test('a server without TLS has none; of one that is not there nothing is known', async () => {
    const server = await NatsServer.start();
    const { url } = server;
    try {
      expect(await endOf(url, NO_NATS_FILES)).toBe(null);
    } finally {
      await server.dispose();
    }
    await expect(endOf(url, NO_NATS_FILES)).rejects.toThrow(/ECONNREFUSED/);
  }, 60_000);
});

function endSeconds(path: string): number {
  return Date.parse(new X509Certificate(readFileSync(path)).validTo) / 1000;
}

describeWithNats('the user operator of NATS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-operator-'));
  const users = natsUsers(folder, [{ tenant: '', prefix: 'selfsame' }]);
  let server: NatsServer;

  beforeAll(async () => {
    server = await NatsServer.start({ args: users.args });
    const shard = await as('shard');
    const manager = await shard.jetstreamManager({ checkAPI: false });
    await manager.streams.add({ name: STREAM, subjects: [SUBJECT] });
    await shard.close();
  }, 60_000);
  afterAll(async () => {
    await server?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const STREAM = 'selfsame-p000-e1';
  const SUBJECT = 'selfsame.v1.log.000.1';
  const as = (user: NatsUser) =>
    connectPlain({
      servers: server.url,
      user,
      pass: users.password(user, ''),
      inboxPrefix: inboxPrefix(user),
      reconnect: false,
    });

  test('sees the account and the state of every stream', async () => {
    const connection = await as('operator');
    const ask = async (subject: string): Promise<string> =>
      (await connection.request(`$JS.API.${subject}`, '{}')).string();
    expect(await ask('INFO')).toMatch(/"streams":1/);
    for (const subject of ['STREAM.NAMES', 'STREAM.LIST', `STREAM.INFO.${STREAM}`]) {
      expect(await ask(subject)).toContain(STREAM);
    }
    await connection.close();
  });

  test.each([
    SUBJECT,
    `$JS.API.STREAM.MSG.GET.${STREAM}`,
    `$JS.API.DIRECT.GET.${STREAM}`,
    `$JS.API.CONSUMER.CREATE.${STREAM}`,
    `$JS.API.STREAM.PURGE.${STREAM}`,
    `$JS.API.STREAM.DELETE.${STREAM}`,
    `$JS.API.STREAM.UPDATE.${STREAM}`,
    '$JS.API.STREAM.CREATE.other',
    'selfsame.v1.ingest',
    '_INBOX.gateway.x',
  ])('publishes %s -> refused', async (subject) => {
    const connection = await as('operator');
    const refused = refusalOf(connection);
    connection.publish(subject, '{}');
    expect(await refused).toContain(subject);
    await connection.close();
  });

  test.each(['>', '_INBOX.>', '_INBOX.gateway.>', SUBJECT])(
    'subscribes %s -> refused',
    async (subject) => {
      const connection = await as('operator');
      const refused = new Promise<string>((resolve) => {
        connection.subscribe(subject, { callback: (error) => resolve(String(error?.message)) });
      });
      expect(await refused).toMatch(/permissions violation/i);
      await connection.close();
    },
  );
});

/** The first error that the server tells of. */
async function refusalOf(connection: NatsConnection): Promise<string> {
  for await (const { type, data, permissionContext } of connection.status()) {
    if (type === 'error') return `${JSON.stringify(data)} ${permissionContext?.subject}`;
  }
  return 'nothing was refused';
}
