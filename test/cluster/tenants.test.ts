/**
 * Goal: two tenants share one nats-server and one gateway and nothing else, and every service does
 * its whole work with the permissions of its own user. Method: real processes under the generated
 * configuration of nats-server; ingest, look-ups, placement, a lost disk, another version of the
 * rules; tenants fuzzed through the Python client; then each user tries what is not its own.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { InterceptingCall, type Interceptor } from '@grpc/grpc-js';
import { connect as connectPlain, type NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  inboxPrefix,
  NATS_USERS,
  type NatsUser,
  natsUserName,
} from '../../shared/cluster/nats-permissions.ts';
import { tenantIdKey } from '../../shared/cluster/tenants.ts';
import { clientSecurity } from '../../shared/grpc/client-files.ts';
import { connect } from '../../shared/grpc/client.ts';
import { SERVICE_NAMES } from '../../shared/grpc/load.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { CertificateFolder, type Pair } from '../support/certificates.ts';
import { ClusterProcesses, TEST_ID_KEY } from '../support/cluster-processes.ts';
import { contact } from '../support/contact.ts';
import { describeWithNats } from '../support/describe-with-nats.ts';
import { findPython, PYTHON_MISSING } from '../support/find-python.ts';
import { type NatsUsers, natsUsers } from '../support/nats-users.ts';
import { OtlpReceiver } from '../support/otlp-receiver.ts';
import { findPersonal } from '../support/personal-data.ts';
import { runPython } from '../support/python-client.ts';
import { AUDIENCE, ISSUER, TokenIssuer } from '../support/token-issuer.ts';

const TENANTS = ['acme', 'globex'] as const;
type Tenant = (typeof TENANTS)[number];
const PREFIX = 'selfsame';
/** Tenant of each process; the gateway serves both. */
const TENANT_OF: Readonly<Record<string, Tenant>> = {
  'shard-0': 'acme',
  'shard-1': 'acme',
  'shard-2': 'globex',
  coordinator: 'acme',
  'coordinator-1': 'globex',
};

/** In every secret that this test makes up. */
const MARK = 'Zq7uMarkedSecret';
/** Tokens that do not count, by name; empty: one that has expired. */
const BAD_TOKENS: ReadonlyMap<string, string> = new Map([
  ['no-token', MARK],
  ['three-parts', `${MARK}.${MARK}.${MARK}`],
  ['expired', ''],
]);
/** Each connection was made anew at least once. */
const RECONNECTED = /selfsame_bus_reconnects_total [1-9]/;

describeWithNats('two tenants on one NATS, each service with its own user', () => {
  const folder = new CertificateFolder();
  const issuer = new TokenIssuer();
  let users: NatsUsers;
  let processes: ClusterProcesses;
  let authority: Pair;
  let client: Pair;
  let receiver: OtlpReceiver;
  const clusters = new Map<Tenant, Cluster>();

  beforeAll(async () => {
    authority = folder.authority('authority');
    client = folder.issue('client', authority);
    const server = folder.issue('server', authority);
    await issuer.addKey('main');
    issuer.publish(folder.file('jwks.json'));
    const accounts = TENANTS.map((tenant) => ({ tenant, prefix: `${PREFIX}-t-${tenant}` }));
    users = natsUsers(folder.file('nats'), accounts, `${MARK}-first`);
    receiver = await OtlpReceiver.start();
    processes = await ClusterProcesses.start({
      partitions: 1,
      shards: 3,
      coordinators: 2,
      // Six processes start at once, also on a machine that does other things.
      readyMs: 150_000,
      placement: 'assigned',
      natsArgs: users.args,
      environment: {
        // So few that snapshots are made, and a lost disk needs one.
        SELFSAME_SNAPSHOT_ENTRIES: '100',
        SELFSAME_KEPT_ENTRIES: '10',
        SELFSAME_RETIRE_MS: '2000',
        SELFSAME_STREAM_BYTES: String(16 * 2 ** 20),
        SELFSAME_AUDIT_BYTES: String(2 ** 20),
        SELFSAME_LOG_LEVEL: 'debug',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_TRACES_SAMPLER: 'always_on',
      },
      environmentOf: (name) => {
        const tenant = TENANT_OF[name];
        const user = name.split('-')[0] as NatsUser;
        const userFile = users.userFile(user, tenant ?? '{tenant}');
        if (tenant !== undefined) {
          return { SELFSAME_TENANT: tenant, SELFSAME_NATS_USER_FILE: userFile };
        }
        return {
          SELFSAME_NATS_USER_FILE: userFile,
          SELFSAME_TENANTS: TENANTS.join(','),
          SELFSAME_TLS_CERT: server.cert,
          SELFSAME_TLS_KEY: server.key,
          SELFSAME_TLS_CLIENT_CA: authority.cert,
          SELFSAME_AUTH_JWKS: folder.file('jwks.json'),
          SELFSAME_AUTH_ISSUER: ISSUER,
          SELFSAME_AUTH_AUDIENCE: AUDIENCE,
          SELFSAME_AUDIT_LOOK_UPS: 'references',
          SELFSAME_GATEWAY_HEARTBEAT_MS: '200',
        };
      },
    });
    for (const tenant of TENANTS) {
      const scope = 'lookup ingest steward admin privacy';
      const token = folder.file(`token-${tenant}`);
      writeFileSync(token, await issuer.token({ scope, tenant, expiresIn: 3_000 }));
      const files = { ca: authority.cert, ...client, token };
      clusters.set(tenant, connect(processes.target, clientSecurity(processes.target, files)));
    }
  }, 180_000);
  afterAll(async () => {
    for (const cluster of clusters.values()) await cluster.close();
    await processes?.dispose();
    receiver?.close();
    folder.remove();
  });

  const of = (tenant: Tenant): Cluster => clusters.get(tenant) as Cluster;

  test('tenants fuzzed by a Python client -> isolated in data, feeds, trails', async (context) => {
    const python = findPython();
    if (python === undefined) {
      context.skip(PYTHON_MISSING);
      return;
    }
    const tokens: Record<string, string> = {};
    for (const tenant of TENANTS) {
      const scope = 'lookup ingest steward admin privacy';
      tokens[`all_${tenant}`] = await issuer.token({ scope, tenant, sub: `service:${tenant}` });
      tokens['lookup'] = await issuer.token({ scope: 'lookup', tenant, sub: 'service:lookup' });
    }
    tokens['lookup'] = await issuer.token({
      scope: 'lookup',
      tenant: 'acme',
      sub: 'service:lookup',
    });
    tokens['admin'] = await issuer.token({ scope: 'admin', tenant: 'acme', sub: 'service:admin' });
    const seed = Math.floor(Math.random() * 1e9);
    const given = folder.file('given.json');
    const { cert: clientCert, key: clientKey } = client;
    writeFileSync(
      given,
      JSON.stringify({
        address: processes.target,
        plain: '',
        ca: authority.cert,
        client_cert: clientCert,
        client_key: clientKey,
        tokens,
        services: SERVICE_NAMES,
        seed,
      }),
    );
    const root = packageRoot();
    const { code, output } = await runPython(python, ['test_security.py', 'Tenants', 'Audit'], {
      cwd: join(root, 'test/cluster/python'),
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: '1',
        SELFSAME_SECURITY: given,
        SELFSAME_DESCRIPTORS: join(root, 'proto/descriptors.binpb'),
      },
    });
    expect(code === 0 ? '' : `seed ${seed}\n${output}\n${processes.state()}`).toBe('');
    expect(output).toMatch(/^Ran 7 tests/m);
  }, 180_000);

  test('a lost disk -> from the snapshot in the object store', async () => {
    const acme = of('acme');
    const ids = Array.from({ length: 130 }, (_, index) => `lost-${index}`);
    for (const id of ids) {
      // One at a time: entries of the log make snapshots due.
      await acme.ingest([contact(id, [['user_id', id]])], { ack: 'durable' });
    }
    const identifiers = ids.map((value) => ({ namespace: 'user_id', value }));
    await acme.settle({ deadlineMs: Date.now() + 60_000 });
    const before = await acme.resolve(identifiers);
    const names = ['shard-0', 'shard-1'] as const;
    await Promise.all(names.map((name) => processes.kill(name)));
    for (const name of names) {
      rmSync(processes.dataDir(name), { recursive: true, force: true });
      processes.start(name);
    }
    await processes.untilReady(120_000);
    await expect
      .poll(() => acme.resolve(identifiers).catch(() => null), { timeout: 60_000, interval: 200 })
      .toEqual(before);
    expect(before.every(({ kind }) => kind === 'found')).toBe(true);
    const told = names.map((name) => processes.logText(name)).join('');
    expect(told).toMatch(/"snapshot restored"/);
  }, 180_000);

  test('another version of the rules -> tried and activated', async () => {
    const { versions } = of('acme');
    const call = () => ({ deadlineMs: Date.now() + 30_000 });
    const rules = readFileSync(join(packageRoot(), 'shared/rules/deterministic.yaml'), 'utf8');
    const other = rules.replace('component_cap: 1000', 'component_cap: 999');
    const proposed = await versions.propose({ rules: other, isFitted: false }, call());
    const version = proposed.versions.shadow?.version ?? '';
    await expect
      .poll(async () => (await versions.list(call())).shadow?.isComplete, { timeout: 60_000 })
      .toBe(true);
    await versions.report(call());
    const after = await versions.activate(version, call());
    expect(after.live.version).toBe(version);
    const asked = [{ namespace: 'user_id', value: 'lost-1' }];
    await expect
      .poll(
        () =>
          of('acme')
            .resolve(asked)
            .catch(() => null),
        { timeout: 60_000 },
      )
      .toMatchObject([{ kind: 'found' }]);
  }, 180_000);

  test('passwords replaced -> every service connects anew, the old ones are refused', async () => {
    const old = users.password('shard', 'acme');
    users.rotate(`${MARK}-second`);
    processes.nats.reload();
    for (const tenant of TENANTS) {
      const asked = [contact('rotated', [['user_id', 'rotated']])];
      const send = () =>
        of(tenant)
          .ingest(asked, { ack: 'settled', deadlineMs: Date.now() + 10_000 })
          .then(([result]) => result?.kind)
          .catch((error: unknown) => String(error));
      await expect.poll(send, { timeout: 60_000, interval: 200 }).toBe('acknowledged');
    }
    const { url: servers } = processes.nats;
    const refused = connectPlain({ servers, user: 'acme-shard', pass: old });
    await expect(refused).rejects.toThrow(/Authorization/);
    const names = processes.serviceNames;
    for (const name of names) expect(await processes.metricsText(name)).toMatch(RECONNECTED);
    expect(processes.unexpectedExits).toEqual([]);
  }, 120_000);

  test('no service wanted more than it may', () => {
    expect(processes.nats.output.split('\n').filter((line) => line.includes('iolation'))).toEqual(
      [],
    );
    expect(processes.unexpectedExits).toEqual([]);
  });

  /** What is secret in this cluster, each odd enough to be found wherever it goes. */
  function secretsHere(): string[] {
    const bodyOf = (path: string): string => readFileSync(path, 'utf8').split('\n')[1] ?? '';
    const tokens = [...TENANTS, ...BAD_TOKENS.keys()].map((name) => {
      const text = readFileSync(folder.file(`token-${name}`), 'utf8');
      return text.split('.')[2] ?? text;
    });
    return [
      MARK,
      TEST_ID_KEY,
      ...TENANTS.map((tenant) => tenantIdKey(TEST_ID_KEY, tenant)),
      bodyOf(folder.file('server.key')),
      bodyOf(folder.file('authority.key')),
      ...tokens,
    ].filter((secret) => secret !== '');
  }

  /** Calls that fail in every way in which a secret takes part; what their callers were told. */
  async function failures(): Promise<string> {
    const told: string[] = [];
    const files = { ca: authority.cert, ...client };
    for (const [name, text] of BAD_TOKENS) {
      const token = folder.file(`token-${name}`);
      writeFileSync(token, text === '' ? await issuer.token({ expiresIn: -9_000 }) : text);
      const bad = connect(processes.target, clientSecurity(processes.target, { ...files, token }));
      const failed = await bad.status().catch((error: unknown) => error);
      told.push(inspect(failed, { depth: 8 }));
      await bad.close();
    }
    const marked: Interceptor = (options, nextCall) =>
      new InterceptingCall(nextCall(options), {
        start: (metadata, listener, next) => {
          for (const key of [
            'x-request-id',
            'traceparent',
            'cookie',
            'x-api-key',
            'authorization',
          ]) {
            metadata.set(key, `Basic ${MARK}`);
          }
          next(metadata, listener);
        },
      });
    const secured = clientSecurity(processes.target, { ...files, token: '' });
    const odd = connect(processes.target, { ...secured, interceptors: [marked] });
    const asked = odd.resolve([{ namespace: 'email', value: 'nobody@shop.example' }]);
    told.push(inspect(await asked.catch((error: unknown) => error), { depth: 8 }));
    await odd.close();
    const leaked = folder.file('leaked.json');
    writeFileSync(leaked, JSON.stringify({ keys: [{ kty: 'OKP', crv: 'Ed25519', d: MARK }] }));
    const host = processes.nats.url.replace('nats://', '');
    for (const environment of [
      { SELFSAME_NATS_URL: `nats://acme-gateway:${MARK}@${host}`, SELFSAME_NATS_USER_FILE: '' },
      { SELFSAME_AUTH_JWKS: leaked },
      { SELFSAME_ID_KEY: MARK },
      { SELFSAME_TLS_KEY: folder.file('authority.key') },
      { SELFSAME_NATS_NKEY: folder.file('authority.key'), SELFSAME_NATS_USER_FILE: '' },
    ]) {
      const { code, said } = await processes.runSpare('gateway', {
        SELFSAME_NATS_WAIT_MS: '0',
        SELFSAME_GATEWAY_PORT: '0',
        ...environment,
      });
      expect(code, said).not.toBe(0);
      told.push(said);
    }
    return told.join('\n');
  }

  test('secrets, sent and failed with at debug level -> in no log, metric, error, trace, record', async () => {
    const texts = new Map<string, string>([['errors', await failures()]]);
    for (const name of processes.serviceNames) {
      texts.set(`log of ${name}`, processes.logText(name));
      texts.set(`metrics of ${name}`, await processes.metricsText(name));
    }
    texts.set('log of NATS', processes.nats.output);
    await expect.poll(() => receiver.bodies.length, { timeout: 20_000 }).toBeGreaterThan(0);
    texts.set('traces', receiver.bodies.join('\n'));
    for (const tenant of TENANTS) {
      const page = await of(tenant).audit.list({}, { pageSize: 1_000 });
      expect(page.entries.length).toBeGreaterThan(50);
      texts.set(`audit of ${tenant}`, JSON.stringify(page.entries));
    }
    const secrets = secretsHere();
    expect(secrets.length).toBe(11);
    const found = Array.from(texts, ([where, text]) => [where, findPersonal(text, secrets)]);
    expect(found.filter(([, hits]) => hits?.length !== 0)).toEqual([]);
    // The search finds what there is, and there was much to search.
    for (const one of secrets) expect(findPersonal(`{"x":"${one}"}`, secrets)).not.toEqual([]);
    const size = [...texts.values()].reduce((sum, text) => sum + text.length, 0);
    expect(size).toBeGreaterThan(200_000);
    expect(texts.get('log of gateway')).toContain('"level":"debug"');
  }, 120_000);

  /** Errors that the server tells a connection of. */
  async function as(user: NatsUser, tenant: Tenant) {
    const connection = await connectPlain({
      servers: processes.nats.url,
      user: natsUserName(user, tenant),
      pass: users.password(user, tenant),
      inboxPrefix: inboxPrefix(user),
    });
    const errors: string[] = [];
    void (async () => {
      for await (const status of connection.status()) errors.push(JSON.stringify(status));
    })();
    return { connection, errors };
  }

  test.each([
    // user          subject that it may not publish
    ['gateway', 'selfsame-t-acme.v1.log.000.1'],
    ['gateway', 'selfsame-t-acme-feed.v1.log.000.1'],
    ['gateway', 'selfsame-t-acme-placement.v1.log.000.1'],
    ['gateway', 'selfsame-t-acme.v1.marks'],
    ['gateway', 'selfsame-t-acme.v1.placement.table'],
    ['gateway', '$JS.API.STREAM.DELETE.selfsame-t-acme-p000-e1'],
    ['gateway', '$JS.API.STREAM.MSG.GET.selfsame-t-acme-p000-e1'],
    ['gateway', '$JS.API.STREAM.PURGE.selfsame-t-acme-audit-p000-e1'],
    ['gateway', '$JS.API.STREAM.MSG.DELETE.selfsame-t-acme-audit-p000-e1'],
    ['gateway', '$JS.API.STREAM.UPDATE.selfsame-t-acme-audit-p000-e1'],
    ['gateway', '$JS.API.STREAM.LIST'],
    ['coordinator', 'selfsame-t-acme-audit.v1.log.000.1'],
    ['coordinator', 'selfsame-t-acme-feed.v1.log.000.1'],
    ['coordinator', 'selfsame-t-acme.v1.query.000'],
    ['coordinator', '$JS.API.STREAM.MSG.GET.selfsame-t-acme-p000-e1'],
    ['coordinator', '$JS.API.STREAM.MSG.GET.selfsame-t-acme-audit-p000-e1'],
    ['coordinator', '$JS.API.STREAM.PURGE.selfsame-t-acme-p000-e1'],
    ['coordinator', '$O.selfsame-t-acme-snapshots.C.x'],
    ['shard', 'selfsame-t-acme-audit.v1.log.000.1'],
    ['shard', 'selfsame-t-acme-placement.v1.log.000.1'],
    ['shard', 'selfsame-t-acme.v1.placement.table'],
    ['shard', 'selfsame-t-acme.v1.ingest'],
    ['shard', '_INBOX.feed.x'],
    ['shard', '$JS.API.STREAM.MSG.GET.selfsame-t-acme-audit-p000-e1'],
    ['shard', '$JS.API.CONSUMER.CREATE.selfsame-t-acme-audit-p000-e1'],
    ['shard', '$JS.API.STREAM.DELETE.selfsame-t-acme-audit-p000-e1'],
    ['shard', '$JS.API.STREAM.PURGE.selfsame-t-acme-agreement-p000-e1'],
    ['shard', '$JS.API.STREAM.DELETE.selfsame-t-acme-feed-p000-e1'],
    ['feed', 'selfsame-t-acme-feed.v1.log.000.1'],
    ['feed', 'selfsame-t-acme.v1.ingest'],
    ['feed', 'selfsame-t-acme.v1.query.000'],
    ['feed', '$JS.API.STREAM.MSG.GET.selfsame-t-acme-p000-e1'],
    ['feed', '$JS.API.STREAM.PURGE.selfsame-t-acme-feed-p000-e1'],
  ] as const)('%s publishes %s -> refused', async (user, subject) => {
    const { connection, errors } = await as(user, 'acme');
    connection.publish(subject, '{}');
    await connection.flush();
    await expect.poll(() => errors.join(), { timeout: 5_000 }).toContain('PERMISSIONS_VIOLATION');
    expect(errors.join()).toContain(subject);
    await connection.close();
  });

  test.each([
    // user          subject that it may not hear
    ['gateway', '>'],
    ['gateway', '_INBOX.>'],
    ['gateway', '_INBOX.shard.>'],
    ['gateway', 'selfsame-t-acme.v1.ingest'],
    ['gateway', 'selfsame-t-acme.v1.query.>'],
    ['gateway', 'selfsame-t-acme-audit.v1.log.>'],
    ['coordinator', '_INBOX.gateway.>'],
    ['coordinator', 'selfsame-t-acme.v1.log.>'],
    ['coordinator', 'selfsame-t-acme-audit.v1.log.>'],
    ['shard', '_INBOX.gateway.>'],
    ['shard', 'selfsame-t-acme.v1.ingest'],
    ['shard', 'selfsame-t-acme-audit.v1.log.>'],
    ['shard', '$JS.EVENT.>'],
    ['feed', 'selfsame-t-acme.v1.marks'],
    ['feed', 'selfsame-t-acme-feed.v1.log.>'],
    ['feed', '_INBOX.gateway.>'],
  ] as const)('%s subscribes %s -> refused', async (user, subject) => {
    const { connection } = await as(user, 'acme');
    const refused = new Promise<string>((resolve) => {
      connection.subscribe(subject, { callback: (error) => resolve(String(error?.message)) });
    });
    expect(await refused).toMatch(/Permissions Violation|permissions violation/i);
    await connection.close();
  });

  async function streamsOf(connection: NatsConnection): Promise<readonly string[]> {
    const reply = await connection.request('$JS.API.STREAM.NAMES', '{}');
    return (JSON.parse(reply.string()) as { readonly streams: string[] | null }).streams ?? [];
  }

  test('an account sees its own streams only; no user without its password', async () => {
    for (const tenant of TENANTS) {
      const { connection } = await as('shard', tenant);
      const streams = await streamsOf(connection);
      expect(streams.length).toBeGreaterThan(5);
      for (const name of streams) expect(name).toContain(`selfsame-t-${tenant}`);
      await connection.close();
    }
    for (const user of NATS_USERS) {
      const name = natsUserName(user, 'acme');
      const pass = users.password(user, 'globex');
      const wrong = connectPlain({ servers: processes.nats.url, user: name, pass });
      await expect(wrong).rejects.toThrow(/Authorization Violation/i);
    }
    await expect(connectPlain({ servers: processes.nats.url })).rejects.toThrow(/Authorization/i);
    // What the search for violations above would have found.
    expect(processes.nats.output).toMatch(/Publish Violation[^\n]*acme-gateway/);
  });
});
