/**
 * Goal: the harness does what Kubernetes would, where our manifests rely on it; else the acceptance
 * test would prove nothing.
 * Method: the real kubectl against it, with pods that say what they see and do as they are told.
 */
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from './conditions.ts';
import { dropOutgoing, healNetwork, losePackets } from './network.ts';
import { isReady, type Pod } from './objects.ts';
import { PocketKubernetes, whyNotHere } from './pocket-kubernetes.ts';

const FIXTURES = resolve('test/pocket-kubernetes/fixtures');
const IMAGES = {
  echo: { workingDirectory: '/', mounts: [{ from: FIXTURES, to: '/echo', isReadOnly: true }] },
};

interface Seen {
  readonly name: string;
  readonly boots: number;
}

const obstacle = await whyNotHere();

if (obstacle !== null) test('Pocket Kubernetes', (context) => context.skip(obstacle));

describe.skipIf(obstacle !== null)('Pocket Kubernetes, with the real kubectl', () => {
  let pocket: PocketKubernetes;
  const kubectl = (...words: string[]) => pocket.kubectl('--namespace', 'simple', ...words);
  const named = (name: string) => pocket.pod('simple', name);
  const addressOf = (pod: Pod) => pod.status?.podIP ?? '';
  const see = async (name: string): Promise<Seen> => {
    const answer = await fetch(`http://${addressOf(named(name))}:8080/`);
    return (await answer.json()) as Seen;
  };
  const loose = () => pocket.pods('simple', 'loose-');
  const ask = async (from: string, url: string) => {
    const asked = `http://${addressOf(named(from))}:8080/ask?url=${encodeURIComponent(url)}`;
    const answer = await fetch(asked, { signal: AbortSignal.timeout(2000) });
    return { code: answer.status, text: await answer.text() };
  };

  beforeAll(async () => {
    pocket = await PocketKubernetes.start(IMAGES);
    await pocket.kubectl('apply', '-k', resolve(FIXTURES, 'simple'));
    await kubectl('rollout', 'status', 'statefulset/kept', '--timeout=60s');
    await kubectl('rollout', 'status', 'deployment/loose', '--timeout=60s');
  });
  afterAll(() => pocket?.close());

  test('apply -k -> pods with environment, volumes, user and read-only root as the manifest says', async () => {
    expect(await see('kept-1')).toEqual({
      greeting: 'hello',
      name: 'kept-1',
      address: addressOf(named('kept-1')),
      secret: 'sesame',
      user: 1000,
      boots: 1,
      config: 'configured',
      writesRoot: false,
      writesTmp: true,
    });
  });

  test('apply again -> nothing changes', async () => {
    const before = pocket.pods('simple').map(({ metadata }) => metadata.uid);
    const said = await pocket.kubectl('apply', '-k', resolve(FIXTURES, 'simple'));
    expect(said).not.toMatch(/configured|created/);
    expect(pocket.pods('simple').map(({ metadata }) => metadata.uid)).toEqual(before);
  });

  test('get, describe, logs, wait -> kubectl shows the pods', async () => {
    const table = await kubectl('get', 'pods');
    expect(table.split('\n')[0]).toMatch(/NAME +READY +STATUS +RESTARTS +AGE/);
    expect(table).toMatch(/kept-0 +1\/1 +Running/);
    expect(await kubectl('describe', 'pod', 'kept-0')).toMatch(/Image: +echo:1/);
    expect(await kubectl('logs', 'kept-0')).toBe('listens, boot 1\n');
    expect(await kubectl('wait', '--for=condition=Ready', 'pod/kept-0')).toMatch(/condition met/);
  });

  test('a name of a headless service -> pods find each other, and only ready ones', async () => {
    const { text } = await ask('kept-0', 'http://kept-1.kept:8080/');
    expect((JSON.parse(text) as Seen).name).toBe('kept-1');
    await fetch(`http://${addressOf(named('kept-1'))}:8080/unready`);
    await waitUntil('kept-1 is not ready', () => !isReady(named('kept-1')), 20_000);
    await waitUntil(
      'its name is gone',
      async () => (await ask('kept-0', 'http://kept-1.kept:8080/')).code === 502,
      20_000,
    );
  });

  test('delete pod -> SIGTERM, a new pod of the name with the old volume', async () => {
    const { uid } = named('kept-1').metadata;
    await kubectl('delete', 'pod', 'kept-1');
    expect(Array.from(pocket.logs('simple', 'kept-1').values()).join()).toMatch(/asked to end/);
    await waitUntil('kept-1 is ready', () => isReadyAgain('kept-1', uid), 20_000);
    expect((await see('kept-1')).boots).toBe(2);
  });

  test('scale up and down -> in order, and the volume goes as the policy says', async () => {
    await kubectl('scale', 'statefulset/kept', '--replicas=3');
    await kubectl('rollout', 'status', 'statefulset/kept', '--timeout=30s');
    expect((await see('kept-2')).boots).toBe(1);
    await kubectl('scale', 'statefulset/kept', '--replicas=2');
    const claims = async () => kubectl('get', 'pvc', '-o', 'name');
    await waitUntil('the claim is gone', async () => !(await claims()).includes('kept-2'), 15_000);
    await kubectl('scale', 'statefulset/kept', '--replicas=3');
    await kubectl('rollout', 'status', 'statefulset/kept', '--timeout=30s');
    expect((await see('kept-2')).boots).toBe(1);
    await kubectl('scale', 'statefulset/kept', '--replicas=2');
    await waitUntil('two are left', () => pocket.pods('simple', 'kept-').length === 2, 15_000);
  });

  test('rollout restart -> from the highest ordinal, one after the other', async () => {
    const order: string[] = [];
    const stop = pocket.store.onEvent(({ type, object }) => {
      if (object.kind === 'Pod' && type === 'DELETED') order.push(object.metadata.name);
    });
    await kubectl('rollout', 'restart', 'statefulset/kept');
    await kubectl('rollout', 'status', 'statefulset/kept', '--timeout=60s');
    stop();
    expect(order).toEqual(['kept-1', 'kept-0']);
  });

  test('rollout restart of a deployment -> never fewer than wanted, at most one more', async () => {
    const before = new Set(loose().map(({ metadata }) => metadata.name));
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    const stop = pocket.store.onEvent(() => {
      least = Math.min(least, loose().filter(isReady).length);
      most = Math.max(most, loose().filter(({ metadata }) => !metadata.deletionTimestamp).length);
    });
    await kubectl('rollout', 'restart', 'deployment/loose');
    await kubectl('rollout', 'status', 'deployment/loose', '--timeout=60s');
    stop();
    expect({ least, most }).toEqual({ least: 2, most: 3 });
    expect(
      loose().filter(({ metadata }) => before.has(metadata.name) && !metadata.deletionTimestamp),
    ).toEqual([]);
  });

  test('a container is killed -> started again in the same pod', async () => {
    const { uid } = named('kept-0').metadata;
    pocket.signal('simple', 'kept-0', 'SIGKILL');
    const restarts = () => named('kept-0').status?.containerStatuses[0]?.restartCount;
    await waitUntil('it runs again', () => restarts() === 1 && isReady(named('kept-0')), 20_000);
    expect(named('kept-0').metadata.uid).toBe(uid);
  });

  test('a one-way partition -> only that direction is lost, and heals', async () => {
    const own = pocket.networkOf('simple', 'kept-0');
    await dropOutgoing(own, [addressOf(named('kept-1'))]);
    const reaches = async () => {
      try {
        return (await ask('kept-0', 'http://kept-1.kept:8080/')).code === 200;
      } catch {
        return false;
      }
    };
    expect(await reaches()).toBe(false);
    // The node still reaches it: the rule names one address only.
    expect((await see('kept-0')).name).toBe('kept-0');
    await healNetwork(own);
    expect(await reaches()).toBe(true);
  });

  test('packets are lost by chance -> TCP gets through, and nothing when all are lost', async () => {
    const own = pocket.networkOf('simple', 'kept-1');
    const answers = async (timeoutMs: number) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const url = `http://${addressOf(named('kept-1'))}:8080/`;
      return fetch(url, { signal }).then(
        (answer) => answer.ok,
        () => false,
      );
    };
    await losePackets(own, 20);
    expect(await answers(30_000)).toBe(true);
    await healNetwork(own);
    await losePackets(own, 100);
    expect(await answers(1000)).toBe(false);
    await healNetwork(own);
    expect(await answers(10_000)).toBe(true);
  });

  test('delete the namespace -> its pods end', async () => {
    await pocket.kubectl('delete', 'namespace', 'simple', '--wait=false');
    await waitUntil('no pod is left', () => pocket.pods('simple').length === 0, 20_000);
  });

  function isReadyAgain(name: string, before: string | undefined): boolean {
    const pod = pocket.pods('simple', name)[0];
    return pod !== undefined && pod.metadata.uid !== before && isReady(pod);
  }
});
