/**
 * Entry of every npm script that must work on a fresh clone: checks Node.js, installs the
 * dependencies when they are absent or other than the lockfile says, then runs the task.
 *
 *   node deploy/setup/ensure.mjs <demo|check|test|drill|ci|build|tool> [arguments of the task]
 *
 * This file is read by whatever Node.js is there: it keeps to syntax of Node.js 12 and imports
 * nothing before the version is known to suffice.
 */
const REQUIRED_MAJOR = 20;
const REQUIRED_MINOR = 19;

const TASKS = {
  demo: () => import('./task-demo.mjs'),
  check: () => import('./task-check.mjs'),
  test: () => import('./task-test.mjs'),
  drill: () => import('./task-drill.mjs'),
  ci: () => import('./task-ci.mjs'),
  build: () => import('./bundle.mjs'),
  tool: () => import('./task-tool.mjs'),
};

function isNodeRecentEnough() {
  const parts = process.versions.node.split('.').map(Number);
  return parts[0] > REQUIRED_MAJOR || (parts[0] === REQUIRED_MAJOR && parts[1] >= REQUIRED_MINOR);
}

async function main() {
  if (!isNodeRecentEnough()) {
    console.error(
      `Selfsame needs Node.js ${REQUIRED_MAJOR}.${REQUIRED_MINOR} or later; this is ` +
        `${process.versions.node} (${process.execPath}).\n` +
        'Install a current version from https://nodejs.org, or with nvm: nvm install 20',
    );
    return 1;
  }
  const name = process.argv[2];
  const load = Object.prototype.hasOwnProperty.call(TASKS, name) ? TASKS[name] : null;
  if (load === null) {
    console.error(`Unknown task. Use one of: ${Object.keys(TASKS).join(', ')}.`);
    return 2;
  }
  const dependencies = await import('./dependencies.mjs');
  if (!(await dependencies.ensureDependencies())) return 1;
  const task = await load();
  return task.run(process.argv.slice(3));
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
