/**
 * The real cluster, watched by a real Prometheus with a real Alertmanager, under load: every query of
 * every dashboard gives finite values, what is exported is what the table says, one trace leads from a
 * call to the change feed, and the alerts come when something is broken (test/support/drill-steps.ts).
 *
 * CI runs a short drill; `npm run drill` runs every step, some minutes, and prints how long each took.
 */
import { credentials, Metadata } from '@grpc/grpc-js';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALERTS } from '../../deploy/alerts/rule-file.ts';
import { DASHBOARDS } from '../../deploy/dashboards/dashboard-json.ts';
import { metricCatalogue } from '../../deploy/metrics/catalogue.ts';
import { contract } from '../../shared/grpc/load.ts';
import { interactionToWire } from '../../shared/grpc/map-interaction.ts';
import { crowd } from '../support/drill-causes.ts';
import { DRILL_STEPS } from '../support/drill-steps.ts';
import { type Drill, drillRules, openNats, runStep, untilQuiet } from '../support/fire-drill.ts';
import { mayMount } from '../support/injected-metrics.ts';
import {
  inDrillTime,
  isOfSpeed,
  MonitoredCluster,
  SERVICES,
} from '../support/monitored-cluster.ts';
import { findNatsServer, freePort, NATS_SERVER_MISSING } from '../support/nats-server.ts';
import { OtlpReceiver } from '../support/otlp-receiver.ts';
import { OF_PLACEMENT } from '../support/placement-metrics.ts';
import { missingMonitoring } from '../support/prometheus-server.ts';

const missing = findNatsServer() === null ? NATS_SERVER_MISSING : missingMonitoring();
const TARGETS = DASHBOARDS.flatMap(({ rows }) =>
  rows.flatMap(({ panels }) =>
    panels.flatMap(({ title, targets }) => targets.map((one) => ({ title, ...one }))),
  ),
);
const isFull = process.env['SELFSAME_DRILL'] === 'full';
/** Causes to be drilled, as a regular expression; all when it is not set. */
const wanted = new RegExp(process.env['SELFSAME_DRILL_ONLY'] ?? '');
const STEPS = DRILL_STEPS.filter(({ isShort = false }) => isFull || isShort).filter(({ cause }) =>
  wanted.test(cause),
);
/** Of steps before: they rest on what happened within the last hour, which is 30 seconds here. */
const LINGERING = /Storm|Oversized|CrashLoop|Regressed|Quarantine|NoEvents|BurnSlow|BurnFast/;
const PARTITIONS = 8;

test('every alert is in a step of the drill; slow burns are fast ones of a longer window', () => {
  const drilled = new Set(DRILL_STEPS.flatMap(({ expects }) => expects));
  const left = ALERTS.filter(({ name }) => !drilled.has(name)).map(({ name }) => name);
  expect(left.filter((name) => !name.endsWith('BurnSlow'))).toEqual([]);
});

if (missing !== null) test('the cluster, watched', (context) => context.skip(missing));

describe.skipIf(missing !== null)('the cluster, watched', () => {
  let cluster: MonitoredCluster;
  let receiver: OtlpReceiver;
  let nats: NatsConnection;
  let drill: Drill;
  let healthySince = 0;

  beforeAll(async () => {
    receiver = await OtlpReceiver.start();
    const injectionPort = await freePort();
    cluster = await MonitoredCluster.start({
      partitions: PARTITIONS,
      changeRules: drillRules,
      injectionTarget: `127.0.0.1:${injectionPort}`,
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
    });
    nats = await openNats(cluster);
    drill = { cluster, nats, injectionPort };
    await cluster.processes.waitFor('there was load', () => cluster.delivered > 200);
    // Rates need two scrapes.
    const scrapes = 'min(count_over_time(selfsame_build_info[1m]))';
    await cluster.processes.waitFor('all were scraped', async () => {
      const [sample] = await cluster.monitoring.query(scrapes);
      return (sample?.points[0]?.[1] ?? 0) >= 4;
    });
    // Prometheus was there before the services were.
    await untilQuiet(drill, () => false);
    healthySince = cluster.monitoring.told.length;
  }, 200_000);
  afterAll(async () => {
    await nats?.close();
    await cluster?.dispose();
    receiver?.close();
  });

  test('every query of every panel gives finite values', async () => {
    const empty: unknown[] = [];
    for (const { title, expression, quiet } of TARGETS) {
      const samples = await cluster.monitoring.query(inDrillTime(expression));
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
      const names = told.map((metric) => metric.name).filter((one) => isOfMode(name, one));
      expect(exported.toSorted()).toEqual(names.toSorted());
    }
  });

  test('one trace: call -> NATS -> actor -> merge desk -> actor -> change feed', async () => {
    const traceId = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
    const email = 'traced.person@drill.example';
    await ingestTraced(cluster.processes.target, traceId, email);
    const found = () => receiver.ofTrace(traceId);
    // Processes send what they have done in batches, a call after all that it led to.
    const names = (): Set<string> =>
      new Set(found().map(({ service, name }) => `${service}: ${name}`));
    for (const expected of [
      'selfsame-gateway: selfsame.v1.IngestService/IngestInteractionBatch',
      'selfsame-coordinator: process selfsame.v1.ingest',
      'selfsame-coordinator: send entry',
      'selfsame-shard: process entry',
      'selfsame-shard: send link',
      'selfsame-coordinator: process entry',
      'selfsame-shard: send change feed',
    ]) {
      await cluster.processes.waitFor(`${expected} is in the trace`, () => names().has(expected));
    }
    await cluster.processes.waitFor('the merge desk is in the trace', () =>
      found().some(
        ({ name, attributes }) =>
          name === 'process entry' && Number(attributes['selfsame.partition']) >= PARTITIONS,
      ),
    );
    // Every span but the first hangs on another one; spans are sent in batches, parents last.
    await cluster.processes.waitFor('every parent has arrived', () => {
      const ids = new Set(['1111111111111111', ...found().map(({ spanId }) => spanId)]);
      return found().every(({ parentSpanId = '' }) => ids.has(parentSpanId));
    });
    expect(receiver.bodies.join('\n')).not.toMatch(/drill\.example|traced|email|crm_id/);
  });

  test('nothing fires while all is well', () => {
    // How fast this machine is, with whatever else runs on it, is not under test.
    const told = cluster.monitoring.told.slice(healthySince);
    const firing = told.filter(({ status, labels }) => status === 'firing' && !isOfSpeed(labels));
    expect(firing).toEqual([]);
  });

  test.each(STEPS)(
    'drill: $cause -> $expects',
    async (step) => {
      const { needsMount = false } = step;
      if (needsMount && !mayMount()) return;
      const seconds = await runStep(step, drill);
      if (!isFull) return;
      const how = step.injected === undefined ? '' : ` (injected: ${step.injected})`;
      console.log(`${seconds.toFixed(1)} s  ${step.cause}${how}: ${step.expects.join(', ')}`);
      await untilQuiet(drill, (name) => LINGERING.test(name));
    },
    330_000,
  );
});

/** A coordinator of a cluster with static placement hosts the merge desk, and assigns nothing. */
function isOfMode(service: string, metric: string): boolean {
  return service === 'gateway' || !OF_PLACEMENT.test(metric);
}

/** A batch of two people who share an address, as a caller that is itself traced sends it. */
function ingestTraced(target: string, traceId: string, email: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { IngestService } = contract().selfsame.v1;
    const stub = new IngestService(target, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set('traceparent', `00-${traceId}-1111111111111111-01`);
    const request = {
      interactions: crowd(6, email).map(interactionToWire),
      ackLevel: 'ACK_LEVEL_SETTLED' as const,
    };
    const options = { deadline: Date.now() + 20_000 };
    stub.IngestInteractionBatch(request, metadata, options, (error, answer) => {
      stub.close();
      if (error === null) resolve(answer);
      else reject(error);
    });
  });
}
