/** A program of node_modules with arguments: `node deploy/setup/ensure.mjs tool tsx FILE ...`. */
import { runTool } from './run-process.mjs';

export async function run([name, ...args]) {
  const { code } = await runTool(name, args);
  return code;
}
