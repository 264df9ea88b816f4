/** Where the package stands on disk, so that files shipped beside the code are found. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Folder that holds this package's package.json: the nearest one above this file. It is the same
 * for the sources and for the compiled files in `dist`, which have no package.json of their own.
 */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) {
      throw new Error(
        'package.json was not found above the program; reinstall the package as a whole',
      );
    }
    folder = parent;
  }
  return folder;
}
