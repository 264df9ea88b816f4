/** Secrets are replaced while everything runs, and never told. */
import { readFileSync, writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { InterceptingCall, type Interceptor } from '@grpc/grpc-js';
import { connect as connectPlain } from 'nats';
import { expect, test } from 'vitest';
import { tenantIdKey } from '../../shared/cluster/tenants.ts';
import { clientSecurity } from '../../shared/grpc/client-files.ts';
import { connect } from '../../shared/grpc/client.ts';
import { TEST_ID_KEY } from '../support/cluster-processes.ts';
import { contact } from '../support/contact.ts';
import { findPersonal } from '../support/personal-data.ts';
import { MARK, TENANTS, type TenantCluster } from '../support/tenant-cluster.ts';

/** Tokens that do not count, by name; empty: one that has expired. */
const BAD_TOKENS: ReadonlyMap<string, string> = new Map([
  ['no-token', MARK],
  ['three-parts', `${MARK}.${MARK}.${MARK}`],
  ['expired', ''],
]);
/** Each connection was made anew at least once. */
const RECONNECTED = /selfsame_bus_reconnects_total [1-9]/;

export function rotationOfSecrets(stage: () => TenantCluster): void {
  test('passwords replaced -> every service connects anew, the old ones are refused', async () => {
    const { processes, users } = stage().parts;
    const old = users.password('shard', 'acme');
    users.rotate(`${MARK}-second`);
    processes.nats.reload();
    for (const tenant of TENANTS) {
      const asked = [contact('rotated', [['user_id', 'rotated']])];
      const send = () =>
        stage()
          .of(tenant)
          .ingest(asked, { ack: 'settled', deadlineMs: Date.now() + 10_000 })
          .then(([result]) => result?.kind)
          .catch((error: unknown) => String(error));
      await expect.poll(send, { timeout: 60_000, interval: 200 }).toBe('acknowledged');
    }
    const refused = connectPlain({ ...stage().natsAddress, user: 'acme-shard', pass: old });
    await expect(refused).rejects.toThrow(/Authorization/);
    const names = processes.serviceNames;
    for (const name of names) expect(await processes.metricsText(name)).toMatch(RECONNECTED);
    expect(processes.unexpectedExits).toEqual([]);
  }, 120_000);
}

export function secrecyOfSecrets(stage: () => TenantCluster): void {
  /** What is secret in this cluster, each odd enough to be found wherever it goes. */
  function secretsHere(): string[] {
    const { folder } = stage().parts;
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
    const { folder, issuer, processes, authority, client } = stage().parts;
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
    const { processes, receiver } = stage().parts;
    const texts = new Map<string, string>([['errors', await failures()]]);
    for (const name of processes.serviceNames) {
      texts.set(`log of ${name}`, processes.logText(name));
      texts.set(`metrics of ${name}`, await processes.metricsText(name));
    }
    texts.set('log of NATS', processes.nats.output);
    await expect.poll(() => receiver.bodies.length, { timeout: 20_000 }).toBeGreaterThan(0);
    texts.set('traces', receiver.bodies.join('\n'));
    for (const tenant of TENANTS) {
      const page = await stage().of(tenant).audit.list({}, { pageSize: 1_000 });
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
}
