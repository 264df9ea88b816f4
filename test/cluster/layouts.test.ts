/**
 * Goal: the number of partitions, and which slots they hold, change while the cluster takes in
 * interactions and answers look-ups, also when a shard is killed meanwhile. Nothing is lost, no answer
 * is wrong, no customer has another id, the change feed tells nothing that did not happen.
 * Method: real processes under placement and a real nats-server; every change is the command that an
 * operator types. Look-ups of settled customers run all the time and are compared each time; at the
 * end logs, stores, answers and feed are judged.
 *
 * Takes a minute: only with SELFSAME_TEST_LAYOUTS=short, or =long, which makes all changes; SELFSAME_TEST_INTERACTIONS and SELFSAME_TEST_SEED as elsewhere.
 */
import { afterEach, expect, test } from 'vitest';
import { runSelfsame } from '../../services/cli/program.ts';
import { clusterAccess } from '../../services/cli/cluster-access.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import type { Cluster, Resolution } from '../../shared/protocol/cluster.ts';
import { ClusterProcesses, ownersOf, type ServiceName } from '../support/cluster-processes.ts';
import { identifiersOf, judge, resolveAll } from '../support/cluster-verdict.ts';
import { deliverAll, makeWorkload, partsOf, type Workload } from '../support/cluster-workload.ts';
import { foldFeed } from '../support/feed-fold.ts';
import { findNatsServer, NATS_SERVER_MISSING } from '../support/nats-server.ts';
import { TimedLookups } from '../support/timed-lookups.ts';
import { recordingContext } from '../unit/cli-recording-context.ts';
import { visit } from '../unit/embedded-fixture.ts';

/** All kinds of changes, instead of a split with a kill and another number. */
const FORM = process.env['SELFSAME_TEST_LAYOUTS'] ?? '';
const IS_LONG = FORM === 'long';
const INTERACTIONS = Number(process.env['SELFSAME_TEST_INTERACTIONS'] ?? 300);
const SEED = Number(process.env['SELFSAME_TEST_SEED'] ?? 3);
const TIMEOUT_MS = 400_000;
const PATIENCE_MS = 60_000;
const STABLE = 50;
const rules = compileRules(defaultRules());

let processes: ClusterProcesses | null = null;
afterEach(async () => {
  await processes?.dispose();
  processes = null;
});

/** People of whom nothing more comes: their answers stay as they are. */
const stable = Array.from({ length: STABLE }, (_, index) => [
  visit(`stable-${index}-1`, {}, `user_id:stable${index} email:stable${index}@people.example`),
  visit(`stable-${index}-2`, {}, `crm_id:stable${index} email:stable${index}@people.example`),
]).flat();
const stableAsked = Array.from({ length: STABLE }, (_, index) => [
  { namespace: 'user_id', value: `stable${index}` },
  { namespace: 'crm_id', value: `stable${index}` },
]).flat();

/** Milliseconds that the command took; throws unless it ends with 0. */
async function selfsame(running: ClusterProcesses, ...argv: string[]): Promise<number> {
  const context = recordingContext({ clusters: clusterAccess });
  const begun = performance.now();
  const code = await runSelfsame([...argv, '--target', running.target], context);
  if (code !== 0) throw new Error(`${argv.join(' ')}: ${code} ${context.stderr.text}`);
  return Math.round(performance.now() - begun);
}

test(
  'partitions set, split, slots moved under load and a kill -> nothing lost, nothing wrong',
  async (context) => {
    if (findNatsServer() === null) context.skip(NATS_SERVER_MISSING);
    if (FORM === '')
      context.skip('a minute long: SELFSAME_TEST_LAYOUTS=short npm test -- cluster layouts');
    const made = makeWorkload(rules, SEED, INTERACTIONS, 40);
    const workload = { ...made, deliveries: [...stable, ...made.deliveries] };
    processes = await ClusterProcesses.start({
      placement: 'assigned',
      partitions: 4,
      shards: 3,
      environment: { SELFSAME_RETIRE_MS: '1500', SELFSAME_SNAPSHOT_ENTRIES: '200' },
    });
    const running = processes;
    const from = Date.now();
    const client = running.connect();
    await deliver(client, { deliveries: stable, commands: [] });
    await client.settle({ deadlineMs: Date.now() + PATIENCE_MS });
    const expected = (await resolveAll(client, stableAsked)).map(customersIn);
    const lookups = new TimedLookups(client, stableAsked, (index, answer) => {
      return customersIn(answer) === expected[index];
    });
    const parts = partsOf(made, 5);
    const took: [string, number][] = [];
    const during = async (what: string, ...argv: string[]): Promise<void> => {
      lookups.phase = what;
      const part = parts.shift();
      const [ms] = await Promise.all([
        selfsame(running, 'partitions', ...argv),
        part === undefined ? null : deliver(client, part),
      ]);
      took.push([what, ms]);
      process.stdout.write(`layouts test: ${what} ${ms} ms\n`);
    };

    if (IS_LONG) await during('4 to 8', 'set', '8');
    const killing = (async () => {
      await running.waitFor('the split is being built', async () => {
        return (await client.versions.list()).shadow !== null;
      });
      await running.kill('shard-1');
      running.start('shard-1');
    })();
    await during('split and kill', 'split', '2');
    await killing;
    if (IS_LONG) await during('one slot', 'move-slot', '77', '--to', '4');
    await during('to 3', 'set', '3');
    lookups.phase = 'after';
    for (const part of parts) await deliver(client, part);
    await client.settle({ deadlineMs: Date.now() + PATIENCE_MS });
    await lookups.close();

    const asked = identifiersOf(rules, workload.deliveries);
    const found = await resolveAll(client, asked);
    const { told, history, events } = await foldFeed(client);
    const wrong: string[] = [];
    for (const [profile, customer] of told) {
      const view = await client.getCustomer(profile);
      if (view?.customerId === customer) continue;
      wrong.push([view?.customerId, ...(history.get(profile) ?? [])].join('\n'));
    }
    await running.waitFor('every partition has an owner', async () =>
      (await ownersOf(client)).every((owner) => owner !== null),
    );
    running.homes = (await ownersOf(client)) as ServiceName[];
    const { live } = await client.versions.list();
    running.partitions = live.layout.partitions;
    running.generation = live.generation;
    await client.close();
    await running.stopServices();
    const times = { from, to: Date.now() };
    const verdict = await judge(running, rules, workload, { asked, found }, times);
    const figures = { seed: SEED, took, events, profiles: told.size, lookups: lookups.figures() };
    process.stdout.write(`layouts test: ${JSON.stringify(figures)}\n`);
    expect(live).toMatchObject({
      generation: IS_LONG ? 5 : 3,
      layout: { partitions: 3, desks: 1, slots: null },
    });
    expect(verdict.faults).toEqual([]);
    expect(lookups.wrong).toEqual([]);
    expect(lookups.errors).toEqual([]);
    expect(wrong).toEqual([]);
    expect(running.unexpectedExits).toEqual([]);
  },
  TIMEOUT_MS,
);

function customersIn(answer: Resolution): string {
  if (answer.kind !== 'found') return answer.kind;
  return answer.matches
    .map(({ customerId }) => customerId)
    .sort()
    .join();
}

async function deliver(client: Cluster, part: Workload): Promise<void> {
  const progress = { acknowledged: 0, repeatedBatches: 0, isDone: false };
  const options = { batchItems: 5, inFlight: 4, seed: SEED, patienceMs: PATIENCE_MS };
  await deliverAll(client, rules, part, progress, options);
}
