/**
 * `.ci/run`: check, all tests, a short demo, within TOTAL_LIMIT_MS. Ends with the line
 * `N passed, N failed`: the tests of all suites, plus one each for the check and the demo.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInterrupted, runNpm } from './run-process.mjs';
import { totalLine, totalOf } from './summary.mjs';

/** Stops what hangs; the run takes about half of it (README.md, Measured). */
const TOTAL_LIMIT_MS = 30 * 60_000;
const CHECK_LIMIT_MS = 4 * 60_000;
const DEMO_LIMIT_MS = 3 * 60_000;
/** For the test task to stop its suite and print its summary. */
const STOP_GRACE_MS = 20_000;

/** Enough for every source system to appear, small enough for seconds. */
const DEMO_ARGS = ['--interactions', '10000'];

function countsIn(folder) {
  return readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

/** A step that counts as one test. */
async function runStep(name, args, options) {
  const { code, isTimedOut } = await runNpm(args, options);
  const isPassed = code === 0 && !isTimedOut;
  if (!isPassed) {
    console.error(`\n${name} failed (${isTimedOut ? 'over its time limit' : `exit code ${code}`})`);
  }
  return { passed: isPassed ? 1 : 0, failed: isPassed ? 0 : 1 };
}

async function runTests(env, deadline) {
  const limitMs = deadline + STOP_GRACE_MS - Date.now();
  const { code, isTimedOut } = await runNpm(['test'], {
    env: { ...env, SELFSAME_DEADLINE_MS: String(deadline) },
    limitMs,
  });
  const counts = totalOf(countsIn(env.SELFSAME_REPORT_DIR));
  const isUnexplained = (code !== 0 || isTimedOut) && counts.failed === 0;
  const isEmpty = counts.passed + counts.failed === 0;
  if (isUnexplained || isEmpty) {
    console.error(`\nnpm test failed outside any suite (exit code ${code})`);
    return { passed: counts.passed, failed: 1 };
  }
  return counts;
}

export async function run() {
  const startedAt = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-report-'));
  const env = { SELFSAME_REPORT_DIR: folder };
  const results = [];
  try {
    results.push(
      await runStep('check', ['run', 'check', '--', '--static'], { env, limitMs: CHECK_LIMIT_MS }),
    );
    if (!isInterrupted()) {
      results.push(await runTests(env, startedAt + TOTAL_LIMIT_MS - DEMO_LIMIT_MS - STOP_GRACE_MS));
    }
    if (!isInterrupted()) {
      results.push(
        await runStep('demo', ['run', 'demo', '--', ...DEMO_ARGS], { env, limitMs: DEMO_LIMIT_MS }),
      );
    }
  } catch (error) {
    console.error(error);
    results.push({ passed: 0, failed: 1 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (isInterrupted()) results.push({ passed: 0, failed: 1 });
  const total = totalOf(results);
  const minutes = ((Date.now() - startedAt) / 60_000).toFixed(1);
  console.log(`\nCheck, tests and demo took ${minutes} minutes.`);
  console.log(totalLine(total));
  return total.failed === 0 ? 0 : 1;
}
