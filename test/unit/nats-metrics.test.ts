/** When the certificates of the connection to NATS expire is told by every service that has one. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { metricCatalogue, SERVICES } from '../../deploy/metrics/catalogue.ts';
import { createMetricsRegistry } from '../../shared/adapters/metrics.ts';
import { NO_NATS_FILES, type NatsFiles } from '../../shared/adapters/nats-files.ts';
import { registerNatsMetrics } from '../../shared/adapters/nats-metrics.ts';
import { CertificateFolder } from '../support/certificates.ts';

const NAME = 'selfsame_certificate_expiry_timestamp_seconds';

describe('metrics of the connection to NATS', () => {
  const folder = new CertificateFolder();
  afterAll(() => folder.remove());

  async function seriesOf(files: NatsFiles): Promise<readonly [string, number][]> {
    const registry = createMetricsRegistry({ service: 'shard', version: '0.0.0' });
    registerNatsMetrics(
      registry,
      [{ isUp: true, reconnects: 0, serverCertificateEnd: null }],
      files,
    );
    const text = await registry.metrics();
    return Array.from(text.matchAll(/^(selfsame_certificate\S+) (\S+)$/gm), (found) => [
      found[1] ?? '',
      Number(found[2]),
    ]);
  }

  test('with certificates -> the one that expires first; without -> no series', async () => {
    const authority = folder.authority('authority');
    const { cert, key } = folder.issue('client', authority, 3);
    const { validTo } = new X509Certificate(readFileSync(cert));
    const files = { ...NO_NATS_FILES, natsCa: authority.cert, natsCert: cert, natsKey: key };
    const [[name, seconds] = ['', 0], ...rest] = await seriesOf(files);
    expect(rest).toEqual([]);
    expect(name).toMatch(new RegExp(`^${NAME}\\{.*use="nats"`));
    expect(seconds).toBe(Date.parse(validTo) / 1000);
    expect(await seriesOf(NO_NATS_FILES)).toEqual([]);
  });

  test('what the servers show -> the earliest end of all connections; not known -> no series', async () => {
    const registry = createMetricsRegistry({ service: 'gateway', version: '0.0.0' });
    const links = [null, 1_900_000_000, 1_800_000_000].map((serverCertificateEnd) => ({
      isUp: true,
      reconnects: 0,
      serverCertificateEnd,
    }));
    registerNatsMetrics(registry, links, NO_NATS_FILES);
    const text = await registry.metrics();
    expect(text).toContain(`${NAME}{use="nats_server"} 1800000000`);
    expect(text.split(`${NAME}{`).length).toBe(2);
  });

  test('it stands in the table of metrics, for all services', () => {
    expect(metricCatalogue().get(NAME)).toMatchObject({ labels: ['use'], services: SERVICES });
  });
});
