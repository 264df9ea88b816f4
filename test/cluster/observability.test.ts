/**
 * The real cluster, watched by a real Prometheus: every query of every dashboard gives finite values
 * under load, what is exported is what the table says, and nothing fires while all is well.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DASHBOARDS } from '../../deploy/dashboards/dashboard-json.ts';
import { metricCatalogue } from '../../deploy/metrics/catalogue.ts';
import { substitute } from '../support/dashboard-linter.ts';
import { isOfSpeed, MonitoredCluster, SERVICES } from '../support/monitored-cluster.ts';
import { findNatsServer, NATS_SERVER_MISSING } from '../support/nats-server.ts';
import { missingMonitoring } from '../support/prometheus-server.ts';

const missing = findNatsServer() === null ? NATS_SERVER_MISSING : missingMonitoring();
const TARGETS = DASHBOARDS.flatMap(({ uid, rows }) =>
  rows.flatMap(({ panels }) =>
    panels.flatMap(({ title, targets }) => targets.map((one) => ({ uid, title, ...one }))),
  ),
);

describe.skipIf(missing !== null)('the cluster, watched', () => {
  let cluster: MonitoredCluster;

  beforeAll(async () => {
    cluster = await MonitoredCluster.start();
    // Rates need two scrapes, the slowest recorded rule a little more.
    await cluster.processes.waitFor('there was load', () => cluster.delivered > 200);
    await new Promise((done) => setTimeout(done, 3_000));
  });
  afterAll(() => cluster?.dispose());

  test('every query of every panel gives finite values', async () => {
    const empty: unknown[] = [];
    for (const { title, expression, quiet } of TARGETS) {
      const samples = await cluster.monitoring.query(substitute(expression, '5s'));
      const values = samples.flatMap(({ points }) => points.map(([, value]) => value));
      if (quiet !== undefined && values.length === 0) continue;
      if (values.length === 0 || !values.every(Number.isFinite)) {
        empty.push({ title, expression, values });
      }
    }
    expect(empty).toEqual([]);
  });

  test('each service exports exactly what the table of metrics says of it', async () => {
    const catalogue = Array.from(metricCatalogue().values());
    for (const name of SERVICES) {
      const service = name.split('-')[0] as string;
      const text = await cluster.processes.metricsText(name);
      const exported = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, metric]) => metric ?? '');
      const told = catalogue.filter(({ services }) => services.some((one) => one === service));
      expect(exported.toSorted()).toEqual(told.map((metric) => metric.name).toSorted());
    }
  });

  test('nothing fires while all is well', () => {
    // How fast this machine is, with whatever else runs on it, is not under test.
    const told = cluster.monitoring.told.filter(({ labels }) => !isOfSpeed(labels));
    expect(told).toEqual([]);
  });
});
