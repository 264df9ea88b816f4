/**
 * The test suites: what each needs and how long it may take, and how one is run and counted.
 * A suite that crashes, hangs or finds no test counts as one failure; nothing fails silently.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from './run-process.mjs';

/** Limits are far above the budgets of test/README.md: they catch a hang, not a slow machine. */
export const suites = {
  unit: { limitMs: 300_000, tools: [] },
  property: { limitMs: 600_000, tools: [] },
  golden: { limitMs: 240_000, tools: ['promtool'] },
  simulation: { limitMs: 780_000, tools: [] },
  cluster: {
    limitMs: 1_500_000,
    tools: ['natsServer', 'pythonGrpc', 'promtool', 'alertmanager', 'h2load'],
  },
  'pocket-kubernetes': { limitMs: 1_200_000, tools: ['natsServer', 'nftables'] },
  quality: { limitMs: 480_000, tools: [] },
};

/** The suites of `npm test`, quickest first; `quality` needs data sets that are not shipped. */
export const defaultSuites = [
  'unit',
  'property',
  'golden',
  'simulation',
  'pocket-kubernetes',
  'cluster',
];

/** The suites that are part of `npm run check`. */
export const checkSuites = ['unit', 'property', 'golden'];

function readCounts(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // Absent or cut off: the run did not reach its end, which the caller counts as a failure.
    return null;
  }
}

/**
 * Runs one suite. Returns `{name, passed, failed, skipped, seconds, problem}`; `problem` says why
 * the counts are incomplete, or is null.
 */
export async function runSuite(name, { args = [], env = {}, limitMs = null } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-counts-'));
  const countFile = join(folder, `${name}.json`);
  const startedAt = Date.now();
  const limit = Math.min(suites[name].limitMs, limitMs ?? Number.POSITIVE_INFINITY);
  const { code, isTimedOut } = await runTool(
    'vitest',
    [
      'run',
      '--project',
      name,
      '--reporter=default',
      '--reporter=./deploy/setup/count-reporter.mjs',
      ...args,
    ],
    { env: { ...env, SELFSAME_COUNT_FILE: countFile }, limitMs: limit },
  );
  const counts = readCounts(countFile);
  rmSync(folder, { recursive: true, force: true });
  const { passed = 0, failed = 0, skipped = [] } = counts ?? {};
  let problem = null;
  if (isTimedOut) problem = `stopped after ${Math.round(limit / 1000)} s`;
  else if (counts === null) problem = `crashed before its end (exit code ${code})`;
  else if (passed + failed + skipped.length === 0) problem = 'has no tests';
  else if (code !== 0 && failed === 0) problem = `ended with exit code ${code}`;
  return {
    name,
    passed,
    failed: failed + (problem === null ? 0 : 1),
    skipped,
    seconds: (Date.now() - startedAt) / 1000,
    problem,
  };
}
