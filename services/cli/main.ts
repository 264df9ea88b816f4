/**
 * Entry point of the `selfsame` command: connects the process with the program.
 *
 * The first Ctrl-C or SIGTERM aborts the context's signal and lets the command stop at a safe point;
 * the second one ends the process at once, which every store survives.
 */
import { createInterface } from 'node:readline';
import { clusterAccess } from './cluster-access.ts';
import type { CliContext, TextSink } from './context.ts';
import { ExitCode } from './exit-codes.ts';
import { runSelfsame } from './program.ts';

const COLUMNS_DEFAULT = 80;

function sinkOf(stream: NodeJS.WriteStream): TextSink {
  // A reader that left early (`selfsame customer ... | head`) is no failure of ours.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? ExitCode.ok : ExitCode.unavailable);
  });
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    columns: stream.columns ?? COLUMNS_DEFAULT,
  };
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(ExitCode.interrupted);
    interruption.abort(signal);
  });
}
const context: CliContext = {
  stdout: sinkOf(process.stdout),
  stderr: sinkOf(process.stderr),
  env: process.env,
  answers: () => createInterface({ input: process.stdin, signal: interruption.signal }),
  clusters: clusterAccess,
  signal: interruption.signal,
  exitCode: ExitCode.ok,
};
process.exitCode = await runSelfsame(process.argv.slice(2), context);
