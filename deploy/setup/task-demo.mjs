/** `npm run demo`: the demo of the command line tool, with its arguments and its exit code. */
import { join } from 'node:path';
import { projectRoot, runProcess } from './run-process.mjs';

export async function run(args) {
  const command = join(projectRoot, 'services', 'cli', 'selfsame.mjs');
  const { code } = await runProcess(process.execPath, [command, 'demo', ...args]);
  return code;
}
