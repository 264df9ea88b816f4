/**
 * Installs the npm dependencies when node_modules is absent or is not what the lockfile says.
 *
 * Compared by content and not by file times: a clone, a checkout or a copy changes times at will.
 * npm writes node_modules/.package-lock.json last, so that an interrupted installation is noticed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, runNpm } from './run-process.mjs';

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? null;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Why an installation is needed, or null when node_modules is as the lockfile says. Optional
 * packages may be missing (they are builds for other platforms); an installed one must match.
 */
export function reasonToInstall(root) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (wanted === null) throw new Error(`package-lock.json is missing or damaged in ${root}`);
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (installed === null) return 'not installed yet';
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = installed[path];
    if (found === undefined ? !entry.optional : found.version !== entry.version) {
      return `${path.replace(/^.*node_modules\//, '')} changed in package-lock.json`;
    }
  }
  return null;
}

/** True when the dependencies are in place; says what to do when they cannot be installed. */
export async function ensureDependencies() {
  const reason = reasonToInstall(projectRoot);
  if (reason === null) return true;
  console.log(`Installing the npm dependencies (${reason}) ...`);
  const startedAt = Date.now();
  // Not `npm ci`: it refuses a lockfile without the builds for platforms that the registry in use
  // does not carry. Versions are pinned all the same, and --no-save leaves both files as they are.
  // --include: NODE_ENV=production would leave out tsx and vitest. Install scripts are not needed:
  // all native packages bring prebuilt binaries as optional packages.
  const { code } = await runNpm([
    'install',
    '--no-save',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  if (code === 0) {
    console.log(`Installed in ${((Date.now() - startedAt) / 1000).toFixed(0)} s.`);
    return true;
  }
  console.error(
    `\nThe npm dependencies could not be installed (npm ended with ${code}, see above).\n` +
      'Without a network: copy node_modules from a machine of the same kind. Behind a proxy:\n' +
      'npm config set proxy http://host:port, then run the same command again.',
  );
  return false;
}
