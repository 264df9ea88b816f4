/** Runs a range of seeds and tells the parent process: the first failures, or how many it ran. */
import { runSchedule } from './simulation.ts';

export interface Report {
  readonly schedules: number;
  readonly steps: number;
  readonly failures: readonly string[];
  readonly faults: Readonly<Record<string, number>>;
  readonly epochsOpened: number;
}

/** More failures of one cause tell nothing new. */
const FAILURES_MAX = 5;

async function main(): Promise<void> {
  const [from, schedules] = process.argv.slice(2).map(Number) as [number, number];
  const failures: string[] = [];
  const faults: Record<string, number> = {};
  let steps = 0;
  let epochsOpened = 0;
  let done = 0;
  for (; done < schedules && failures.length < FAILURES_MAX; done++) {
    const seed = from + done;
    try {
      const result = await runSchedule(seed);
      steps += result.steps;
      epochsOpened += result.epochsOpened;
      for (const kind of result.faults) faults[kind] = (faults[kind] ?? 0) + 1;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failures.push(
        `seed ${seed}: ${message}\n  repeat: npx tsx test/simulation/run-simulation.ts --seed ${seed}`,
      );
    }
  }
  const report: Report = { schedules: done, steps, failures, faults, epochsOpened };
  process.send?.(report);
}

await main();
process.disconnect?.();
