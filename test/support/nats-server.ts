/**
 * A real nats-server with JetStream for tests: start, stop, kill -9, restart on the same port.
 *
 * Each one listens on 127.0.0.1, on a free port, with a store directory of its own, and is ended by
 * its process id only.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { connect as connectSocket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { leashed } from './leash.ts';

/** Where package managers put it although it may not be on the PATH of a service user. */
const USUAL_PLACES = ['/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** Path of nats-server (`SELFSAME_NATS_SERVER`, PATH, usual places), or null. */
export function findNatsServer(): string | null {
  const configured = process.env['SELFSAME_NATS_SERVER'];
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), ...USUAL_PLACES];
  const candidates = directories.map((directory) => join(directory, 'nats-server'));
  for (const path of configured === undefined ? candidates : [configured]) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next place.
    }
  }
  return null;
}

const OUTPUT_CHARACTERS = 200_000;

export const NATS_SERVER_MISSING =
  'nats-server is not installed. Debian, Ubuntu: `sudo apt-get install nats-server`; ' +
  'macOS: `brew install nats-server`; others: https://github.com/nats-io/nats-server/releases. ' +
  'Or set SELFSAME_NATS_SERVER to its path.';

export interface NatsServerOptions {
  /** Default true, unless there is a configuration: that says it itself, with $NATS_STORE_DIR. */
  readonly jetStream?: boolean;
  /** More command line arguments, e.g. `['--user', 'u', '--pass', 'p']`. */
  readonly args?: readonly string[];
}

export class NatsServer {
  readonly port: number;
  readonly storeDirectory: string;
  readonly #path: string;
  readonly #options: NatsServerOptions;
  #process: ChildProcess | null = null;
  #output = '';

  private constructor(path: string, port: number, options: NatsServerOptions) {
    this.#path = path;
    this.port = port;
    this.#options = options;
    this.storeDirectory = mkdtempSync(join(tmpdir(), 'selfsame-nats-'));
  }

  /** Throws with instructions when nats-server is not installed. */
  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const path = findNatsServer();
    if (path === null) throw new Error(NATS_SERVER_MISSING);
    const server = new NatsServer(path, await freePort(), options);
    await server.restart();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** The end of what the server said since it was started. */
  get output(): string {
    return this.#output;
  }

  /** Reads its configuration anew (SIGHUP). */
  reload(): void {
    this.#process?.kill('SIGHUP');
  }

  /** Starts it again with the same port and files; resolves when it accepts connections. */
  async restart(): Promise<void> {
    if (this.#process !== null) throw new Error('nats-server runs already');
    const more = this.#options.args ?? [];
    const isAsked = this.#options.jetStream ?? !more.includes('--config');
    const jetStream = isAsked ? ['--jetstream', '--store_dir', this.storeDirectory] : [];
    const address = ['--addr', '127.0.0.1', '--port', String(this.port)];
    const args = [...address, ...jetStream, ...more];
    const [program, ...words] = leashed(this.#path, args);
    const started = spawn(program, words, {
      // A reload does not heed the command line: JetStream that only stood there would be shut down.
      env: { ...process.env, NATS_STORE_DIR: this.storeDirectory },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = started;
    this.#output = '';
    started.stderr?.on('data', (chunk) => {
      this.#output = (this.#output + String(chunk)).slice(-OUTPUT_CHARACTERS);
    });
    const deadline = Date.now() + 10_000;
    while (!(await accepts(this.port))) {
      if (started.exitCode !== null || Date.now() > deadline) {
        throw new Error(`nats-server did not start (${started.exitCode}): ${this.#output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** SIGTERM: an orderly stop. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** Stands still, connections stay open: a frozen machine. Resolves when it has stopped. */
  async freeze(): Promise<void> {
    const pid = this.pid;
    if (pid === undefined) throw new Error('nats-server does not run');
    process.kill(pid, 'SIGSTOP');
    while (!isStopped(pid)) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends the server and removes its files. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.storeDirectory, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const exited = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await exited;
  }
}

/** All threads: the first to stop may leave others that still answer. */
function isStopped(pid: number): boolean {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) {
    const state = execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' });
    return state.trimStart().startsWith('T');
  }
  return readdirSync(tasks).every((task) => {
    const stat = readFileSync(join(tasks, task, 'stat'), 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1');
    const done = (isOpen: boolean) => () => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', done(true));
    socket.once('error', done(false));
  });
}
