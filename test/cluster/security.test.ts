/**
 * Goal: a secured gateway answers whom it should and nobody else, and its certificates and keys
 * change while it runs. Method: an independent client (Python) for the contract; grpc-js under load
 * for what changes. Certificates come from openssl.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientSecurity } from '../../shared/grpc/client-files.ts';
import { connect } from '../../shared/grpc/client.ts';
import { SERVICE_NAMES } from '../../shared/grpc/load.ts';
import { startMetricsServer } from '../../shared/adapters/metrics.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import { CertificateFolder, type Pair } from '../support/certificates.ts';
import { findPython, PYTHON_MISSING } from '../support/find-python.ts';
import { runPython } from '../support/python-client.ts';
import { probeTls } from '../support/tls-probe.ts';
import { startTestGateway, until, type TestGateway } from '../support/test-gateway.ts';
import { AUDIENCE, ISSUER, TokenIssuer } from '../support/token-issuer.ts';

const folder = new CertificateFolder();
const issuer = new TokenIssuer();
const outsider = new TokenIssuer();
const POLL_MS = 20;
/** Both sides and openssl share this process's processors. */
const PATIENCE_MS = 20_000;
let authority: Pair;
let gateway: TestGateway;
let limited: TestGateway;
let environment: Record<string, string>;

beforeAll(async () => {
  authority = folder.authority('authority');
  const server = folder.issue('server', authority);
  await issuer.addKey('main');
  await issuer.addKey('rsa', 'RS256');
  await issuer.addKey('p256', 'ES256');
  await outsider.addKey('main');
  issuer.publish(folder.file('jwks.json'));
  environment = {
    SELFSAME_TLS_CERT: server.cert,
    SELFSAME_TLS_KEY: server.key,
    SELFSAME_TLS_CLIENT_CA: authority.cert,
    SELFSAME_FILES_POLL_MS: String(POLL_MS),
    SELFSAME_AUTH_JWKS: folder.file('jwks.json'),
    SELFSAME_AUTH_ISSUER: ISSUER,
    SELFSAME_AUTH_AUDIENCE: AUDIENCE,
    SELFSAME_AUTH_SKEW_SECONDS: '600',
    SELFSAME_TENANTS: 'acme,globex',
    SELFSAME_AUDIT_LOOK_UPS: 'references',
  };
  gateway = await startTestGateway({ heartbeatMs: 100 }, { environment });
  limited = await startTestGateway(
    {},
    {
      environment: {
        ...environment,
        SELFSAME_QUOTA_CLIENT_CALLS: '1',
        SELFSAME_QUOTA_BURST_SECONDS: '5',
      },
    },
  );
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), limited?.stop()]);
  folder.remove();
});

/** Tokens by name, as `python/test_security.py` knows them. */
async function makeTokens(): Promise<Record<string, string>> {
  const admin = { scope: 'admin', tenant: 'acme' };
  const all = 'lookup ingest steward admin privacy';
  const tokens: Record<string, string> = {
    no_scope: await issuer.token({ tenant: 'acme', sub: 'service:none', scope: 'root' }),
    busy: await issuer.token({ ...admin, sub: 'service:busy' }),
    just_expired: await issuer.token({ ...admin, expiresIn: -5 }),
    admin_rs256: await issuer.token(admin, 'rsa'),
    admin_es256: await issuer.token(admin, 'p256'),
    bad_expired: await issuer.token({ ...admin, expiresIn: -700 }),
    bad_not_yet: await issuer.token({ ...admin, notBefore: 900 }),
    bad_issuer: await issuer.token({ ...admin, iss: 'https://other.example' }),
    bad_audience: await issuer.token({ ...admin, aud: 'other' }),
    bad_key: await outsider.token(admin),
    bad_unsigned: await issuer.unsigned(admin),
    bad_confused: await issuer.confused(admin),
    bad_no_tenant: await issuer.token({ scope: 'admin' }),
    bad_tenant: await issuer.token({ scope: 'admin', tenant: 'initech' }),
    bad_tenant_prototype: await issuer.token({ scope: 'admin', tenant: '__proto__' }),
    bad_no_subject: await issuer.token({ ...admin, sub: '' }),
  };
  for (const scope of ['lookup', 'ingest', 'steward', 'privacy', 'admin']) {
    tokens[scope] = await issuer.token({ scope, tenant: 'acme', sub: `service:${scope}` });
  }
  for (const tenant of ['acme', 'globex']) {
    tokens[`all_${tenant}`] = await issuer.token({ scope: all, tenant, sub: `service:${tenant}` });
  }
  return tokens;
}

test('a Python client -> certificates, tokens, scopes both ways, tenants, quotas', async (context) => {
  const python = findPython();
  if (python === undefined) {
    context.skip(PYTHON_MISSING);
    return;
  }
  const other = folder.authority('other');
  const client = folder.issue('client', authority);
  const stranger = folder.issue('stranger', other);
  const metrics = await startMetricsServer({
    registry: gateway.registry,
    host: '127.0.0.1',
    port: 0,
    isStarted: () => true,
    isReady: () => true,
  });
  const tokens = await makeTokens();
  const seed = Math.floor(Math.random() * 1e9);
  const given = folder.file('given.json');
  writeFileSync(
    given,
    JSON.stringify({
      address: gateway.gateway.address,
      limited: limited.gateway.address,
      plain: metrics.address,
      ca: authority.cert,
      other_ca: other.cert,
      client_cert: client.cert,
      client_key: client.key,
      stranger_cert: stranger.cert,
      stranger_key: stranger.key,
      tokens,
      services: SERVICE_NAMES,
      seed,
    }),
  );
  const root = packageRoot();
  try {
    const { code, output } = await runPython(python, ['test_security.py'], {
      cwd: join(root, 'test/cluster/python'),
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: '1',
        SELFSAME_SECURITY: given,
        SELFSAME_DESCRIPTORS: join(root, 'proto/descriptors.binpb'),
      },
    });
    expect(code === 0 ? '' : `seed ${seed}\n${output}`).toBe('');
    expect(output).toMatch(/^Ran 19 tests/m);
    // Neither tokens nor what was sent: of a token nothing but its bearer's name may be told.
    for (const token of Object.values(tokens)) expect(gateway.logText()).not.toContain(token);
    expect(gateway.logText()).not.toMatch(/shop\.example|PRIVATE KEY/);
    const text = await (await fetch(`http://${metrics.address}/metrics`)).text();
    expect(text).toMatch(/selfsame_certificate_expiry_timestamp_seconds\{use="grpc"\} \d{10}/);
    for (const path of ['/', '/selfsame.v1.ClusterService/GetClusterStatus', '/debug', '/config']) {
      expect((await fetch(`http://${metrics.address}${path}`)).status).toBe(404);
    }
  } finally {
    await metrics.close();
  }
}, 180_000);

/** Serial number of the certificate that a new connection is shown. */
function shownSerial(address: string, client: Pair): Promise<string> {
  const [host, port] = address.split(':') as [string, string];
  const { ca, cert, key } = filesOf(client);
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host, port: Number(port), ca, cert, key, ALPNProtocols: ['h2'] });
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

function filesOf({ cert, key }: Pair): { ca: Buffer; cert: Buffer; key: Buffer } {
  const read = (path: string): Buffer => readFileSync(path);
  return { ca: read(authority.cert), cert: read(cert), key: read(key) };
}

test('files replaced under load -> no call fails, new connections get the new certificate', async () => {
  const client = folder.issue('load', authority);
  writeFileSync(
    folder.file('token'),
    await issuer.token({ scope: 'admin', tenant: 'acme', sub: 'service:load' }),
  );
  const own: Record<string, string> = {
    ...environment,
    SELFSAME_TLS_CERT: folder.file('live.pem'),
    SELFSAME_TLS_KEY: folder.file('live.key'),
  };
  const [certFile, keyFile] = [folder.file('live.pem'), folder.file('live.key')];
  folder.replace(certFile, environment['SELFSAME_TLS_CERT'] ?? '');
  folder.replace(keyFile, environment['SELFSAME_TLS_KEY'] ?? '');
  const quiet = await startTestGateway({}, { environment: own });
  const { address } = quiet.gateway;
  const files = { ca: authority.cert, ...client, token: folder.file('token') };
  const cluster = connect(address, clientSecurity(address, files));
  let calls = 0;
  let isOver = false;
  const failures: unknown[] = [];
  const load = (async () => {
    while (!isOver) {
      await cluster.status().catch((error: unknown) => failures.push(error));
      calls++;
    }
  })();
  try {
    const serials = new Set([await shownSerial(address, client)]);
    for (const name of ['second', 'third']) {
      const next = folder.issue(name, authority);
      const before = calls;
      // Between the two files the pair does not fit: that must not disturb anybody.
      folder.replace(keyFile, next.key);
      await until('calls between the two files', () => calls > before + 5, PATIENCE_MS);
      serials.add(await shownSerial(address, client));
      folder.replace(certFile, next.cert);
      const expected = new X509Certificate(readFileSync(next.cert)).serialNumber;
      const endMs = Date.now() + PATIENCE_MS;
      while ((await shownSerial(address, client)) !== expected && Date.now() < endMs);
      expect(await shownSerial(address, client)).toBe(expected);
      serials.add(expected);
    }
    expect(serials.size).toBe(3);
    const before = calls;
    const renewed = connect(address, clientSecurity(address, files));
    await renewed.status();
    await renewed.close();
    await until('calls after the change', () => calls > before + 5, PATIENCE_MS);
  } finally {
    isOver = true;
    await load;
    await cluster.close();
    await quiet.stop();
  }
  expect(failures).toEqual([]);
}, 90_000);

test.for(['TLSv1.2', 'TLSv1.3'] as const)(
  'an authority removed, %s -> its clients are refused, also with a session of before',
  { timeout: 60_000 },
  async (version) => {
    const leaving = folder.authority(`leaving ${version}`);
    const client = folder.issue(`leaving client ${version}`, leaving);
    const staying = folder.issue(`staying client ${version}`, authority);
    const authorities = folder.file(`authorities-${version}.pem`);
    writeFileSync(
      authorities,
      `${String(readFileSync(authority.cert))}${String(readFileSync(leaving.cert))}`,
    );
    const own = { ...environment, SELFSAME_TLS_CLIENT_CA: authorities };
    const changing = await startTestGateway({}, { environment: own });
    const { address } = changing.gateway;
    const probe = (pair: Pair, session?: Buffer) =>
      probeTls(
        address,
        { authority, client: pair },
        { minVersion: version, maxVersion: version, ...(session === undefined ? {} : { session }) },
      );
    try {
      const first = await probe(client);
      const session = first.sessions.at(-1);
      expect([first.isTaken, session !== undefined]).toEqual([true, true]);
      // A session is worth something: without this the test below would show nothing.
      expect(await probe(client, session)).toMatchObject({ isTaken: true, isResumed: true });
      const kept = (await probe(staying)).sessions.at(-1);
      folder.replace(authorities, authority.cert);
      await until(
        'the authorities are replaced',
        () => changing.logText().includes('certificate of the gRPC port replaced'),
        PATIENCE_MS,
      );
      expect((await probe(client)).isTaken).toBe(false);
      expect((await probe(client, session)).isTaken).toBe(false);
      expect((await probe(staying, kept)).isTaken).toBe(true);
    } finally {
      await changing.stop();
    }
  },
);

test('keys of tokens replaced -> old tokens end, new ones count, without a restart', async () => {
  const client = folder.issue('keys', authority);
  const keys = new TokenIssuer();
  await keys.addKey('one');
  await keys.addKey('two');
  const jwks = folder.file('rotating.json');
  keys.publish(jwks, ['one']);
  const own = { ...environment, SELFSAME_AUTH_JWKS: jwks };
  const rotating = await startTestGateway({}, { environment: own });
  const { address } = rotating.gateway;
  const clientWith = async (kid: string) => {
    const token = folder.file(`token-${kid}`);
    writeFileSync(token, await keys.token({ scope: 'admin', tenant: 'acme' }, kid));
    return connect(address, clientSecurity(address, { ca: authority.cert, ...client, token }));
  };
  const one = await clientWith('one');
  const two = await clientWith('two');
  const codeOf = (cluster: typeof one) =>
    cluster.status().then(
      () => 'ok',
      (error: { code: string }) => error.code,
    );
  try {
    expect([await codeOf(one), await codeOf(two)]).toEqual(['ok', 'unauthenticated']);
    writeFileSync(jwks, '{"keys":');
    await until(
      'the log tells of it',
      () => rotating.logText().includes('former go on'),
      PATIENCE_MS,
    );
    expect([await codeOf(one), await codeOf(two)]).toEqual(['ok', 'unauthenticated']);
    keys.publish(jwks, ['two']);
    await until(
      'the keys are replaced',
      () => rotating.logText().includes('keys of tokens repl'),
      PATIENCE_MS,
    );
    expect([await codeOf(one), await codeOf(two)]).toEqual(['unauthenticated', 'ok']);
  } finally {
    await Promise.all([one.close(), two.close()]);
    await rotating.stop();
  }
}, 90_000);
