/**
 * The `selfsame` program: its commands, and how errors become messages and exit codes.
 */
import { Command, CommanderError } from 'commander';
import { attributionCommand } from './commands/attribution.ts';
import { auditCommand } from './commands/audit.ts';
import { customerCommand } from './commands/customer.ts';
import { demoCommand } from './commands/demo.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { explainCommand } from './commands/explain.ts';
import { holdCommand } from './commands/hold.ts';
import { ingestCommand } from './commands/ingest.ts';
import { matchCommand } from './commands/match.ts';
import { modelCommand } from './commands/model.ts';
import { natsAccountsCommand } from './commands/nats-accounts.ts';
import { partitionsCommand } from './commands/partitions.ts';
import { reliabilityCommand } from './commands/reliability.ts';
import { resolveCommand } from './commands/resolve.ts';
import { resolveFilesCommandLine } from './commands/resolve-files.ts';
import { retractCommand } from './commands/retract.ts';
import { reviewCommand } from './commands/review.ts';
import { rulesCommand } from './commands/rules.ts';
import { serviceCommand } from './commands/service.ts';
import { statusCommand } from './commands/status.ts';
import { upCommand } from './commands/up.ts';
import { watchCommand } from './commands/watch.ts';
import type { CliContext } from './context.ts';
import { CliError, ExitCode } from './exit-codes.ts';
import { operatingFailure } from './target.ts';

const HELP = `
Exit codes: 0 ok, 1 negative answer (not found, quarantined, unhealthy), 2 usage or bad input,
            3 cluster unavailable, 130 interrupted.

Commands that ask a running cluster take --target host:port, else SELFSAME_TARGET, else
127.0.0.1:7400. Results go to standard output, progress and messages to standard error.

Try:
  selfsame demo                 build a small world, resolve it, look at one customer
  selfsame up                   run a whole cluster on this machine`;

/**
 * Runs one command line (without `node` and script name) and returns its exit code. Never throws:
 * a fault of the program itself is printed with its stack and ends with 3.
 */
export async function runSelfsame(argv: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    await createProgram(context, argv.slice(1)).parseAsync(argv, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    return report(error, context);
  }
}

/** The whole program, not run. `words`: the command line without its first word. */
export function createProgram(context: CliContext, words: readonly string[]): Command {
  const program = new Command('selfsame')
    .description('Decides which customer each interaction belongs to, and how certain that is.')
    .addHelpText('after', HELP);
  const commands = [
    upCommand(context),
    demoCommand(context),
    ingestCommand(context, words),
    resolveFilesCommandLine(context, words),
    evaluateCommand(context),
    resolveCommand(context),
    customerCommand(context),
    explainCommand(context),
    attributionCommand(context),
    matchCommand(context),
    holdCommand(context),
    reviewCommand(context),
    retractCommand(context),
    reliabilityCommand(context),
    watchCommand(context),
    auditCommand(context),
    statusCommand(context),
    partitionsCommand(context),
    rulesCommand(context),
    modelCommand(context),
    natsAccountsCommand(context),
    serviceCommand(context, 'gateway'),
    serviceCommand(context, 'coordinator'),
    serviceCommand(context, 'shard'),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands, ...commands.flatMap((one) => one.commands)]) {
    const name = nameOf(command);
    command
      .exitOverride()
      .showHelpAfterError(`(${name} --help tells more)`)
      .configureOutput({
        writeOut: (text) => context.stdout.write(text),
        writeErr: (text) => context.stderr.write(text),
        getOutHelpWidth: () => context.stdout.columns,
      });
  }
  return program;
}

/** `selfsame rules try`. */
function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

function report(error: unknown, context: CliContext): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has printed its message; help that was asked for is no failure.
    return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  }
  const failure = error instanceof CliError ? error : operatingFailure(error);
  if (context.signal.aborted && failure?.exitCode !== ExitCode.interrupted) {
    context.stderr.write('selfsame: interrupted\n');
    return ExitCode.interrupted;
  }
  if (failure !== null) {
    context.stderr.write(`selfsame: ${failure.message}\n`);
    return failure.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  context.stderr.write(`selfsame: a fault of the program itself: ${text}\n`);
  return ExitCode.unavailable;
}
