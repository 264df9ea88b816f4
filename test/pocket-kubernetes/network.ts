/**
 * The network of the pods: a bridge in the namespace of the harness, and for each pod a network
 * namespace of its own with one address. Needs root.
 *
 * N1. Every name carries the process id of the harness, so that what a killed run left behind is
 *     known and removed by the next one.
 * N2. Faults are nftables rules inside a pod's namespace: they touch nothing else.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ADDRESS_FIRST = 10;
const ADDRESS_LAST = 250;

export interface PodNetwork {
  readonly namespace: string;
  readonly address: string;
}

export async function ip(...words: string[]): Promise<string> {
  const { stdout } = await run('ip', words);
  return stdout;
}

export class ClusterNetwork {
  readonly #prefix = `pk${process.pid}`;
  readonly #bridge = `${this.#prefix}b`;
  readonly #subnet: string;
  readonly #used = new Map<string, PodNetwork>();
  #next = ADDRESS_FIRST;
  #made = 0;

  private constructor(subnet: string) {
    this.#subnet = subnet;
  }

  static async create(): Promise<ClusterNetwork> {
    await sweep();
    const addresses = await ip('-4', '-o', 'addr', 'show');
    const routes = await ip('-4', 'route', 'show');
    const candidates = Array.from({ length: 200 }, (_, index) => {
      const number = (process.pid + index * 7) % 200;
      return `10.231.${number + 20}`;
    });
    const free = candidates.find((one) => !`${addresses}${routes}`.includes(`${one}.`));
    if (free === undefined) throw new Error('no free subnet 10.231.x.0/24');
    const network = new ClusterNetwork(free);
    await ip('link', 'add', 'name', network.#bridge, 'type', 'bridge');
    await ip('addr', 'add', `${free}.1/24`, 'dev', network.#bridge);
    await ip('link', 'set', network.#bridge, 'up');
    return network;
  }

  /** Of the node: where pods find the DNS server, and probes come from. */
  get gateway(): string {
    return `${this.#subnet}.1`;
  }

  async addPod(): Promise<PodNetwork> {
    const number = this.#made++;
    const namespace = `${this.#prefix}-${number}`;
    const address = this.#freeAddress();
    const pod = { namespace, address };
    this.#used.set(address, pod);
    const veth = `${this.#prefix}v${number}`;
    await ip('netns', 'add', namespace);
    await ip('link', 'add', veth, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    await ip('link', 'set', veth, 'master', this.#bridge, 'up');
    const inside = ['-n', namespace];
    await ip(...inside, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    await ip(...inside, 'link', 'set', 'eth0', 'up');
    await ip(...inside, 'link', 'set', 'lo', 'up');
    await ip(...inside, 'route', 'add', 'default', 'via', this.gateway);
    return pod;
  }

  async removePod(pod: PodNetwork): Promise<void> {
    if (!this.#used.delete(pod.address)) return;
    await ip('netns', 'del', pod.namespace);
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#used.values(), (pod) => this.removePod(pod)));
    await ip('link', 'del', this.#bridge);
  }

  /** Round robin, so that an address is not the next pod's at once: connections to it must fail. */
  #freeAddress(): string {
    for (let tried = ADDRESS_FIRST; tried <= ADDRESS_LAST; tried++) {
      const address = `${this.#subnet}.${this.#next}`;
      this.#next = this.#next >= ADDRESS_LAST ? ADDRESS_FIRST : this.#next + 1;
      if (!this.#used.has(address)) return address;
    }
    throw new Error('no free address');
  }
}

/** What leaves the pod for the addresses is lost; what comes from them arrives. */
export async function dropOutgoing(pod: PodNetwork, to: readonly string[]): Promise<void> {
  await addRules(
    pod,
    to.map((address) => `ip daddr ${address} drop`),
  );
}

/** Of everything that leaves the pod this share is lost. */
export async function losePackets(pod: PodNetwork, percent: number): Promise<void> {
  const share = percent >= 100 ? '' : `numgen random mod 100 < ${Math.round(percent)} `;
  await addRules(pod, [`${share}drop`]);
}

/** Ends all faults of the pod. */
export async function healNetwork({ namespace }: PodNetwork): Promise<void> {
  await inNamespace(namespace, 'nft', 'delete', 'table', 'inet', 'faults');
}

async function addRules({ namespace }: PodNetwork, rules: readonly string[]): Promise<void> {
  const chain = 'add chain inet faults out { type filter hook output priority 0; }';
  await inNamespace(namespace, 'nft', 'add table inet faults');
  await inNamespace(namespace, 'nft', chain);
  for (const rule of rules) await inNamespace(namespace, 'nft', `add rule inet faults out ${rule}`);
}

async function inNamespace(namespace: string, ...command: string[]): Promise<void> {
  await ip('netns', 'exec', namespace, ...command);
}

/** Removes what harnesses whose process is gone have left. */
async function sweep(): Promise<void> {
  const isGone = (name: string | undefined) => {
    const pid = /^pk(\d+)[-bv]/.exec(name ?? '')?.[1];
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  };
  const spaces = (await ip('netns', 'list')).split('\n').map((line) => line.split(' ')[0]);
  for (const name of spaces.filter(isGone)) {
    const pids = (await ip('netns', 'pids', name ?? '')).split('\n').filter((pid) => pid !== '');
    for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
    await ip('netns', 'del', name ?? '');
  }
  const links = (await ip('-o', 'link', 'show', 'type', 'bridge')).split('\n');
  for (const line of links) {
    const name = line.split(': ')[1];
    if (isGone(name)) await ip('link', 'del', name ?? '');
  }
}
