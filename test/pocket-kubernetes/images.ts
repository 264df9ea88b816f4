/** The images of our manifests on this machine: this checkout, compiled, and nats-server. */
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Image } from './container-run.ts';

const run = promisify(execFile);

/** Compiles into `folder`; what it returns is good as long as the folder is there. */
export async function buildImages(folder: string): Promise<Record<string, Image>> {
  const app = join(folder, 'app');
  mkdirSync(join(app, 'node_modules'), { recursive: true });
  await run(process.execPath, [resolve('deploy/setup/bundle.mjs'), join(app, 'dist')]);
  // Everything but the source, which is compiled: rules files stand beside it.
  const isPart = (path: string) => !path.endsWith('.ts');
  for (const path of ['package.json', 'proto', 'services', 'shared']) {
    cpSync(resolve(path), join(app, path), { recursive: true, filter: isPart });
  }
  chmodSync(folder, 0o755);
  const libraries = realpathSync(resolve('node_modules'));
  return {
    selfsame: {
      workingDirectory: '/app',
      mounts: [
        { from: app, to: '/app', isReadOnly: true },
        { from: libraries, to: '/app/node_modules', isReadOnly: true },
      ],
    },
    nats: { workingDirectory: '/' },
  };
}
