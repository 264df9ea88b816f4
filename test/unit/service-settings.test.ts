/**
 * Goal: no manifest and no compose file gives a service settings that it refuses to start with. Method:
 * the configuration of each service is read with what its container gets, as far as the files that it
 * names; and settings that it must refuse are seeded.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import {
  hasKubectl,
  KUBECTL_MISSING,
  type Loose,
  renderOverlay,
} from '../support/kubernetes-manifests.ts';
import { ServiceSettings, type Started, startedBy } from '../support/service-settings.ts';

let settings: ServiceSettings;
beforeAll(async () => {
  settings = await ServiceSettings.open();
});
afterAll(() => settings.close());

function ofCompose(): readonly Started[] {
  const text = readFileSync(join(packageRoot(), 'deploy/compose.yaml'), 'utf8');
  const { services } = parse(text, { merge: true });
  return Object.entries<Loose>(services)
    .filter(([, { image }]) => image.startsWith('selfsame:'))
    .map(([name, { command, environment }]) => ({ name, service: command[0], environment }));
}

/** The same, with other settings; undefined: without it. */
function changed(
  started: readonly Started[],
  changes: Readonly<Record<string, string | undefined>>,
): readonly Started[] {
  return started.map((one) => ({
    ...one,
    environment: Object.fromEntries(
      Object.entries({ ...one.environment, ...changes }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    ),
  }));
}

test('compose -> every service takes its settings', () => {
  const started = ofCompose();
  expect(started.map(({ service }) => service).toSorted()).toEqual([
    'coordinator',
    'gateway',
    'shard',
    'shard',
  ]);
  expect(settings.refusals(started)).toEqual([]);
});

test.for([
  ['dev', 3],
  ['prod', 3],
  ['secured', 3],
  ['tenants', 1],
  ['tenant', 2],
] as const)('overlay %s -> every service takes its settings', ([overlay, services], context) => {
  if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
  const started = startedBy(renderOverlay(overlay));
  expect(started.length).toBe(services);
  expect(settings.refusals(started)).toEqual([]);
});

test.for([
  ['SELFSAME_ALLOW_UNAUTHENTICATED', undefined, /gateway at 0\.0\.0\.0 would answer whoever/],
  ['SELFSAME_PARTITIONS', '0', /SELFSAME_PARTITIONS/],
  ['SELFSAME_PLACEMENT', 'somehow', /SELFSAME_PLACEMENT must be/],
  ['SELFSAME_SNAPSHOTS', 'none', /needs snapshots/],
  ['SELFSAME_GATEWAY_PORT', '70000', /SELFSAME_GATEWAY_PORT/],
] as const)('compose, %s=%s -> refused', ([name, value, reason]) => {
  expect(settings.refusals(changed(ofCompose(), { [name]: value })).join('\n')).toMatch(reason);
});

test('overlay secured with files that do not fit -> refused', (context) => {
  if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
  const started = startedBy(renderOverlay('secured'));
  for (const [changes, reason] of [
    [{ SELFSAME_NATS_KEY: undefined }, /SELFSAME_NATS_KEY belong together/],
    [{ SELFSAME_NATS_USER_FILE: '/etc/selfsame/nats/usr' }, /nothing stands for/],
    [{ SELFSAME_TLS_CERT: '/etc/selfsame/tls/ca.crt' }, /cannot be used together/],
    [{ SELFSAME_AUTH_JWKS: '/etc/selfsame/tls/ca.crt' }, /key set .* cannot be used/],
    [{ SELFSAME_AUTH_ISSUER: undefined }, /needs SELFSAME_AUTH_ISSUER/],
  ] as const) {
    expect(settings.refusals(changed(started, changes)).join('\n')).toMatch(reason);
  }
});
