/**
 * A process that runs ranges of seeds: takes `[from, count, kind]` messages, answers each with a report.
 * Ends when its parent disconnects.
 */
import { runPlacedSchedule } from './placed-simulation.ts';
import { runSchedule } from './simulation.ts';

export type Range = readonly [from: number, count: number, kind: 'static' | 'placed'];

export interface Report {
  readonly schedules: number;
  readonly steps: number;
  readonly epochsOpened: number;
  readonly failures: readonly string[];
}

/** More failures of one cause tell nothing new. */
const FAILURES_MAX = 3;

async function runRange([from, count, kind]: Range): Promise<Report> {
  const failures: string[] = [];
  let steps = 0;
  let epochsOpened = 0;
  let schedules = 0;
  for (; schedules < count && failures.length < FAILURES_MAX; schedules++) {
    const seed = from + schedules;
    try {
      const result = await (kind === 'placed' ? runPlacedSchedule(seed) : runSchedule(seed));
      steps += result.steps;
      epochsOpened += result.epochsOpened;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const placed = kind === 'placed' ? ' --placed on' : '';
      const command = `npx tsx test/simulation/run-simulation.ts${placed} --seed ${seed}`;
      failures.push(`seed ${seed}: ${message}\n  repeat: ${command}`);
    }
  }
  return { schedules, steps, epochsOpened, failures };
}

process.on('message', (range) => {
  void runRange(range as Range).then((report) => process.send?.(report));
});
