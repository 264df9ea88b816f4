/** What is done to the cluster in the acceptance run, each step until its pods are ready again. */
import { setTimeout as delay } from 'node:timers/promises';
import type { PlacementWatch } from '../support/placement-watch.ts';
import { waitUntil } from './conditions.ts';
import { cutToNats, freeze, hasFakeTime, lose, stepClock } from './grey-failures.ts';
import { isReady } from './objects.ts';
import type { PocketKubernetes } from './pocket-kubernetes.ts';

export const NAMESPACE = 'selfsame';
export const WAIT_MS = 180_000;
const SHARDS = 'selfsame-shard-';

export interface Step {
  readonly name: string;
  /** Look-ups must not fail after their retries. */
  readonly mustAnswer: boolean;
  /** Resolves with figures of its own. */
  readonly run: (pocket: PocketKubernetes) => Promise<Readonly<Record<string, number>> | void>;
}

const kubectl = (pocket: PocketKubernetes, ...words: string[]) =>
  pocket.kubectl('--namespace', NAMESPACE, ...words);

/** Names of the shards that are there. */
export function shardsOf(pocket: PocketKubernetes): readonly string[] {
  return pocket.pods(NAMESPACE, SHARDS).map(({ metadata }) => metadata.name);
}

export async function untilReady(
  pocket: PocketKubernetes,
  prefix: string,
  count: number,
): Promise<void> {
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

export function scaleTo(count: number): Step {
  return {
    name: `scale to ${count}`,
    mustAnswer: true,
    run: async (pocket) => {
      await kubectl(pocket, 'scale', 'statefulset/selfsame-shard', `--replicas=${count}`);
      await untilReady(pocket, SHARDS, count);
    },
  };
}

export function restart(workload: string, mustAnswer: boolean): Step {
  return {
    name: `rollout restart ${workload}`,
    mustAnswer,
    run: async (pocket) => {
      await kubectl(pocket, 'rollout', 'restart', workload);
      await kubectl(pocket, 'rollout', 'status', workload, `--timeout=${WAIT_MS / 1000}s`);
    },
  };
}

export function deleteShard(mustAnswer: boolean): Step {
  return {
    name: 'delete pod selfsame-shard-0',
    mustAnswer,
    run: async (pocket) => {
      const before = shardsOf(pocket).length;
      await kubectl(pocket, 'delete', 'pod', 'selfsame-shard-0');
      await untilReady(pocket, SHARDS, before);
    },
  };
}

/** SIGKILL to the process of a pod; until it was started again and is ready. */
export function kill(pod: string, siblings: string, mustAnswer: boolean): Step {
  return {
    name: `kill ${pod}`,
    mustAnswer,
    run: async (pocket) => {
      const before = pocket.pods(NAMESPACE, siblings).length;
      const { uid } = pocket.pod(NAMESPACE, pod).metadata;
      const restarts = () => {
        const { metadata, status } = pocket.pod(NAMESPACE, pod);
        return metadata.uid === uid ? (status?.containerStatuses[0]?.restartCount ?? 0) : 0;
      };
      const known = restarts();
      pocket.signal(NAMESPACE, pod, 'SIGKILL');
      await waitUntil(`${pod} runs again`, () => restarts() > known, WAIT_MS);
      await untilReady(pocket, siblings, before);
    },
  };
}

/** SIGKILL to a NATS server; tells how long any of its streams was without a leader. */
export function killNats(pod: string, mustAnswer: boolean): Step {
  const killed = kill(pod, 'nats-', mustAnswer);
  const run: Step['run'] = async (pocket) => {
    const witness = pocket.pods(NAMESPACE, 'nats-').find(({ metadata }) => metadata.name !== pod);
    const address = `${witness?.status?.podIP}:8222`;
    const own = `${pocket.pod(NAMESPACE, pod).status?.podIP}:8222`;
    let isBack = false;
    const before = await leadersOf(address);
    /**
     * Streams that it led, until another leader, or none, was seen, or it says itself that it was elected
     * again: others may not notice that it was away.
     */
    const led = new Set([...before.keys()].filter((stream) => before.get(stream) === pod));
    const streamsLed = led.size;
    let without: string[] = [];
    const from = performance.now();
    const electing = waitUntil(
      'every stream has a leader',
      async () => {
        const now = await leadersOf(address);
        const again = isBack ? await leadersOf(own) : null;
        for (const stream of led) {
          if (now.get(stream) !== pod || again?.get(stream) === pod) led.delete(stream);
        }
        without = [...now.keys()].filter((stream) => now.get(stream) === '');
        return led.size === 0 && without.length === 0;
      },
      WAIT_MS,
      () => `led by ${pod} still: ${[...led].join()}; without a leader: ${without.join()}`,
    ).then(() => Math.round(performance.now() - from));
    await killed.run(pocket);
    isBack = true;
    return { streamsLed, electionMs: await electing };
  };
  return { ...killed, run };
}

interface JetStreamPage {
  readonly account_details?: readonly {
    readonly stream_detail?: readonly {
      readonly name: string;
      readonly cluster?: { readonly leader?: string };
    }[];
  }[];
}

/** Stream -> name of its leader as this server knows it, '' for none. */
async function leadersOf(address: string): Promise<ReadonlyMap<string, string>> {
  const response = await fetch(`http://${address}/jsz?streams=true`);
  const { account_details: accounts = [] } = (await response.json()) as JetStreamPage;
  const streams = accounts.flatMap(({ stream_detail = [] }) => stream_detail);
  return new Map(streams.map(({ name, cluster }) => [name, cluster?.leader ?? '']));
}

/** What a shard suffers, and then all are ready again. */
function suffer(
  name: string,
  fault: (pocket: PocketKubernetes, namespace: string, pod: string) => Promise<void>,
): Step {
  const run = async (pocket: PocketKubernetes): Promise<void> => {
    const before = shardsOf(pocket).length;
    await fault(pocket, NAMESPACE, 'selfsame-shard-0');
    await untilReady(pocket, SHARDS, before);
  };
  return { name, mustAnswer: true, run };
}

/** `imageFolder`: where the clock of the images is. */
export function greySteps(imageFolder: string): readonly Step[] {
  return [
    suffer('a shard stands still for 30 s', freeze),
    suffer('NATS does not hear a shard', cutToNats),
    suffer('a shard loses packets', lose),
    ...(hasFakeTime() ? [suffer('the clock steps by an hour', () => stepClock(imageFolder))] : []),
  ];
}

/** Nobody can lead, so no table is written, for so long; a shard is not allowed to notice. */
export function withoutAssigner(watch: PlacementWatch, forMs: number): Step {
  return {
    name: `no assigner for ${forMs / 1000} s`,
    mustAnswer: true,
    run: async () => {
      const before = watch.revision;
      const restore = await watch.removeLease();
      await delay(forMs);
      if (watch.revision !== before) throw new Error('a table was written without a lease');
      await restore();
    },
  };
}
