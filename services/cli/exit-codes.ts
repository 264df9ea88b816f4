/**
 * Exit codes of every `selfsame` command, and the one error that carries one.
 */

/** As documented in README.md and in `selfsame --help`. */
export const ExitCode = {
  ok: 0,
  /** A well-formed question with a negative answer: not found, generic, not healthy. */
  negative: 1,
  /** Wrong usage, an unreadable file or malformed input. */
  usage: 2,
  /** The cluster cannot be reached, is overloaded or failed. */
  unavailable: 3,
  /** Ctrl-C or SIGTERM before the work was done: 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Ends a command with a message for the person at the terminal and an exit code. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

/** Wrong usage or bad input (exit 2): says what was wrong, where, and what to do. */
export function usageError(message: string, options?: ErrorOptions): CliError {
  return new CliError(ExitCode.usage, message, options);
}
