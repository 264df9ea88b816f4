/**
 * Processes of tests that end with the test runner: a runner that is killed disposes of nothing, and
 * a nats-server or shard that outlives it would hold ports, memory and processor time for good.
 */
import { spawnSync } from 'node:child_process';

/** Of util-linux: asks the kernel to end the process with its parent (PR_SET_PDEATHSIG, prctl(2)). */
const LEASH = ['setpriv', '--pdeathsig', 'KILL', '--'] as const;

let hasLeash: boolean | null = null;

/**
 * The command, to be run so that it is killed when the thread that starts it ends. The process id is
 * that of the command itself. Where there is no setpriv (not Linux) the command as it is.
 */
export function leashed(program: string, args: readonly string[]): [string, ...string[]] {
  hasLeash ??= spawnSync(LEASH[0], [...LEASH.slice(1), 'true'], { stdio: 'ignore' }).status === 0;
  return hasLeash ? [...LEASH, program, ...args] : [program, ...args];
}
