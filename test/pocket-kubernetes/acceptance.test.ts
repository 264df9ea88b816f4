/**
 * Goal: `kubectl` is the whole operation. Applying, scaling, rolling, deleting pods and losing a NATS
 * server, all under constant ingest and look-ups, lose nothing and never answer wrongly.
 * Method: our manifests under the real kubectl, three real NATS servers, real processes; a settled
 * population is asked for without a pause while another is delivered (cluster-load.ts).
 *
 * The short form, of `npm test`, scales 2 -> 3 -> 1 -> 2; SELFSAME_POCKET_LONG=1 scales 2 -> 5 -> 1 -> 3,
 * with more people, a roll of the gateways and a killed shard. SELFSAME_POCKET_GREY=1 has grey failures
 * instead: a shard that stands still for 30 s, a one-way partition, packet loss, a clock that steps by an hour
 * (with libfaketime).
 *
 * SELFSAME_POCKET_NO_ASSIGNER_S: for how long there is no assigner (default 5).
 * SELFSAME_POCKET_PLACEMENT=static leaves the scaling steps out, and look-ups of a shard that restarts
 * may fail, for it has no standby. SELFSAME_TEST_SEED, SELFSAME_TEST_INTERACTIONS give another, or a
 * longer run; SELFSAME_POCKET_LOGS names a folder for the logs of all containers.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import { connect } from '../../shared/grpc/client.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { findNatsServer, NATS_SERVER_MISSING } from '../support/nats-server.ts';
import {
  answerOf,
  deliver,
  lookUp,
  makeDeliveries,
  quantile,
  rightAnswers,
  type RightAnswers,
  unrelated,
} from './cluster-load.ts';
import {
  deleteShard,
  greySteps,
  kill,
  killNats,
  NAMESPACE,
  restart,
  scaleTo,
  shardsOf,
  type Step,
  untilReady,
  WAIT_MS,
  withoutAssigner,
} from './acceptance-steps.ts';
import { waitUntil } from './conditions.ts';
import { hasFakeTime, withClock } from './grey-failures.ts';
import { buildImages } from './images.ts';
import { PocketKubernetes, whyNotHere } from './pocket-kubernetes.ts';
import { OwnerWatch } from '../support/owner-watch.ts';
import { PlacementWatch } from '../support/placement-watch.ts';

// Read when grpc-js is loaded: names are looked up in the DNS server of the cluster.
vi.hoisted(() => (process.env['GRPC_NODE_USE_ALTERNATIVE_RESOLVER'] = 'true'));

const SEED = Number(process.env['SELFSAME_TEST_SEED'] ?? 1);
const IS_LONG = process.env['SELFSAME_POCKET_LONG'] === '1';
const SETTLED = Number(process.env['SELFSAME_TEST_INTERACTIONS'] ?? (IS_LONG ? 1_000 : 400));
const IS_ASSIGNED = process.env['SELFSAME_POCKET_PLACEMENT'] !== 'static';
const IS_GREY = process.env['SELFSAME_POCKET_GREY'] === '1';
const WITHOUT_ASSIGNER_S = Number(process.env['SELFSAME_POCKET_NO_ASSIGNER_S'] ?? 5);
const TIMEOUT_MS = 900_000 + WITHOUT_ASSIGNER_S * 1000;
/** Of the overlay, and the merge desks. */
const PARTITIONS = 16 + 2;
const imageFolder = mkdtempSync(join(tmpdir(), 'pocket-images-'));

function stepsOf(watch: PlacementWatch): readonly Step[] {
  const others = [killNats('nats-1', IS_ASSIGNED)];
  if (!IS_ASSIGNED) {
    return [restart('deployment/selfsame-gateway', true), deleteShard(false), ...others];
  }
  if (IS_GREY) return [scaleTo(3), ...greySteps(imageFolder)];
  return [
    ...(IS_LONG ? [restart('deployment/selfsame-gateway', true)] : []),
    ...(IS_LONG ? [5, 1, 3] : [3, 1, 2]).map(scaleTo),
    restart('statefulset/selfsame-shard', true),
    deleteShard(true),
    ...(IS_LONG ? [kill('selfsame-shard-1', 'selfsame-shard-', true)] : []),
    withoutAssigner(watch, WITHOUT_ASSIGNER_S * 1000),
    ...others,
  ];
}

/** Every identifier as the oracle has it. */
async function wrongAnswers(cluster: Cluster, right: RightAnswers) {
  const all = Array.from(right);
  const wrong: string[] = [];
  for (let start = 0; start < all.length; start += 500) {
    const batch = all.slice(start, start + 500);
    const found = await cluster.resolve(
      batch.map(([asked]) => asked),
      { deadlineMs: Date.now() + 25_000 },
    );
    for (const [index, [{ namespace, value }, expected]] of batch.entries()) {
      const resolution = found[index];
      if (resolution === undefined || expected.includes(answerOf(resolution))) continue;
      wrong.push(`${namespace} ${value}: ${answerOf(resolution)}, not ${expected.join(' or ')}`);
    }
  }
  return wrong;
}

let pocket: PocketKubernetes | null = null;
afterEach(async () => {
  await pocket?.close();
  pocket = null;
  rmSync(imageFolder, { recursive: true, force: true });
});

test(
  'kubectl and faults under load -> nothing lost, no wrong answer, one writer',
  async (context) => {
    const obstacle = await whyNotHere();
    if (obstacle !== null) context.skip(obstacle);
    if (findNatsServer() === null) context.skip(NATS_SERVER_MISSING);
    const rules = compileRules(defaultRules());
    const settled = makeDeliveries(SEED, SETTLED);
    const later = unrelated(rules, settled, makeDeliveries(SEED + 1, SETTLED * 10));
    const right = rightAnswers(rules, settled);
    const began = performance.now();
    const seconds = () => Math.round((performance.now() - began) / 100) / 10;
    const images = await buildImages(imageFolder);
    if (IS_GREY && hasFakeTime()) {
      images['selfsame'] = withClock(
        images['selfsame'] ?? { workingDirectory: '/app' },
        imageFolder,
      );
    }
    pocket = await PocketKubernetes.start(images);
    const running = pocket;
    const figures: Record<string, unknown> = { builtAfterS: seconds() };
    const overlay = IS_ASSIGNED ? 'cluster' : 'static';
    await pocket.kubectl('apply', '-k', resolve('test/pocket-kubernetes/fixtures', overlay));
    if (IS_ASSIGNED) await scaleTo(2).run(pocket);
    await untilReady(pocket, '', 7);
    figures['readyAfterS'] = seconds();

    const servers = pocket.pods(NAMESPACE, 'nats-').map(({ status }) => `${status?.podIP}:4222`);
    const owners = await OwnerWatch.start(servers.join());
    const watch = await PlacementWatch.start(servers, PARTITIONS);
    const untilBalanced = (): Promise<void> =>
      waitUntil(
        'the partitions are balanced',
        () => watch.missing(shardsOf(running)).length === 0,
        WAIT_MS,
        () => watch.missing(shardsOf(running)).join('\n'),
      );
    const host = 'selfsame-gateway-headless.selfsame.svc.cluster.local';
    const client = connect(`dns://${pocket.dnsAddress}:53/${host}:7400`);
    const stopLoad = new AbortController();
    await deliver(client, settled, { inFlight: 4, pauseMs: 0, stop: stopLoad.signal });
    await client.settle({ deadlineMs: Date.now() + WAIT_MS });
    expect(await wrongAnswers(client, right)).toEqual([]);
    figures['settledAfterS'] = seconds();

    let writes: number[] = [];
    const load = deliver(client, later, {
      inFlight: 1,
      pauseMs: 400,
      batchItems: 10,
      stop: stopLoad.signal,
      onDurable: (ms) => writes.push(ms),
    });
    const failures: string[] = [];
    for (const { name, run, mustAnswer } of stepsOf(watch)) {
      const stopStep = new AbortController();
      const from = seconds();
      writes = [];
      const asking = lookUp(client, right, { inFlight: 2, pauseMs: 10, stop: stopStep.signal });
      const own = await run(pocket);
      const doneAfterS = seconds() - from;
      if (IS_ASSIGNED) await untilBalanced();
      const balancedAfterS = seconds() - from;
      // While NATS elects, the one write under way waits: it belongs to this step.
      await waitUntil('a write is durable', () => writes.length > 0, WAIT_MS);
      stopStep.abort();
      const { lookups, failed, wrong, wrongCount, latenciesMs } = await asking;
      const failedByReason = Object.fromEntries(failed);
      figures[name] = {
        seconds: Math.round(doneAfterS * 10) / 10,
        balancedAfterS: Math.round(balancedAfterS * 10) / 10,
        lookups,
        failed: failedByReason,
        wrong: wrongCount,
        p50Ms: quantile(latenciesMs, 0.5),
        p99Ms: quantile(latenciesMs, 0.99),
        maxMs: quantile(latenciesMs, 1),
        writes: writes.length,
        slowestWriteMs: quantile(writes, 1),
        ...own,
      };
      process.stdout.write(`pocket kubernetes: ${name}: ${JSON.stringify(figures[name])}\n`);
      if (wrongCount > 0) failures.push(`${name}: ${wrongCount} wrong, e.g. ${wrong.join('; ')}`);
      if (mustAnswer && failed.size > 0) {
        failures.push(`${name}: look-ups failed ${JSON.stringify(failedByReason)}`);
      }
    }
    stopLoad.abort();
    const { acknowledged } = await load;
    await client.settle({ deadlineMs: Date.now() + WAIT_MS });
    // Every acknowledged interaction is there, once, and leads to whom the oracle names.
    const all = rightAnswers(rules, [...settled, ...acknowledged]);
    const wrongAtEnd = await wrongAnswers(client, all);
    const lost = await lostOf(client, acknowledged);
    await client.close();
    await watch.close();
    const ownership = await owners.close();
    figures['total'] = { seconds: seconds(), acknowledged: acknowledged.length, lost: lost.length };
    figures['claims'] = ownership.claims;
    process.stdout.write(`pocket kubernetes: ${JSON.stringify(figures, null, 1)}\n`);
    expect(failures).toEqual([]);
    expect(lost).toEqual([]);
    expect(wrongAtEnd).toEqual([]);
    expect(ownership.faults).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);

/** Acknowledged interactions that the cluster does not know. */
async function lostOf(
  cluster: Cluster,
  acknowledged: Awaited<ReturnType<typeof deliver>>['acknowledged'],
): Promise<readonly string[]> {
  const lost: string[] = [];
  let next = 0;
  const ask = async (): Promise<void> => {
    for (let one = acknowledged[next++]; one !== undefined; one = acknowledged[next++]) {
      const { source, interactionId } = one.input;
      const found = await cluster.getAttribution(source, interactionId);
      if (found === null) lost.push(`${source} ${interactionId}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, ask));
  return lost;
}
