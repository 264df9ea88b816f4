/**
 * A small Kubernetes in one process: an API server for the real kubectl, controllers, and a kubelet
 * that starts real processes. See README.md for what it answers and what it does not.
 */
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ApiServer } from './api-server.ts';
import type { ContainerRun, Image } from './container-run.ts';
import { reconcileDeployment, reconcileEndpoints } from './controllers.ts';
import { DnsServer } from './dns.ts';
import { collectGarbage } from './garbage.ts';
import { Kubelet } from './kubelet.ts';
import { ClusterNetwork, type PodNetwork } from './network.ts';
import type { Deployment, KubeObject, Pod, StatefulSet } from './objects.ts';
import { DEPLOYMENTS, NAMESPACES, PODS, STATEFUL_SETS } from './resources.ts';
import { reconcileStatefulSet } from './stateful-sets.ts';
import { ConflictError, ObjectStore } from './store.ts';
import { describePods } from './tables.ts';

const run = promisify(execFile);
/** Also without a change: availability comes with time. */
const RECONCILE_MS = 200;
const KUBECTL_TIMEOUT_MS = 180_000;

/** Why the harness cannot run here; null: it can. */
export async function whyNotHere(): Promise<string | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'Pocket Kubernetes needs root on Linux: pods have network and mount namespaces.';
  }
  for (const [program, ...words] of [
    ['kubectl', 'version', '--client'],
    ['ip', '-V'],
    ['nft', '--version'],
    ['setpriv', '--version'],
    ['unshare', '--mount', '--net', 'true'],
  ] as const) {
    try {
      await run(program, words);
    } catch {
      return `Pocket Kubernetes needs \`${[program, ...words].join(' ')}\` to work. Debian: apt-get install iproute2 nftables util-linux; kubectl: https://kubernetes.io/docs/tasks/tools.`;
    }
  }
  return null;
}

export class PocketKubernetes {
  readonly folder: string;
  readonly store: ObjectStore;
  readonly #network: ClusterNetwork;
  readonly #kubelet: Kubelet;
  readonly #dns: DnsServer;
  readonly #api: ApiServer;
  readonly #timer: NodeJS.Timeout;
  readonly #stopWatching: () => void;
  #isReconcileDue = false;

  private constructor(parts: {
    readonly folder: string;
    readonly network: ClusterNetwork;
    readonly dns: DnsServer;
    readonly api: ApiServer;
    readonly store: ObjectStore;
    readonly kubelet: Kubelet;
  }) {
    this.folder = parts.folder;
    this.#network = parts.network;
    this.store = parts.store;
    this.#kubelet = parts.kubelet;
    this.#dns = parts.dns;
    this.#api = parts.api;
    this.#timer = setInterval(() => this.#reconcile(), RECONCILE_MS);
    this.#stopWatching = this.store.onEvent(() => {
      if (this.#isReconcileDue) return;
      this.#isReconcileDue = true;
      setImmediate(() => this.#reconcile());
    });
  }

  static async start(images: Readonly<Record<string, Image>>): Promise<PocketKubernetes> {
    const folder = mkdtempSync(join(tmpdir(), 'pocket-kubernetes-'));
    const network = await ClusterNetwork.create();
    const store = new ObjectStore();
    const kubelet = new Kubelet(store, network, folder, images);
    const dns = await DnsServer.start(store, network.gateway);
    const api = await ApiServer.start(store, kubelet);
    const pocket = new PocketKubernetes({
      folder,
      network,
      store,
      kubelet,
      dns,
      api,
    });
    for (const name of ['default', 'kube-system']) {
      store.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    writeFileSync(pocket.kubeConfig, kubeConfigText(api.url));
    return pocket;
  }

  /** For `kubectl --kubeconfig`. */
  get kubeConfig(): string {
    return join(this.folder, 'kubeconfig');
  }

  /** Of the DNS server, which is the node's as well. */
  get dnsAddress(): string {
    return this.#network.gateway;
  }

  /** The real kubectl; resolves with what it printed, rejects with what it complained of. */
  async kubectl(...words: string[]): Promise<string> {
    const arguments_ = ['--kubeconfig', this.kubeConfig, ...words];
    const { stdout } = await run('kubectl', arguments_, {
      timeout: KUBECTL_TIMEOUT_MS,
      env: { PATH: process.env['PATH'], HOME: this.folder },
      cwd: resolve('.'),
    });
    return stdout;
  }

  pods(namespace: string, prefix = ''): Pod[] {
    const all = this.store.list<Pod>(PODS, namespace);
    return all.filter(({ metadata }) => metadata.name.startsWith(prefix));
  }

  pod(namespace: string, name: string): Pod {
    const pod = this.store.get<Pod>(PODS, namespace, name);
    if (pod === undefined) throw new Error(`no pod ${name}\n${this.state(namespace)}`);
    return pod;
  }

  networkOf(namespace: string, name: string): PodNetwork {
    return this.#kubelet.runsOf(this.pod(namespace, name)).network;
  }

  /** To the process of the pod's first container, as a fault would: SIGKILL, SIGSTOP, SIGCONT. */
  signal(namespace: string, name: string, signal: NodeJS.Signals): void {
    const [first] = this.#kubelet.runsOf(this.pod(namespace, name)).runs as [ContainerRun];
    if (first.process === null) throw new Error(`${name} has no process`);
    first.process.signal(signal);
  }

  /** What containers of pods whose name begins so printed, also of pods that are gone. */
  logs(namespace: string, prefix: string): ReadonlyMap<string, string> {
    const folder = join(this.folder, 'logs');
    const names = readdirSync(folder).filter((name) => name.startsWith(`${namespace}_${prefix}`));
    return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  }

  /** One line a pod. */
  state(namespace: string): string {
    return describePods(this.pods(namespace));
  }

  /** Ends all processes, removes namespaces and files. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopWatching();
    await this.#api.close();
    await this.#kubelet.close();
    await this.#dns.close();
    await this.#network.close();
    const kept = process.env['SELFSAME_POCKET_LOGS'];
    if (kept !== undefined) cpSync(join(this.folder, 'logs'), kept, { recursive: true });
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true, force: true });
  }

  #reconcile(): void {
    this.#isReconcileDue = false;
    const each = <T extends KubeObject>(list: readonly T[], step: (one: T) => void) => {
      for (const one of list) {
        try {
          step(one);
        } catch (error) {
          // Changed in between: the next round sees it as it is.
          if (!(error instanceof ConflictError)) throw error;
        }
      }
    };
    const { store } = this;
    each(store.list<StatefulSet>(STATEFUL_SETS), (set) => reconcileStatefulSet(store, set));
    each(store.list<Deployment>(DEPLOYMENTS), (one) => reconcileDeployment(store, one));
    reconcileEndpoints(store);
    collectGarbage(store);
  }
}

function kubeConfigText(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'pocket', cluster: { server } }],
    users: [{ name: 'pocket', user: {} }],
    contexts: [{ name: 'pocket', context: { cluster: 'pocket', user: 'pocket' } }],
    'current-context': 'pocket',
  });
}
