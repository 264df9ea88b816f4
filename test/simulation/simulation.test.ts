/**
 * Goal: no schedule of faults loses what was promised DURABLE, or leads to another answer than the
 * oracle's. Method: seeded schedules of the whole cluster in one process, with every fault of
 * ENGINE 3.2.10; checkers at every step and at rest (README.md).
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runSchedule } from './simulation.ts';
import type { Report } from './worker.ts';

/** SELFSAME_SCHEDULES raises it for long runs. */
const SCHEDULES = Number(process.env['SELFSAME_SCHEDULES'] ?? 20_000);
const WORKERS = 2;
/** A process start costs as much as a hundred schedules. */
const RANGE = 2500;

function runRange(from: number, schedules: number): Promise<Report> {
  const script = join(import.meta.dirname, 'worker.ts');
  return new Promise((resolve, reject) => {
    const child = fork(script, [String(from), String(schedules)], { execArgv: ['--import', 'tsx'] });
    let report: Report | null = null;
    child.on('message', (message) => {
      report = message as Report;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (report !== null) resolve(report);
      else reject(new Error(`seeds from ${from}: the process ended with code ${code}`));
    });
  });
}

test('any schedule of faults -> the answer of the oracle, and nothing durable is lost', async () => {
  const ranges: number[] = [];
  for (let from = 1; from <= SCHEDULES; from += RANGE) ranges.push(from);
  const reports: Report[] = [];
  const work = async (): Promise<void> => {
    for (let from = ranges.shift(); from !== undefined; from = ranges.shift()) {
      reports.push(await runRange(from, Math.min(RANGE, SCHEDULES + 1 - from)));
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  expect(reports.flatMap((report) => report.failures)).toEqual([]);
  expect(reports.reduce((sum, report) => sum + report.schedules, 0)).toBe(SCHEDULES);
});

test('the same seed twice -> the same steps and the same state', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const first = await runSchedule(seed);
    const second = await runSchedule(seed);
    expect(second, `seed ${seed}`).toEqual(first);
  }
});

/** Bugs that the simulator found; each seed failed before its fix. */
test.each([
  [1014, 'the feed told another change under an id it had used'],
  [1071, 'a confirmation named a sequence of an earlier epoch'],
  [22522, 'a hole at the very end of a log went unnoticed while a claim was awaited'],
])('seed %i: %s', async (seed) => {
  await expect(runSchedule(seed)).resolves.toBeDefined();
});
