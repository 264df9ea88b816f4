/**
 * Goal: no schedule of faults loses what was promised DURABLE, or leads to another answer than the
 * oracle's. Method: seeded schedules of the whole cluster in one process, with every fault that
 * README.md lists; checkers at every step and at rest.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPlacedSchedule } from './placed-simulation.ts';
import { runSchedule } from './simulation.ts';
import type { Range, Report } from './worker.ts';

/**
 * A run that did fewer fails: it would claim what it did not do. SELFSAME_SCHEDULES asks for another
 * number, fewer on a slow machine or more for long runs, which then have no time limit.
 */
const SCHEDULES = Number(process.env['SELFSAME_SCHEDULES'] ?? 20_000);
/** An idle core runs 60 a second: 20,000 take 160 s on two, and a busy machine has 3.7 times that. */
const BUDGET_MS = process.env['SELFSAME_SCHEDULES'] === undefined ? 600_000 : 10 * 3_600_000;
/** Under placement a schedule costs 20 times as much: .3 s. */
const PLACED = Math.ceil(SCHEDULES / 320);
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

async function runAll(kind: Range[2], wanted: number): Promise<void> {
  const startedAt = performance.now();
  const reports: Report[] = [];
  let next = 1;
  const work = async (): Promise<void> => {
    const worker = startWorker();
    try {
      while (next <= wanted && performance.now() - startedAt < BUDGET_MS) {
        const range: Range = [next, Math.min(RANGE, wanted + 1 - next), kind];
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
  console.log(
    `${schedules} ${kind} schedules, ${sum(({ steps }) => steps)} steps, ${epochs} new epochs`,
  );
  expect(reports.flatMap((report) => report.failures)).toEqual([]);
  const shortage = `${schedules} of ${wanted} schedules in ${BUDGET_MS / 1000} s: the machine is too busy`;
  expect(schedules, `${shortage}; SELFSAME_SCHEDULES asks for fewer`).toBe(wanted);
}

test(
  'any schedule of faults -> the answer of the oracle, and nothing durable is lost',
  {
    timeout: BUDGET_MS + 60_000,
  },
  () => runAll('static', SCHEDULES),
);

test(
  'partitions that move between shards that come, go, freeze and die -> the same',
  {
    timeout: BUDGET_MS + 60_000,
  },
  () => runAll('placed', PLACED),
);

test('the same seed twice -> the same steps and the same state', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const first = await runSchedule(seed);
    const second = await runSchedule(seed);
    expect(second, `seed ${seed}`).toEqual(first);
  }
  for (let seed = 1; seed <= 5; seed++) {
    const first = await runPlacedSchedule(seed);
    expect(await runPlacedSchedule(seed), `placed, seed ${seed}`).toEqual(first);
  }
});

test('a hole at the very end of a log that is quiet afterwards -> found', async () => {
  // Ends with an error when nothing looks at the ends of quiet logs (partition-runner.ts L4).
  expect((await runSchedule(16_604)).faults).toContain('hole');
});
