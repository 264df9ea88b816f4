/**
 * Goal: no schedule of faults loses what was promised DURABLE, or leads to another answer than the
 * oracle's. Method: seeded schedules of the whole cluster in one process, with every fault that
 * README.md lists; checkers at every step and at rest.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runSchedule } from './simulation.ts';
import type { Range, Report } from './worker.ts';

/** SELFSAME_SCHEDULES raises it for long runs, which then have no time limit. */
const SCHEDULES = Number(process.env['SELFSAME_SCHEDULES'] ?? 20_000);
/** One core runs about 55 a second when it is idle; a busy machine runs fewer, not longer. */
const BUDGET_MS = process.env['SELFSAME_SCHEDULES'] === undefined ? 225_000 : 10 * 3_600_000;
/** Fewer than this in the budget says nothing about the engine: the run fails. */
const SCHEDULES_MIN = Math.min(SCHEDULES, 2_000);
const WORKERS = 2;
const RANGE = 200;

function startWorker(): ChildProcess {
  return fork(join(import.meta.dirname, 'worker.ts'), { execArgv: ['--import', 'tsx'] });
}

function runRange(worker: ChildProcess, range: Range): Promise<Report> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => {
      reject(new Error(`seeds from ${range[0]}: the process ended with code ${code}`));
    };
    worker.once('exit', ended);
    worker.once('message', (report) => {
      worker.off('exit', ended);
      resolve(report as Report);
    });
    worker.send(range);
  });
}

test('any schedule of faults -> the answer of the oracle, and nothing durable is lost', {
  timeout: BUDGET_MS + 60_000,
}, async () => {
  const startedAt = performance.now();
  const reports: Report[] = [];
  let next = 1;
  const work = async (): Promise<void> => {
    const worker = startWorker();
    try {
      while (next <= SCHEDULES && performance.now() - startedAt < BUDGET_MS) {
        const range: Range = [next, Math.min(RANGE, SCHEDULES + 1 - next)];
        next += range[1];
        reports.push(await runRange(worker, range));
      }
    } finally {
      worker.kill();
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  const sum = (count: (report: Report) => number): number =>
    reports.reduce((total, report) => total + count(report), 0);
  const schedules = sum((report) => report.schedules);
  const epochs = sum((report) => report.epochsOpened);
  console.log(`${schedules} schedules, ${sum(({ steps }) => steps)} steps, ${epochs} new epochs`);
  expect(reports.flatMap((report) => report.failures)).toEqual([]);
  expect(schedules).toBeGreaterThanOrEqual(SCHEDULES_MIN);
});

test('the same seed twice -> the same steps and the same state', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const first = await runSchedule(seed);
    const second = await runSchedule(seed);
    expect(second, `seed ${seed}`).toEqual(first);
  }
});

test('a hole at the very end of a log that is quiet afterwards -> found', async () => {
  // Ends with an error when nothing looks at the ends of quiet logs (partition-runner.ts L4).
  expect((await runSchedule(16_604)).faults).toContain('hole');
});
