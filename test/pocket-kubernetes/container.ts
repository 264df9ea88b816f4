/**
 * One run of a container: a real process with a root of its own (a mount namespace and chroot), in
 * the network of its pod, as the user that the manifest names.
 *
 * Of the machine it sees programs and libraries (/usr, /opt), /proc, /dev and a few files of /etc;
 * everything else is empty, read-only where the manifest says so, or a volume.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Mount {
  readonly from: string;
  readonly to: string;
  readonly isReadOnly?: boolean;
}

export interface ContainerSetup {
  /** An empty directory: where the root is mounted. */
  readonly root: string;
  readonly networkNamespace: string;
  readonly hostName: string;
  /** Contents of /etc/resolv.conf. */
  readonly resolver: string;
  readonly address: string;
  readonly mounts: readonly Mount[];
  readonly isRootReadOnly: boolean;
  readonly user: number;
  readonly group: number;
  readonly workingDirectory: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
}

const ETC_FILES = ['passwd', 'group', 'nsswitch.conf', 'ssl', 'ld.so.cache', 'localtime'];
/** /sbin of Debian holds servers. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Where programs are that are not below /usr: of Node, wherever it was installed. */
function programMounts(): Mount[] {
  const node = realpathSync(process.execPath);
  const prefix = dirname(dirname(node));
  return prefix.startsWith('/usr') || prefix.startsWith('/opt')
    ? []
    : [{ from: prefix, to: prefix }];
}

function script(setup: ContainerSetup): string {
  const root = quote(setup.root);
  const inside = (path: string) => quote(`${setup.root}${path}`);
  const lines = [
    'set -e',
    `mount -t tmpfs -o mode=755 pocket ${root}`,
    ...['/usr', '/opt', '/proc', '/dev', '/sys'].flatMap((path) => [
      `mkdir ${inside(path)}`,
      `mount --rbind ${path} ${inside(path)}`,
    ]),
    `for link in bin sbin lib lib64; do [ -e /$link ] && cp -a /$link ${root}/; done || true`,
    `mkdir -p ${['/etc', '/var', '/run', '/home'].map(inside).join(' ')}`,
    `mkdir -m 1777 ${inside('/tmp')}`,
    ...ETC_FILES.filter((name) => existsSync(`/etc/${name}`)).map(
      (name) => `cp -aL /etc/${name} ${inside(`/etc/${name}`)}`,
    ),
    `printf %s ${quote(setup.resolver)} > ${inside('/etc/resolv.conf')}`,
    `printf '127.0.0.1 localhost\\n%s %s\\n' ${setup.address} ${quote(setup.hostName)} > ${inside('/etc/hosts')}`,
    ...[...programMounts(), ...setup.mounts].flatMap(({ from, to, isReadOnly = false }) => [
      `[ -d ${quote(from)} ] && mkdir -p ${inside(to)} || { mkdir -p ${inside(dirname(to))}; : >> ${inside(to)}; }`,
      `mount --bind ${quote(from)} ${inside(to)}`,
      ...(isReadOnly ? [`mount -o remount,bind,ro ${inside(to)}`] : []),
    ]),
    ...(setup.isRootReadOnly ? [`mount -o remount,ro ${root}`] : []),
    `exec chroot ${root} setpriv ${identity(setup).map(quote).join(' ')} sh -c 'cd "$0" && exec "$@"' ${[
      setup.workingDirectory,
      ...setup.command,
    ]
      .map(quote)
      .join(' ')}`,
  ];
  return lines.join('\n');
}

function identity({ user, group }: ContainerSetup): string[] {
  return ['--reuid', `${user}`, '--regid', `${group}`, '--clear-groups', '--no-new-privs'];
}

export class ContainerProcess {
  readonly #setup: ContainerSetup;
  readonly #child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly startedAt = Date.now();
  #isRunning = true;

  constructor(setup: ContainerSetup) {
    this.#setup = setup;
    mkdirSync(setup.root, { recursive: true });
    const log = openSync(setup.logFile, 'a');
    const words = ['netns', 'exec', setup.networkNamespace, 'sh', '-c', script(setup)];
    this.#child = spawn('ip', words, {
      cwd: '/',
      env: { PATH, HOME: '/tmp', HOSTNAME: setup.hostName, ...setup.environment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.ended = new Promise((done) => {
      this.#child.once('error', () => done({ code: 127, signal: null }));
      this.#child.once('exit', (code, signal) => done({ code, signal }));
    });
    void this.ended.then(() => (this.#isRunning = false));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  signal(name: NodeJS.Signals): void {
    if (this.#isRunning) this.#child.kill(name);
  }

  /** Runs a command beside the process, in its root, network and user; resolves with success. */
  async exec(command: readonly string[], timeoutMs: number): Promise<boolean> {
    const enter = ['--target', `${this.pid}`, '--mount', '--net', '--root', '--wd'];
    const words = [...enter, 'setpriv', ...identity(this.#setup), ...command];
    const env = { PATH, ...this.#setup.environment };
    return new Promise((done) => {
      execFile('nsenter', words, { env, timeout: timeoutMs, killSignal: 'SIGKILL' }, (error) =>
        done(error === null),
      );
    });
  }
}

export function readLog(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
