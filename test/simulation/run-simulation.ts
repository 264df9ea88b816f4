/** Command line of the simulator; see README.md. */
import { runSchedule } from './simulation.ts';

const options = new Map<string, string>();
for (let index = 2; index + 1 < process.argv.length; index += 2) {
  options.set(process.argv[index] as string, process.argv[index + 1] as string);
}
const seed = options.get('--seed');
if (seed !== undefined) {
  const isQuiet = options.get('--trace') === 'off';
  const result = await runSchedule(Number(seed), isQuiet ? null : (line) => console.log(line));
  console.log(result);
} else {
  const from = Number(options.get('--from') ?? 1);
  const schedules = Number(options.get('--schedules') ?? 1000);
  const failed: number[] = [];
  let steps = 0;
  const started = performance.now();
  for (let index = 0; index < schedules; index++) {
    try {
      steps += (await runSchedule(from + index)).steps;
    } catch (error) {
      failed.push(from + index);
      console.log(`seed ${from + index}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(`${schedules} schedules, ${failed.length} failed, ${steps} steps, ${seconds.toFixed(1)} s`);
  if (failed.length > 0) process.exitCode = 1;
}
