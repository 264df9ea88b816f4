/**
 * `npm run drill`: every step of the fire drill, some ten minutes: one thing is broken at a time, and
 * its alert must reach a webhook. `npm run drill -- "NATS"` runs the steps whose cause has the word.
 */
import { runSuite, suites } from './suites.mjs';
import { printSummary, totalOf } from './summary.mjs';
import { ensureSystemTools } from './system-tools.mjs';

export async function run([only = '']) {
  const { env, missing } = await ensureSystemTools(suites.cluster.tools);
  const drill = { SELFSAME_DRILL: 'full', SELFSAME_DRILL_ONLY: only };
  const result = await runSuite('cluster', {
    args: ['test/cluster/observability.test.ts'],
    env: { ...env, ...drill },
  });
  printSummary([result], missing);
  return totalOf([result]).failed === 0 ? 0 : 1;
}
