/**
 * Goal: in closed overlays NATS and the services prove to each other who they are. Method: a real
 * nats-server with the TLS of the overlay `secured`, and with that of the values for NATS's chart, and
 * connections with the settings of the overlay that goes with it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { connectNats } from '../../shared/adapters/nats-connection.ts';
import { NO_NATS_FILES } from '../../shared/adapters/nats-files.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import { CertificateFolder } from '../support/certificates.ts';
import {
  hasKubectl,
  KUBECTL_MISSING,
  type Loose,
  objectsOf,
  renderOverlay,
} from '../support/kubernetes-manifests.ts';
import { findNatsServer, NATS_SERVER_MISSING, NatsServer } from '../support/nats-server.ts';

const dataOf = (objects: readonly Loose[], name: string): Readonly<Record<string, string>> =>
  objectsOf(objects, 'ConfigMap').find(({ metadata }) => metadata.name.startsWith(name)).data;

/** The block `tls` of a configuration of nats-server. */
function ofOverlay(objects: readonly Loose[]): string {
  const text = dataOf(objects, 'nats-config')['secured.conf'] ?? '';
  return /^tls \{[\s\S]*?^\}/m.exec(text)?.[0] ?? '';
}

/** As the chart (nats-io/nats, files/config/tls.yaml) makes it of `config.nats.tls`; none: empty. */
function ofValues(): string {
  const values: Loose = parse(readFileSync(join(packageRoot(), 'k8s/nats/values.yaml'), 'utf8'));
  const { tls } = values.config.nats;
  if (tls?.enabled !== true) return '';
  const { dir, cert, key, merge } = tls;
  const files = { cert_file: `${dir}/${cert}`, key_file: `${dir}/${key}` };
  return `tls ${JSON.stringify({ ...files, ...merge })}`;
}

describe.each([
  ['secured', ofOverlay],
  ['prod', ofValues],
] as const)('%s', (overlay, tlsOf) => {
  const folder = new CertificateFolder();
  let server: NatsServer | null = null;
  afterAll(async () => {
    await server?.dispose();
    folder.remove();
  });

  test('a service comes in with its certificate, and not without or with a stranger', async (context) => {
    if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
    if (findNatsServer() === null) return context.skip(NATS_SERVER_MISSING);
    const authority = folder.authority('authority');
    const [nats, service, stranger] = [
      folder.issue('nats', authority),
      folder.issue('service', authority),
      folder.issue('stranger', folder.authority('other')),
    ];
    const here = (text: string, { cert, key } = service): string =>
      text
        .replaceAll(/\/etc\/[\w/-]+\/tls\.crt/g, cert)
        .replaceAll(/\/etc\/[\w/-]+\/tls\.key/g, key)
        .replaceAll(/\/etc\/[\w/-]+\/ca\.crt/g, authority.cert);
    const objects = renderOverlay(overlay);
    const config = here(tlsOf(objects), nats);
    expect(config).toContain(nats.cert);
    writeFileSync(folder.file('nats.conf'), config);
    const args = ['--config', folder.file('nats.conf')];
    server = await NatsServer.start({ args, jetStream: true });
    const settings = dataOf(objects, 'selfsame-settings');
    const setting = (name: string, pair = service): string => here(settings[name] ?? '', pair);
    const files = (pair = service) => ({
      ...NO_NATS_FILES,
      natsCa: setting('SELFSAME_NATS_CA'),
      natsCert: setting('SELFSAME_NATS_CERT', pair),
      natsKey: setting('SELFSAME_NATS_KEY', pair),
    });
    const connect = (given: typeof NO_NATS_FILES) =>
      connectNats({ servers: server?.url ?? '', name: 'test', initialWaitMs: 0, files: given });
    const connection = await connect(files());
    await connection.close();
    const without = { ...files(), natsCert: '', natsKey: '' };
    for (const given of [without, files(stranger)]) {
      await expect(connect(given)).rejects.toMatchObject({ code: 'unreachable' });
    }
  }, 30_000);
});
