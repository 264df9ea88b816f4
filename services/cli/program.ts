/**
 * The `selfsame` program: its commands, and how errors become messages and exit codes.
 */
import { Command, CommanderError } from 'commander';
import { evaluateCommand } from './commands/evaluate.ts';
import type { CliContext } from './context.ts';
import { CliError, ExitCode } from './exit-codes.ts';
import { clusterFailure } from './target.ts';

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
    await createProgram(context).parseAsync(argv, { from: 'user' });
    return context.signal.aborted ? ExitCode.interrupted : context.exitCode;
  } catch (error) {
    return report(error, context);
  }
}

function createProgram(context: CliContext): Command {
  const program = new Command('selfsame')
    .description('Decides which customer each interaction belongs to, and how certain that is.')
    .showHelpAfterError('(selfsame --help, selfsame <command> --help)')
    .addHelpText('after', HELP);
  for (const command of [evaluateCommand(context)]) {
    program.addCommand(command);
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    });
  }
  return program;
}

function report(error: unknown, context: CliContext): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has printed its message; help and version asked for are no failure.
    return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  }
  if (context.signal.aborted) return ExitCode.interrupted;
  const failure = error instanceof CliError ? error : clusterFailure(error);
  if (failure !== null) {
    context.stderr.write(`selfsame: ${failure.message}\n`);
    return failure.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  context.stderr.write(`selfsame: a fault of the program itself: ${text}\n`);
  return ExitCode.unavailable;
}
