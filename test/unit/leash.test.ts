/**
 * Goal: a test runner that is killed leaves no process behind. Method: a process that stands for the
 * runner starts one by the leash and is killed with -9.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { leashed } from '../support/leash.ts';

const [program, ...words] = leashed(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);

/** Gone, or a zombie that nobody has waited for yet. */
function isGone(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || / Z /.test(readFileSync(stat, 'latin1'));
}

test('the runner is killed -> so is what it started', async (context) => {
  if (program === process.execPath) context.skip('there is no setpriv (util-linux, Linux) here');
  const code = `
    const child = require('node:child_process').spawn(${JSON.stringify(program)}, ${JSON.stringify(words)});
    child.on('spawn', () => console.log(child.pid));
    setInterval(() => {}, 1000);`;
  const runner = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: runner.stdout }), 'line')) as [string];
  const pid = Number(line);
  expect(isGone(pid)).toBe(false);
  runner.kill('SIGKILL');
  await expect.poll(() => isGone(pid), { timeout: 5_000 }).toBe(true);
});
