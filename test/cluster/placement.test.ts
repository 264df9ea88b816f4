/**
 * Goal: shards come, go, die and freeze under load, and so do assigners; partitions move to those that
 * are there. Nothing is lost, look-ups go on, one writer has effect, customers are the oracle's.
 * Method: real processes and nats-server; the workload is delivered in parts while each thing happens,
 * look-ups run all the time and are timed; then logs, stores and answers are judged.
 *
 * SELFSAME_TEST_INTERACTIONS, SELFSAME_TEST_FREEZE_MS and SELFSAME_TEST_SEED give another run.
 */
import { afterEach, expect, test } from 'vitest';
import { DASHBOARDS } from '../../deploy/dashboards/dashboard-json.ts';
import { PLACED_ONLY } from '../../deploy/dashboards/panel-spec.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { ClusterProcesses, ownersOf, type ServiceName } from '../support/cluster-processes.ts';
import { identifiersOf, judge, resolveAll } from '../support/cluster-verdict.ts';
import { deliverAll, makeWorkload, partsOf, type Workload } from '../support/cluster-workload.ts';
import { substitute } from '../support/dashboard-linter.ts';
import { readQuery } from '../support/promql.ts';
import { findNatsServer, NATS_SERVER_MISSING } from '../support/nats-server.ts';
import { TimedLookups } from '../support/timed-lookups.ts';
import { OwnerWatch } from '../support/owner-watch.ts';

const INTERACTIONS = Number(process.env['SELFSAME_TEST_INTERACTIONS'] ?? 3000);
const FREEZE_MS = Number(process.env['SELFSAME_TEST_FREEZE_MS'] ?? 4000);
const SEED = Number(process.env['SELFSAME_TEST_SEED'] ?? 1);
const PARTITIONS = 8;
const TIMEOUT_MS = 400_000;
const PATIENCE_MS = 60_000;
const rules = compileRules(defaultRules());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let processes: ClusterProcesses | null = null;
afterEach(async () => {
  await processes?.dispose();
  processes = null;
});

test(
  'shards come, go, die and freeze, assigners die -> nothing lost, one writer, right answers',
  async (context) => {
    if (findNatsServer() === null) context.skip(NATS_SERVER_MISSING);
    const workload = makeWorkload(rules, SEED, INTERACTIONS, 40);
    processes = await ClusterProcesses.start({
      placement: 'assigned',
      partitions: PARTITIONS,
      shards: 4,
      coordinators: 2,
      laterNames: ['shard-2', 'shard-3'],
      environment: { SELFSAME_SNAPSHOT_ENTRIES: '200', SELFSAME_KEPT_ENTRIES: '100' },
    });
    const running = processes;
    const from = Date.now();
    const client = running.connect();
    const watch = await OwnerWatch.start(running.nats.url);
    const asked = identifiersOf(rules, workload.deliveries);
    const lookups = new TimedLookups(client, asked.slice(0, 200));
    const parts = partsOf(workload, 7);
    const during = async (phase: string, what: () => Promise<void>): Promise<void> => {
      lookups.phase = phase;
      const part = parts.shift();
      const begun = performance.now();
      await Promise.all([part === undefined ? null : deliver(client, part), what()]);
      lookups.phase = `after ${phase}`;
      steps.push([phase, Math.round(performance.now() - begun)]);
    };
    const steps: [string, number][] = [];
    const balanced = (names: readonly ServiceName[]) =>
      running.waitFor(`owners are ${names.join()}`, async () => {
        const owners = await ownersOf(client);
        return (
          names.every((name) => owners.includes(name)) &&
          owners.every((one) => one !== null && names.includes(one))
        );
      });

    await during('two shards', () => balanced(['shard-0', 'shard-1']));
    expect(await missingOfPanels(running)).toEqual([]);
    await during('third comes', async () => {
      running.start('shard-2');
      await balanced(['shard-0', 'shard-1', 'shard-2']);
    });
    await during('assigner dies', async () => {
      await running.kill('coordinator');
    });
    await during('shard dies', async () => {
      await running.kill('shard-0');
      await balanced(['shard-1', 'shard-2']);
    });
    await during('shard freezes', async () => {
      running.start('coordinator');
      running.freeze('shard-1');
      await pause(FREEZE_MS);
      await running.waitFor('others own what it owned', async () => {
        return !(await ownersOf(client)).includes('shard-1');
      });
      running.thaw('shard-1');
      await balanced(['shard-1', 'shard-2']);
    });
    await during('shard leaves', async () => {
      running.start('shard-3');
      await balanced(['shard-1', 'shard-2', 'shard-3']);
      expect(await running.stop('shard-2')).toBe(0);
      await balanced(['shard-1', 'shard-3']);
    });
    await during('one shard', async () => {
      expect(await running.stop('shard-1')).toBe(0);
      await balanced(['shard-3']);
    });
    await client.settle({ deadlineMs: Date.now() + PATIENCE_MS });
    await lookups.close();
    const found = await resolveAll(client, asked);
    running.homes = (await ownersOf(client)) as ServiceName[];
    const owners = await watch.close();
    await client.close();
    await running.stopServices();
    const verdict = await judge(
      running,
      rules,
      workload,
      { asked, found },
      { from, to: Date.now() },
    );
    process.stdout.write(
      `placement test: ${JSON.stringify({ seed: SEED, steps, lookups: lookups.figures(), claims: owners.claims })}\n`,
    );
    expect(verdict.faults).toEqual([]);
    expect(owners.faults).toEqual([]);
    expect(lookups.errors).toEqual([]);
    expect(running.unexpectedExits).toEqual([]);
  },
  TIMEOUT_MS,
);

async function deliver(client: Cluster, part: Workload): Promise<void> {
  const progress = { acknowledged: 0, repeatedBatches: 0, isDone: false };
  const options = { batchItems: 5, inFlight: 4, seed: SEED, patienceMs: PATIENCE_MS };
  await deliverAll(client, rules, part, progress, options);
}

/** Series of the panels of placement that neither a coordinator nor a shard exports. */
async function missingOfPanels(running: ClusterProcesses): Promise<readonly string[]> {
  const names = ['coordinator', 'shard-0'] as const;
  const texts = await Promise.all(names.map((name) => running.metricsText(name)));
  const exported = new Set(
    texts.flatMap((text) => [...text.matchAll(/^(selfsame_\w+)/gm)].map(([, name]) => name)),
  );
  const targets = DASHBOARDS.flatMap(({ rows }) =>
    rows.flatMap(({ panels }) => panels.flatMap((panel) => panel.targets)),
  ).filter(({ quiet }) => quiet === PLACED_ONLY);
  expect(targets.length).toBeGreaterThan(4);
  return targets
    .flatMap(({ expression }) => readQuery(substitute(expression, '5m')).series)
    .map(({ name }) => name)
    .filter((name) => !exported.has(name));
}
