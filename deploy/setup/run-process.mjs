/**
 * Child processes for the set-up scripts: run to the end, pass signals on, stop a whole process
 * group at a time limit. No package is used here: node_modules may not exist yet.
 */
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Between the polite and the hard stop of a group that overran its limit. */
const KILL_GRACE_MS = 5_000;

const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

let isInterruptedByUser = false;

/** Whether a signal asked this script to stop: then no further step may be started. */
export function isInterrupted() {
  return isInterruptedByUser;
}

/** As a shell reports a death by signal: 128 + its number. */
function exitCodeOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}

function signalGroup(child, signal) {
  try {
    // Windows has no process groups; there the child alone is stopped.
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/**
 * Runs a command with this terminal, in the project root.
 *
 * With `limitMs` the command gets a process group of its own, which is stopped as a whole at the
 * limit, and Ctrl-C is passed on to it. Resolves with the exit code (128 + number for a signal;
 * 127 when it cannot be started) and whether the limit was hit; never rejects.
 */
export function runProcess(command, args, { env = {}, limitMs = null } = {}) {
  const hasOwnGroup = limitMs !== null && process.platform !== 'win32';
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: projectRoot,
      stdio: 'inherit',
      env: { ...process.env, ...env },
      detached: hasOwnGroup,
      // npm is a .cmd file on Windows, which only a shell can start.
      shell: process.platform === 'win32' && !command.endsWith('.exe'),
    });
    let isTimedOut = false;
    let killTimer = null;
    const limitTimer =
      limitMs === null
        ? null
        : setTimeout(() => {
            isTimedOut = true;
            signalGroup(child, 'SIGTERM');
            killTimer = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_GRACE_MS);
          }, limitMs);
    const forward = (signal) => {
      isInterruptedByUser = true;
      if (hasOwnGroup) signalGroup(child, signal);
      // Ctrl-C reaches a child of the same group by itself; a second SIGINT would abort its stop.
      else if (signal !== 'SIGINT') child.kill(signal);
    };
    for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
    const finish = (code) => {
      if (limitTimer !== null) clearTimeout(limitTimer);
      if (killTimer !== null) clearTimeout(killTimer);
      for (const signal of FORWARDED_SIGNALS) process.off(signal, forward);
      // Whatever the command left running (a server of a crashed test) goes with it.
      if (hasOwnGroup && child.pid !== undefined) signalGroup(child, 'SIGKILL');
      resolve({ code, isTimedOut });
    };
    child.once('error', (error) => {
      console.error(`Cannot start ${command}: ${error.message}`);
      finish(127);
    });
    child.once('exit', (code, signal) => finish(exitCodeOf(code, signal)));
  });
}

/** Runs a command silently; true when it exists and exits 0. */
export function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 30_000 }).status === 0;
}

/** Runs npm: the one that started this script when there is one. */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  if (npm !== undefined && /npm-cli\.c?js$/.test(npm)) {
    return runProcess(process.execPath, [npm, ...args], options);
  }
  return runProcess('npm', args, options);
}

/** Runs a script of a package in node_modules/.bin with this Node.js. */
export function runTool(name, args, options) {
  const suffix = process.platform === 'win32' ? '.cmd' : '';
  return runProcess(`${projectRoot}node_modules/.bin/${name}${suffix}`, args, options);
}
