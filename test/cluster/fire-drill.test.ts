/**
 * Fire drill: see test/support/fire-drill.ts. CI runs the short form; `npm run drill` runs every step,
 * some minutes, and prints how long each alert took in shortened time.
 */
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALERTS } from '../../deploy/alerts/rule-file.ts';
import {
  type Drill,
  DRILL_STEPS,
  drillRules,
  openNats,
  runStep,
  untilQuiet,
} from '../support/fire-drill.ts';
import { mayMount } from '../support/injected-metrics.ts';
import { MonitoredCluster } from '../support/monitored-cluster.ts';
import { findNatsServer, freePort, NATS_SERVER_MISSING } from '../support/nats-server.ts';
import { missingMonitoring } from '../support/prometheus-server.ts';

const missing = findNatsServer() === null ? NATS_SERVER_MISSING : missingMonitoring();
const isFull = process.env['SELFSAME_DRILL'] === 'full';
const wanted = process.env['SELFSAME_DRILL_ONLY'] ?? '';
const STEPS = DRILL_STEPS.filter(({ isShort = false }) => isFull || isShort).filter(({ cause }) =>
  cause.includes(wanted),
);
/** Of steps before: they rest on what happened within the last hour, which is 20 seconds here. */
const LINGERING = /Storm|Oversized|CrashLoop|Regressed|Quarantine|NoEvents|BurnSlow|BurnFast/;

test('every alert is in a step; slow burns are fast ones of a longer window', () => {
  const drilled = new Set(DRILL_STEPS.flatMap(({ expects }) => expects));
  const left = ALERTS.filter(({ name }) => !drilled.has(name)).map(({ name }) => name);
  expect(left.filter((name) => !name.endsWith('BurnSlow'))).toEqual([]);
});

describe.skipIf(missing !== null)('fire drill', () => {
  let drill: Drill;
  let nats: NatsConnection;

  beforeAll(async () => {
    const injectionPort = await freePort();
    const cluster = await MonitoredCluster.start({
      changeRules: drillRules,
      injectionTarget: `127.0.0.1:${injectionPort}`,
    });
    nats = await openNats(cluster);
    drill = { cluster, nats, injectionPort };
    await cluster.processes.waitFor('there was load', () => cluster.delivered > 100);
  }, 60_000);
  afterAll(async () => {
    await nats?.close();
    await drill?.cluster.dispose();
  });

  test.each(STEPS)(
    '$cause -> $expects',
    async (step) => {
      const { needsMount = false } = step;
      if (needsMount && !mayMount()) return;
      const seconds = await runStep(step, drill);
      if (!isFull) return;
      const how = step.injected === undefined ? '' : ` (injected: ${step.injected})`;
      console.log(`${seconds.toFixed(1)} s  ${step.cause}${how}: ${step.expects.join(', ')}`);
      await untilQuiet(drill, (name) => LINGERING.test(name));
    },
    240_000,
  );
});
