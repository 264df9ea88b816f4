/**
 * `selfsame demo`: a made-up company's customers, resolved in front of your eyes.
 */
import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { usageError } from '../exit-codes.ts';

const HELP = `
Builds a made-up company with a dozen source systems, ingests its interactions into a cluster in
this process and compares the customers with the truth. The same seed gives the same world.

Exit codes: 0 done, 2 wrong usage, 3 the cluster failed, 130 interrupted.

Examples:
  selfsame demo
  selfsame demo --interactions 20000 --seed 7
  selfsame demo --data .selfsame-demo      (kept: look around with selfsame up --data .selfsame-demo)
  selfsame demo --json`;

/** The defaults of `runDemo`; written again, so that --help loads no cluster (a test compares). */
const SEED_DEFAULT = 1;
const INTERACTIONS_DEFAULT = 100_000;
const INTERACTIONS_MIN = 100;

interface DemoCommandOptions {
  readonly seed: number;
  readonly interactions: number;
  readonly data?: string;
  readonly json?: boolean;
}

export function demoCommand(context: CliContext): Command {
  return new Command('demo')
    .summary('a made-up company, resolved in front of your eyes')
    .description('Builds a world with known truth, resolves it, and shows what came out.')
    .option('--interactions <count>', 'size of the world', wholeNumber, INTERACTIONS_DEFAULT)
    .option('--seed <number>', 'which world', wholeNumber, SEED_DEFAULT)
    .option(
      '--data-dir, --data <dir>',
      'keep the cluster in this folder (default: a temporary one)',
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(async (options: DemoCommandOptions) => {
      if (options.interactions < INTERACTIONS_MIN) {
        throw usageError(`--interactions must be at least ${INTERACTIONS_MIN}`);
      }
      const { runDemo } = await import('../demo/run-demo.ts');
      const { openEmbeddedCluster } = await import('../../../shared/engine/embedded-cluster.ts');
      await runDemo(context, {
        openCluster: openEmbeddedCluster,
        seed: options.seed,
        interactions: options.interactions,
        json: options.json === true,
        dataDir: options.data ?? null,
      });
    });
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw usageError('--interactions and --seed must be whole numbers, at most 9 digits');
  }
  return Number(text);
}
