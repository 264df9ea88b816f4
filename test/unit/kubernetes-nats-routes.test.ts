/**
 * Goal: where NATS is closed nobody comes in by the port of its servers. Method: three real servers with
 * the configuration of the overlay `secured`, and with what NATS's chart makes of the values for
 * production, become a cluster; a server of somebody else, with the cluster's name, a route and an
 * account of its own that would read everything, does not join them. That it would, were it let in, is
 * shown with the open configuration and with a certificate of the right authority.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { NATS_USERS } from '../../shared/cluster/nats-permissions.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import { CertificateFolder, type Pair } from '../support/certificates.ts';
import {
  hasKubectl,
  KUBECTL_MISSING,
  type Loose,
  objectsOf,
  renderOverlay,
} from '../support/kubernetes-manifests.ts';
import {
  findNatsServer,
  freePort,
  NATS_SERVER_MISSING,
  NatsServer,
} from '../support/nats-server.ts';

interface Place {
  readonly monitor: number;
  readonly route: number;
}

interface Member extends Place {
  readonly server: NatsServer;
}

const folder = new CertificateFolder();
const authority = folder.authority('authority');
const routes = folder.authority('routes');
/** What each authority signs: the server's certificate, a service's, and that of the routes. */
const [serverPair, servicePair, routePair] = [
  folder.issue('nats', authority),
  folder.issue('service', authority),
  folder.issue('route', routes),
];
const members: Member[] = [];

afterEach(async () => {
  await Promise.all(members.splice(0).map(({ server }) => server.dispose()));
});
afterAll(() => folder.remove());

/** Configuration of one server, of an overlay, by file name; `from` is what it starts with. */
function filesOfOverlay(overlay: 'dev' | 'secured'): Readonly<Record<string, string>> {
  const found = objectsOf(renderOverlay(overlay), 'ConfigMap').find(({ metadata }) =>
    metadata.name.startsWith('nats-config'),
  );
  return found.data;
}

/** As the chart (nats-io/k8s, files/config/cluster.yaml, tls.yaml) makes it of the values. */
function filesOfValues(): Readonly<Record<string, string>> {
  const values: Loose = parse(readFileSync(join(packageRoot(), 'k8s/nats/values.yaml'), 'utf8'));
  const tlsOf = ({ enabled, dir, cert, key, merge }: Loose): object =>
    enabled === true
      ? { tls: { cert_file: `${dir}/${cert}`, key_file: `${dir}/${key}`, ...merge } }
      : {};
  const { nats, cluster } = values.config;
  const config = {
    server_name: '$POD_NAME',
    listen: '0.0.0.0:4222',
    http: '0.0.0.0:8222',
    ...tlsOf(nats.tls ?? {}),
    jetstream: { store_dir: '/data' },
    cluster: {
      name: 'nats',
      listen: '0.0.0.0:6222',
      no_advertise: true,
      routes: [0, 1, 2].map((one) => `tls://nats-${one}.nats-headless:6222`),
      ...tlsOf(cluster.tls ?? {}),
    },
  };
  return {
    'prod.conf': `${JSON.stringify(config).replace('"$POD_NAME"', '$POD_NAME')}\n`,
  };
}

/** Starts a server from these files, here: addresses, ports and folders are the only change. */
async function startMember(
  files: Readonly<Record<string, string>>,
  name: string,
  place: Place,
  places: readonly Place[],
): Promise<void> {
  const here = (text: string): string =>
    text
      .replaceAll('$POD_NAME', name)
      .replaceAll('0.0.0.0:8222', `127.0.0.1:${place.monitor}`)
      .replaceAll('0.0.0.0:6222', `127.0.0.1:${place.route}`)
      .replaceAll('/var/run/nats/', `${folder.path}/${name}-`)
      .replaceAll(/nats-(\d)\.nats-headless:6222/g, (_, one) => `127.0.0.1:${places[one]?.route}`)
      .replaceAll(/"?\/data"?/g, '$NATS_STORE_DIR')
      .replaceAll(/(include ")(?=[a-z-]+\.conf)/g, `$1${name}-`)
      .replaceAll('../nats-passwords/', '')
      .replaceAll(/\/etc\/(?:nats-certs\/cluster|nats-cluster-tls)\/tls\.crt/g, routePair.cert)
      .replaceAll(/\/etc\/(?:nats-certs\/cluster|nats-cluster-tls)\/tls\.key/g, routePair.key)
      .replaceAll(/\/etc\/(?:nats-certs\/cluster|nats-cluster-tls)\/ca\.crt/g, routes.cert)
      .replaceAll(/\/etc\/[\w/-]+\/tls\.crt/g, serverPair.cert)
      .replaceAll(/\/etc\/[\w/-]+\/tls\.key/g, serverPair.key)
      .replaceAll(/\/etc\/[\w/-]+\/ca\.crt/g, authority.cert);
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(folder.file(`${name}-${file}`), here(text));
  }
  const first = ['secured.conf', 'prod.conf', 'nats.conf'].find((file) => file in files);
  const args = ['--config', folder.file(`${name}-${first}`)];
  members.push({ ...place, server: await NatsServer.start({ args }) });
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await condition())) {
    const said = members.map(({ server }) => server.output).join('\n');
    if (Date.now() > end) throw new Error(`not within 20 s: ${what}\n${said}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function freePlace(): Promise<Place> {
  return { monitor: await freePort(), route: await freePort() };
}

async function startCluster(files: Readonly<Record<string, string>>): Promise<readonly Member[]> {
  const passwords = NATS_USERS.map((user) => `${user}_password: "p-${user}"\n`).join('');
  writeFileSync(folder.file('passwords.conf'), passwords);
  const places = [await freePlace(), await freePlace(), await freePlace()];
  await Promise.all(
    places.map((place, index) => startMember(files, `nats-${index}`, place, places)),
  );
  const own = [...members];
  await until('three servers are a cluster', async () => {
    const counts = await Promise.all(own.map(routesOf));
    return counts.every((names) => names.length === 2);
  });
  return own;
}

/** Names of the servers that a server has routes to. */
async function routesOf({ monitor }: Place): Promise<readonly string[]> {
  const answer = await fetch(`http://127.0.0.1:${monitor}/routez`);
  const { routes: found = [] } = (await answer.json()) as {
    readonly routes?: readonly { readonly remote_name?: string; readonly remote_id: string }[];
  };
  return Array.from(new Set(found.map(({ remote_name, remote_id }) => remote_name ?? remote_id)));
}

/** A server that is not ours: the cluster's name, a route to it, an account that may do everything. */
async function startRogue(target: Member, name: string, pair: Pair | null): Promise<Member> {
  const place = await freePlace();
  const scheme = pair === null ? 'nats' : 'tls';
  const tls =
    pair === null
      ? ''
      : `tls { cert_file: "${pair.cert}", key_file: "${pair.key}", ca_file: "${routes.cert}" }`;
  const config = `server_name: rogue
http: "127.0.0.1:${place.monitor}"
accounts { selfsame { users: [ { user: rogue, password: rogue } ] } }
cluster {
  name: ${name}
  listen: "127.0.0.1:${place.route}"
  routes: [ "${scheme}://127.0.0.1:${target.route}" ]
  ${tls}
}
`;
  writeFileSync(folder.file('rogue.conf'), config);
  const server = await NatsServer.start({ args: ['--config', folder.file('rogue.conf')] });
  const rogue = { ...place, server };
  members.push(rogue);
  return rogue;
}

/** Whether it gets a route; ends the server then, or when it was refused. */
async function comesIn(rogue: Member, target: Member): Promise<boolean> {
  let isIn = false;
  await until('it came in, or was refused', async () => {
    const isRefused = /connection closed|handshake error/.test(rogue.server.output);
    isIn = (await routesOf(rogue)).length > 0 || (await routesOf(target)).includes('rogue');
    return isIn || isRefused;
  });
  members.splice(members.indexOf(rogue), 1);
  await rogue.server.dispose();
  return isIn;
}

describe.each([
  ['secured', 'selfsame', () => filesOfOverlay('secured')],
  ['prod', 'nats', filesOfValues],
] as const)('%s', (_, name, filesOf) => {
  test('its servers are a cluster; another server is refused, whose ever certificate it has', async (context) => {
    if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
    if (findNatsServer() === null) return context.skip(NATS_SERVER_MISSING);
    const [target] = await startCluster(filesOf());
    if (target === undefined) throw new Error('no server');
    for (const pair of [null, servicePair, serverPair]) {
      expect(await comesIn(await startRogue(target, name, pair), target)).toBe(false);
    }
    expect(await comesIn(await startRogue(target, name, routePair), target)).toBe(true);
  }, 60_000);
});

test('dev, which is open -> it comes in', async (context) => {
  if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
  if (findNatsServer() === null) return context.skip(NATS_SERVER_MISSING);
  const [target] = await startCluster(filesOfOverlay('dev'));
  if (target === undefined) throw new Error('no server');
  expect(await comesIn(await startRogue(target, 'selfsame', null), target)).toBe(true);
}, 60_000);
