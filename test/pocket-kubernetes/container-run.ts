/**
 * One container of a pod over its restarts: started, asked by its probes, started again with back-off
 * when it ends, ended with its grace period.
 *
 * Back-off as the kubelet's: at once after the first end, then 10 s, doubled up to 5 min, forgotten
 * after 10 min of running [kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle].
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ContainerProcess, type ContainerSetup, type Mount } from './container.ts';
import type { Container, ContainerStatus, Pod, Probe } from './objects.ts';
import { environmentOf, expand, MissingError, mountsOf } from './pod-files.ts';
import { probe } from './probes.ts';
import type { PodNetwork } from './network.ts';
import type { ObjectStore } from './store.ts';

/** What an image stands for on this machine. */
export interface Image {
  readonly workingDirectory: string;
  readonly mounts?: readonly Mount[];
  /** Of the image itself; the manifest's counts more. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What starts the command of the manifest. */
  readonly entrypoint?: readonly string[];
}

export interface PodSurroundings {
  readonly store: ObjectStore;
  readonly network: PodNetwork;
  readonly images: Readonly<Record<string, Image>>;
  readonly resolver: string;
  /** Of the cluster. */
  readonly folder: string;
  readonly podFolder: string;
  readonly onChange: () => void;
}

const BACK_OFF_MS_MIN = 10_000;
const BACK_OFF_MS_MAX = 300_000;
const BACK_OFF_FORGOTTEN_MS = 600_000;
const MISSING_RETRY_MS = 500;

type State =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly kind: 'running'; readonly process: ContainerProcess }
  | { readonly kind: 'terminated'; readonly exitCode: number; readonly reason: string };

export class ContainerRun {
  readonly #pod: Pod;
  readonly #container: Container;
  readonly #around: PodSurroundings;
  readonly #stop = new AbortController();
  #state: State = { kind: 'waiting', reason: 'ContainerCreating', message: '' };
  #lastEnd: { readonly exitCode: number; readonly reason: string } | null = null;
  #isStarted = false;
  #isReady = false;
  #restarts = 0;
  readonly done: Promise<void>;

  constructor(pod: Pod, container: Container, around: PodSurroundings) {
    this.#pod = pod;
    this.#container = container;
    this.#around = around;
    this.done = this.#run();
  }

  get name(): string {
    return this.#container.name;
  }

  get process(): ContainerProcess | null {
    return this.#state.kind === 'running' ? this.#state.process : null;
  }

  get logFile(): string {
    const { namespace = '', name, uid = '' } = this.#pod.metadata;
    const file = `${namespace}_${name}_${uid.slice(0, 8)}_${this.name}.log`;
    return join(this.#around.folder, 'logs', file);
  }

  get status(): ContainerStatus {
    const { image, name } = this.#container;
    return {
      name,
      image,
      ready: this.#isReady,
      started: this.#isStarted,
      restartCount: this.#restarts,
      state: stateOf(this.#state),
      lastState: this.#lastEnd === null ? {} : { terminated: this.#lastEnd },
    };
  }

  /** preStop, SIGTERM, and SIGKILL when the grace period is over; resolves when it is gone. */
  async end(graceMs: number): Promise<void> {
    const until = Date.now() + graceMs;
    const running = this.process;
    this.#stop.abort();
    if (running !== null) {
      const { exec, sleep } = this.#container.lifecycle?.preStop ?? {};
      if (exec !== undefined && graceMs > 0) await running.exec(exec.command, graceMs);
      if (sleep !== undefined) await delay(Math.min(sleep.seconds * 1000, graceMs));
      running.signal('SIGTERM');
      const kill = setTimeout(() => running.signal('SIGKILL'), Math.max(0, until - Date.now()));
      await running.ended;
      clearTimeout(kill);
    }
    await this.done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { restartPolicy = 'Always' } = this.#pod.spec;
    let backOffMs = 0;
    while (!signal.aborted) {
      const started = this.#start();
      if (started === null) {
        await pause(MISSING_RETRY_MS, signal);
        continue;
      }
      this.#set({ kind: 'running', process: started });
      const watched = new AbortController();
      const probes = this.#probe(started, AbortSignal.any([signal, watched.signal]));
      const { code, signal: by } = await started.ended;
      watched.abort();
      await probes;
      const exitCode = code ?? 137;
      const reason = exitCode === 0 ? 'Completed' : by === null ? 'Error' : `Signal ${by}`;
      this.#isReady = false;
      this.#isStarted = false;
      this.#lastEnd = { exitCode, reason };
      this.#set({ kind: 'terminated', exitCode, reason });
      if (signal.aborted || restartPolicy === 'Never') return;
      if (restartPolicy === 'OnFailure' && exitCode === 0) return;
      if (Date.now() - started.startedAt > BACK_OFF_FORGOTTEN_MS) backOffMs = 0;
      if (backOffMs > 0) {
        const message = `back-off ${backOffMs / 1000} s`;
        this.#set({ kind: 'waiting', reason: 'CrashLoopBackOff', message });
        await pause(backOffMs, signal);
      }
      backOffMs = backOffMs === 0 ? BACK_OFF_MS_MIN : Math.min(BACK_OFF_MS_MAX, backOffMs * 2);
      this.#restarts++;
    }
  }

  /** null: something that it needs is not there, as its state tells. */
  #start(): ContainerProcess | null {
    try {
      return new ContainerProcess(this.#setup());
    } catch (error) {
      if (!(error instanceof MissingError)) throw error;
      const reason = 'CreateContainerConfigError';
      this.#set({ kind: 'waiting', reason, message: error.message });
      return null;
    }
  }

  #setup(): ContainerSetup {
    const { network, images, resolver, podFolder, store } = this.#around;
    const container = this.#container;
    const { image, command = [], args = [], securityContext } = container;
    const name = image.replace(/@.*$/, '').replace(/:[^/]*$/, '');
    const found = images[name];
    if (found === undefined) throw new MissingError(`image ${image} is not known here`);
    if (command.length === 0) throw new MissingError('images have no command of their own here');
    const own = environmentOf(store, this.#pod, container, network.address);
    const environment = { ...found.environment, ...own };
    const { runAsUser = 0, runAsGroup } = { ...this.#pod.spec.securityContext, ...securityContext };
    return {
      root: join(podFolder, 'roots', container.name),
      networkNamespace: network.namespace,
      hostName: this.#pod.spec.hostname ?? this.#pod.metadata.name,
      resolver,
      address: network.address,
      mounts: [...(found.mounts ?? []), ...mountsOf(store, this.#pod, container, this.#around)],
      isRootReadOnly: securityContext?.readOnlyRootFilesystem ?? false,
      user: runAsUser,
      group: runAsGroup ?? runAsUser,
      workingDirectory: found.workingDirectory,
      command: [
        ...(found.entrypoint ?? []),
        ...[...command, ...args].map((word) => expand(word, environment)),
      ],
      environment,
      logFile: this.logFile,
    };
  }

  async #probe(running: ContainerProcess, signal: AbortSignal): Promise<void> {
    const { startupProbe, readinessProbe, livenessProbe } = this.#container;
    if (startupProbe !== undefined && !(await this.#untilStarted(running, startupProbe, signal))) {
      return;
    }
    if (signal.aborted) return;
    this.#isStarted = true;
    this.#isReady = readinessProbe === undefined;
    this.#around.onChange();
    await Promise.all([
      readinessProbe === undefined
        ? null
        : this.#repeat(running, readinessProbe, signal, (isReady) => {
            if (this.#isReady === isReady) return;
            this.#isReady = isReady;
            this.#around.onChange();
          }),
      livenessProbe === undefined
        ? null
        : this.#repeat(running, livenessProbe, signal, (isAlive) => {
            if (!isAlive) void this.#restart(running);
          }),
    ]);
  }

  async #untilStarted(running: ContainerProcess, question: Probe, signal: AbortSignal) {
    let isStarted = false;
    const ended = new AbortController();
    await this.#repeat(running, question, AbortSignal.any([signal, ended.signal]), (answer) => {
      isStarted = answer;
      if (!answer) void this.#restart(running);
      ended.abort();
    });
    return isStarted;
  }

  async #restart(running: ContainerProcess): Promise<void> {
    running.signal('SIGTERM');
    const { terminationGracePeriodSeconds = 30 } = this.#pod.spec;
    const kill = setTimeout(() => running.signal('SIGKILL'), terminationGracePeriodSeconds * 1000);
    await running.ended;
    clearTimeout(kill);
  }

  /** Tells each judgement: so many successes, or failures, one after the other. */
  async #repeat(
    running: ContainerProcess,
    question: Probe,
    signal: AbortSignal,
    judge: (isGood: boolean) => void,
  ): Promise<void> {
    const { initialDelaySeconds = 0, periodSeconds = 10 } = question;
    const { failureThreshold = 3, successThreshold = 1 } = question;
    const target = {
      address: this.#around.network.address,
      container: this.#container,
      exec: (command: readonly string[], timeoutMs: number) => running.exec(command, timeoutMs),
    };
    let successes = 0;
    let failures = 0;
    await pause(initialDelaySeconds * 1000, signal);
    while (!signal.aborted) {
      const isGood = await probe(target, question);
      if (signal.aborted) return;
      successes = isGood ? successes + 1 : 0;
      failures = isGood ? 0 : failures + 1;
      if (successes >= successThreshold) judge(true);
      if (failures >= failureThreshold) judge(false);
      await pause(periodSeconds * 1000, signal);
    }
  }

  #set(state: State): void {
    this.#state = state;
    this.#around.onChange();
  }
}

function stateOf(state: State): object {
  switch (state.kind) {
    case 'waiting':
      return { waiting: { reason: state.reason, message: state.message } };
    case 'running':
      return { running: { startedAt: new Date(state.process.startedAt).toISOString() } };
    case 'terminated':
      return { terminated: { exitCode: state.exitCode, reason: state.reason } };
  }
}

/** Ends early, without an error, when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
