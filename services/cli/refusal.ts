/** What a command prints when the cluster refuses what it was told. */
import type { FieldViolation } from '../../shared/protocol/cluster.ts';
import type { CliContext } from './context.ts';
import { ExitCode } from './exit-codes.ts';

/** `refused: field what is wrong; ...` */
export function refusalText(violations: readonly FieldViolation[]): string {
  return `refused: ${violations.map(({ field, description }) => `${field} ${description}`).join('; ')}`;
}

/** Prints the refusal; the command ends with exit code 1. */
export function tellRefusal(context: CliContext, violations: readonly FieldViolation[]): void {
  context.exitCode = ExitCode.negative;
  context.stderr.write(`${refusalText(violations)}\n`);
}
