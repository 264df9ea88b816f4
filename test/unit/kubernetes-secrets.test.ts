/**
 * Goal: no secret stands in a manifest, each is mounted as a file, read only, where a setting looks for
 * it, and by those who need it alone; the configuration of NATS that goes with them is one that
 * nats-server takes. Method: rules over the rendered overlays, and seeded violations of each rule.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import { CertificateFolder } from '../support/certificates.ts';
import {
  hasKubectl,
  KUBECTL_MISSING,
  type Loose,
  objectsOf,
  type Overlay,
  renderOverlay,
  workloadsOf,
} from '../support/kubernetes-manifests.ts';
import { findNatsServer, NATS_SERVER_MISSING } from '../support/nats-server.ts';

const OVERLAYS = ['dev', 'prod', 'secured'] as const;

/** Settings that name a file which must be a mounted secret. */
const FILE_SETTING =
  /^SELFSAME_(TLS_(CERT|KEY|CLIENT_CA)|AUTH_JWKS|NATS_(CA|CERT|KEY|CREDS|NKEY|USER_FILE))$/;
/** Names of variables whose value is a secret. */
const SECRET_SETTING = /PASS|TOKEN$|SECRET|ID_KEY|PRIVATE/;

/** Who may mount a secret: all, or the workload of that name. */
const OWNERS: Readonly<Record<string, string>> = {
  'selfsame-gateway-tls': 'selfsame-gateway',
  'selfsame-token-keys': 'selfsame-gateway',
  'selfsame-nats-gateway': 'selfsame-gateway',
  'selfsame-nats-gateway-tls': 'selfsame-gateway',
  'selfsame-nats-coordinator': 'selfsame-coordinator',
  'selfsame-nats-coordinator-tls': 'selfsame-coordinator',
  'selfsame-nats-shard': 'selfsame-shard',
  'selfsame-nats-shard-tls': 'selfsame-shard',
  'selfsame-nats-passwords': 'nats',
  'selfsame-nats-tls': 'nats',
  'selfsame-nats-cluster-tls': 'nats',
};

function settingsOf(objects: readonly Loose[]): Readonly<Record<string, string>> {
  const found = objectsOf(objects, 'ConfigMap').find(({ metadata }) =>
    metadata.name.startsWith('selfsame-settings'),
  );
  return found?.data ?? {};
}

/** What is wrong with how a workload comes by its secrets. */
function complaintsOf(workload: Loose, shared: Readonly<Record<string, string>>): string[] {
  const { name } = workload.metadata;
  const { spec } = workload.spec.template;
  const [container] = spec.containers;
  const complaints: string[] = [];
  const files = new Set<string>();
  for (const { name: volumeName, secret } of spec.volumes ?? []) {
    if (secret === undefined) continue;
    const { secretName, defaultMode, items } = secret;
    if (OWNERS[secretName] !== name) complaints.push(`${secretName} is not for ${name}`);
    if (defaultMode !== 0o440) complaints.push(`${secretName}: mode ${defaultMode}`);
    if (items === undefined) complaints.push(`${secretName}: mounts whatever it holds`);
    const mount = container.volumeMounts.find((one: Loose) => one.name === volumeName);
    if (mount?.readOnly !== true) complaints.push(`${secretName}: not read only`);
    if (mount?.subPath !== undefined) complaints.push(`${secretName}: a subPath is never renewed`);
    for (const { path } of items ?? []) files.add(`${mount?.mountPath}/${path}`);
  }
  const isOurs = name.startsWith('selfsame-');
  const own = Object.fromEntries(
    (container.env ?? []).map((one: Loose) => [one.name, one.value ?? one.valueFrom]),
  ) as Readonly<Record<string, unknown>>;
  for (const [setting, value] of Object.entries({ ...(isOurs ? shared : {}), ...own })) {
    if (FILE_SETTING.test(setting) && !files.has(String(value))) {
      complaints.push(`${setting} names ${String(value)}, which is no mounted secret`);
    }
    if (SECRET_SETTING.test(setting) && typeof value === 'string') {
      complaints.push(`${setting} stands in the manifest`);
    }
    if (typeof value === 'string' && /\/\/[^/@\s]+:[^/@\s]+@/.test(value)) {
      complaints.push(`${setting} holds credentials in an address`);
    }
  }
  return complaints;
}

function complaintsOfAll(objects: readonly Loose[]): string[] {
  const secrets = objectsOf(objects, 'Secret').map(({ metadata }) => `a Secret ${metadata.name}`);
  const shared = settingsOf(objects);
  return [...secrets, ...workloadsOf(objects).flatMap((one) => complaintsOf(one, shared))];
}

const known = new Map<Overlay, Loose[]>();

/** A copy of an overlay's objects, rendered once. */
function rendered(overlay: Overlay): Loose[] {
  const objects = known.get(overlay) ?? renderOverlay(overlay);
  known.set(overlay, objects);
  return structuredClone(objects);
}

const workload = (objects: readonly Loose[], name: string): Loose =>
  workloadsOf(objects).find(({ metadata }) => metadata.name === name);
const podOf = (objects: readonly Loose[], name: string): Loose =>
  workload(objects, name).spec.template.spec;

test.for(OVERLAYS)(
  'overlay %s -> secrets by reference, read only, to their owners',
  (overlay, context) => {
    if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
    expect(complaintsOfAll(rendered(overlay))).toEqual([]);
  },
);

test('prod and secured -> closed; every secret is told of in the README', (context) => {
  if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
  const readme = readFileSync(join(packageRoot(), 'k8s/README.md'), 'utf8');
  for (const name of [...Object.keys(OWNERS), 'selfsame-id-key']) expect(readme).toContain(name);
  for (const overlay of ['prod', 'secured'] as const) {
    const objects = rendered(overlay);
    const names = podOf(objects, 'selfsame-gateway').containers[0].env.map(
      (one: Loose) => one.name,
    );
    expect(names).not.toContain('SELFSAME_ALLOW_UNAUTHENTICATED');
    for (const setting of ['SELFSAME_TLS_CLIENT_CA', 'SELFSAME_AUTH_JWKS', 'SELFSAME_ID_KEY']) {
      expect(names, overlay).toContain(setting);
    }
    expect(Object.keys(settingsOf(objects))).toEqual(
      expect.arrayContaining([
        'SELFSAME_NATS_CA',
        'SELFSAME_NATS_CERT',
        'SELFSAME_NATS_KEY',
        'SELFSAME_NATS_USER_FILE',
      ]),
    );
    const { SELFSAME_QUOTA_CALLS: ofTenant, SELFSAME_QUOTA_CLIENT_CALLS: ofClient } =
      settingsOf(objects);
    expect(Number(ofClient)).toBeGreaterThan(0);
    expect(Number(ofTenant)).toBeGreaterThan(Number(ofClient));
    // Both ways to the port, which is no longer HTTP/2 in clear text.
    const protocols = objectsOf(objects, 'Service').flatMap(({ metadata, spec }) =>
      spec.ports
        .filter(({ targetPort }: Loose) => targetPort === 'grpc')
        .map(({ appProtocol }: Loose) => [metadata.name, appProtocol]),
    );
    expect(protocols.toSorted()).toEqual([
      ['selfsame-gateway', 'https'],
      ['selfsame-gateway-headless', 'https'],
    ]);
  }
});

test.for([
  // what a hurried person writes
  [(all: Loose[]) => all.push({ kind: 'Secret', metadata: { name: 's' }, data: {} }), /a Secret s/],
  [
    (all: Loose[]) =>
      podOf(all, 'selfsame-gateway').containers[0].env.push({
        name: 'SELFSAME_NATS_PASSWORD',
        value: 'x',
      }),
    /stands in the manifest/,
  ],
  [
    (all: Loose[]) => {
      podOf(all, 'selfsame-shard').containers[0].env[0] = { name: 'SELFSAME_ID_KEY', value: 'x' };
    },
    /SELFSAME_ID_KEY stands/,
  ],
  [
    (all: Loose[]) =>
      podOf(all, 'selfsame-shard').containers[0].env.push({
        name: 'SELFSAME_NATS_URL',
        value: 'nats://shard:pw@nats:4222',
      }),
    /credentials in an address/,
  ],
  [
    (all: Loose[]) => {
      podOf(all, 'selfsame-shard').volumes.at(-1).secret.secretName = 'selfsame-nats-gateway';
    },
    /not for selfsame-shard/,
  ],
  [
    (all: Loose[]) => {
      podOf(all, 'selfsame-gateway').volumes.at(-1).secret.defaultMode = 0o644;
    },
    /mode 420/,
  ],
  [
    (all: Loose[]) => {
      delete podOf(all, 'selfsame-gateway').containers[0].volumeMounts.at(-1).readOnly;
    },
    /not read only/,
  ],
  [
    (all: Loose[]) => {
      podOf(all, 'selfsame-gateway').containers[0].volumeMounts.at(-1).subPath = 'user';
    },
    /never renewed/,
  ],
  [
    (all: Loose[]) => {
      delete podOf(all, 'nats').volumes.at(-1).secret.items;
    },
    /mounts whatever/,
  ],
  [
    (all: Loose[]) => {
      podOf(all, 'selfsame-coordinator').volumes.at(-1).secret.items[0].path = 'usr';
    },
    /SELFSAME_NATS_USER_FILE names/,
  ],
] as const)('a seeded violation -> %#', ([seed, complaint], context) => {
  if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
  const objects = rendered('secured');
  seed(objects);
  expect(complaintsOfAll(objects).join('\n')).toMatch(complaint);
});

test('the NATS of the overlay secured -> nats-server takes its configuration', (context) => {
  const program = findNatsServer();
  if (program === null) return context.skip(NATS_SERVER_MISSING);
  if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-nats-config-'));
  const certificates = new CertificateFolder();
  try {
    const authority = certificates.authority('authority');
    const pair = certificates.issue('nats', authority);
    const config = objectsOf(rendered('secured'), 'ConfigMap').find(({ metadata }) =>
      metadata.name.startsWith('nats-config'),
    );
    for (const name of ['nats', 'nats-passwords']) mkdirSync(join(folder, name));
    for (const [name, text] of Object.entries(config.data as Readonly<Record<string, string>>)) {
      const here = text
        .replaceAll(/\/etc\/nats(-cluster)?-tls\/tls\.crt/g, pair.cert)
        .replaceAll(/\/etc\/nats(-cluster)?-tls\/tls\.key/g, pair.key)
        .replaceAll(/\/etc\/nats(-cluster)?-tls\/ca\.crt/g, authority.cert);
      writeFileSync(join(folder, 'nats', name), here);
    }
    const users = ['gateway', 'coordinator', 'shard', 'feed', 'operator'];
    const passwords = users.map((user) => `${user}_password: "p-${user}"\n`).join('');
    const check = () =>
      spawnSync(program, ['-t', '--config', join(folder, 'nats/secured.conf')], {
        encoding: 'utf8',
        env: { ...process.env, POD_NAME: 'nats-0' },
      });
    writeFileSync(join(folder, 'nats-passwords/passwords.conf'), passwords);
    const { status, stderr, stdout } = check();
    expect(status, stderr + stdout).toBe(0);
    writeFileSync(join(folder, 'nats-passwords/passwords.conf'), passwords.replace('shard', 'x'));
    expect(check().status).not.toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    certificates.remove();
  }
});
