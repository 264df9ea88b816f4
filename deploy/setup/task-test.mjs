/**
 * `npm test`: all suites, or those named: `npm test -- unit property`. What follows the names (from
 * the first argument that is no suite) goes to Vitest: `npm test -- unit rules -t "blocked"`.
 *
 * SELFSAME_DEADLINE_MS (epoch milliseconds): no suite runs longer than that; used by `.ci/run`.
 */
import { isInterrupted } from './run-process.mjs';
import { defaultSuites, runSuite, suites } from './suites.mjs';
import { printSummary, recordCounts, totalOf } from './summary.mjs';
import { ensureSystemTools } from './system-tools.mjs';

function splitArguments(args) {
  const end = args.findIndex((arg) => !Object.hasOwn(suites, arg));
  const names = end === -1 ? args : args.slice(0, end);
  return {
    names: names.length > 0 ? names : defaultSuites,
    vitestArgs: end === -1 ? [] : args.slice(end),
  };
}

function remainingMs() {
  const deadline = Number(process.env.SELFSAME_DEADLINE_MS);
  return deadline > 0 ? deadline - Date.now() : null;
}

async function runWithinDeadline(name, args, env) {
  const limitMs = remainingMs();
  if (limitMs !== null && limitMs <= 0) {
    return { name, passed: 0, failed: 1, skipped: [], seconds: 0, problem: 'no time was left' };
  }
  return runSuite(name, { args, env, limitMs });
}

export async function run(args) {
  const { names, vitestArgs } = splitArguments(args);
  const toolNames = [...new Set(names.flatMap((name) => suites[name].tools))];
  const { env, missing } = await ensureSystemTools(toolNames);
  const results = [];
  for (const name of names) {
    if (isInterrupted()) break;
    console.log(`\n== ${name}`);
    const result = await runWithinDeadline(name, vitestArgs, env);
    recordCounts(result);
    results.push(result);
  }
  printSummary(results, missing);
  if (isInterrupted()) return 130;
  return totalOf(results).failed === 0 ? 0 : 1;
}
