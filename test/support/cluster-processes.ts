/**
 * A whole cluster of real processes for tests: nats-server, coordinator, shards, gateway.
 *
 * Every process is started by this file, known by its process id, listens on 127.0.0.1 on a port
 * that was free, keeps its files in one temporary folder, and is ended by `dispose`. What the
 * processes print is kept: `logText` gives it to tests that look for words.
 *
 * H1. A process that ends without being asked to is listed in `unexpectedExits`: tests assert that
 *     the list is empty.
 * H2. Nothing here sleeps for a time: waiting is for a named condition, and a timeout tells the
 *     state of every process, and of one that ended what it said last.
 * H3. They end with this process, also when it is killed (`leash.ts`).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connect } from '../../shared/grpc/client.ts';
import { defaultRulesPath } from '../../shared/ingress/rules-file.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import type { Forwarder } from './forwarder.ts';
import { leashed } from './leash.ts';
import { freePort, NatsServer } from './nats-server.ts';

export type ServiceName = 'gateway' | 'coordinator' | `coordinator-${number}` | `shard-${number}`;
/** Everything that can be killed. */
export type MemberName = ServiceName | 'nats';

export interface ClusterProcessesOptions {
  /** Default 16. */
  readonly partitions?: number;
  /** Default 2. */
  readonly shards?: number;
  /** Shards take snapshots into `snapshotDir`. Default false. */
  readonly snapshots?: boolean;
  /** Default: static. */
  readonly placement?: 'static' | 'assigned';
  /** Default: one, `coordinator`; more are `coordinator-1` and so on. */
  readonly coordinators?: number;
  /** Services that `start` leaves for later. */
  readonly laterNames?: readonly ServiceName[];
  /** More settings for every service, e.g. `SELFSAME_SNAPSHOT_DIR`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long each service has to become ready. Default 60 s. */
  readonly readyMs?: number;
  /** And for one service, e.g. its tenant. */
  readonly environmentOf?: (name: ServiceName) => Readonly<Record<string, string>>;
  /** Ports of /metrics that stay the same over restarts, for what scrapes them. Default: free ones. */
  readonly metricsPorts?: ReadonlyMap<ServiceName, number>;
  /** Services that reach NATS through a way that can be cut; ended by whoever made it. */
  readonly forwarders?: ReadonlyMap<ServiceName, Forwarder>;
  /** More command line arguments of nats-server. */
  readonly natsArgs?: readonly string[];
}

export interface StartOptions {
  /** Settings of this start only. */
  readonly environment?: Readonly<Record<string, string>>;
  /** No file of the process may grow beyond: what a full disk is to a store. */
  readonly fileBytesMax?: number | null;
}

/** Keys customer ids in all tests: 32 hex digits, so that ids can be computed outside. */
export const TEST_ID_KEY = '00112233445566778899aabbccddeeff';

const EXECUTABLE = resolve('services/cli/selfsame.mjs');
const POLL_MS = 20;
const WAIT_MS_DEFAULT = 60_000;
/** Of what a process printed, in messages of failed tests. */
const TAIL_LINES = 15;
const TAIL_CHARACTERS = 1_000;

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  child: ChildProcess | null;
  /** Printed by the present process: it said that it started. */
  isStarted: boolean;
  /** Address of its /metrics, /livez and /readyz. */
  metrics: string | null;
  exitCode: number | null;
  isEndAsked: boolean;
  starts: number;
}

export class ClusterProcesses {
  readonly folder: string;
  readonly nats: NatsServer;
  /** `host:port` of the gateway; the same after every restart. */
  readonly target: string;
  /** Of the live generation, and its number: tests that change them say so. */
  partitions: number;
  generation = 1;
  readonly shards: number;
  /** By partition, whose store holds it; null: by the number, as static placement has it. */
  homes: readonly ServiceName[] | null = null;
  readonly #services = new Map<ServiceName, Service>();
  readonly #exits: { readonly name: ServiceName; readonly how: string }[] = [];

  private constructor(
    folder: string,
    nats: NatsServer,
    gatewayPort: number,
    options: ClusterProcessesOptions,
  ) {
    const { partitions = 16, shards = 2, snapshots = false, environment = {} } = options;
    const { placement = 'static', coordinators = 1 } = options;
    this.folder = folder;
    this.nats = nats;
    this.partitions = partitions;
    this.shards = shards;
    this.target = `127.0.0.1:${gatewayPort}`;
    const shared = {
      SELFSAME_NATS_URL: nats.url,
      SELFSAME_PARTITIONS: String(partitions),
      SELFSAME_DESKS: '1',
      SELFSAME_ID_KEY: TEST_ID_KEY,
      SELFSAME_PLACEMENT: placement,
      SELFSAME_SNAPSHOT_DIR: snapshots ? this.snapshotDir : '',
      SELFSAME_STREAM_BYTES: String(64 * 2 ** 20),
      // Their certainties are declared, so that a small oracle knows every answer.
      SELFSAME_RULES: defaultRulesPath(),
      ...environment,
    };
    const declare = (name: ServiceName, own: Readonly<Record<string, string>>): void => {
      const metricsPort = options.metricsPorts?.get(name) ?? 0;
      const forwarder = options.forwarders?.get(name);
      if (forwarder !== undefined) forwarder.targetPort = nats.port;
      const settings = {
        ...shared,
        ...(forwarder === undefined ? {} : { SELFSAME_NATS_URL: forwarder.url }),
        SELFSAME_DATA_DIR: this.dataDir(name),
        SELFSAME_METRICS_PORT: String(metricsPort),
        ...own,
        ...options.environmentOf?.(name),
      };
      this.#services.set(name, {
        environment: settings,
        child: null,
        isStarted: false,
        metrics: null,
        exitCode: null,
        isEndAsked: false,
        starts: 0,
      });
    };
    for (let index = 0; index < shards; index++) {
      declare(`shard-${index}`, {
        SELFSAME_SHARD_NAME: `shard-${index}`,
        SELFSAME_SHARD_INDEX: String(index),
        SELFSAME_SHARD_COUNT: String(shards),
      });
    }
    declare('coordinator', {});
    for (let index = 1; index < coordinators; index++) declare(`coordinator-${index}`, {});
    declare('gateway', { SELFSAME_GATEWAY_PORT: String(gatewayPort) });
  }

  /** Starts everything; resolves when every service says that it is ready. */
  static async start(options: ClusterProcessesOptions = {}): Promise<ClusterProcesses> {
    const folder = mkdtempSync(join(tmpdir(), 'selfsame-cluster-'));
    const nats = await NatsServer.start({ args: options.natsArgs ?? [] });
    const cluster = new ClusterProcesses(folder, nats, await freePort(), options);
    try {
      for (const name of cluster.serviceNames) {
        if (options.laterNames?.includes(name) !== true) cluster.start(name);
      }
      await cluster.untilReady(options.readyMs);
      return cluster;
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
  }

  get serviceNames(): readonly ServiceName[] {
    return Array.from(this.#services.keys());
  }

  /** Processes that ended without being asked to: name, exit code or signal, what they said last. */
  get unexpectedExits(): readonly string[] {
    return this.#exits.map(({ name, how }) => `${name}: ${how}\n${this.#tail(name)}`);
  }

  get snapshotDir(): string {
    return join(this.folder, 'snapshots');
  }

  dataDir(name: ServiceName): string {
    return join(this.folder, 'data', name);
  }

  /** A client of the gateway; survives restarts of it. Close it. */
  connect(): Cluster {
    return connect(this.target);
  }

  /** Of a service that runs. */
  pid(name: ServiceName): number {
    const pid = this.#service(name).child?.pid;
    if (pid === undefined) throw new Error(`${name} does not run`);
    return pid;
  }

  isRunning(name: ServiceName): boolean {
    return this.#service(name).child !== null;
  }

  /** Starts a service that does not run; returns at once. */
  start(name: ServiceName, options: StartOptions = {}): void {
    const service = this.#service(name);
    if (service.child !== null) throw new Error(`${name} runs already`);
    const child = this.#spawn(name, options);
    service.child = child;
    service.isStarted = false;
    service.metrics = null;
    service.exitCode = null;
    service.isEndAsked = false;
    service.starts++;
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      appendFileSync(this.#logFile(name), chunk);
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) noteStarted(service, child, line);
    });
    child.stderr.on('data', (chunk: Buffer) => appendFileSync(this.#logFile(name), chunk));
    child.once('exit', (code, signal) => {
      if (!service.isEndAsked) this.#exits.push({ name, how: String(signal ?? code) });
      if (service.child !== child) return;
      service.child = null;
      service.exitCode = code;
    });
  }

  /**
   * Runs one more process of the service, beside the one that may run, until it ends; for starts
   * that fail. Its data directory is one of its own unless `environment` says otherwise.
   */
  async runSpare(
    name: ServiceName,
    environment: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number | null; readonly said: string }> {
    const own = { SELFSAME_DATA_DIR: join(this.folder, 'spare', name) };
    const child = this.#spawn(name, { environment: { ...own, ...environment } });
    const timer = setTimeout(() => child.kill('SIGKILL'), WAIT_MS_DEFAULT);
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += String(chunk)));
    child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
    const code = await new Promise<number | null>((done) => child.once('close', done));
    clearTimeout(timer);
    return { code, said };
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(name: ServiceName): Promise<number | null> {
    await this.#end(name, 'SIGTERM');
    return this.#service(name).exitCode;
  }

  /** SIGSTOP: the process stays, with its connections, and does nothing. */
  freeze(name: ServiceName): void {
    this.#service(name).child?.kill('SIGSTOP');
  }

  thaw(name: ServiceName): void {
    this.#service(name).child?.kill('SIGCONT');
  }

  /** kill -9; resolves when the process is gone. */
  async kill(name: MemberName): Promise<void> {
    if (name === 'nats') await this.nats.kill();
    else await this.#end(name, 'SIGKILL');
  }

  /** Starts a member again that was killed, stopped or has ended; services: returns at once. */
  async restart(name: MemberName): Promise<void> {
    if (name === 'nats') await this.nats.restart();
    else this.start(name);
  }

  /** Resolves with the exit code of a service that ends by itself, and does not hold it against it. */
  async untilExit(name: ServiceName, timeoutMs = WAIT_MS_DEFAULT): Promise<number | null> {
    const service = this.#service(name);
    service.isEndAsked = true;
    await this.waitFor(`${name} ends`, () => service.child === null, timeoutMs);
    return service.exitCode;
  }

  /** All services run and answer /readyz with 200. */
  async untilReady(timeoutMs = WAIT_MS_DEFAULT): Promise<void> {
    for (const name of this.serviceNames.filter((one) => this.#service(one).starts > 0)) {
      await this.waitFor(`${name} is ready`, () => this.isReady(name), timeoutMs);
    }
  }

  /** Throws when the service has ended: it would never be. */
  async isReady(name: ServiceName): Promise<boolean> {
    const { child, isStarted, metrics } = this.#service(name);
    if (child === null) throw new Error(`${name} does not run\n${this.state()}`);
    if (!isStarted || metrics === null) return false;
    try {
      const response = await fetch(`http://${metrics}/readyz`);
      await response.text();
      return response.status === 200;
    } catch {
      return false;
    }
  }

  /** Polls until the condition holds; after `timeoutMs` throws, with the state of all processes. */
  async waitFor(
    what: string,
    condition: () => boolean | Promise<boolean>,
    timeoutMs = WAIT_MS_DEFAULT,
  ): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!(await condition())) {
      if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}\n${this.state()}`);
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }

  /** What the service shows on /metrics; throws when it does not answer. */
  async metricsText(name: ServiceName): Promise<string> {
    const response = await fetch(`http://${this.#service(name).metrics}/metrics`);
    if (response.status !== 200) throw new Error(`/metrics of ${name}: ${response.status}`);
    return response.text();
  }

  /** One line a process, with the last thing it printed; of one that ended, the last things. */
  state(): string {
    const lines = Array.from(this.#services, ([name, service]) => {
      const { child, isStarted, exitCode, starts } = service;
      const running = child === null ? `ended (${exitCode})` : isStarted ? 'runs' : 'is starting';
      const last = child === null ? `\n${this.#tail(name)}` : ` ${this.#tail(name, 1)}`;
      return `${name}: ${running}, pid ${child?.pid ?? '-'}, start ${starts}:${last}`;
    });
    return [`nats: pid ${this.nats.pid ?? '-'}`, ...lines].join('\n');
  }

  /** Everything a service printed since the cluster was made. */
  logText(name: ServiceName): string {
    try {
      return readFileSync(this.#logFile(name), 'utf8');
    } catch {
      return '';
    }
  }

  /** SIGTERM to all services, gateway first, so that stores are closed. Exit codes by name. */
  async stopServices(): Promise<ReadonlyMap<ServiceName, number | null>> {
    const codes = new Map<ServiceName, number | null>();
    for (const name of this.serviceNames.toReversed()) {
      if (this.isRunning(name)) codes.set(name, await this.stop(name));
    }
    return codes;
  }

  /** Ends all processes and removes all files. */
  async dispose(): Promise<void> {
    await Promise.all(this.serviceNames.map((name) => this.kill(name)));
    await this.nats.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(name: ServiceName, { environment = {}, fileBytesMax = null }: StartOptions) {
    const command = [process.execPath, EXECUTABLE, name.split('-')[0] as string];
    // A shell sets the limit (in blocks of 512 bytes), then becomes the service: same process id.
    const blocks = fileBytesMax === null ? null : Math.ceil(fileBytesMax / 512);
    const limited = ['sh', '-c', `trap "" XFSZ; ulimit -f ${blocks}; exec "$@"`, 'sh', ...command];
    const [first, ...rest] = (blocks === null ? command : limited) as [string, ...string[]];
    const [program, ...words] = leashed(first, rest);
    return spawn(program, words, {
      cwd: this.folder,
      env: {
        ...withoutSettings(process.env),
        // Its default is meant for machines that do nothing else.
        SELFSAME_NATS_WAIT_MS: '60000',
        ...this.#service(name).environment,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async #end(name: ServiceName, signal: NodeJS.Signals): Promise<void> {
    const service = this.#service(name);
    const { child } = service;
    if (child === null) return;
    service.isEndAsked = true;
    const exited = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await exited;
  }

  #service(name: ServiceName): Service {
    const service = this.#services.get(name);
    if (service === undefined) throw new Error(`there is no ${name}`);
    return service;
  }

  #tail(name: ServiceName, lines = TAIL_LINES): string {
    const said = this.logText(name).trimEnd().split('\n').slice(-lines);
    return said.map((line) => line.slice(0, TAIL_CHARACTERS)).join('\n');
  }

  #logFile(name: ServiceName): string {
    return join(this.folder, `${name}.log`);
  }
}

/** Who owns which partition, as the gateway says; null: nobody. */
export async function ownersOf(client: Cluster): Promise<(ServiceName | null)[]> {
  const { partitions } = await client.status();
  return partitions.map(({ owner, state }) =>
    owner === null || state === 'unowned' ? null : (owner.replace(/#.*/, '') as ServiceName),
  );
}

function noteStarted(service: Service, child: ChildProcess, line: string): void {
  if (service.child !== child || !line.startsWith('{')) return;
  const { msg, metrics } = JSON.parse(line) as { readonly msg?: string; readonly metrics?: string };
  if (msg === undefined || !/^(gateway|coordinator|shard) started$/.test(msg)) return;
  service.isStarted = true;
  service.metrics = metrics ?? null;
}

/** The settings of whoever runs the tests must not reach the cluster under test. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('SELFSAME_')),
  );
}
