/**
 * Goal: `kubectl` is the whole operation. Applying, scaling, rolling, deleting pods and losing a NATS
 * server, all under constant ingest and look-ups, lose nothing and never answer wrongly.
 * Method: our manifests under the real kubectl, three real NATS servers, real processes; a settled
 * population is asked for without a pause while another is delivered (cluster-load.ts).
 *
 * SELFSAME_POCKET_GREY=1 adds grey failures: a pod that stands still for 30 s, a one-way partition,
 * packet loss, a clock that steps by an hour (with libfaketime).
 *
 * SELFSAME_POCKET_PLACEMENT=assigned runs the scaling steps as well; static (default) leaves them
 * out, and look-ups of a shard that restarts may fail, for it has no standby. SELFSAME_TEST_SEED,
 * SELFSAME_TEST_INTERACTIONS give another, or a longer run.
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
import { waitUntil } from './conditions.ts';
import { cutToNats, freeze, hasFakeTime, lose, stepClock, withClock } from './grey-failures.ts';
import { buildImages } from './images.ts';
import { isReady } from './objects.ts';
import { readOwnership } from './ownership.ts';
import { PocketKubernetes, whyNotHere } from './pocket-kubernetes.ts';

// Read when grpc-js is loaded: names are looked up in the DNS server of the cluster.
vi.hoisted(() => (process.env['GRPC_NODE_USE_ALTERNATIVE_RESOLVER'] = 'true'));

const SEED = Number(process.env['SELFSAME_TEST_SEED'] ?? 1);
const SETTLED = Number(process.env['SELFSAME_TEST_INTERACTIONS'] ?? 1_000);
const IS_ASSIGNED = process.env['SELFSAME_POCKET_PLACEMENT'] === 'assigned';
const IS_GREY = process.env['SELFSAME_POCKET_GREY'] === '1';
const TIMEOUT_MS = 900_000;
const WAIT_MS = 180_000;
const NAMESPACE = 'selfsame';
const imageFolder = mkdtempSync(join(tmpdir(), 'pocket-images-'));

interface Step {
  readonly name: string;
  /** Look-ups must not fail after their retries. */
  readonly mustAnswer: boolean;
  readonly run: (pocket: PocketKubernetes) => Promise<void>;
}

const kubectl = (pocket: PocketKubernetes, ...words: string[]) =>
  pocket.kubectl('--namespace', NAMESPACE, ...words);

async function untilReady(pocket: PocketKubernetes, prefix: string, count: number): Promise<void> {
  await waitUntil(
    `${count} of ${prefix} are ready`,
    () => {
      const pods = pocket.pods(NAMESPACE, prefix);
      return pods.length === count && pods.every(isReady);
    },
    WAIT_MS,
    () => pocket.state(NAMESPACE),
  );
}

function scaleTo(count: number): Step {
  return {
    name: `scale to ${count}`,
    mustAnswer: true,
    run: async (pocket) => {
      await kubectl(pocket, 'scale', 'statefulset/selfsame-shard', `--replicas=${count}`);
      await untilReady(pocket, 'selfsame-shard-', count);
    },
  };
}

function restart(workload: string): Step {
  return {
    name: `rollout restart ${workload}`,
    mustAnswer: IS_ASSIGNED || workload.includes('gateway'),
    run: async (pocket) => {
      await kubectl(pocket, 'rollout', 'restart', workload);
      await kubectl(pocket, 'rollout', 'status', workload, `--timeout=${WAIT_MS / 1000}s`);
    },
  };
}

const DELETE_SHARD: Step = {
  name: 'delete pod selfsame-shard-0',
  mustAnswer: IS_ASSIGNED,
  run: async (pocket) => {
    const before = pocket.pods(NAMESPACE, 'selfsame-shard-').length;
    await kubectl(pocket, 'delete', 'pod', 'selfsame-shard-0');
    await untilReady(pocket, 'selfsame-shard-', before);
  },
};

const KILL_NATS: Step = {
  name: 'kill a NATS server',
  mustAnswer: IS_ASSIGNED,
  run: async (pocket) => {
    const { uid } = pocket.pod(NAMESPACE, 'nats-1').metadata;
    pocket.signal(NAMESPACE, 'nats-1', 'SIGKILL');
    const restarts = () => {
      const pod = pocket.pod(NAMESPACE, 'nats-1');
      return pod.metadata.uid === uid ? (pod.status?.containerStatuses[0]?.restartCount ?? 0) : 0;
    };
    await waitUntil('it runs again', () => restarts() > 0, WAIT_MS);
    await untilReady(pocket, 'nats-', 3);
  },
};

/** What a pod suffers, and then all are ready again. */
function suffer(
  name: string,
  fault: (pocket: PocketKubernetes, namespace: string, pod: string) => Promise<void>,
): Step {
  const run = async (pocket: PocketKubernetes): Promise<void> => {
    const before = pocket.pods(NAMESPACE, 'selfsame-shard-').length;
    await fault(pocket, NAMESPACE, 'selfsame-shard-0');
    await untilReady(pocket, 'selfsame-shard-', before);
  };
  return { name, mustAnswer: IS_ASSIGNED, run };
}

const GREY_STEPS: readonly Step[] = [
  suffer('a shard stands still for 30 s', freeze),
  suffer('NATS does not hear a shard', cutToNats),
  suffer('a shard loses packets', lose),
  ...(hasFakeTime() ? [suffer('the clock steps by an hour', () => stepClock(imageFolder))] : []),
];

const STEPS: readonly Step[] = [
  restart('deployment/selfsame-gateway'),
  ...(IS_ASSIGNED
    ? [scaleTo(5), scaleTo(1), scaleTo(3), restart('statefulset/selfsame-shard')]
    : []),
  DELETE_SHARD,
  KILL_NATS,
  ...(IS_GREY ? GREY_STEPS : []),
];

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
    const overlay = IS_ASSIGNED ? 'cluster' : 'static';
    await pocket.kubectl('apply', '-k', resolve('test/pocket-kubernetes/fixtures', overlay));
    if (IS_ASSIGNED) await scaleTo(2).run(pocket);
    await untilReady(pocket, '', 7);
    const figures: Record<string, unknown> = { readyAfterS: seconds() };

    const host = 'selfsame-gateway-headless.selfsame.svc.cluster.local';
    const client = connect(`dns://${pocket.dnsAddress}:53/${host}:7400`);
    const stopLoad = new AbortController();
    await deliver(client, settled, { inFlight: 4, pauseMs: 0, stop: stopLoad.signal });
    await client.settle({ deadlineMs: Date.now() + WAIT_MS });
    expect(await wrongAnswers(client, right)).toEqual([]);
    figures['settledAfterS'] = seconds();

    const load = deliver(client, later, { inFlight: 1, pauseMs: 200, stop: stopLoad.signal });
    const failures: string[] = [];
    for (const { name, run, mustAnswer } of STEPS) {
      const stopStep = new AbortController();
      const from = seconds();
      const asking = lookUp(client, right, { inFlight: 2, pauseMs: 10, stop: stopStep.signal });
      await run(pocket);
      stopStep.abort();
      const { lookups, failed, wrong, wrongCount, latenciesMs } = await asking;
      const failedByCode = Object.fromEntries(failed);
      figures[name] = {
        seconds: Math.round((seconds() - from) * 10) / 10,
        lookups,
        failed: failedByCode,
        wrong: wrongCount,
        p50Ms: quantile(latenciesMs, 0.5),
        p99Ms: quantile(latenciesMs, 0.99),
        maxMs: quantile(latenciesMs, 1),
      };
      if (wrongCount > 0) failures.push(`${name}: ${wrongCount} wrong, e.g. ${wrong.join('; ')}`);
      if (mustAnswer && failed.size > 0) {
        failures.push(`${name}: look-ups failed ${JSON.stringify(failedByCode)}`);
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
    const servers = pocket.pods(NAMESPACE, 'nats-').map(({ status }) => `${status?.podIP}:4222`);
    const ownership = await readOwnership(servers);
    figures['total'] = { seconds: seconds(), acknowledged: acknowledged.length, lost: lost.length };
    figures['ownership'] = { streams: ownership.streams, claims: ownership.claims };
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
