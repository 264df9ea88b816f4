/**
 * Goal: `selfsame up` serves tenants embedded, each with data of its own, and says clearly that it does
 * not over NATS. Method: the whole command in this process, tokens of a test issuer.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runSelfsame } from '../../services/cli/program.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { clientSecurity } from '../../shared/grpc/client-files.ts';
import { connect } from '../../shared/grpc/client.ts';
import { contact } from '../support/contact.ts';
import { AUDIENCE, ISSUER, TokenIssuer } from '../support/token-issuer.ts';
import { recordingContext } from './cli-recording-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-up-tenants-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('up with SELFSAME_TENANTS -> a cluster for each, chosen by the token', async () => {
  const issuer = new TokenIssuer();
  await issuer.addKey('main');
  issuer.publish(join(folder, 'jwks.json'));
  const stop = new AbortController();
  const opened: string[] = [];
  const context = recordingContext({
    signal: stop.signal,
    env: {
      SELFSAME_TENANTS: 'acme,globex',
      SELFSAME_AUTH_JWKS: join(folder, 'jwks.json'),
      SELFSAME_AUTH_ISSUER: ISSUER,
      SELFSAME_AUTH_AUDIENCE: AUDIENCE,
      SELFSAME_GATEWAY_DRAIN_DELAY_MS: '0',
    },
    clusters: {
      openEmbedded: async ({ dataDir }) => {
        opened.push(dataDir);
        return openEmbeddedCluster({ dataDir: new MemoryStore(), partitions: 2 });
      },
    },
  });
  const address = '127.0.0.1:0';
  const argv = ['up', '--data', 'data', '--listen', address, '--metrics', address, '--json'];
  const ended = runSelfsame(argv, context);
  await expect.poll(() => context.stdout.text, { timeout: 10_000 }).toContain('}');
  const { grpc } = JSON.parse(context.stdout.text) as { readonly grpc: string };
  expect(opened).toEqual([join('data', 't-acme'), join('data', 't-globex')]);
  const clientOf = async (tenant: string) => {
    const token = join(folder, tenant);
    writeFileSync(token, await issuer.token({ scope: 'ingest lookup admin', tenant }));
    return connect(grpc, clientSecurity(grpc, { ca: '', cert: '', key: '', token }));
  };
  const [acme, globex] = [await clientOf('acme'), await clientOf('globex')];
  const nobody = await clientOf('initech');
  const asked = [{ namespace: 'user_id', value: 'ann' }];
  await acme.ingest([contact('1', [['user_id', 'ann']])], { ack: 'settled' });
  expect((await acme.resolve(asked))[0]?.kind).toBe('found');
  expect((await globex.resolve(asked))[0]?.kind).toBe('not_found');
  await expect(nobody.resolve(asked)).rejects.toMatchObject({ code: 'unauthenticated' });
  await Promise.all([acme, globex, nobody].map((client) => client.close()));
  stop.abort();
  expect(await ended).toBe(130);
});

test('up --nats with SELFSAME_TENANTS -> refused, with what to run instead', async () => {
  const env = {
    SELFSAME_TENANTS: 'acme',
    SELFSAME_AUTH_JWKS: join(folder, 'jwks.json'),
    SELFSAME_AUTH_ISSUER: ISSUER,
    SELFSAME_AUTH_AUDIENCE: AUDIENCE,
  };
  const context = recordingContext({ env });
  expect(await runSelfsame(['up', '--nats', 'nats://127.0.0.1:1'], context)).toBe(2);
  expect(context.stderr.text).toMatch(/run a gateway with SELFSAME_TENANTS/);
});
