/** The kubelet: every pod of the store as processes, and what becomes of them as its status. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readLog } from './container.ts';
import { ContainerRun, type Image } from './container-run.ts';
import type { ClusterNetwork, PodNetwork } from './network.ts';
import { type Condition, isTerminating, type Pod, type PodStatus } from './objects.ts';
import { removeClaim } from './pod-files.ts';
import { CLAIMS, PODS } from './resources.ts';
import type { ObjectStore } from './store.ts';

interface RunningPod {
  pod: Pod;
  readonly startedAt: string;
  network: PodNetwork | null;
  runs: readonly ContainerRun[];
  /** Of the grace period under way. */
  isEnding: boolean;
}

export class Kubelet {
  readonly #store: ObjectStore;
  readonly #network: ClusterNetwork;
  readonly #folder: string;
  readonly #images: Readonly<Record<string, Image>>;
  readonly #pods = new Map<string, RunningPod>();
  readonly #work = new Set<Promise<void>>();
  readonly #stopWatching: () => void;
  #isClosing = false;

  constructor(
    store: ObjectStore,
    network: ClusterNetwork,
    folder: string,
    images: Readonly<Record<string, Image>>,
  ) {
    this.#store = store;
    this.#network = network;
    this.#folder = folder;
    this.#images = images;
    mkdirSync(join(folder, 'logs'), { recursive: true });
    this.#stopWatching = store.onEvent(({ type, resource, object }) => {
      const { namespace = '', name } = object.metadata;
      if (resource === CLAIMS && type === 'DELETED') removeClaim(folder, namespace, name);
      if (resource !== PODS || type === 'DELETED' || this.#isClosing) return;
      if (type === 'ADDED') this.#do(this.#start(object as Pod));
      else if (isTerminating(object)) this.#do(this.#end(object as Pod));
    });
  }

  /** The processes of a pod; throws when it has none. */
  runsOf(pod: Pod): { readonly network: PodNetwork; readonly runs: readonly ContainerRun[] } {
    const running = this.#pods.get(pod.metadata.uid ?? '');
    if (running === undefined || running.network === null) {
      throw new Error(`${pod.metadata.name} does not run`);
    }
    return { network: running.network, runs: running.runs };
  }

  logText(pod: Pod, container: string | null): string | null {
    const runs = this.#pods.get(pod.metadata.uid ?? '')?.runs ?? [];
    const run = container === null ? runs[0] : runs.find(({ name }) => name === container);
    return run === undefined ? null : readLog(run.logFile);
  }

  /** SIGKILL to everything. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#stopWatching();
    for (const { runs } of this.#pods.values()) {
      for (const run of runs) this.#do(run.end(0));
    }
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  #do(work: Promise<void>): void {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }

  async #start(pod: Pod): Promise<void> {
    const uid = pod.metadata.uid ?? '';
    const startedAt = new Date().toISOString();
    const running: RunningPod = { pod, startedAt, network: null, runs: [], isEnding: false };
    this.#pods.set(uid, running);
    const network = await this.#network.addPod();
    running.network = network;
    if (running.isEnding) return;
    const podFolder = join(this.#folder, 'pods', uid);
    mkdirSync(podFolder, { recursive: true, mode: 0o755 });
    const { namespace = '' } = pod.metadata;
    const search = [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'];
    const around = {
      store: this.#store,
      network,
      images: this.#images,
      resolver: `nameserver ${this.#network.gateway}\nsearch ${search.join(' ')}\noptions ndots:5 timeout:1\n`,
      folder: this.#folder,
      podFolder,
      onChange: () => this.#report(running),
    };
    // Init containers would be passed over in silence: better to say so.
    const { initContainers = [], containers } = pod.spec;
    if (initContainers.length > 0) throw new Error('init containers are not served');
    running.runs = containers.map((container) => new ContainerRun(pod, container, around));
    this.#report(running);
  }

  async #end(pod: Pod): Promise<void> {
    const uid = pod.metadata.uid ?? '';
    const running = this.#pods.get(uid);
    if (running === undefined) return;
    const { deletionGracePeriodSeconds = 30 } = pod.metadata;
    running.pod = pod;
    if (running.isEnding) {
      // A second, shorter grace period: only the kill comes earlier.
      if (deletionGracePeriodSeconds === 0) {
        for (const { process } of running.runs) process?.signal('SIGKILL');
      }
      return;
    }
    running.isEnding = true;
    this.#report(running);
    await Promise.all(running.runs.map((run) => run.end(deletionGracePeriodSeconds * 1000)));
    while (running.network === null) await new Promise((done) => setTimeout(done, 10));
    await this.#network.removePod(running.network);
    this.#pods.delete(uid);
    rmSync(join(this.#folder, 'pods', uid), { recursive: true, force: true });
    const { namespace = '', name } = pod.metadata;
    if (this.#store.get(PODS, namespace, name)?.metadata.uid === uid) {
      this.#store.remove(PODS, namespace, name);
    }
  }

  #report(running: RunningPod): void {
    const { namespace = '', name, uid } = running.pod.metadata;
    const known = this.#store.get<Pod>(PODS, namespace, name);
    if (known === undefined || known.metadata.uid !== uid || running.runs.length === 0) return;
    this.#store.setStatus(PODS, known, statusOf(running, known.status?.conditions ?? []));
  }
}

function statusOf(
  { runs, network, startedAt, isEnding }: RunningPod,
  before: readonly Condition[],
) {
  const containerStatuses = runs.map((run) => run.status);
  const isReady = !isEnding && containerStatuses.every(({ ready }) => ready);
  const ended = containerStatuses.map(
    ({ state }) => (state as { terminated?: { exitCode: number } }).terminated?.exitCode,
  );
  const isOver = ended.every((code) => code !== undefined);
  const hasRun = containerStatuses.some(({ state }) => !('waiting' in state));
  let phase: PodStatus['phase'] = hasRun ? 'Running' : 'Pending';
  if (isOver && !isEnding) phase = ended.every((code) => code === 0) ? 'Succeeded' : 'Failed';
  const condition = (type: string, holds: boolean): Condition => {
    const status = holds ? 'True' : 'False';
    const known = before.find((one) => one.type === type);
    return known?.status === status
      ? known
      : { type, status, lastTransitionTime: new Date().toISOString() };
  };
  const status: PodStatus = {
    phase,
    ...(network === null ? {} : { podIP: network.address, podIPs: [{ ip: network.address }] }),
    startTime: startedAt,
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', isReady),
      condition('Ready', isReady),
    ],
    containerStatuses,
  };
  return status;
}
