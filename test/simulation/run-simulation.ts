/**
 * Command line of the simulator.
 *
 * `--seed N` replays one schedule with its trace (`--trace off`: without); `--schedules N --from S`
 * runs many (`--stop-at-failure on`: up to the first that fails). `--placed on`: under placement. Exit code 1 when one failed.
 */
import { SimulationFailure } from './checkers.ts';
import { runPlacedSchedule } from './placed-simulation.ts';
import { runSchedule } from './simulation.ts';

function readOptions(): Map<string, string> {
  const options = new Map<string, string>();
  for (let index = 2; index < process.argv.length; index += 2) {
    const name = process.argv[index] as string;
    const value = process.argv[index + 1];
    if (!name.startsWith('--') || value === undefined) throw new Error(`cannot read ${name}`);
    options.set(name, value);
  }
  return options;
}

const options = readOptions();
const isPlaced = options.get('--placed') === 'on';
const run = isPlaced ? runPlacedSchedule : runSchedule;
const kind = isPlaced ? ' --placed on' : '';

async function replay(seed: number, isTraced: boolean): Promise<void> {
  const result = await run(seed, isTraced ? (line) => console.log(line) : null);
  console.log(JSON.stringify(result));
}

async function runMany(from: number, schedules: number, isStopping: boolean): Promise<void> {
  let failed = 0;
  let steps = 0;
  let done = 0;
  const started = performance.now();
  for (; done < schedules && !(isStopping && failed > 0); done++) {
    const seed = from + done;
    try {
      steps += (await run(seed)).steps;
    } catch (error) {
      failed++;
      const checker = error instanceof SimulationFailure ? error.checker : 'crash';
      const message = error instanceof Error ? error.message : String(error);
      console.log(`seed ${seed} fails (${checker}): ${message}`);
      if (checker === 'crash' && error instanceof Error) console.log(error.stack);
      console.log(`  repeat: npx tsx test/simulation/run-simulation.ts${kind} --seed ${seed}`);
    }
  }
  const seconds = (performance.now() - started) / 1000;
  const rate = (done / seconds).toFixed(0);
  console.log(
    `${done} schedules, ${failed} failed, ${steps} steps, ${seconds.toFixed(1)} s, ${rate}/s`,
  );
  if (failed > 0) process.exitCode = 1;
}

const seed = options.get('--seed');
if (seed !== undefined) {
  await replay(Number(seed), options.get('--trace') !== 'off');
} else {
  const isStopping = options.get('--stop-at-failure') === 'on';
  await runMany(
    Number(options.get('--from') ?? 1),
    Number(options.get('--schedules') ?? 1000),
    isStopping,
  );
}
