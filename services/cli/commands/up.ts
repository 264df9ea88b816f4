/**
 * `selfsame up`: a whole cluster in this process.
 */
import { Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { usageError } from '../exit-codes.ts';
import { TARGET_DEFAULT } from '../target.ts';
import type { UpOptions } from '../up/run-up.ts';

const HELP = `
The data folder holds everything: the next start goes on where this one stopped, also after a crash.
It belongs to one process at a time, and to the rules and partitions that it was made with.
Over NATS the log is there, and the folder holds the state that is made from it; the services run as
they would in processes of their own. Their settings are listed by selfsame gateway --help,
selfsame coordinator --help and selfsame shard --help.

Exit codes: 0 stopped by SIGTERM, 2 wrong usage, 3 cannot start or failed, 130 stopped by Ctrl-C.

Examples:
  selfsame up
  SELFSAME_ALLOW_UNAUTHENTICATED=yes selfsame up --listen 0.0.0.0:7400 --metrics 0.0.0.0:9400
  selfsame up --nats nats://127.0.0.1:4222
  selfsame up --rules my-rules.yaml --log-level info`;

const DATA_DEFAULT = '.selfsame';
const METRICS_DEFAULT = '127.0.0.1:9400';
const PARTITIONS_MAX = 4_096;

export function upCommand(context: CliContext): Command {
  return new Command('up')
    .summary('run a whole cluster on this machine')
    .description('Runs a whole cluster in this process: engine, gRPC gateway, metrics.')
    .option('--data-dir, --data <dir>', 'folder of the data, created when absent', DATA_DEFAULT)
    .option('--nats <url>', 'run over this nats-server (JetStream) instead of embedded')
    .option('--listen <host:port>', 'where gRPC listens; port 0 takes a free one', TARGET_DEFAULT)
    .option('--metrics <host:port>', 'where /metrics, /livez, /readyz listen', METRICS_DEFAULT)
    .option('--partitions <count>', 'for new data (default: 8; over NATS 64)', partitionCount)
    .option(
      '--rules <file>',
      'rules file (default: of existing data its own, of new data the shipped scored rules)',
    )
    .addOption(
      new Option('--log-level <level>', 'logs go to standard error, as JSON')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('warn'),
    )
    .option('--json', 'say where it listens as one JSON object')
    .addHelpText('after', HELP)
    .action(async (options: UpOptions) => {
      const { runUp } = await import('../up/run-up.ts');
      await runUp(context, options);
    });
}

function partitionCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,4}$/.test(text) || count < 1 || count > PARTITIONS_MAX) {
    throw usageError(`--partitions must be a whole number from 1 to ${PARTITIONS_MAX}`);
  }
  return count;
}
