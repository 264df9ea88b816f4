/**
 * `npm run check`: everything that can be said about the code within a minute or two. All steps
 * run even when one fails, so that one run shows all there is to mend.
 *
 * `--static` leaves out the suites (unit, property, golden), for a caller that runs them anyway.
 */
import { checkDependencies } from './check-dependencies.mjs';
import { isInterrupted, runTool } from './run-process.mjs';
import { checkSuites, runSuite } from './suites.mjs';
import { printSummary } from './summary.mjs';

const STEP_LIMIT_MS = 180_000;
/** For the registry; npm repeats what fails. */
const AUDIT_LIMIT_MS = 60_000;

const staticSteps = [
  { name: 'format', tool: 'biome', args: ['format', '.'] },
  { name: 'lint', tool: 'oxlint', args: [] },
  { name: 'types', tool: 'tsc', args: ['--noEmit', '-p', '.'] },
  { name: 'domain types', tool: 'tsc', args: ['-p', 'tsconfig.domain.json'] },
  { name: 'unused code', tool: 'knip', args: [] },
  { name: 'proto lint', tool: 'buf', args: ['lint', 'proto'] },
  { name: 'proto format', tool: 'buf', args: ['format', 'proto', '--diff', '--exit-code'] },
];

async function checkPackages() {
  const startedAt = Date.now();
  const isPassed = await checkDependencies({ limitMs: AUDIT_LIMIT_MS });
  return {
    name: 'dependencies',
    passed: isPassed ? 1 : 0,
    failed: isPassed ? 0 : 1,
    skipped: [],
    seconds: (Date.now() - startedAt) / 1000,
    problem: isPassed ? null : 'failed, see above; to run it alone: npm audit --omit=dev',
  };
}

async function runStep({ name, tool, args }) {
  const startedAt = Date.now();
  const { code, isTimedOut } = await runTool(tool, args, { limitMs: STEP_LIMIT_MS });
  const isPassed = code === 0 && !isTimedOut;
  const command = `npx ${[tool, ...args].join(' ')}`;
  return {
    name,
    passed: isPassed ? 1 : 0,
    failed: isPassed ? 0 : 1,
    skipped: [],
    seconds: (Date.now() - startedAt) / 1000,
    problem: isPassed ? null : `failed, see above; to run it alone: ${command}`,
  };
}

export async function run(args) {
  const unknown = args.find((arg) => arg !== '--static');
  if (unknown !== undefined) {
    console.error(`Unknown argument ${unknown}. Use: npm run check [-- --static]`);
    return 2;
  }
  const results = [];
  const steps = [
    ...staticSteps.map((step) => ({ name: step.name, start: () => runStep(step) })),
    { name: 'dependencies', start: checkPackages },
    ...(args.includes('--static')
      ? []
      : checkSuites.map((name) => ({ name, start: () => runSuite(name) }))),
  ];
  for (const { name, start } of steps) {
    if (isInterrupted()) break;
    console.log(`\n== ${name}`);
    results.push(await start());
  }
  printSummary(results, []);
  if (isInterrupted()) return 130;
  return results.every((result) => result.failed === 0) ? 0 : 1;
}
