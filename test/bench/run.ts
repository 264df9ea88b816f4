/**
 * `npm run bench`: compiles the program and measures the compiled one, as it is run in production:
 * what tsx makes of the source costs about 7 % more (it names every function that is made).
 *
 * Give V8 options in NODE_OPTIONS; all processes take them. See README.md for the parts.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../shared/ingress/package-root.ts';

const root = packageRoot();
const compiler = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin/tsc',
);
const built = spawnSync(process.execPath, [compiler, '-p', join(root, 'test/bench')], {
  cwd: root,
  encoding: 'utf8',
});
const program = join(root, 'dist/test/bench/bench.js');
if (built.status !== 0) {
  process.stderr.write(`The program has type errors:\n${built.stdout}${built.stderr}`);
}
if (!existsSync(program)) process.exit(1);
const child = spawn(process.execPath, [program, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
